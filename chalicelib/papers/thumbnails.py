"""Small pictures of images and first pages, as JPEG. Knows pixels only."""

from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITY: Final = 80
_RESIZED: Final = frozenset({"L", "RGB", "RGBA", "CMYK"})
"""Modes that are made small first and plain then, so that no second large picture is held."""
ALONE: Final = Lock()
"""The renderer of pages keeps state of its own for the whole process: one page at a time."""


def of_image(image: "Image", side: int) -> bytes:
    """Return a JPEG of a decoded picture, its longer side at most `side` pixels; what is transparent becomes white."""
    from PIL import ImageOps

    small = image if image.mode in _RESIZED else plain(image)
    if max(small.size) > side:
        small = ImageOps.contain(small, (side, side))
    out = BytesIO()
    plain(small).save(out, "JPEG", quality=_QUALITY, icc_profile=None)
    return out.getvalue()


def of_first_page(body: bytes, side: int) -> bytes | None:
    """Return a JPEG of the first page of a PDF, its longer side `side` pixels; None where it cannot be rendered."""
    from pypdfium2 import PdfDocument, PdfiumError

    with ALONE:
        try:
            document = PdfDocument(body)
        except PdfiumError:
            return None
        try:
            page = document[0]
            longer = max(page.get_size())
            if not 0 < longer < float("inf"):
                return None
            image = page.render(scale=side / longer, limit_image_cache=True).to_pil()
            return of_image(image, side)
        except (PdfiumError, ValueError, MemoryError, ZeroDivisionError):
            return None
        finally:
            document.close()


def plain(image: "Image") -> "Image":
    """Return a picture of its own in eight bits a colour, on white."""
    from PIL import Image

    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image.copy()
    if image.mode == "CMYK":
        return image.convert("RGB")
    seen = image.convert("RGBA")
    white = Image.new("RGBA", seen.size, "white")
    white.alpha_composite(seen)
    return white.convert("RGB")
