"""How large a picture inside a PDF becomes once it is decoded: by what it says, and what the PDF says.

Knows headers only; decodes nothing.
"""

from struct import unpack_from
from typing import TYPE_CHECKING, Final

from chalicelib.papers import jpeg

if TYPE_CHECKING:
    from pikepdf import Object

_COLOURS: Final = 3
_GREY: Final = frozenset({"/DeviceGray", "/CalGray"})
"""Held with one byte for a pixel; a space that only its profile tells of is held to have three."""
_SIZ: Final = b"\xff\x4f\xff\x51"


def picture_bytes(stream: "Object", raw: bytes) -> int:
    """Return the bytes of a stream's picture when decoded; 0 for a stream that is none."""
    if str(stream.get("/Subtype")) != "/Image":
        return 0
    width, height = _number(stream, "/Width"), _number(stream, "/Height")
    bits = _number(stream, "/BitsPerComponent") or (1 if stream.get("/ImageMask") else 8)
    stated = width * height * (bits if bits == 1 or _is_grey(stream) else bits * _COLOURS) // 8
    return max(stated, _own_bytes(raw))


def _is_grey(stream: "Object") -> bool:
    from pikepdf import Array

    space = stream.get("/ColorSpace")
    first = space[0] if isinstance(space, Array) and len(space) else space
    return str(first) in _GREY


def _number(stream: "Object", key: str) -> int:
    value: object = stream.get(key)
    return max(value, 0) if isinstance(value, int) else 0


def _own_bytes(raw: bytes) -> int:
    """Return what a JPEG (T.81) or JPEG 2000 (T.800 A.5.1) itself says it becomes, which a decoder believes."""
    if raw.startswith(b"\xff\xd8"):
        walked = jpeg.walk(raw)
        return walked.decoded(raw) if walked else 0
    at = raw.find(_SIZ)
    if at < 0 or at + 16 > len(raw):
        return 0
    across, down = unpack_from(">II", raw, at + 8)
    return int(across * down * _COLOURS)
