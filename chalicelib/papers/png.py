"""The chunks of a PNG (ISO/IEC 15948), walked without inflating a byte. Pure.

Knows where a picture ends and which chunks make it; nothing of what the pixels show.
"""

from struct import unpack_from
from typing import Final

from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.jpeg import orientation_in_tiff

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SHOWS: Final = frozenset(
    [
        b"IHDR",
        b"PLTE",
        b"tRNS",
        b"IDAT",
        b"IEND",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"cICP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
    ]
)
_CHUNKS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its type and where it lies, with length and check sum."""

    kind: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Png:
    """The chunks up to IEND; `end` is the byte after it."""

    chunks: tuple[Chunk, ...]
    end: int

    @property
    def is_animated(self) -> bool:
        """Say whether it moves (APNG)."""
        return any(each.kind in {b"acTL", b"fcTL", b"fdAT"} for each in self.chunks)

    def size(self, body: bytes) -> tuple[int, int]:
        """Return width and height as the header states them."""
        width, height = unpack_from(">II", body, self.chunks[0].start + 8)
        return width, height


def walk(body: bytes) -> Png | None:
    """Return the chunks of a picture; None where they do not follow one another from IHDR to IEND."""
    if not body.startswith(SIGNATURE):
        return None
    at = len(SIGNATURE)
    chunks: list[Chunk] = []
    while at + 12 <= len(body) and len(chunks) < _CHUNKS:
        end = at + 12 + int.from_bytes(body[at : at + 4], "big")
        chunk = Chunk(body[at + 4 : at + 8], at, end)
        if end > len(body) or (chunk.kind == b"IHDR") != (not chunks) or (not chunks and end - at != 25):
            return None
        chunks.append(chunk)
        if chunk.kind == b"IEND":
            return Png(tuple(chunks), end)
        at = end
    return None


def stripped(body: bytes, png: Png) -> bytes:
    """Return the same picture, to the bit, without what is said about it; the colour profile stays."""
    kept = (body[each.start : each.end] for each in png.chunks if each.kind in _SHOWS)
    return b"".join([SIGNATURE, *kept])


def orientation(body: bytes, png: Png) -> int:
    """Return how the picture has to be turned, 1–8; 1 where it does not say."""
    for each in png.chunks:
        if each.kind == b"eXIf":
            return orientation_in_tiff(body[each.start + 8 : each.end - 4])
    return 1
