"""Opens PDFs: that they show pages and do nothing else. Returns the very bytes, for a signature holds of no others.

A table of objects that is out of order is not mended: what one reader makes of it, another does not.
"""

import re
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Final

from chalicelib.papers.model import Limits, Opened, Reason, Refused
from chalicelib.papers.pdf_drawings import weigh_drawings
from chalicelib.papers.pdf_findings import TooManyObjects, findings, hidden, xfa_finding
from chalicelib.papers.pdf_pictures import picture_bytes
from chalicelib.papers.pdf_streams import Budget, TooMuch, packed_objects, survey, unpacked
from chalicelib.papers.thumbnails import of_first_page

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_ENCRYPT: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_FOREIGN: Final = (ValueError, TypeError, LookupError, RuntimeError, ArithmeticError, NotImplementedError)
"""What the library raises, besides its own, over objects that are not of the kind they should be."""


def open_pdf(body: bytes, limits: Limits) -> Opened | Refused:
    """Open a PDF and look at everything in it."""
    from pikepdf import PasswordError, PdfError
    from pikepdf import open as open_

    try:
        survey(body, limits.unpacked)
        with open_(BytesIO(body), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return Refused("pdf_encrypted")
            refused = _refusal(pdf, body, limits)
            pages = 0 if refused else len(pdf.pages)
    except PasswordError:
        return Refused("pdf_encrypted")
    except TooMuch as error:
        return Refused("pdf_too_large", str(error))
    except TooManyObjects:
        return Refused("pdf_too_large", "objects")
    except (PdfError, *_FOREIGN) as error:
        return Refused("pdf_encrypted" if _ENCRYPT.search(body) else "pdf_unreadable", type(error).__name__)
    return refused or _shown(body, pages, limits)


def _shown(body: bytes, pages: int, limits: Limits) -> Opened | Refused:
    thumbnail = of_first_page(body, limits.thumbnail)
    if thumbnail is None:
        return Refused("pdf_unreadable", "render")
    return Opened("application/pdf", body, thumbnail, pages)


def _refusal(pdf: "Pdf", body: bytes, limits: Limits) -> Refused | None:
    found = _weigh(pdf, limits) or findings(pdf.objects) or _xfa(pdf)
    if found:
        return Refused(found)
    if earlier := _hidden(body):
        return Refused(earlier, "earlier version")
    pages = len(pdf.pages)
    if pages == 0:
        return Refused("pdf_unreadable", "no page")
    if pages > limits.pages:
        return Refused("pdf_too_many_pages", str(pages))
    weigh_drawings(pdf)
    return None


def _hidden(body: bytes) -> Reason | None:
    """Look at what earlier versions say, packed or not."""
    for each in chain((body,), packed_objects(body)):
        if found := hidden(each):
            return found
    return None


def _weigh(pdf: "Pdf", limits: Limits) -> Reason | None:
    """Count what all streams come to, and what the largest picture does once it is decoded. Raises TooMuch."""
    from pikepdf import Stream

    budget = Budget(limits.unpacked)
    for each in pdf.objects:
        if isinstance(each, Stream):
            raw = each.read_raw_bytes()
            unpacked(raw, _filters(each), budget)
            if picture_bytes(each, raw) > limits.unpacked:
                return "pdf_too_large"
    return None


def _filters(stream: "Object") -> list[str]:
    from pikepdf import Array

    value = stream.get("/Filter")
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, Array) else [str(value)]  # type: ignore[attr-defined]


def _xfa(pdf: "Pdf") -> Reason | None:
    """Look for scripts in a form of the XFA kind; the size of its packets is known by now."""
    from pikepdf import Array, Dictionary, Stream

    form = pdf.Root.get("/AcroForm")
    xfa = form.get("/XFA") if isinstance(form, Dictionary) else None
    parts = list(xfa) if isinstance(xfa, Array) else [xfa]  # type: ignore[call-overload]
    return xfa_finding(each.read_bytes() for each in parts if isinstance(each, Stream))
