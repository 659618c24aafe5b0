"""Opens photos and scans: sizes before pixels, every pixel before a yes, and a copy that shows and says no more.

What the library is given has no metadata left: only the parts that make the picture reach a decoder.
"""

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Final

from chalicelib.papers import jpeg, png
from chalicelib.papers.model import Limits, MediaType, Opened, Refused
from chalicelib.papers.thumbnails import of_image

if TYPE_CHECKING:
    from PIL.Image import Image

UNREADABLE: Final = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, zlib.error)
"""What the library raises over bytes that are not a picture after all."""
_SCANS: Final = 32
_QUALITY: Final = 95


def open_image(body: bytes, media_type: MediaType, limits: Limits) -> Opened | Refused:
    """Open a JPEG or PNG whose kind is known already, and return what may be given out of it.

    The copy is the same picture to the bit wherever it stands upright already; one that a phone marked as turned is
    turned and encoded once more (of a JPEG at quality 95; a PNG loses nothing, but 16 bits a colour become 8).
    """
    bare, turn, refused = _bare(body, media_type, limits)
    if refused is not None:
        return refused
    try:
        with _decoded(bare) as image:
            if turn == 1:
                served, upright = bare, image
            else:
                upright = _turned(image, turn)
                served = _encoded(upright, media_type)
            width, height = upright.size
            return Opened(media_type, served, of_image(upright, limits.thumbnail), None, width, height)
    except UNREADABLE as error:
        return Refused("image_unreadable", type(error).__name__)


def too_large(width: int, height: int, limits: Limits) -> bool:
    """Say whether a picture is beyond what is decoded."""
    return width > limits.side or height > limits.side or width * height > limits.pixels


def _bare(body: bytes, media_type: MediaType, limits: Limits) -> tuple[bytes, int, Refused | None]:
    """Return the parts that show, how they have to be turned, and the refusal if they are not opened at all."""
    if media_type == "image/png":
        return _bare_png(body, limits)
    walked = jpeg.walk(body)
    sizes = walked.sizes(body) if walked else ()
    if walked is None or len(sizes) != 1 or 0 in sizes[0]:
        return b"", 1, Refused("image_unreadable", "segments")
    if too_large(*sizes[0], limits):
        return b"", 1, Refused("image_too_large", "{}x{}".format(*sizes[0]))
    if walked.scans > _SCANS:
        return b"", 1, Refused("image_too_large", f"{walked.scans} scans")
    return jpeg.stripped(body, walked), jpeg.orientation(body, walked), None


def _bare_png(body: bytes, limits: Limits) -> tuple[bytes, int, Refused | None]:
    walked = png.walk(body)
    if walked is None or 0 in walked.size(body):
        return b"", 1, Refused("image_unreadable", "chunks")
    if walked.is_animated:
        return b"", 1, Refused("image_animated")
    width, height = walked.size(body)
    if too_large(width, height, limits):
        return b"", 1, Refused("image_too_large", f"{width}x{height}")
    return png.stripped(body, walked), png.orientation(body, walked), None


def _decoded(bare: bytes) -> "Image":
    from PIL import Image

    image = Image.open(BytesIO(bare), formats=("JPEG", "PNG"))
    image.load()
    return image


def _turned(image: "Image", turn: int) -> "Image":
    from PIL.Image import Transpose

    return image.transpose(
        {
            2: Transpose.FLIP_LEFT_RIGHT,
            3: Transpose.ROTATE_180,
            4: Transpose.FLIP_TOP_BOTTOM,
            5: Transpose.TRANSPOSE,
            6: Transpose.ROTATE_270,
            7: Transpose.TRANSVERSE,
            8: Transpose.ROTATE_90,
        }[turn]
    )


def _encoded(image: "Image", media_type: MediaType) -> bytes:
    out = BytesIO()
    profile = image.info.get("icc_profile")
    if media_type == "image/png":
        image.save(out, "PNG", icc_profile=profile)
    else:
        image.save(out, "JPEG", quality=_QUALITY, subsampling=0, icc_profile=profile)
    return out.getvalue()
