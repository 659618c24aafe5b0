"""How large a picture inside a PDF becomes once it is decoded: by what it says, and what the PDF says.

Knows headers only; decodes nothing.
"""

from struct import unpack_from
from typing import TYPE_CHECKING, Final

from chalicelib.papers import jpeg

if TYPE_CHECKING:
    from pikepdf import Object

_COLOURS: Final = 3
_SIZ: Final = b"\xff\x4f\xff\x51"


def picture_bytes(stream: "Object", raw: bytes) -> int:
    """Return the bytes of a stream's picture when decoded; 0 for a stream that is none."""
    if str(stream.get("/Subtype")) != "/Image":
        return 0
    width, height = _number(stream, "/Width"), _number(stream, "/Height")
    bits = _number(stream, "/BitsPerComponent") or (1 if stream.get("/ImageMask") else 8)
    stated = width * height * (bits if bits == 1 else bits * _COLOURS) // 8
    return max(stated, *(across * down * _COLOURS for across, down in _own_sizes(raw)), 0)


def _number(stream: "Object", key: str) -> int:
    value: object = stream.get(key)
    return max(value, 0) if isinstance(value, int) else 0


def _own_sizes(raw: bytes) -> list[tuple[int, int]]:
    """Return the sizes that a JPEG (T.81) or JPEG 2000 (T.800 A.5.1) states, which a decoder believes."""
    if raw.startswith(b"\xff\xd8"):
        walked = jpeg.walk(raw)
        return list(walked.sizes(raw)) if walked else []
    at = raw.find(_SIZ)
    if at < 0 or at + 16 > len(raw):
        return []
    across, down = unpack_from(">II", raw, at + 8)
    return [(across, down)]
