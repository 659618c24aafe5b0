"""The texts of the QR codes in a picture of a paper. Knows how to find a code; must not know what one means.

People photograph cards askew, in poor light and from too far or too near, so a picture is looked at in several ways,
the cheapest first, and no longer once one of them has shown a code. The number of ways is fixed: a picture costs a
bounded amount of work, whatever is on it.
"""

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

from chalicelib.papers.model import Opened
from chalicelib.papers.thumbnails import ALONE, plain

if TYPE_CHECKING:
    from PIL.Image import Image

PAGES: Final = 2
"""Of a PDF, the pages that are looked at: a card has two sides."""
MOST_CODES: Final = 8
_LONG_SIDE: Final = 1600
"""Pixels that a picture is brought to first: a card's code is then large enough, and noise is averaged away."""
_LARGEST: Final = 3200
_DOTS_PER_POINT: Final = 200 / 72
_Way: TypeAlias = "Callable[[Image], Image]"


def read_codes(opened: Opened) -> tuple[str, ...]:
    """Return the texts of the QR codes, each once, in the order found; a code that is not UTF-8 is passed over.

    Nothing for a file that is no picture.
    """
    found: dict[str, None] = {}
    for picture in _pictures(opened):
        found.update(dict.fromkeys(_in(picture)))
    return tuple(found)[:MOST_CODES]


def _pictures(opened: Opened) -> Iterator["Image"]:
    if opened.media_type == "application/pdf":
        yield from _pages(opened.served)
    elif opened.media_type in {"image/jpeg", "image/png"}:
        from PIL import Image

        with Image.open(io.BytesIO(opened.served)) as picture:
            yield plain(picture).convert("L")


def _pages(pdf: bytes) -> Iterator["Image"]:
    """Yield the first pages; one that cannot be shown has no code, and does not hide the other."""
    for number in range(PAGES):
        if (shown := _page(pdf, number)) is not None:
            yield shown


def _page(pdf: bytes, number: int) -> "Image | None":
    from pypdfium2 import PdfDocument, PdfiumError

    with ALONE:
        document = PdfDocument(pdf)
        try:
            if number >= len(document):
                return None
            page = document[number]
            scale = min(_DOTS_PER_POINT, _LARGEST / max(*page.get_size(), 1.0))
            shown: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
        except (PdfiumError, ValueError, MemoryError, ZeroDivisionError):
            return None
        else:
            return shown
        finally:
            document.close()


def _in(picture: "Image") -> tuple[str, ...]:
    """Return what the first way that shows anything shows."""
    for way in _WAYS:
        if texts := _seen(way(picture)):
            return texts
    return ()


def _seen(picture: "Image") -> tuple[str, ...]:
    import zxingcpp

    results = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return tuple(text for each in results if (text := _text(each.bytes)))


def _text(raw: bytes) -> str:
    """Return UTF-8 as it is: the library guesses at other character sets, and takes Vietnamese for Japanese."""
    try:
        return bytes(raw).decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _sized(longest: int) -> _Way:
    def way(picture: "Image") -> "Image":
        from PIL import Image

        factor = min(longest / max(picture.size), 4.0)
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        return picture.resize(size, Image.Resampling.LANCZOS)

    return way


def _lit(longest: int) -> _Way:
    def way(picture: "Image") -> "Image":
        from PIL import ImageOps

        return ImageOps.autocontrast(_sized(longest)(picture), cutoff=2)

    return way


def _sharpened(longest: int, radius: float) -> _Way:
    def way(picture: "Image") -> "Image":
        from PIL import ImageFilter

        return _lit(longest)(picture).filter(ImageFilter.UnsharpMask(radius=radius, percent=250, threshold=0))

    return way


_WAYS: Final[tuple[_Way, ...]] = (
    _sized(_LONG_SIDE),
    _lit(_LONG_SIDE),
    _sized(_LARGEST),
    _sharpened(_LARGEST, 3.0),
    _sharpened(_LONG_SIDE, 2.0),
    _sized(_LONG_SIDE // 2),
    _sharpened(_LONG_SIDE // 2, 2.0),
)
