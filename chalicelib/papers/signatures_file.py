"""One signed PDF: finds its signatures, and puts the answers about each together.

Knows pyHanko; must not know whose file it is. The only way in is `signatures.verify`.
"""

import asyncio
import logging  # noqa: TID251 - the library below writes names of signers into logs, and is silenced here
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.model import Integrity, Root, Signature
from chalicelib.papers.signatures import unreadable
from chalicelib.papers.signatures_evidence import Evidence
from chalicelib.papers.signatures_integrity import Held, held, shows, what_changed
from chalicelib.papers.signatures_signers import kind_of, signer_of
from chalicelib.papers.signatures_stamps import Stamps
from chalicelib.papers.signatures_trust import Judge

_MOST_SIGNATURES: Final = 40
_MOST_REVISIONS: Final = 80
"""A file with more is not read: each signature is held against each later revision."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).disabled = True
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class _Read:
    """A signature of the file with the answer about it."""

    embedded: EmbeddedPdfSignature
    answer: Signature


def answers(pdf: bytes, roots: tuple[Root, ...], at: datetime) -> tuple[Signature, ...]:
    """Return the answers about each signature. Raises whatever the library raises on a file that it cannot read."""
    reader = PdfFileReader(BytesIO(pdf))
    if reader.encrypted:
        return (unreadable("encrypted"),)
    fields = [field for _, _, field in enumerate_sig_fields(reader, filled_status=True)]
    if not fields:
        return ()
    if len(fields) > _MOST_SIGNATURES or reader.xrefs.total_revisions > _MOST_REVISIONS:
        return (unreadable("too_many"),)
    return asyncio.run(_answered(pdf, reader, fields, Judge(roots, at)))


async def _answered(
    pdf: bytes, reader: PdfFileReader, fields: Sequence[DictionaryObject], judge: Judge
) -> tuple[Signature, ...]:
    lost, embedded = [], []
    for field in fields:
        try:
            embedded.append(EmbeddedPdfSignature(reader, field, str(field.get_object().get("/T", ""))))
        except Exception as error:  # noqa: BLE001 - one that cannot be read does not hide the others
            lost.append(unreadable(type(error).__name__))
    embedded.sort(key=lambda each: each.signed_revision)
    evidence = Evidence.of(reader, embedded)
    stamps = await Stamps.read(pdf, embedded, judge, evidence)
    made = [each for each in embedded if each.sig_object_type != "/DocTimeStamp"]
    read = [_Read(each, await _answer(pdf, each, made, (judge, evidence, stamps))) for each in made]
    pictures = [each.signed_revision for each in embedded if each not in made and shows(each.sig_field)]
    return (*(each.answer for each in _drawn_over(read, pictures)), *lost)


async def _answer(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    all_: Sequence[EmbeddedPdfSignature],
    by: tuple[Judge, Evidence, Stamps],
) -> Signature:
    judge, evidence, stamps = by
    try:
        found = held(pdf, embedded)
        if not found.is_made:
            return Signature(
                found.integrity, "untrusted", None, claimed(embedded), at_proved=False, detail=found.detail
            )
        integrity, detail = _with_later(pdf, embedded, all_, found)
        proved = await stamps.proved(embedded)
        certificate = embedded.signer_cert
        moment = judge.at if proved is None else proved
        trust, why = await judge.signer(embedded, kind_of(certificate), evidence, moment)
        at = claimed(embedded) if proved is None else proved
        return Signature(integrity, trust, signer_of(certificate), at, proved is not None, detail or why)
    except Exception as error:  # noqa: BLE001 - as above
        return unreadable(type(error).__name__)


def _with_later(
    pdf: bytes, embedded: EmbeddedPdfSignature, all_: Sequence[EmbeddedPdfSignature], found: Held
) -> tuple[Integrity, str]:
    if found.integrity != "intact":
        return found.integrity, found.detail
    later = what_changed(pdf, embedded, all_)
    return ("extended", later) if later else ("intact", "")


def _drawn_over(read: Sequence[_Read], pictures: Sequence[int]) -> Iterator[_Read]:
    """Yield them, those of agencies no more intact where somebody else's later signature shows a picture.

    A signature may look like anything, and lie anywhere on the page: only an agency may draw on what an agency signed.
    A timestamp that shows a picture (`pictures`: its revision) signs for nobody, whoever made it. That the person signs
    first and the agency after is taken to be the usual order [M].
    """
    drawing = [*pictures] + [
        each.embedded.signed_revision
        for each in read
        if shows(each.embedded.sig_field) and not (each.answer.is_valid and _is_agency(each.answer))
    ]
    for each in read:
        covered = any(revision > each.embedded.signed_revision for revision in drawing)
        if covered and _is_agency(each.answer) and each.answer.integrity == "intact":
            yield replace(each, answer=replace(each.answer, integrity="extended", detail="drawn_over"))
        else:
            yield each


def _is_agency(answer: Signature) -> bool:
    return answer.signer is not None and answer.signer.kind == "agency"


def claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    """Return when the file says it was signed, UTC; None where it does not, or not in a way that can be read."""
    try:
        said = embedded.self_reported_timestamp
    except Exception:  # noqa: BLE001 - a date that nobody can read is no date
        return None
    if not isinstance(said, datetime):
        return None
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
