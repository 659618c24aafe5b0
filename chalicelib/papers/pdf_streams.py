"""How much the streams of a PDF come to when unpacked, counted while unpacking and never kept. Pure.

A stream of some kilobytes may unpack to gigabytes, through one filter or through several. Everything here stops at the
budget; nothing is handed on, so that no other code has to be trusted with a bomb before its size is known.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

_STREAM: Final = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_HEADER: Final = 4096
_PACKED_OBJECTS: Final = re.compile(rb"ObjStm|XRef")
_FILTER: Final = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/\w+|\d+\s+\d+\s+R)")
_ONE_FLATE: Final = re.compile(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?")
_STEP: Final = 1 << 16
_FIRST: Final = 512
_DEEPEST: Final = 2
"""Filters that unpack, one inside the other; honest writers use one."""
_SHRINK: Final = frozenset({"/ASCIIHexDecode", "/AHx", "/ASCII85Decode", "/A85"})
_FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
_LZW: Final = frozenset({"/LZWDecode", "/LZW"})
_RUNS: Final = frozenset({"/RunLengthDecode", "/RL"})
_DECODING: Final = re.compile(
    rb"/(?:ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|FlateDecode|Fl|RunLengthDecode|RL|CCITTFaxDecode|CCF"
    rb"|JBIG2Decode|DCTDecode|DCT|JPXDecode|Crypt)"
)
"""What unpacks a stream. A signature names its handler by the same key (`/Filter /Adobe.PPKLite`), and unpacks none."""
_PICTURES: Final = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"})


class TooMuch(Exception):
    """The budget is spent, or nobody can tell what a stream comes to."""


@dataclass(slots=True)
class Budget:
    """Bytes that may still be unpacked."""

    left: int

    def spend(self, size: int) -> None:
        """Take them off. Raises TooMuch."""
        self.left -= size
        if self.left < 0:
            raise TooMuch("unpacked")


def survey(body: bytes, most: int) -> None:
    """See that whatever a reader may unpack when it opens the file stays within `most` bytes. Raises TooMuch.

    Goes by the bytes and not by the structure, which is itself packed (ISO 32000-1 §7.5.7, 7.5.8): every place where a
    stream may begin is tried. Structure may be packed by one Flate filter and in no other way.
    """
    whole = memoryview(body)
    output, read = Budget(most), Budget(8 * len(body) + _STEP)
    before = 0
    for found in _STREAM.finditer(body):
        header = _unescaped(body[max(before, found.start() - _HEADER) : found.start()])
        if _PACKED_OBJECTS.search(header) and any(_is_other(each) for each in _FILTER.findall(header)):
            raise TooMuch("structure")
        before = found.end()
        if _is_zlib(body[before : before + 2]):
            _measure(_pieces(whole[before:], read), output, 1)


def unpacked(raw: bytes, filters: list[str], budget: Budget) -> None:
    """Spend what a stream comes to through its filters, up to a picture's own. Raises TooMuch."""
    pieces: Iterable[bytes] = [raw]
    depth = 0
    for at, name in enumerate(filters):
        last = at + 1 == len(filters) or filters[at + 1] in _PICTURES
        if name in _PICTURES:
            break
        if name in _SHRINK:
            pieces = [_plain(b"".join(pieces), name)]
            continue
        depth += 1
        if depth > _DEEPEST or (name not in _FLATE and not last):
            raise TooMuch("filters")
        if name in _FLATE:
            pieces = _inflated(pieces, budget)
        elif name in _LZW or name in _RUNS:
            budget.spend((_lzw if name in _LZW else _runs)(b"".join(pieces), budget.left))
        else:
            raise TooMuch("filters")
    for _ in pieces:
        pass


def packed_objects(body: bytes) -> Iterator[bytes]:
    """Yield what every packed stream of objects holds, those too that the newest table leaves out; after `survey`."""
    whole = memoryview(body)
    before = 0
    for found in _STREAM.finditer(body):
        header = _unescaped(body[max(before, found.start() - _HEADER) : found.start()])
        before = found.end()
        if b"ObjStm" in header and _is_zlib(body[before : before + 2]):
            pieces = _pieces(whole[before:], Budget(2 * len(body) + _STEP))
            yield b"".join(_inflated(pieces, Budget(len(body) * 2000 + _STEP)))


def _is_other(filters: bytes) -> bool:
    """Say whether a value of the key for filters is one of another kind than a single Flate."""
    if _ONE_FLATE.fullmatch(filters):
        return False
    return not filters.startswith(b"/") or _DECODING.fullmatch(filters) is not None


def _unescaped(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), name)


def _pieces(data: memoryview, read: Budget) -> Iterator[bytes]:
    """Yield the data in growing pieces, so that little more is read than a stream is long."""
    at, step = 0, _FIRST
    while at < len(data):
        piece = bytes(data[at : at + step])
        read.spend(len(piece))
        yield piece
        at, step = at + step, min(2 * step, _STEP)


def _measure(pieces: Iterable[bytes], budget: Budget, depth: int) -> None:
    """Inflate to the end, and what comes out again if it is packed once more."""
    inflated = _inflated(pieces, budget)
    first = next(inflated, b"")
    if _is_zlib(first):
        if depth == _DEEPEST:
            raise TooMuch("filters")
        _measure(chain([first], inflated), budget, depth + 1)
    for _ in inflated:
        pass


def _is_zlib(head: bytes) -> bool:
    return len(head) >= 2 and head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and (head[0] << 8 | head[1]) % 31 == 0


def _inflated(pieces: Iterable[bytes], budget: Budget) -> Iterator[bytes]:
    """Inflate as a reader would, up to the first fault, in steps of a bounded size."""
    unpack = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpack.eof:
            try:
                out = unpack.decompress(rest, _STEP)
            except zlib.error:
                return
            budget.spend(len(out))
            if out:
                yield out
            rest = unpack.unconsumed_tail
        if unpack.eof:
            return


def _plain(data: bytes, name: str) -> bytes:
    try:
        if name in {"/ASCII85Decode", "/A85"}:
            return base64.a85decode(data.strip().removeprefix(b"<~").partition(b"~>")[0])
        digits = b"".join(data.partition(b">")[0].split())
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except ValueError:
        return b""


def _runs(data: bytes, most: int) -> int:
    """Return what run lengths come to (ISO 32000-1 §7.4.5)."""
    at = total = 0
    while at < len(data) and data[at] != 128 and total <= most:
        literal = data[at] < 128
        total += data[at] + 1 if literal else 257 - data[at]
        at += data[at] + 2 if literal else 2
    return total


def _lzw(data: bytes, most: int) -> int:
    """Return what LZW codes come to (ISO 32000-1 §7.4.4), by the lengths of the table's entries alone."""
    lengths = [1] * 258
    bits = held = total = previous = 0
    width = 9
    for byte in data:
        held, bits = (held << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & (1 << width) - 1
        if code == 257 or total > most:
            break
        if code == 256:
            lengths, width, previous = [1] * 258, 9, 0
            continue
        size = lengths[code] if code < len(lengths) else previous + 1
        total += size
        if previous and len(lengths) < 4096:
            lengths.append(previous + 1)
        previous = size
        width = 9 + (len(lengths) >= 511) + (len(lengths) >= 1023) + (len(lengths) >= 2047)
    return total
