"""A value in every spelling in which it could leak, and the search for them in any bytes."""

import hashlib
import json
import unicodedata
import zlib
from base64 import b64encode
from collections.abc import Collection, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

_GZIP = b"\x1f\x8b\x08"


def found_in(value: str, hay: bytes) -> bool:
    """Say whether the bytes hold the value in any spelling, or compressed."""
    return value in which([value], hay)


def which(values: Collection[str], hay: bytes) -> set[str]:
    """Return those of the values that the bytes hold in any spelling, or compressed."""
    texts = (hay, hay.lower(), *_unpacked(hay))
    return {value for value in values if any(spelling in text for text in texts for spelling in spellings(value))}


@lru_cache(maxsize=1000)
def spellings(value: str) -> frozenset[bytes]:
    """Return plain, folded, decomposed, unmarked, escaped, encoded and digested (without a key) forms."""
    texts = {value, unicodedata.normalize("NFD", value), _unmarked(value)}
    texts |= {each.lower() for each in texts}
    plain = {each.encode() for each in texts}
    written = {each for text in texts for each in _written(text)}
    return frozenset(plain | written | {each for raw in plain for each in _encoded(raw)})


def _written(text: str) -> Iterator[bytes]:
    yield json.dumps(text)[1:-1].encode()
    yield quote(text, safe="").encode()
    yield quote_plus(text).encode()
    yield repr(text.encode())[2:-1].encode()
    yield text.encode("utf-16-le")


def _encoded(raw: bytes) -> Iterator[bytes]:
    yield raw.hex().encode()
    for offset in range(3):
        # Without the letters that depend on what stands around.
        whole = b64encode(b"\0" * offset + raw)
        yield whole[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
    for algorithm in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        digest = algorithm(raw)
        yield digest.hexdigest().encode()
        yield b64encode(digest.digest()).rstrip(b"=")


def _unmarked(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return kept.replace("Đ", "D").replace("đ", "d")


def _unpacked(hay: bytes) -> Iterator[bytes]:
    start = hay.find(_GZIP)
    while start >= 0:
        try:
            yield zlib.decompressobj(wbits=31).decompress(hay[start:])
        except zlib.error:
            yield b""
        start = hay.find(_GZIP, start + 1)
