"""The segments of a JPEG (ITU-T T.81 Annex B), walked without decoding a pixel. Pure.

Knows where a picture ends and which segments make it; nothing of what the pixels show.
"""

import re
from struct import unpack_from
from typing import Final

from chalicelib.kernel.frozen import dataclass

_END: Final = 0xD9
_SCAN: Final = 0xDA
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
_SEGMENTS: Final = 10_000
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The end of a scan. One byte before the marker is enough: a run of them, tried from each of its bytes, took hours."""
_ORIENTATION: Final = 0x0112
_EXIF: Final = b"Exif\x00\x00"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its marker and where it lies, marker included; a scan with its entropy-coded data."""

    marker: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Jpeg:
    """The segments of the first picture between SOI and EOI; `end` is the byte after its EOI."""

    segments: tuple[Segment, ...]
    end: int

    def sizes(self, body: bytes) -> tuple[tuple[int, int], ...]:
        """Return width and height as each frame header states them; an honest picture has one frame."""
        frames = [each for each in self.segments if each.marker in _FRAMES and each.end - each.start >= 9]
        pairs = (unpack_from(">HH", body, each.start + 5) for each in frames)
        return tuple((width, height) for height, width in pairs)

    def decoded(self, body: bytes) -> int:
        """Return the bytes that the largest frame becomes, one for each pixel and colour."""
        frames = [each for each in self.segments if each.marker in _FRAMES and each.end - each.start >= 10]
        stated = (unpack_from(">HHB", body, each.start + 5) for each in frames)
        return max((height * width * colours for height, width, colours in stated), default=0)

    @property
    def scans(self) -> int:
        """Return the number of scans: a progressive picture is decoded anew for each."""
        return sum(each.marker == _SCAN for each in self.segments)

    def said(self, body: bytes) -> list[bytes]:
        """Return the contents of the application segments and comments."""
        return [body[each.start + 4 : each.end] for each in self.segments if _is_aside(each.marker)]


def walk(body: bytes, start: int = 0) -> Jpeg | None:
    """Return the segments of the picture at `start`; None where they do not follow one another up to an EOI."""
    if body[start : start + 2] != b"\xff\xd8":
        return None
    at = start + 2
    segments: list[Segment] = []
    while len(segments) < _SEGMENTS:
        while body[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 2 > len(body) or body[at] != 0xFF:
            return None
        if body[at + 1] == _END:
            return Jpeg(tuple(segments), at + 2)
        segment = _segment(body, at)
        if segment is None:
            return None
        segments.append(segment)
        at = segment.end
    return None


def stripped(body: bytes, jpeg: Jpeg) -> bytes:
    """Return the same picture, to the bit, without what is said about it.

    The colour profile stays, and what tells a decoder how the colours are stored (JFIF, Adobe).
    """
    parts = [b"\xff\xd8"]
    parts.extend(_kept(body, each) for each in jpeg.segments)
    return b"".join([*parts, b"\xff\xd9"])


def orientation(body: bytes, jpeg: Jpeg) -> int:
    """Return how the picture has to be turned, 1–8 (Exif 2.32 tag 0112H); 1 where it does not say."""
    for said in jpeg.said(body):
        if said.startswith(_EXIF):
            return orientation_in_tiff(said[len(_EXIF) :])
    return 1


def orientation_in_tiff(tiff: bytes) -> int:
    """Return the orientation that a TIFF structure states in its first directory; 1 where it does not."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return 1
    (at,) = unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return 1
    (count,) = unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = unpack_from(f"{order}HHIH", tiff, entry)
        if (tag, kind) == (_ORIENTATION, 3):
            return value if 1 <= value <= 8 else 1
    return 1


def _segment(body: bytes, at: int) -> Segment | None:
    marker = body[at + 1]
    if marker < 0xC0 or 0xD0 <= marker <= 0xD8 or at + 4 > len(body):
        return None
    end = at + 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    if end < at + 4 or end > len(body):
        return None
    if marker == _SCAN:
        following = _MARKER.search(body, end)
        if following is None:
            return None
        end = following.end() - 2
    return Segment(marker, at, end)


def _is_aside(marker: int) -> bool:
    return 0xE0 <= marker <= 0xEF or marker == 0xFE


def _kept(body: bytes, segment: Segment) -> bytes:
    whole = body[segment.start : segment.end]
    if segment.marker in _FRAMES or segment.marker in _TABLES or segment.marker == _SCAN:
        return whole
    if segment.marker == 0xE0 and whole[4:9] == b"JFIF\x00" and len(whole) >= 18:
        return b"\xff\xe0\x00\x10" + whole[4:16] + b"\x00\x00"
    if segment.marker == 0xE2 and whole[4:16] == b"ICC_PROFILE\x00":
        return whole
    if segment.marker == 0xEE and whole[4:9] == b"Adobe" and len(whole) >= 16:
        return b"\xff\xee\x00\x0e" + whole[4:16]
    return b""
