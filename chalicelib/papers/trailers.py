"""What phones put after the end of a JPEG, and what nobody honest does. Pure.

Known and let pass, for the served copy ends at the first picture: further pictures that the first one announces (CIPA
DC-007 multi-picture format: gain maps, depth), the film of a motion photo, and the trailers that Samsung, vivo and OPPO
(OnePlus, realme) put behind nearly every photo. Their makers publish none of these: what is here, files show [M].
"""

import json
from struct import unpack_from
from typing import Final

from chalicelib.papers import jpeg
from chalicelib.papers.jpeg import Jpeg

BLANK: Final = b"\x00\t\n\x0c\r "
_ANNOUNCED: Final = (b"Container:Directory", b"GCamera:MicroVideo", b"GCamera:MotionPhoto")
_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"moof", b"mfra"})
_PARTS: Final = 16
_VIVO: Final = b"\xff\xff\xff\xff\x1b*9HWfu\x84\x93\xa2\xb1"
_SMALL: Final = 65_536
"""Bytes of a maker's text; those seen have some hundred."""


def ends_well(body: bytes, first: Jpeg) -> bool:
    """Say whether nothing follows the first picture but what a phone puts there."""
    said = first.said(body)
    multiple = any(each.startswith(b"MPF\x00") for each in said)
    container = any(mark in each for each in said for mark in _ANNOUNCED)
    at, end = first.end, _before_maker(body, first.end)
    for _ in range(_PARTS):
        if container and body[at + 4 : at + 8] == b"ftyp":
            following = _past_film(body, at, end)
        else:
            at = _past_blanks(body, at, end)
            if at >= end or _is_oppo(body, at):
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


def _before_maker(body: bytes, start: int) -> int:
    """Return where the trailer of a maker begins; the end of the file where there is none."""
    return min(_before_samsung(body, start), _before_vivo(body, start))


def _before_vivo(body: bytes, start: int) -> int:
    """Find `vivo`, an object of JSON, four bytes of a length after a NUL, and a mark that never changes."""
    if not body.endswith(_VIVO):
        return len(body)
    end = len(body) - len(_VIVO)
    begin = body.rfind(b"vivo{", max(start, end - _SMALL), end)
    if begin < 0:
        return len(body)
    text, _, length = body[begin + 4 : end].partition(b"\x00")
    return begin if len(length) <= 8 and isinstance(_told(text), dict) else len(body)


def _is_oppo(body: bytes, at: int) -> bool:
    """Say whether there are blocks, a list in JSON of how far back they lie, then `jxrs` and its length with these."""
    if body[-8:-4] != b"jxrs":
        return False
    length: int = unpack_from("<I", body, len(body) - 4)[0]
    directory = len(body) - length
    if not 8 < length <= _SMALL or directory < at:
        return False
    told = _told(body[directory:-8].rstrip(BLANK))
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        return False
    distances = (each.get("offset") for each in told)
    return directory - at <= max((each for each in distances if isinstance(each, int)), default=0)


def _told(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


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
