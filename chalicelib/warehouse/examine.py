"""From the bytes that came to a document, or to the reason why there is none. Must not know where either is kept.

Asked again about the same bytes it finds the same: what it reads by is pinned with the upload.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeAlias

from chalicelib.definitions.model import Catalogue
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import Clock, local_day
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import DocumentId
from chalicelib.papers.model import Limits, Opened, Refused, Scan, Signature
from chalicelib.papers.structured import read_json, read_xml
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.model import Document, File, Holder, assurance_of
from chalicelib.warehouse.port import Arrived, Malware, Papers
from chalicelib.warehouse.reading import Reading, holder_of, read, tables
from chalicelib.warehouse.trust_definition import roots_of
from chalicelib.warehouse.upload import Rejection, Upload

_BY_CODES: Final = frozenset({"citizen_card_qr", "health_card_qr"})


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is taken: the document that it makes, and what is kept of it besides the original."""

    document: Document
    opened: Opened


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that is not, and why; `detail` is for operators."""

    reason: Rejection
    detail: str = ""


Examined: TypeAlias = Taken | NotTaken


@dataclass(frozen=True, slots=True)
class Examiner:
    """What looks into files."""

    papers: Papers
    malware: Malware
    definitions: Definitions
    clock: Clock
    allows_synthetic: bool

    def examine(self, upload: Upload, arrived: Arrived, body: bytes) -> Examined:
        """Hold the bytes against what was declared, open them, and read them by the type's words.

        Nothing is opened before size and digest are the declared ones. Raises ScanPending, StoreUnavailable.
        """
        wish = upload.wish
        if len(body) != wish.size:
            return NotTaken("size_mismatch")
        if hashlib.sha256(body).hexdigest() != wish.sha256:
            return NotTaken("digest_mismatch")
        opened = self.papers.open(body, wish.media_type)
        if isinstance(opened, Refused):
            return NotTaken(opened.reason, opened.detail)
        scan = self.malware.scan(arrived, body)
        if scan == "infected":
            return NotTaken("malware")
        return self._read(upload, arrived, opened, scan)

    def _read(self, upload: Upload, arrived: Arrived, opened: Opened, scan: Scan) -> Examined:
        catalogue = self.definitions.at(upload.catalogue)
        type_ = catalogue.find(DOCUMENT_TYPES, upload.wish.type)
        if type_ is None:
            return NotTaken("no_such_type")
        signatures = self._signatures(opened)
        document = _document(upload, type_, self._says(upload, type_, catalogue, opened))
        assurance = assurance_of(signatures)
        if document.origin == "issued" and assurance == "scan":
            return NotTaken("not_signed")
        file = File(
            media_type=opened.media_type,
            size=upload.wish.size,
            sha256=upload.wish.sha256,
            version=arrived.version,
            scan=scan,
            has_thumbnail=opened.thumbnail is not None,
            is_redacted=hashlib.sha256(opened.served).hexdigest() != upload.wish.sha256,
            pages=opened.pages,
        )
        return Taken(_proved(document, file, signatures), opened)

    def _signatures(self, opened: Opened) -> tuple[Signature, ...]:
        if opened.media_type != "application/pdf":
            return ()
        roots = roots_of(self.definitions.current(), allows_synthetic=self.allows_synthetic)
        return self.papers.signatures(opened.served, roots, self.clock.now())

    def _says(self, upload: Upload, type_: DocumentType, catalogue: Catalogue, opened: Opened) -> "_Said":
        if upload.issue is not None:
            return _declared(upload)
        reader = type_.readers.get(opened.media_type)
        if reader is None:
            return _Said(Reading(), "unproved")
        payload: tuple[str, ...] | Json = self.papers.codes(opened) if reader in _BY_CODES else _structured(opened)
        reading = read(type_, opened.media_type, payload, tables(catalogue, local_day(upload.opened_at)))
        return _Said(reading, holder_of(type_, reading, upload.owner))


def _structured(opened: Opened) -> Json:
    """Return a file that was opened already as what paths read."""
    value = (read_xml if opened.media_type == "application/xml" else read_json)(opened.served, Limits())
    return None if isinstance(value, Refused) else value


@dataclass(frozen=True, slots=True)
class _Said:
    reading: Reading
    holder: Holder


def _declared(upload: Upload) -> _Said:
    """Return what the agency said: its data were held against the holder when it said them."""
    issue = upload.issue
    if issue is None:
        return _Said(Reading(), "unproved")
    reading = Reading(issue.items, None, issue.number, issue.issued_on, issue.valid_until)
    return _Said(reading, "owner")


def _document(upload: Upload, type_: DocumentType, said: _Said) -> Document:
    issue, reading = upload.issue, said.reading
    return Document(
        id=DocumentId(upload.id),
        owner=upload.owner,
        type=upload.wish.type,
        title=upload.wish.title,
        origin="upload" if issue is None else issue.origin,
        state="available",
        assurance="scan",
        created_at=_since(upload),
        mapping=type_.mapping,
        catalogue=upload.catalogue,
        holder=said.holder,
        items=reading.items,
        number=reading.number,
        issued_on=reading.issued_on,
        valid_until=reading.valid_until,
        issuer=None if issue is None else upload.client,
        version=1 if issue is None else issue.version,
        series=None if issue is None else issue.series,
    )


def _since(upload: Upload) -> datetime:
    """Return when the file was first seen: the same however often it is worked."""
    return upload.changed_at or upload.opened_at


def _proved(document: Document, file: File, signatures: tuple[Signature, ...]) -> Document:
    return replace(document, file=file, signatures=signatures, assurance=assurance_of(signatures))
