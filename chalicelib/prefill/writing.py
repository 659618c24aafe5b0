"""Write the next state of a prefill on top of the latest one, whoever else writes. Must not know HTTP or storage."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Contention, NotFound, PreconditionFailed
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import EventId, IdSource, PrefillId
from chalicelib.prefill.hand import Desk
from chalicelib.prefill.job import Job, Shown, Who
from chalicelib.prefill.port import Earlier, PrefillFull, PrefillStore, Taken
from chalicelib.prefill.reader import Reader
from chalicelib.prefill.revision import MOST_REVISIONS, Revision
from chalicelib.prefill.service import KeyReused
from chalicelib.prefill.sheet import Sheet
from chalicelib.turns import Once, Raced

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class State:
    """A revision with the job behind it."""

    revision: Revision
    job: Job

    @property
    def desk(self) -> Desk:
        """Return the sheet on what sources say."""
        return Desk(self.job.form, self.job.items, self.revision.resolution, self.revision.sheet)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one prefill; `seen` is the revision that the caller saw, None where any will do."""

    who: Who
    prefill: PrefillId
    once: Once | None = None
    seen: int | None = None


Made = tuple[State, Event]


@dataclass(frozen=True, slots=True)
class Writer:
    """What every use case that changes a prefill has in common."""

    store: PrefillStore
    reader: Reader
    clock: Clock
    ids: IdSource

    def write(self, change: Change, make: Callable[[State], Made | None]) -> State:
        """Write what `make` makes of the present state; None changes nothing, and nothing is written.

        With an idempotency key that was used before, return what came of it. Raises NotFound, Expired, LevelTooLow,
        InFlight as `Reader.revision`; PreconditionFailed where the caller saw an older revision; PrefillFull,
        KeyReused, Contention.
        """
        for _ in range(_TRIES):
            taken = self.store.take(change.who, change.prefill, change.once)
            before = self._state(change, taken)
            if taken is not None and taken.earlier is not None:
                return self._again(change, taken.earlier)
            if before.revision.number >= MOST_REVISIONS:
                raise PrefillFull
            if change.seen not in {None, before.revision.number}:
                raise PreconditionFailed
            made = make(before)
            if made is None or taken is None:
                return before
            try:
                taken.amend(made[0].revision, made[1])
            except Raced:
                continue
            return made[0]
        raise Contention(retry_after=1)

    def with_sheet(self, before: State, sheet: Sheet) -> State:
        """Return the next state with another sheet, its answers made again: what is typed decides what is shown."""
        after = replace(before.revision, number=before.revision.number + 1, made_at=self.clock.now(), sheet=sheet)
        job = self.reader.job(after)
        return State(self.reader.resolved(after, job), job)

    def event_id(self) -> EventId:
        """Return a new event's id."""
        return EventId(self.ids.new())

    def shown(self, state: State) -> Shown:
        """Return the state as it is put into words."""
        return self.reader.shown(state.revision, state.job)

    def _state(self, change: Change, taken: Taken | None) -> State:
        found = self.reader.owned(change.who, change.prefill, None if taken is None else taken.revision)
        revision = self.reader.current(found)
        return State(revision, self.reader.job(revision))

    def _again(self, change: Change, earlier: Earlier) -> State:
        if not earlier.same or earlier.prefill != change.prefill:
            raise KeyReused
        revision = self.reader.revision(change.who, change.prefill, earlier.number)
        if revision.number != earlier.number:
            raise NotFound
        return State(revision, self.reader.job(revision))
