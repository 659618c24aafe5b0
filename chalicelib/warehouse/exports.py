"""Everything of a warehouse as one archive (sao chép toàn bộ): asked for, made by a worker, fetched by link, gone in a
week. Must not know HTTP, storage or ZIP.
"""  # noqa: D205

from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, TypeAlias

from chalicelib.audit.model import Access, Ground
from chalicelib.audit.service import Entries
from chalicelib.kernel.clock import Clock, iso
from chalicelib.kernel.errors import Gone, NotFound
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, EventId, IdSource, SubjectId
from chalicelib.turns import Raced, in_turn
from chalicelib.warehouse import told_library as told
from chalicelib.warehouse.library_port import Acting
from chalicelib.warehouse.port import Due

_TRIES: Final = 10
ExportState: TypeAlias = Literal["requested", "ready", "expired", "failed"]


class ExportExpired(Gone):
    """The archive is not kept any more."""

    code = "export_expired"


@dataclass(frozen=True, slots=True)
class ExportRules:
    """How often an archive is made anew, how long it is kept, and when it is looked after."""

    every: timedelta = timedelta(hours=1)
    kept: timedelta = timedelta(days=7)
    patience: timedelta = timedelta(minutes=20)
    """After so long without an archive it is asked for again."""
    attempts: int = 5
    link_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Export:
    """An archive as it stands. `due_at` is when a sweep looks at it; `documents` and `size` are of what is ready."""

    id: str
    owner: SubjectId
    client: ClientId
    basis: Ground
    state: ExportState
    requested_at: datetime
    due_at: datetime | None
    attempt: int = 1
    documents: int = 0
    size: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptExport:
    """An export as it was read; `version` is for the store to see that nothing changed it since."""

    export: Export
    version: str


@dataclass(frozen=True, slots=True)
class Latest:
    """The last export of an owner, and whether the idempotency key given now was given with it."""

    export: Export
    same_key: bool


class Requesting(Protocol):
    """What the one read before a new export found, and the one transaction that may follow."""

    @property
    def latest(self) -> Latest | None:
        """Return the owner's last export."""
        ...

    def request(self, export: Export, event: Event, entry: Access) -> None:
        """Write log entry, export, the owner's pointer to it, due note and event in one transaction. Raises Raced."""
        ...


class ExportStore(Protocol):
    """Where exports are kept."""

    def begin(self, owner: SubjectId, key: str | None) -> Requesting:
        """Read the owner's last export; `key` is the caller's idempotency key."""
        ...

    def find(self, export: str) -> KeptExport | None:
        """Return an export on the service's own account: whoever shows it to a caller compares the owner first."""
        ...

    def change(self, kept: KeptExport, after: Export, event: Event | None) -> None:
        """Write the next state, its due note in place of the one before, and the event. Raises Raced."""
        ...


class Archives(Protocol):
    """Where archives are made and kept."""

    def make(self, export: Export) -> tuple[int, int]:
        """Write the archive of all that stood when it was asked for; return its documents and bytes.

        A second time writes the same archive in its place. Raises StoreUnavailable.
        """
        ...

    def link(self, export: Export, file_name: str, seconds: int) -> tuple[str, datetime]:
        """Return a link that ends soon, and when."""
        ...

    def remove(self, export: Export) -> None:
        """Take the archive away; what is gone already is no fault."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """An export as its owner sees it, with a link where it is ready."""

    export: Export
    link: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Exports:
    """The use cases: of an owner, of the worker, and of the sweep."""

    store: ExportStore
    archives: Archives
    entries: Entries
    clock: Clock
    ids: IdSource
    rules: ExportRules = field(default_factory=ExportRules)

    def request(self, who: Acting, key: str | None) -> Export:
        """Ask for an archive. One that is being made, is not an hour old, or has the same key is answered again.

        So whoever lost the answer has it back, and one an hour is made at most. Raises Contention, StoreUnavailable.
        """
        return in_turn(lambda: self._request(who, key), self.clock, _TRIES)

    def show(self, who: Acting, export: str) -> Fetched:
        """Return an export of this owner's, with a link when it is ready; the link is entered in the log before.

        Raises NotFound, ExportExpired, Contention, StoreUnavailable.
        """
        kept = self.store.find(export)
        if kept is None or kept.export.owner != who.owner:
            raise NotFound
        found, now = kept.export, self.clock.now()
        if found.state == "expired" or (found.expires_at is not None and now >= found.expires_at):
            raise ExportExpired
        if found.state != "ready":
            return Fetched(found)
        self.entries.enter(who.owner, who.entry("exported", now))
        name = f"motlan-{iso(found.requested_at)[:10]}.zip"
        return Fetched(found, self.archives.link(found, name, self.rules.link_seconds))

    def run(self, export: str) -> None:
        """Make the archive, unless it is made or given up. Raises StoreUnavailable, Contention: then again."""
        kept = self.store.find(export)
        if kept is None or kept.export.state != "requested":
            return
        documents, size = self.archives.make(kept.export)
        in_turn(lambda: self._ready(export, documents, size), self.clock, _TRIES)

    def resume(self, due: Due) -> None:
        """Look after an export whose time has come: ask the worker again, give up, or take the archive away.

        Raises Contention, StoreUnavailable.
        """
        in_turn(lambda: self._resume(due.id), self.clock, _TRIES)

    def _request(self, who: Acting, key: str | None) -> Export:
        start, at = self.store.begin(who.owner, key), self.clock.now()
        if start.latest is not None:
            before = start.latest.export
            if start.latest.same_key or before.state == "requested":
                return before
            if before.state == "ready" and at < before.requested_at + self.rules.every:
                return before
        entry = who.entry("exported", at)
        place = (who.owner, who.client, who.basis)
        export = Export(self.ids.new(), *place, "requested", at, at + self.rules.patience)
        start.request(export, told.export_requested(export.id, 1, self._event(), at), entry)
        return export

    def _ready(self, id_: str, documents: int, size: int) -> None:
        kept, at = self._need(id_), self.clock.now()
        if kept.export.state != "requested":
            if kept.export.state != "ready":
                self.archives.remove(kept.export)  # given up meanwhile: nobody will fetch it
            return
        until = at + self.rules.kept
        made = replace(kept.export, state="ready", documents=documents, size=size, expires_at=until, due_at=until)
        self.store.change(kept, made, told.export_ready(id_, documents, size, (self._event(), at)))

    def _resume(self, id_: str) -> None:
        kept, at = self.store.find(id_), self.clock.now()
        if kept is None or kept.export.due_at is None or at < kept.export.due_at:
            return
        export = kept.export
        if export.state == "ready":
            self.archives.remove(export)
            self.store.change(kept, replace(export, state="expired", due_at=None), None)
        elif export.attempt >= self.rules.attempts:
            self.archives.remove(export)
            self.store.change(kept, replace(export, state="failed", due_at=None), None)
        else:
            again = replace(export, attempt=export.attempt + 1, due_at=at + self.rules.patience)
            self.store.change(kept, again, told.export_requested(id_, again.attempt, self._event(), at))

    def _need(self, id_: str) -> KeptExport:
        kept = self.store.find(id_)
        if kept is None:
            raise Raced
        return kept

    def _event(self) -> EventId:
        return EventId(self.ids.new())
