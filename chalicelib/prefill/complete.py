"""Bring a prefill up to date when nobody waits for it: a register that was late, a consent given or withdrawn.

Runs behind the queue, never in a request. Everything is decided anew: rights, the log entry before the call, and
whether it is still this message's turn; so a message that comes twice, late or out of order changes nothing.
"""

from dataclasses import replace
from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import AppError, Contention, Corrupt, SourceError
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ConsentId, EventId, IdSource, PrefillId
from chalicelib.prefill.asking import Asking, Gathered
from chalicelib.prefill.entries import Occasion
from chalicelib.prefill.job import Job, Rights
from chalicelib.prefill.port import Done, PrefillStore
from chalicelib.prefill.reach import still_open, unasked
from chalicelib.prefill.reader import Reader
from chalicelib.prefill.revision import Revision, overruled
from chalicelib.prefill.told import INCOMPLETE, told
from chalicelib.sources.model import Call
from chalicelib.turns import Raced

CONSUMER: Final = "complete_prefill"
PATIENCE_MS: Final = 8_000
"""Time for one register when nobody is waiting for the page."""
GRANTED: Final = "consent.granted"
WITHDRAWN: Final = "consent.withdrawn"
_TRIES: Final = 5


class NotDue(SourceError):
    """The pause before this attempt is not over: leave the message in the queue."""

    code = "not_due"


@dataclass(frozen=True, slots=True)
class Completion:
    """The worker's use cases."""

    store: PrefillStore
    asking: Asking
    reader: Reader
    clock: Clock
    ids: IdSource

    def run(self, event: Event) -> None:
        """Do what the event calls for.

        Raises NotDue while the pause before an attempt lasts, Contention, StoreUnavailable; all are worth delivering
        again. Corrupt for an event that is none of ours.
        """
        match event.kind:
            case kind if kind == INCOMPLETE:
                self._late(PrefillId(event.subject), event)
            case kind if kind == GRANTED:
                if isinstance(prefill := event.data.get("prefill"), str):
                    self._brought_up(PrefillId(prefill), event)
            case kind if kind == WITHDRAWN:
                self._taken_out(ConsentId(str(event.data.get("consent"))), event)
            case _:
                raise Corrupt(what="event")

    def _late(self, prefill: PrefillId, event: Event) -> None:
        """Make one further attempt at the registers that were still open."""
        before = self._now(prefill)
        if before is None or before.attempt != event.data.get("attempt") or not before.pending:
            # Superseded, expired or already final: the message is late or a repeat, and there is nothing to do.
            return
        if self.clock.now() < before.due:
            raise NotDue
        job = self._job(before)
        asked = tuple(patient(call) for call in still_open(job, before.replies))
        gathered = self._asked(before, job, asked, attempt=before.attempt + 1)
        self._concluded(before, gathered, event, attempt=before.attempt + 1)

    def _taken_out(self, consent: ConsentId, event: Event) -> None:
        """Bring every prefill that stands on a consent up to date; one that cannot be costs no other its turn."""
        failed: AppError | None = None
        for prefill in self.store.under(consent):
            try:
                self._brought_up(prefill, event)
            except AppError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def _brought_up(self, prefill: PrefillId, event: Event) -> None:
        """Ask what a consent allows now, and leave out what none allows any more."""
        stored = self.store.resume(prefill)
        if not isinstance(stored, Revision):
            return
        before = self.reader.current(stored)
        job = self._job(before)
        calls = tuple(patient(call) for call in unasked(job, before.replies))
        if not calls and job.grants == stored.grants:
            return
        gathered = self._asked(before, job, calls, attempt=before.attempt)
        self._concluded(before, gathered, event, attempt=before.attempt)

    def _now(self, prefill: PrefillId) -> Revision | None:
        """Return the latest revision, without what stands on a consent that is no longer good."""
        found = self.store.resume(prefill)
        return self.reader.current(found) if isinstance(found, Revision) else None

    def _job(self, before: Revision) -> Job:
        """Return the job as rights are now."""
        known = self.reader.job(before)
        start = self.store.begin(known.who, known.people, known.procedure.code)
        return self.reader.job(before, Rights(self.clock.now(), start.grants))

    def _asked(self, before: Revision, job: Job, calls: tuple[Call, ...], attempt: int) -> Gathered:
        """Enter the asking in the log of everybody it is about, ask, and go on to whom the replies lead."""
        occasion = Occasion(before.header.id, self.clock.now(), attempt)
        self.asking.enter(job, calls, occasion)
        until = self.clock.monotonic() + PATIENCE_MS / 1000
        late = self.asking.sources.fetch(calls, until)
        return self.asking.go_on(job, overruled(before.replies, late), occasion, until + PATIENCE_MS / 1000)

    def _concluded(self, before: Revision, gathered: Gathered, event: Event, attempt: int) -> None:
        """Write the next state; where the citizen wrote one in between, on top of theirs.

        A second worker of the same message finds that its turn is over.
        """
        done, is_further = Done(f"{CONSUMER}#{before.header.id}", event), attempt > before.attempt
        for _ in range(_TRIES):
            after = self._next(before, gathered, attempt)
            start = self.store.begin(gathered.job.who, frozenset(), gathered.job.procedure.code)
            said = told(after, EventId(self.ids.new()), after.made_at, cause=event.id)
            try:
                start.conclude(after, said, done)
            except Raced:
                latest = self._now(before.header.id)
                is_made = is_further and latest is not None and latest.attempt >= attempt
                if latest is None or latest.number == before.number or is_made:
                    return
                before = latest
            else:
                return
        raise Contention

    def _next(self, before: Revision, gathered: Gathered, attempt: int) -> Revision:
        """Return the revision that follows: what was gathered, on what there is by now.

        Somebody else may have heard a register meanwhile, and a consent may have ended while registers were asked.
        """
        following = replace(
            before,
            number=before.number + 1,
            made_at=self.clock.now(),
            attempt=max(attempt, before.attempt),
            replies=overruled(before.replies, gathered.replies),
            held=gathered.held,
            papers=gathered.papers,
            grants=gathered.job.grants,
        )
        now = self.reader.current(following)
        if now is not following:
            return now
        job = self.reader.job(following, gathered.job.rights)
        planned = {call.id for call in job.plan.calls}
        replies = {call: reply for call, reply in following.replies.items() if call in planned}
        return self.reader.resolved(replace(following, replies=replies), job)


def patient(call: Call) -> Call:
    """Return the call with the time that a register gets when nobody waits."""
    return replace(call, register=replace(call.register, timeout_ms=PATIENCE_MS))
