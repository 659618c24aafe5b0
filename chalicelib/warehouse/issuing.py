"""Agencies issue documents into warehouses, look what became of them, and revoke them. Must not know HTTP or storage.

An agency speaks of its own documents alone, and never learns who has a warehouse or what is done with it there:
whoever is named, an issue is accepted alike, and a holder who puts a document away changes nothing in the answer.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from chalicelib.audit.model import Action, of_warehouse
from chalicelib.audit.service import Entries
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, DocumentId, EventId, IdSource, SubjectId, UploadId
from chalicelib.turns import Once, in_turn
from chalicelib.warehouse.declared import Declared, stated
from chalicelib.warehouse.model import Document, Revoked
from chalicelib.warehouse.port import KeptUpload, PostForm, Shelf, UploadStore
from chalicelib.warehouse.series import Named, Newest
from chalicelib.warehouse.told_issues import revoked
from chalicelib.warehouse.upload import Issue, Upload, UploadState, Wish

_TRIES: Final = 10
ISSUING: Final = "issue"
"""What an agency's idempotency keys are about: of all holders alike, so that a key names one document."""
Standing: TypeAlias = UploadState | Literal["superseded", "revoked"]


class NotIssuedYet(Conflict):
    """There is no document to revoke: its file did not come, is being checked, or was rejected."""

    code = "not_issued_yet"


@dataclass(frozen=True, slots=True)
class Opened:
    """A document whose file is awaited, the version it would be by now, and where the file is to go."""

    upload: Upload
    version: int
    form: PostForm


@dataclass(frozen=True, slots=True)
class Version:
    """One version as its issuer sees it."""

    id: DocumentId
    version: int
    state: Literal["available", "superseded", "revoked"]
    superseded_by: DocumentId | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as its issuer sees it. `document` is None until it is admitted."""

    id: DocumentId
    type: str
    state: Standing
    version: int
    opened_at: datetime
    upload: Upload | None = None
    document: Document | None = None
    newest: Version | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """Whose document it is that an agency put in, by which it is found again."""

    issuer: ClientId
    owner: SubjectId
    type: str
    number: str
    at: datetime


class IssueStore(Protocol):
    """What is kept about issued documents beside the shelf."""

    def newest(self, series: Named) -> Newest | None:
        """Return the newest version that was admitted."""
        ...

    def brought(self, document: DocumentId) -> Brought | None:
        """Return whose document it is that an agency set out to bring."""
        ...

    def remember(self, document: DocumentId, brought: Brought) -> None:
        """Keep that; written again it stands as written last."""
        ...


class Tickets(Protocol):
    """What opens uploads, and gives further tickets for them."""

    def open_for(self, upload: "Opening", once: Once | None) -> tuple[Upload, PostForm]:
        """Open an upload; the same key with the same body gives the first one again. Raises KeyReused, Contention."""
        ...

    def renew_for(self, kept: KeptUpload) -> tuple[Upload, PostForm]:
        """Give a further ticket. Raises Contention, and a Conflict where the upload has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """An upload to be opened into somebody's warehouse by an agency."""

    owner: SubjectId
    client: ClientId
    wish: Wish
    issue: Issue


@dataclass(frozen=True, slots=True)
class Issuing:
    """The use cases of an agency."""

    tickets: Tickets
    uploads: UploadStore
    shelf: Shelf
    store: IssueStore
    definitions: Definitions
    entries: Entries
    clock: Clock
    ids: IdSource

    def issue(self, who: ClientId, asked: Declared, once: Once) -> Opened:
        """Read what the agency says of a document, and open an upload for its signed file; its holder's log says so.

        Raises NotIssuer, NoSuchDocumentType, BadDeclared, HolderMismatch with the places in the request; KeyReused,
        Contention, StoreUnavailable.
        """
        catalogue = self.definitions.current()
        wish, issue = stated(catalogue, who, asked, self.clock.now())
        newest = self.store.newest(Named(who, asked.type, asked.number, asked.holder))
        if newest is not None:
            issue = replace(issue, version=newest.version + 1, series=newest.series, supersedes=newest.latest)
        upload, form = self.tickets.open_for(Opening(asked.holder, who, wish, issue), once)
        document = DocumentId(upload.id)
        brought = Brought(who, asked.holder, asked.type, asked.number, upload.opened_at)
        in_turn(lambda: self.store.remember(document, brought), self.clock, _TRIES)
        self._enter("issued", brought, document)
        return Opened(upload, (upload.issue or issue).version, form)

    def renew(self, who: ClientId, document: DocumentId) -> tuple[Upload, PostForm]:
        """Give a further ticket for a file that did not come. Raises NotFound, and as `Tickets.renew_for` does."""
        return self.tickets.renew_for(self._upload(who, document))

    def show(self, who: ClientId, document: DocumentId) -> Issued:
        """Return what became of a document; the look is entered in its holder's access log before.

        Raises NotFound for what this agency did not issue.
        """
        brought, upload = self._own(who, document)
        self._enter("shown", brought, document)
        return self._issued(document, brought, upload)

    def revoke(self, who: ClientId, document: DocumentId, why: tuple[str, str | None]) -> Issued:
        """Revoke a document (thu hồi): its holder sees it, and what it says stops counting at once.

        Revoked once, it stays as it was revoked first. Raises NotFound, NotIssuedYet, Contention.
        """
        brought, _ = self._own(who, document)
        if self.shelf.find(brought.owner, document) is None:
            raise NotIssuedYet
        self._enter("revoked", brought, document)
        at = Revoked(self.clock.now(), *why)
        in_turn(lambda: self._revoke(document, brought, at), self.clock, _TRIES)
        return self._issued(document, *self._own(who, document))

    def _revoke(self, document: DocumentId, brought: Brought, at: Revoked) -> None:
        kept = self.shelf.find(brought.owner, document)
        if kept is None or kept.document.revoked is not None:
            return
        before = kept.document
        after = replace(before, state="deleted" if before.state == "deleted" else "revoked", revoked=at)
        self.shelf.change(kept, after, revoked(after, at, EventId(self.ids.new())))

    def _own(self, who: ClientId, document: DocumentId) -> tuple[Brought, Upload | None]:
        """Return whose it is, and its upload, which is forgotten some time after it ended."""
        told = self.store.brought(document)
        if told is None or told.issuer != who:
            raise NotFound
        kept = self.uploads.find(UploadId(document))
        return told, None if kept is None else kept.upload

    def _upload(self, who: ClientId, document: DocumentId) -> KeptUpload:
        kept = self.uploads.find(UploadId(document))
        if kept is None or kept.upload.issue is None or kept.upload.client != who:
            raise NotFound
        return kept

    def _issued(self, document: DocumentId, brought: Brought, upload: Upload | None) -> Issued:
        found = self.shelf.find(brought.owner, document)
        if found is None and upload is None:
            raise NotFound
        kept = None if found is None else found.document
        planned = upload.issue.version if upload is not None and upload.issue is not None else 1
        waiting: Standing = "available" if upload is None else upload.state
        return Issued(
            document,
            brought.type,
            waiting if kept is None else state_for_issuer(kept),
            planned if kept is None else kept.version,
            brought.at,
            upload,
            kept,
            self._newest(brought),
        )

    def _newest(self, brought: Brought) -> Version | None:
        newest = self.store.newest(Named(brought.issuer, brought.type, brought.number, brought.owner))
        found = None if newest is None else self.shelf.find(brought.owner, newest.latest)
        if found is None:
            return None
        kept = found.document
        return Version(kept.id, kept.version, state_for_issuer(kept), kept.superseded_by)

    def _enter(self, action: Action, brought: Brought, document: DocumentId) -> None:
        self.entries.enter(brought.owner, of_warehouse(action, self.clock.now(), brought.issuer, None, document))


def state_for_issuer(document: Document) -> Literal["available", "superseded", "revoked"]:
    """Return how a document stands between issuer and holder, whatever the holder did with their copy."""
    if document.revoked is not None:
        return "revoked"
    return "superseded" if document.superseded_by is not None else "available"
