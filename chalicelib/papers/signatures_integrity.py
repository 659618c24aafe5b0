"""Is the file what was signed? The bytes under the signature, and what came after it.

Stricter than the library where readers of PDFs were fooled before (signature wrapping, incremental saving and shadow
attacks: Mladenov et al. 2019, Mainka et al. 2021): the gap between the signed bytes is the signature and nothing else.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, NumberObject, TrailerReference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.diff_analysis.rules.form_field_rules import is_field_visible
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.model import Integrity
from chalicelib.papers.signatures_forms import was_filled

_END: Final = re.compile(rb"[\s\0]*(endobj[\s\0]*)?startxref\s+\d{1,12}\s+%%EOF[\s\0]{0,64}\Z")
_TRAILER: Final = re.compile(rb"[\s\0]*<<")
_SUBFILTERS: Final = frozenset({"/adbe.pkcs7.detached", "/ETSI.CAdES.detached", "/PBAD.PAdES"})
_TAIL: Final = 65_536


@dataclass(frozen=True, slots=True)
class Held:
    """What the bytes and the signature say of each other. `is_made`: the key of its certificate made it."""

    integrity: Integrity
    is_made: bool
    detail: str = ""


def held(pdf: bytes, embedded: EmbeddedPdfSignature) -> Held:
    """Hold the signed bytes against the signature, whoever made it and whatever came later."""
    if str(embedded.sig_object.get("/SubFilter", "")) not in _SUBFILTERS:
        return Held("unreadable", is_made=False, detail="subfilter")
    content = embedded.signed_data["encap_content_info"]
    if content["content_type"].native != "data" or bytes(content["content"].contents or b""):
        return Held("unreadable", is_made=False, detail="content")
    misplaced = wrong_range(pdf, embedded)
    try:
        digest = b"" if misplaced else embedded.compute_digest()
        is_same, is_made = validate_sig_integrity(embedded.signer_info, embedded.signer_cert, "data", digest)
    except SignatureValidationError:
        return Held("altered", is_made=False, detail="signer")
    if not is_made or misplaced:
        return Held("altered", is_made=False, detail=misplaced or "signature")
    return Held("intact", is_made=True) if is_same else Held("altered", is_made=True, detail="digest")


def wrong_range(pdf: bytes, embedded: EmbeddedPdfSignature) -> str:
    """Say why the signed ranges are not all of the file but the signature itself, as far as they go; "" if they are."""
    numbers = list(embedded.byte_range)
    if len(numbers) != 4 or not all(isinstance(each, NumberObject) for each in numbers):
        return "byte_range"
    start, first, second, rest = (int(each) for each in numbers)
    if start != 0 or first <= 0 or rest <= 0 or not first < second < second + rest <= len(pdf):
        return "byte_range"
    gap = pdf[first:second]
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return "byte_range"
    try:
        written = bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError:
        return "contents"
    if written != embedded.pkcs7_content or written[_length(written) :].strip(b"\0"):
        return "contents"
    return ""


def _length(der: bytes) -> int:
    """Return how long the one DER value at the start is (X.690 §8.1.3); raises IndexError on what is none."""
    short = der[1]
    if short < 0x80:
        return 2 + short
    octets = short & 0x7F
    return 2 + octets + int.from_bytes(der[2 : 2 + octets])


def what_changed(pdf: bytes, embedded: EmbeddedPdfSignature, all_: Sequence[EmbeddedPdfSignature]) -> str:
    """Say in a code what was added after the signature that a reader would show; "" when there is no such thing."""
    _, _, second, rest = (int(each) for each in embedded.byte_range)
    if second + rest == len(pdf):
        return ""
    coverage = embedded.evaluate_signature_coverage()
    # The library's own comparison asks for it, and declares that it is None.
    embedded.coverage = coverage  # type: ignore[assignment]
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return "coverage"
    if _is_hybrid_since(embedded):
        return "hybrid"
    if not _ends_cleanly(pdf, embedded.reader):
        return "trailing"
    found = embedded.evaluate_modifications(DEFAULT_DIFF_POLICY)
    if not isinstance(found, DiffResult) or found.modification_level > ModificationLevel.FORM_FILLING:
        return "changed"
    return _not_allowed(found, embedded, all_)


def _not_allowed(found: DiffResult, embedded: EmbeddedPdfSignature, all_: Sequence[EmbeddedPdfSignature]) -> str:
    allowed = _permitted(embedded, all_)
    if allowed is MDPPerm.NO_CHANGES and found.modification_level > ModificationLevel.LTA_UPDATES:
        return "docmdp"
    if embedded.docmdp_level is None and was_filled(embedded):
        # The standard lets forms be filled where nobody forbids it, or where an earlier signer allows it: what somebody
        # signed without a word of their own on it stays.
        return "form"
    before = embedded.reader.get_historical_resolver(embedded.signed_revision)
    if any(
        isinstance(field, IndirectObject) and before.is_ref_unassignable(field.reference) and shows(field)
        for name, value, field in enumerate_sig_fields(embedded.reader, filled_status=False)
    ):
        return "appearance"
    return ""


def _permitted(embedded: EmbeddedPdfSignature, all_: Sequence[EmbeddedPdfSignature]) -> MDPPerm | None:
    """Return what the signature, or an earlier one that certified the file, lets others change afterwards."""
    said = (
        each.docmdp_level
        for each in all_
        if each is embedded or each.signed_revision < embedded.signed_revision
    )  # fmt: skip
    levels = [each for each in said if each is not None]
    return min(levels, key=lambda each: each.value) if levels else None


def shows(field: DictionaryObject | IndirectObject) -> bool:
    """Say whether a signature field has a place on a page where it may show something."""
    return bool(is_field_visible(field.get_object() if isinstance(field, IndirectObject) else field))


def _is_hybrid_since(embedded: EmbeddedPdfSignature) -> bool:
    """Say whether a later revision has two tables, for old readers and for new ones (ISO 32000-2 §7.5.8.4).

    Word writes every PDF so, and what was signed is signed, tables and all. What comes later must read in one way.
    """
    xrefs = embedded.reader.xrefs
    later = range(embedded.signed_revision + 1, xrefs.total_revisions)
    return any(xrefs.get_xref_data(each).hybrid is not None for each in later)


def _ends_cleanly(pdf: bytes, reader: PdfFileReader) -> bool:
    """Say whether nothing stands between the last table of the file and its end, or after that."""
    last = reader.xrefs.get_xref_container_info(reader.xrefs.total_revisions - 1)
    tail = BytesIO(pdf[last.end_location : last.end_location + _TAIL])
    if last.end_location + _TAIL < len(pdf):
        return False
    if _TRAILER.match(tail.getvalue()):
        DictionaryObject.read_from_stream(tail, TrailerReference(reader))
    return _END.match(tail.read()) is not None
