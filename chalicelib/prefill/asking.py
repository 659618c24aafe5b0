"""Ask the registers and the archives in at most two waves, each entered in the log of everybody it is about before.

The order of steps is the guarantee: rights, then the log entry, then the register. No entry, no data. Knows who may be
asked only from the job; decides nothing of what the answers mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import ItemId, SubjectId
from chalicelib.prefill.entries import Occasion, entries_of
from chalicelib.prefill.job import Job, Rights
from chalicelib.prefill.model import Held
from chalicelib.prefill.port import Archive, Claim, PrefillStore
from chalicelib.prefill.reach import awaits, due, joined, leading, reached
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.sheet import Sheet, settled
from chalicelib.sources.model import Call, CallId, Reply
from chalicelib.sources.service import Sources
from chalicelib.turns import in_turn

TRIES: Final = 20
"""Times that a claim or an entry is tried where others write into the same log."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of asking: the job as it is known by now, every reply to its plan's calls, and what is held."""

    job: Job
    replies: Mapping[CallId, Reply]
    held: Mapping[SubjectId, tuple[Held, ...]] = field(default_factory=dict)

    def revision(self, claim: Claim, at: datetime, sheet: Sheet) -> Revision:
        """Return the first revision."""
        job = self.job
        context = job.context(self.held, sheet.typed)
        resolution = resolve(job.form, job.items, job.plan, self.replies, context)
        return Revision(
            header=claim.header,
            opening=claim.opening,
            number=1,
            made_at=at,
            replies=self.replies,
            resolution=resolution,
            held=self.held,
            sheet=settled(job.form, job.items, resolution, sheet),
            grants=job.grants,
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """Both waves of one asking."""

    store: PrefillStore
    sources: Sources
    archive: Archive
    clock: Clock

    def first(self, job: Job, calls: tuple[Call, ...], occasion: Occasion, until: float) -> Gathered:
        """Make the calls, whose log entries stand already, and then what follows from their replies.

        The second wave waits only for the replies that lead on: a slow register with nothing to say of who else is to
        be asked about takes none of its time.
        """
        asked = self.sources.begin(calls, until)
        early = asked.replies(leading(job, calls))
        job, further = self._second(job, early, occasion, frozenset(call.id for call in calls))
        second = self.sources.begin(further, until)
        return self._gathered(job, {**asked.replies(), **second.replies()})

    def go_on(self, job: Job, replies: Mapping[CallId, Reply], occasion: Occasion, until: float) -> Gathered:
        """Make the calls of the second wave, if replies lead to any, with what is left of the time (monotonic seconds).

        Raises Contention, StoreUnavailable: without its entry no second wave is asked.
        """
        job, calls = self._second(job, replies, occasion, frozenset(replies))
        return self._gathered(job, {**replies, **self.sources.fetch(calls, until)})

    def enter(self, job: Job, calls: tuple[Call, ...], occasion: Occasion) -> None:
        """Enter a further asking in the log of everybody it is about.

        Whoever was denied was told so when it was tried. Raises Contention, StoreUnavailable.
        """
        told = frozenset(named.subject for named in job.subjects.values())

        def entered() -> None:
            start = self.store.begin(job.who, job.people, job.procedure.code)
            start.enter(entries_of(job, occasion, calls, told))

        in_turn(entered, self.clock, TRIES)

    def _second(
        self, job: Job, replies: Mapping[CallId, Reply], occasion: Occasion, asked: frozenset[CallId]
    ) -> tuple[Job, tuple[Call, ...]]:
        """Decide rights anew, with the consents of those who were reached, and enter what is asked by them."""
        people = reached(job, replies)
        if not people and not awaits(job):
            return job, ()
        told = frozenset(named.subject for named in job.subjects.values() if not named.right.awaits)

        def entered() -> tuple[Job, tuple[Call, ...]]:
            everybody = job.people | frozenset(people.values())
            start = self.store.begin(job.who, everybody, job.procedure.code)
            further = joined(job, replies, people, Rights(self.clock.now(), start.grants))
            calls = due(further, asked)
            start.enter(entries_of(further, occasion, calls, told))
            return further, calls

        return in_turn(entered, self.clock, TRIES)

    def _gathered(self, job: Job, replies: Mapping[CallId, Reply]) -> Gathered:
        planned = {call.id for call in job.plan.calls}
        return Gathered(job, {call: reply for call, reply in replies.items() if call in planned}, self._held(job))

    def _held(self, job: Job) -> dict[SubjectId, tuple[Held, ...]]:
        wanted: dict[SubjectId, frozenset[ItemId]] = {}
        for role, named in job.subjects.items():
            if items := job.plan.wanted.get(role):
                wanted[named.subject] = wanted.get(named.subject, frozenset()) | items
        return {subject: self.archive.held(subject, items) for subject, items in wanted.items()}
