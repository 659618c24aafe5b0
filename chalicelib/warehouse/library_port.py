"""What the use cases of a warehouse's owner need beyond the shelf and the files, in their own words. Knows no table."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.audit.model import Access, Action, Ground, of_warehouse
from chalicelib.kernel.errors import Conflict, Gone, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, DocumentId, PersonalId, SubjectId
from chalicelib.warehouse.model import Document, State
from chalicelib.warehouse.port import Due, KeptDocument


class IssuedDocument(Conflict):
    """An agency put this document in: it is the agency's to revoke, not the owner's to delete."""

    code = "issued_document"


class GraceOver(Conflict):
    """The days in which a deleted document can be brought back are over."""

    code = "grace_over"


class DocumentDeleted(Gone):
    """The document is deleted: bring it back first, within the days of grace."""

    code = "document_deleted"


class NoFile(NotFound):
    """There is no such file: the document was typed, or there is nothing to see of it."""

    code = "no_file"


@dataclass(frozen=True, slots=True)
class Rules:
    """For how long deleted documents are kept, and links hold."""

    grace: timedelta = timedelta(days=7)
    margin: timedelta = timedelta(minutes=1)
    """Nothing is taken away before so much more than the grace is over: clocks of two machines differ."""
    link_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in which warehouse: its owner, or somebody who represents the organisation that owns it."""

    owner: SubjectId
    client: ClientId
    basis: Ground = "own"
    representative: str | None = None
    """What stands for the one who represents, in the organisation's log alone."""

    def entry(self, action: Action, at: datetime, document: DocumentId | None = None) -> Access:
        """Return what the owner's access log tells of something done."""
        done = of_warehouse(action, at, self.client, self.basis, document)
        return replace(done, representative=self.representative)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents to list: of a type, in a state (None: all that are not deleted), with all of these words."""

    type: str | None = None
    state: State | None = None
    words: tuple[str, ...] = ()
    with_deleted: bool = False
    """Where no state is asked for: deleted ones too, as long as they are kept."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some documents, newest first, and where to go on; there may be fewer than asked for and still more to come."""

    documents: tuple[Document, ...]
    next: str | None


class Lists(Protocol):
    """Where documents are found without their id."""

    def page(self, owner: SubjectId, wanted: Wanted, start: str | None, limit: int) -> Listed:
        """Look at up to `limit` documents older than `start`, and return those wanted; one query, one batch read."""
        ...

    def deleted(self, due: Due) -> KeptDocument | None:
        """Return the deleted document that a sweep was told to look at; None when it is gone."""
        ...


class Standings(Protocol):
    """Who may act for an organisation."""

    def need(self, person: PersonalId, client: ClientId, organisation: str) -> SubjectId:
        """Return the organisation's id. Raises a Forbidden for whoever does not represent it."""
        ...
