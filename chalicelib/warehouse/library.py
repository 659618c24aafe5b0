"""The owner looks at the documents of a warehouse, takes them out, puts them away. Must not know HTTP or storage.

Whatever is given out is entered in the owner's access log before: no entry, no data.
"""

from dataclasses import field, replace
from datetime import datetime
from typing import Final

from chalicelib.audit.model import Action
from chalicelib.audit.service import Entries
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import DocumentId, EventId, IdSource, SubjectId
from chalicelib.turns import in_turn
from chalicelib.warehouse import told_library as told
from chalicelib.warehouse.library_port import (
    Acting,
    DocumentDeleted,
    GraceOver,
    IssuedDocument,
    Listed,
    Lists,
    NoFile,
    Rules,
    Wanted,
)
from chalicelib.warehouse.model import Document, File, State
from chalicelib.warehouse.places import Copy, document_key
from chalicelib.warehouse.port import Due, Files, KeptDocument, Shelf, Usage

_TRIES: Final = 10
_OWNERS: Final = frozenset({"upload", "typed"})
"""Origins of documents that their owner may delete."""
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "application/json": "json",
    "application/xml": "xml",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A link to a file, and until when it holds."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Library:
    """The use cases of an owner."""

    shelf: Shelf
    lists: Lists
    files: Files
    entries: Entries
    clock: Clock
    ids: IdSource
    rules: Rules = field(default_factory=Rules)

    def list(self, who: Acting, wanted: Wanted, start: str | None, limit: int) -> Listed:
        """Return some documents, newest first. Raises Contention, StoreUnavailable."""
        self._enter("listed", who)
        return self.lists.page(who.owner, wanted, start, limit)

    def show(self, who: Acting, document: DocumentId) -> Document:
        """Return all that is known of a document. Raises NotFound for what is not in this warehouse, Contention."""
        kept = self._need(who.owner, document)
        self._enter("shown", who, document)
        return kept.document

    def link(self, who: Acting, document: DocumentId, copy: Copy) -> Given:
        """Return a link to a copy of the document's file, good for a minute at most.

        Raises NotFound, NoFile, DocumentDeleted, Contention.
        """
        found = self._need(who.owner, document).document
        file = _file(found, copy)
        self._enter("thumbnail" if copy == "thumbnail" else "linked", who, document)
        media_type = "image/jpeg" if copy == "thumbnail" else file.media_type
        place = document_key(document, copy)
        return Given(*self.files.link(place, media_type, saved_as(found, media_type), self.rules.link_seconds))

    def delete(self, who: Acting, document: DocumentId) -> Document:
        """Put a document away: it counts no more from now on, and is gone when the days of grace are over.

        What is deleted already stays as it is. Raises NotFound, IssuedDocument, Contention.
        """
        if self._need(who.owner, document).document.origin not in _OWNERS:
            raise IssuedDocument
        self._enter("deleted", who, document)
        return in_turn(lambda: self._delete(who.owner, document), self.clock, _TRIES)

    def restore(self, who: Acting, document: DocumentId) -> Document:
        """Bring a deleted document back, as it stood; one that is not deleted stays as it is.

        Raises NotFound, GraceOver, Contention.
        """
        self._need(who.owner, document)
        self._enter("restored", who, document)
        return in_turn(lambda: self._restore(who.owner, document), self.clock, _TRIES)

    def purge(self, due: Due) -> bool:
        """Take away the document of a due note when its grace is over, its files first; say whether it is gone.

        Killed in between, it is taken away by whoever comes next. Raises Contention, StoreUnavailable.
        """
        return in_turn(lambda: self._purge(due), self.clock, _TRIES)

    def usage(self, who: Acting) -> Usage:
        """Return what the warehouse holds, as counts and bytes."""
        return self.shelf.usage(who.owner)

    def _delete(self, owner: SubjectId, document: DocumentId) -> Document:
        kept = self._need(owner, document)
        if kept.document.state == "deleted":
            return kept.document
        at = self.clock.now()
        after = replace(kept.document, state="deleted", deleted_at=at, purge_at=at + self.rules.grace)
        self.shelf.change(kept, after, told.deleted(after, self._event(), at))
        return after

    def _restore(self, owner: SubjectId, document: DocumentId) -> Document:
        kept, at = self._need(owner, document), self.clock.now()
        before = kept.document
        if before.state != "deleted":
            return before
        if before.purge_at is None or at >= before.purge_at:
            raise GraceOver
        after = replace(before, state=_stood(before), deleted_at=None, purge_at=None)
        self.shelf.change(kept, after, told.restored(after, self._event(), at))
        return after

    def _purge(self, due: Due) -> bool:
        kept, at = self.lists.deleted(due), self.clock.now()
        if kept is None:
            return True
        document = kept.document
        if document.state != "deleted" or document.purge_at is None or at < document.purge_at + self.rules.margin:
            return False
        self.files.remove(document.id)
        self.shelf.remove(kept, told.purged(document, self._event(), at))
        return True

    def _need(self, owner: SubjectId, document: DocumentId) -> KeptDocument:
        kept = self.shelf.find(owner, document)
        if kept is None:
            raise NotFound
        return kept

    def _enter(self, action: Action, who: Acting, document: DocumentId | None = None) -> None:
        self.entries.enter(who.owner, who.entry(action, self.clock.now(), document))

    def _event(self) -> EventId:
        return EventId(self.ids.new())


def saved_as(document: Document, media_type: str) -> str:
    """Return the name to save a file under: it stands in a URL, so not even the type does, which may tell of need."""
    return f"{document.id}.{ENDINGS[media_type]}"


def _file(document: Document, copy: Copy) -> File:
    if document.state == "deleted":
        raise DocumentDeleted
    file = document.file
    if file is None or (copy == "thumbnail" and not file.has_thumbnail):
        raise NoFile
    return file


def _stood(document: Document) -> State:
    if document.revoked is not None:
        return "revoked"
    return "available" if document.superseded_by is None else "superseded"
