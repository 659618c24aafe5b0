"""Open an upload, give a further ticket, look at it, say that the file was sent. Must not know HTTP or storage.

The bytes never pass here: what is given out is a form that takes exactly the file that was declared.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Conflict, NotFound, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, EventId, IdSource, SubjectId, UploadId
from chalicelib.turns import Once, Raced, in_turn
from chalicelib.warehouse import told_uploads as told
from chalicelib.warehouse.port import Arrived, Files, KeptUpload, PostForm, UploadStore, Usage
from chalicelib.warehouse.quota import LIMITS, Limits, TicketsUsedUp
from chalicelib.warehouse.quota import opened as counted
from chalicelib.warehouse.upload import Issue, Upload, Wish, object_key, received, renewed
from chalicelib.warehouse.wishes import Wished, wish_of

TICKET_SECONDS: Final = 300
_TRIES: Final = 12


class NotUploaded(Conflict):
    """Nothing has come for this upload."""

    code = "not_uploaded"


class KeyReused(Unprocessable):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


class Asked(Protocol):
    """An upload to be opened: into whose warehouse, by whom, of what; `issue` where an agency brings it."""

    @property
    def owner(self) -> SubjectId:
        """Return whose warehouse."""
        ...

    @property
    def client(self) -> ClientId:
        """Return who opens it."""
        ...

    @property
    def wish(self) -> Wish:
        """Return what the file is to be."""
        ...

    @property
    def issue(self) -> Issue | None:
        """Return what the agency says of the document."""
        ...


@dataclass(frozen=True, slots=True)
class Own:
    """An upload of an owner's own, opened through a client."""

    owner: SubjectId
    client: ClientId
    wish: Wish
    issue: None = None


@dataclass(frozen=True, slots=True)
class Uploads:
    """The use cases of an owner, and what agencies' use cases stand on."""

    store: UploadStore
    files: Files
    definitions: Definitions
    clock: Clock
    ids: IdSource
    limits: Limits = LIMITS

    def open(self, owner: SubjectId, client: ClientId, asked: Wished, once: Once | None) -> tuple[Upload, PostForm]:
        """Open an upload of the owner's own. Raises what `wishes.wish_of` does, and as `open_for` does."""
        return self.open_for(Own(owner, client, wish_of(self.definitions.current(), owner, asked)), once)

    def open_for(self, asked: Asked, once: Once | None) -> tuple[Upload, PostForm]:
        """Open an upload. The same key with the same body gives the first one again, its ticket signed anew.

        Raises KeyReused, TooManyTickets, TooManyOpenUploads, QuotaExceeded, Contention, StoreUnavailable.
        """
        upload = in_turn(lambda: self._open(asked, once), self.clock, _TRIES)
        return upload, self._form(upload)

    def show(self, owner: SubjectId, client: ClientId, upload: UploadId) -> Upload:
        """Return an upload as it stands. Raises NotFound for what is not the owner's own through this client."""
        return self._own(owner, client, upload).upload

    def renew(self, owner: SubjectId, client: ClientId, upload: UploadId) -> tuple[Upload, PostForm]:
        """Give a further ticket for a file that did not come. Raises NotFound, and as `renew_for` does."""
        return self.renew_for(self._own(owner, client, upload))

    def renew_for(self, kept: KeptUpload) -> tuple[Upload, PostForm]:
        """Give a further ticket. A file that came by an earlier one is taken all the same.

        Raises UploadUnderWay, TicketsUsedUp, TooManyTickets, TooManyOpenUploads, QuotaExceeded, Contention,
        StoreUnavailable.
        """
        held = [kept]

        def work() -> Upload:
            try:
                return self._renew(held[0])
            except Raced:
                held[0] = self._need(kept.upload.id)
                raise

        upload = in_turn(work, self.clock, _TRIES)
        return upload, self._form(upload)

    def complete(self, owner: SubjectId, client: ClientId, upload: UploadId) -> Upload:
        """Take note that the file was sent; said again it changes nothing.

        Raises NotFound, NotUploaded where nothing has come, Contention, StoreUnavailable.
        """
        return in_turn(lambda: self._complete(self._own(owner, client, upload)), self.clock, _TRIES)

    def _open(self, asked: Asked, once: Once | None) -> Upload:
        start = self.store.begin(asked.owner, asked.client, once)
        if start.earlier is not None:
            if not start.earlier.same:
                raise KeyReused
            return self._need(start.earlier.upload).upload
        now = self.clock.now()
        upload = Upload(
            id=UploadId(self.ids.new()),
            owner=asked.owner,
            client=asked.client,
            wish=asked.wish,
            catalogue=self.definitions.current().hash,
            state="opened",
            opened_at=now,
            ticket_until=_until(now),
            issue=asked.issue,
        )
        usage = self._counted(start.usage, upload, now)
        start.open(upload, usage, told.opened(upload, EventId(self.ids.new())))
        return upload

    def _renew(self, kept: KeptUpload) -> Upload:
        now = self.clock.now()
        after = renewed(kept.upload, _until(now), now)
        if after.attempt > self.limits.attempts:
            raise TicketsUsedUp
        start = self.store.begin(after.owner, after.client, None)
        usage = self._counted(start.usage, after, now)
        start.renew(kept, after, usage, told.renewed(after, EventId(self.ids.new()), now))
        return after

    def _counted(self, usage: Usage, upload: Upload, now: datetime) -> Usage:
        """Count what an owner opens. A holder's limits are their own: an agency is neither held by them nor told."""
        return usage if upload.issue is not None else counted(usage, upload, now, self.limits)

    def _complete(self, kept: KeptUpload) -> Upload:
        upload, now = kept.upload, self.clock.now()
        if upload.state not in {"opened", "expired"}:
            return upload
        found = self._arrived(upload)
        if found is None:
            raise NotUploaded
        after = received(upload, found.key, found.version, now)
        self.store.change(kept, after, told.completed(after, EventId(self.ids.new()), now))
        return after

    def _arrived(self, upload: Upload) -> Arrived | None:
        attempts = range(upload.attempt, 0, -1)
        found = (self.files.arrived(object_key(upload.id, attempt)) for attempt in attempts)
        return next((each for each in found if each is not None), None)

    def _form(self, upload: Upload) -> PostForm:
        """Sign a form that ends with the ticket, never later: of one that is over it is no use, and says so."""
        left = int((upload.ticket_until - self.clock.now()).total_seconds())
        wish, key = upload.wish, object_key(upload.id, upload.attempt)
        form = self.files.ticket(key, wish.media_type, wish.size, wish.sha256, max(1, left))
        return replace(form, expires_at=upload.ticket_until)

    def _own(self, owner: SubjectId, client: ClientId, upload: UploadId) -> KeptUpload:
        kept = self._need(upload)
        if kept.upload.owner != owner or kept.upload.client != client or kept.upload.issue is not None:
            raise NotFound
        return kept

    def _need(self, upload: UploadId) -> KeptUpload:
        kept = self.store.find(upload)
        if kept is None:
            raise NotFound
        return kept


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=TICKET_SECONDS)
