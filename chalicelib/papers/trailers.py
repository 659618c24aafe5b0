"""What phones put after the end of a JPEG, and what nobody honest does. Pure.

Known and let pass, for the served copy ends at the first picture: further pictures that the first one announces (CIPA
DC-007 multi-picture format: gain maps, depth), the film of a motion photo, and Samsung's trailer, which nearly every
photo of theirs has.
"""

from struct import unpack_from
from typing import Final

from chalicelib.papers import jpeg
from chalicelib.papers.jpeg import Jpeg

BLANK: Final = b"\x00\t\n\x0c\r "
_ANNOUNCED: Final = (b"Container:Directory", b"GCamera:MicroVideo", b"GCamera:MotionPhoto")
_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"moof", b"mfra"})
_PARTS: Final = 16


def ends_well(body: bytes, first: Jpeg) -> bool:
    """Say whether nothing follows the first picture but what a phone puts there."""
    said = first.said(body)
    multiple = any(each.startswith(b"MPF\x00") for each in said)
    container = any(mark in each for each in said for mark in _ANNOUNCED)
    at, end = first.end, _before_samsung(body, first.end)
    for _ in range(_PARTS):
        if container and body[at + 4 : at + 8] == b"ftyp":
            following = _past_film(body, at, end)
        else:
            at = _past_blanks(body, at, end)
            if at >= end:
                return True
            announced = (multiple or container) and body.startswith(b"\xff\xd8\xff", at)
            following = _past_picture(body, at) if announced else None
        if following is None or following > end:
            return False
        at = following
    return False


def _past_blanks(body: bytes, at: int, end: int) -> int:
    rest = body[at:end]
    return end - len(rest.lstrip(BLANK))


def _past_picture(body: bytes, at: int) -> int | None:
    found = jpeg.walk(body, at)
    return found.end if found else None


def _past_film(body: bytes, at: int, end: int) -> int | None:
    """Walk the boxes of a film (ISO/IEC 14496-12)."""
    while at + 8 <= end and body[at + 4 : at + 8] in _BOXES:
        (size,) = unpack_from(">I", body, at)
        if size == 1 and at + 16 <= end:
            (size,) = unpack_from(">Q", body, at + 8)
        if size < 8 or at + size > end:
            return None
        at += size
    return at


def _before_samsung(body: bytes, start: int) -> int:
    """Return where Samsung's trailer begins; the end of the file where there is none.

    Blocks, then a directory `SEFH` of their distances back and sizes, its length, then `SEFT`. A block that is not in
    the directory is no part of it.
    """
    bare = body.rstrip(BLANK) if body[-1:] in BLANK else body
    if not bare.endswith(b"SEFT") or len(bare) - start < 24:
        return len(body)
    (length,) = unpack_from("<I", bare, len(bare) - 8)
    directory = len(bare) - 8 - length
    if directory < start or bare[directory : directory + 4] != b"SEFH":
        return len(body)
    (count,) = unpack_from("<I", bare, directory + 8)
    if length != 12 + 12 * count:
        return len(body)
    begin = directory
    for entry in sorted(unpack_from("<II", bare, directory + 16 + 12 * each) for each in range(count)):
        back, size = entry
        if directory - back + size != begin:
            return len(body)
        begin = directory - back
    return begin if begin >= start else len(body)
