"""An agency brings in old results in bulk: a manifest, the files it names, and then row by row. Must not know HTTP.

Work goes in chunks, one message each: the rows of a chunk, how far the import is, and the event that carries on are
one write, so a crash or a repeated message leaves off where the last write ended, and the document of a row has an id
of its own that no second try changes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final
from unicodedata import normalize

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Conflict, FieldProblem, NotFound, Unprocessable
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, EventId, IdSource
from chalicelib.turns import Raced, in_turn
from chalicelib.warehouse import told_imports as told
from chalicelib.warehouse.import_model import (
    CHUNK,
    FileWish,
    Import,
    ImportId,
    ManifestWish,
    Outcome,
    RowResult,
    advanced,
    failed,
    finished,
    is_stuck,
    look_again_at,
    stalled,
    started,
)
from chalicelib.warehouse.import_port import ImportFiles, ImportStore, KeptImport, RowsPage, RowWork
from chalicelib.warehouse.manifest import MOST_ROWS, BadManifest, Raw, header, lines, rows
from chalicelib.warehouse.port import Due, PostForm

TICKET_SECONDS: Final = 300
_TRIES: Final = 10


class ManifestMissing(Conflict):
    """The manifest has not arrived, or not the one that was announced."""

    code = "manifest_missing"


class ImportStarted(Conflict):
    """The import runs or has ended: its files were to be announced before."""

    code = "import_started"


class RepeatedFile(Unprocessable):
    """A file is announced twice in one request."""

    code = "bad_declared"


@dataclass(frozen=True, slots=True)
class Imports:
    """The use cases of an agency, and of the worker."""

    store: ImportStore
    files: ImportFiles
    row: RowWork
    clock: Clock
    ids: IdSource

    def open(self, who: ClientId, manifest: ManifestWish, note: str | None) -> tuple[Import, PostForm]:
        """Open an import; return it with a ticket for its manifest. Raises StoreUnavailable."""
        import_ = Import(ImportId(self.ids.new()), who, manifest, note, "opened", self.clock.now())
        self.store.create(import_)
        return import_, self.files.manifest_ticket(import_, TICKET_SECONDS)

    def tickets(self, who: ClientId, import_: ImportId, wanted: Sequence[FileWish]) -> tuple[PostForm, ...]:
        """Announce files, and return a ticket for each; the manifest's own is given anew where none is named.

        Raises NotFound, ImportStarted, RepeatedFile, Contention.
        """
        if len({normalize("NFC", each.name) for each in wanted}) != len(wanted):
            raise RepeatedFile(FieldProblem("/files", "repeated"))

        def announced() -> Import:
            kept = self._own(who, import_)
            if kept.import_.state != "opened":
                raise ImportStarted
            self.store.announce(kept, wanted)
            return kept.import_

        found = in_turn(announced, self.clock, _TRIES)
        if not wanted:
            return (self.files.manifest_ticket(found, TICKET_SECONDS),)
        return tuple(self.files.ticket(found, each, TICKET_SECONDS) for each in wanted)

    def start(self, who: ClientId, import_: ImportId) -> Import:
        """Start it, with the manifest that is there now; started once, it stays as it goes.

        Raises NotFound, ManifestMissing, Contention.
        """
        return in_turn(lambda: self._start(who, import_), self.clock, _TRIES)

    def show(self, who: ClientId, import_: ImportId) -> Import:
        """Return how far it is. Raises NotFound for what this agency did not open."""
        return self._own(who, import_).import_

    def results(
        self, who: ClientId, import_: ImportId, outcome: Outcome | None, page: tuple[str | None, int]
    ) -> RowsPage:
        """Return what came of its rows. Raises NotFound."""
        return self.store.rows(self._own(who, import_).import_.id, outcome, *page)

    def run(self, event: Event) -> None:
        """Work the chunk that an event of an import is about; one that was worked already is left alone.

        Raises SourceError, StoreUnavailable and Contention: the message is to come again.
        """
        kept = self.store.find(ImportId(event.subject))
        if kept is None or kept.import_.state != "running" or kept.import_.done != event.data.get("done"):
            return
        try:
            self._looked_through(kept) if kept.import_.rows is None else self._work(kept)
        except Raced:
            return  # somebody else worked this chunk, and said what carries on

    def remind(self, due: Due) -> None:
        """Say again what carries an import on that has not gone further: its message may be lost. For the sweep."""
        kept = self.store.find(ImportId(due.id))
        if kept is None or kept.import_.state != "running":
            return
        at = self.clock.now()
        try:
            self._change(kept, stalled(kept.import_), (), at)
        except Raced:
            return  # it went further just now

    def _start(self, who: ClientId, import_: ImportId) -> Import:
        kept = self._own(who, import_)
        if kept.import_.state != "opened":
            return kept.import_
        version = self.files.manifest_version(kept.import_)
        if version is None:
            raise ManifestMissing
        at = self.clock.now()
        after = replace(started(kept.import_, version, at), look_at=look_again_at(kept.import_, at))
        self.store.change(kept, after, (), told.started(after, self._event()))
        return after

    def _looked_through(self, kept: KeptImport) -> None:
        """Look whether the manifest is what was announced, and how many rows it has, before any row is worked."""
        import_, at = kept.import_, self.clock.now()
        try:
            after = self._counted(import_) if not is_stuck(import_) else failed(import_, "not_checked", at)
        except BadManifest as bad:
            after = failed(import_, bad.fault, at)
        if after.state == "running" and not after.rows:
            after = finished(after, at)
        self._change(kept, after, (), at)

    def _counted(self, import_: Import) -> Import:
        if self.files.digest(import_) != import_.manifest.sha256:
            raise BadManifest("digest_mismatch")
        found = lines(self.files.manifest(import_, 0))
        columns: tuple[str, ...] = ()
        offset = many = 0
        if import_.manifest.media_type == "text/csv":
            first = next(found, b"")
            columns, offset = header(first), len(first)
        for _ in rows(import_.manifest.media_type, columns, found, offset):
            many += 1
            if many > MOST_ROWS:
                raise BadManifest("too_many_rows")
        return replace(import_, columns=columns, offset=offset, rows=many)

    def _work(self, kept: KeptImport) -> None:
        import_ = kept.import_
        found = rows(
            import_.manifest.media_type,
            import_.columns,
            lines(self.files.manifest(import_, import_.offset)),
            import_.offset,
        )
        worked: list[RowResult] = []
        offset = import_.offset
        try:
            for raw in islice(found, 1 if import_.careful else CHUNK):
                worked.append(self._worked(import_, import_.done + len(worked) + 1, raw))
                offset = raw.end
        except BadManifest as bad:
            at = self.clock.now()
            self._change(kept, failed(advanced(import_, worked, offset, at), bad.fault, at), worked, at)
            return
        at = self.clock.now()
        further = advanced(import_, worked, offset, at)
        self._change(kept, further if worked else finished(further, at), worked, at)

    def _worked(self, import_: Import, number: int, raw: Raw) -> RowResult:
        if is_stuck(import_):
            return RowResult(number, "failed", "not_checked")
        return self.row.work(import_, number, raw)

    def _change(self, kept: KeptImport, after: Import, worked: Sequence[RowResult], at: datetime) -> None:
        event, after = self._event(), replace(after, look_at=look_again_at(after, at))
        said = told.advanced(after, event, at) if after.state == "running" else told.finished(after, event, at)
        self.store.change(kept, after, worked, said)

    def _own(self, who: ClientId, import_: ImportId) -> KeptImport:
        kept = self.store.find(import_)
        if kept is None or kept.import_.client != who:
            raise NotFound
        return kept

    def _event(self) -> EventId:
        return EventId(self.ids.new())
