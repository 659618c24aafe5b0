"""Ask registers again that were still open at the deadline, with patience, and write the next revision.

Runs behind the queue, never in a request. Everything is decided anew: rights, the log entry before the call, and
whether it is still this revision's turn; so a message that comes twice, late or out of order changes nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Contention, SourceError
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId, IdSource, PrefillId
from chalicelib.prefill.job import Job, Order, Who, job_of
from chalicelib.prefill.port import Done, PrefillStore, Raced, Start
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import Revision, overruled
from chalicelib.prefill.told import told
from chalicelib.sources.model import Call, CallId, Reply
from chalicelib.sources.service import Sources

CONSUMER: Final = "complete_prefill"
PATIENCE_MS: Final = 8_000
"""Time for one register when nobody is waiting for the page."""


class NotDue(SourceError):
    """The pause before this attempt is not over: leave the message in the queue."""

    code = "not_due"


@dataclass(frozen=True, slots=True)
class Completion:
    """The worker's one use case."""

    store: PrefillStore
    sources: Sources
    definitions: Definitions
    clock: Clock
    ids: IdSource

    def run(self, event: Event) -> None:
        """Make one further attempt for the prefill and revision that the event names.

        Raises NotDue while the pause lasts, StoreUnavailable; both are worth delivering again.
        """
        before = self.store.resume(PrefillId(event.subject))
        if not isinstance(before, Revision) or before.number != event.data.get("revision") or not before.pending:
            # Superseded, expired or already final: the message is late or a repeat, and there is nothing to do.
            return
        if self.clock.now() < before.due:
            raise NotDue
        job = self._job(before)
        late = job.narrowed(tuple(patient(call) for call in job.plan.calls if before.replies[call.id].is_presumed))
        start = self._enter(late, before)
        replies = self.sources.fetch(late.plan.calls, self.clock.monotonic() + PATIENCE_MS / 1000)
        after = self._next(job, before, replies)
        with suppress(Raced):
            # Raced: the same message was worked twice at once; one revision stands, and it is as good as ours.
            said = told(after, EventId(self.ids.new()), after.made_at, cause=event.id)
            start.conclude(after, said, Done(CONSUMER, event))

    def _job(self, before: Revision) -> Job:
        header, opening = before.header, before.opening
        who = Who(opening.caller, opening.level, header.client)
        order = Order(header.procedure, header.form, opening.subjects, province=opening.province)
        return job_of(self.definitions.at(header.catalogue), who, order)

    def _enter(self, late: Job, before: Revision) -> Start:
        """Enter the asking in the log of everybody it is about, before it is done."""
        start = self.store.begin(late.who, late.people, None)
        try:
            start.enter(late.accesses(before.header.id, self.clock.now()))
        except Raced as error:
            # Somebody wrote into the same log: the queue brings the message again, which is retry enough here.
            raise Contention from error
        return start

    def _next(self, job: Job, before: Revision, late: Mapping[CallId, Reply]) -> Revision:
        replies = overruled(before.replies, late)
        resolution = resolve(job.form, job.items, job.plan, replies)
        return replace(
            before, number=before.number + 1, made_at=self.clock.now(), replies=replies, resolution=resolution
        )


def patient(call: Call) -> Call:
    """Return the call with the time that a register gets when nobody waits."""
    return replace(call, register=replace(call.register, timeout_ms=PATIENCE_MS))
