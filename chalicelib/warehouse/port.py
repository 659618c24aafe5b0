"""What the warehouse needs of the world, in its own words: stores, files, what opens and scans them. Knows no table."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Protocol

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, ClientId, DocumentId, ItemId, SubjectId, UploadId
from chalicelib.papers.model import MediaType, Opened, Refused, Root, Scan, Signature
from chalicelib.turns import Once
from chalicelib.warehouse.model import Document, Standing
from chalicelib.warehouse.upload import Upload


class QuotaExceeded(Conflict):
    """The owner's warehouse has no room for this file, or for one more document."""

    code = "quota_exceeded"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an idempotency key already stands for, and whether it was for the same body."""

    upload: UploadId
    same: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What an owner uses: documents and bytes that are kept (deleted ones until their grace is over), and the uploads
    under way with the bytes each may bring.
    """  # noqa: D205

    documents: int = 0
    bytes: int = 0
    open: Mapping[UploadId, tuple[int, datetime]] = field(default_factory=dict)
    """By upload: its size, and until when it counts."""
    hour: str = ""
    """The hour (UTC) that `tickets` were given out in, for the rate."""
    tickets: int = 0


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """An upload as it was read; `version` is for the store to see that nothing changed it since."""

    upload: Upload
    version: str


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document as it was read; `version` as above."""

    document: Document
    version: str


@dataclass(frozen=True, slots=True)
class HeldItem:
    """The newest value of an item of one standing, and the document it is from."""

    item: ItemId
    value: Json
    standing: Standing
    document: DocumentId
    type: str
    path: str
    mapping: str
    read_at: str
    as_of: str | None
    until: str | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """The best paper of one standing that proves something: valid the longest, then the newest."""

    evidence: str
    standing: Standing
    document: DocumentId
    type: str
    mapping: str
    read_at: str
    as_of: str | None
    until: str | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an owner's documents say now, of the items and kinds of evidence that were asked for."""

    items: tuple[HeldItem, ...] = ()
    papers: tuple[HeldPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a sweep has to look at."""

    kind: str
    id: str
    at: datetime


class Opening(Protocol):
    """What the one read before a new ticket found, and the one transaction that may follow."""

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used; then nothing may follow."""
        ...

    @property
    def usage(self) -> Usage:
        """Return what the owner uses now."""
        ...

    def open(self, upload: Upload, usage: Usage, event: Event) -> None:
        """Write upload, usage, due note, event and idempotency record in one transaction. Raises Raced."""
        ...

    def renew(self, kept: KeptUpload, after: Upload, usage: Usage, event: Event) -> None:
        """Write a further ticket of an upload, and what it counts for, in one transaction. Raises Raced."""
        ...


class UploadStore(Protocol):
    """Where uploads are kept; what is personal in them under the owner's data key."""

    def begin(self, owner: SubjectId, client: ClientId, once: Once | None) -> Opening:
        """Read usage, data key and idempotency record in one call."""
        ...

    def find(self, upload: UploadId) -> KeptUpload | None:
        """Return an upload on the service's own account: whoever shows it to a caller compares the owner first."""
        ...

    def change(self, kept: KeptUpload, after: Upload, event: Event | None = None) -> None:
        """Write the next state (and the note of when to look again), with its event. Raises Raced."""
        ...

    def due(self, until: datetime) -> Iterator[Due]:
        """Yield what has to be looked at by then, as `Dues` says."""
        ...


class Dues(Protocol):
    """Notes of what somebody has to look at, and when."""

    def due(self, until: datetime) -> Iterator[Due]:
        """Yield what has to be looked at by then, oldest first within a shard, page by page.

        Another shard is the first one each minute: a sweep that does not come to the end begins elsewhere next time.
        """
        ...


class Shelf(Protocol):
    """Where documents are kept, with what they say: heads of items and papers, lists, usage."""

    def admit(self, document: Document, event: Event, ended: tuple[KeptUpload, Upload] | None = None) -> None:
        """Put a document on the shelf: it, its pointers, what it says, the usage, and the end of its upload, in one
        transaction. A version that it supersedes stops counting in the same one; what an agency put in finds its
        place among the versions by `series.placed`, read and written with it. Raises Raced, QuotaExceeded, and
        AlreadyIssued for a back file of what is there.
        """  # noqa: D205
        ...

    def reject(self, kept: KeptUpload, ended: Upload, event: Event) -> None:
        """End an upload without a document (rejected, expired), giving back its part of the quota. Raises Raced."""
        ...

    def find(self, owner: SubjectId, document: DocumentId) -> KeptDocument | None:
        """Return a document of this owner's. None for any other, alike."""
        ...

    def change(self, kept: KeptDocument, after: Document, event: Event) -> None:
        """Write the next state of a document; where it begins or ceases to count, what is held follows.

        Raises Raced.
        """
        ...

    def remove(self, kept: KeptDocument, event: Event) -> None:
        """Forget a document whose grace is over, and give back its room. Its files are gone already. Raises Raced."""
        ...

    def held(self, owner: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Holdings:
        """Return what is held now, in one query: its cost does not grow with the number of documents."""
        ...

    def usage(self, owner: SubjectId) -> Usage:
        """Return what the owner uses."""
        ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """An object as the store of files describes it; `version` pins these bytes whatever is put over them later."""

    key: str
    version: str
    size: int


@dataclass(frozen=True, slots=True)
class PostForm:
    """An HTML form's worth of an upload (S3 POST policy): where to send it, and the fields that go before the file."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


class Files(Protocol):
    """Where files are put by others, and where the checked ones are kept. Times in seconds."""

    def ticket(self, key: str, media_type: MediaType, size: int, sha256: str, seconds: int) -> PostForm:
        """Return a form that takes exactly this key, type, size and digest, until it expires."""
        ...

    def arrived(self, key: str, version: str | None = None) -> Arrived | None:
        """Return what is there now, or that version of it; None where nothing is."""
        ...

    def read(self, arrived: Arrived) -> bytes:
        """Return the bytes of that very version. Raises NotFound, StoreUnavailable."""
        ...

    def promote(self, arrived: Arrived, key: str, sha256: str) -> None:
        """Copy that version among the checked files and see that the digest is still the one. Raises Corrupt."""
        ...

    def keep(self, key: str, body: bytes, media_type: str) -> None:
        """Put a file of our own making among the checked ones; a second time changes nothing."""
        ...

    def kept(self, key: str) -> bytes:
        """Return a checked file. Raises NotFound."""
        ...

    def link(self, key: str, media_type: str, file_name: str, seconds: int) -> tuple[str, datetime]:
        """Return a link to a checked file that ends soon, and when; the file name is the one to save it under."""
        ...

    def discard(self, arrived: Arrived) -> None:
        """Take away what was put by others; what is gone already is no fault."""
        ...

    def remove(self, document: DocumentId) -> None:
        """Take away all copies of a document, all versions; what is gone already is no fault."""
        ...


class Papers(Protocol):
    """What opens files (chalicelib/papers)."""

    def open(self, body: bytes, declared: MediaType) -> Opened | Refused:
        """Find out what the bytes are, and open them."""
        ...

    def codes(self, opened: Opened) -> tuple[str, ...]:
        """Return the texts of the codes (QR) in an image or on the first pages."""
        ...

    def signatures(self, body: bytes, roots: tuple[Root, ...], at: datetime) -> tuple[Signature, ...]:
        """Return the three answers about each signature of a PDF; nothing for a file without any."""
        ...


class Malware(Protocol):
    """A scanner of files (chalicelib/papers/malware)."""

    def scan(self, arrived: Arrived, body: bytes) -> Scan:
        """Say what it finds. Raises ScanPending (a SourceError) when it has not looked yet, or cannot be reached."""
        ...


class Refs(Protocol):
    """What stands for owners in keys."""

    def ref(self, subject: SubjectId) -> CitizenRef:
        """Return the keyed reference."""
        ...
