"""The versions of one issued document: same issuer, type, number and holder. Which is the newest stands in one item.

Built where documents are admitted, so that version, pointer and the end of the earlier version are one write. Numbers
are personal data: the pointer's key is blinded.
"""

from dataclasses import replace

from chalicelib.aws.keys import Keys
from chalicelib.aws.writes import Expect, Key, Put, Stored
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.errors import Conflict, Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, DocumentId, SubjectId
from chalicelib.kernel.text import comparable
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import series_item


class AlreadyIssued(Conflict):
    """A back file brings a paper that its issuer has in this warehouse already: it supersedes nothing that stands."""

    code = "already_issued"


@dataclass(frozen=True, slots=True)
class Named:
    """What makes two documents versions of one: its issuer, type, number, and whose it is."""

    issuer: ClientId
    type: str
    number: str
    owner: SubjectId


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a series."""

    series: DocumentId
    latest: DocumentId
    version: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A document in its place among the versions, the one it takes the place of, and the write that says so."""

    document: Document
    supersedes: DocumentId | None
    put: Put


def named(document: Document) -> Named | None:
    """Return what a document is a version of; None for one that no agency put in, or without a number."""
    if document.origin not in {"issued", "back_file"} or document.issuer is None or document.number is None:
        return None
    return Named(document.issuer, document.type, document.number, document.owner)


def series_key(keys: Keys, series: Named) -> Key:
    """Return where the newest version is pointed to. Spellings of one number that people take for equal are equal."""
    parts = ["series", series.issuer, series.type, comparable(series.number), series.owner]
    return series_item(keys.blinded(canonical(parts).decode()))


def newest(stored: Stored | None) -> Newest | None:
    """Read the pointer."""
    if stored is None:
        return None
    match stored.fields:
        case {"series": str(series), "latest": str(latest), "version": int(version)}:
            return Newest(DocumentId(series), DocumentId(latest), version)
        case _:
            raise Corrupt(what="series")


def placed(document: Document, key: Key, stored: Stored | None) -> Placed:
    """Return the document as the next version of its series, of which `stored` was read at `key`.

    Whether it may take that place is for who reads the earlier one to say (`need_place`).
    """
    before = newest(stored)
    if stored is None or before is None:
        return _as(document, key, (document.id, 1, None), Expect.ABSENT)
    if before.latest == document.id:
        return _as(document, key, (before.series, before.version, None), Expect.unchanged(stored.owner))
    version = before.version + 1
    return _as(document, key, (before.series, version, before.latest), Expect.unchanged(stored.owner))


def need_place(document: Document, earlier: Document | None) -> None:
    """Hold a document against the version it follows, None for one that was forgotten.

    Raises AlreadyIssued for a back file, unless its issuer revoked the one before: else what was brought in error could
    not be brought again.
    """
    if document.origin == "back_file" and (earlier is None or earlier.revoked is None):
        raise AlreadyIssued


def _as(document: Document, key: Key, place: tuple[DocumentId, int, DocumentId | None], expect: Expect) -> Placed:
    series, version, supersedes = place
    put = Put(key, {"series": series, "latest": document.id, "version": version}, expect)
    return Placed(replace(document, series=series, version=version), supersedes, put)
