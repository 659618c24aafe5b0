"""Ask the registers and the archives in at most two waves, each entered in the log of everybody it is about before.

The order of steps is the guarantee: rights, then the log entry, then the register. No entry, no data. Knows who may be
asked only from the job; decides nothing of what the answers mean.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import SubjectId
from chalicelib.prefill.entries import Occasion, entries_of
from chalicelib.prefill.job import Job, Rights
from chalicelib.prefill.model import Archived
from chalicelib.prefill.port import Archive, Claim, PrefillStore
from chalicelib.prefill.reach import awaits, due, joined, leading, reached
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import Holdings, Papers, Revision
from chalicelib.prefill.sheet import Sheet, settled
from chalicelib.prefill.sought import Sought, beyond, sought_of
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
    archived: Mapping[SubjectId, Archived] = field(default_factory=dict)

    @property
    def held(self) -> Holdings:
        """Return the items held, by subject."""
        return {subject: each.items for subject, each in self.archived.items()}

    @property
    def papers(self) -> Papers:
        """Return the papers held, by subject."""
        return {subject: each.papers for subject, each in self.archived.items()}

    def revision(self, claim: Claim, at: datetime, sheet: Sheet) -> Revision:
        """Return the first revision."""
        job = self.job
        context = job.context(self.held, self.papers, sheet.typed)
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
            papers=self.papers,
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
        be asked about takes none of its time. Archives are read while registers are at work.
        """
        asked, known = self.sources.begin(calls, until), sought_of(job)
        archived = self._read(known)
        early = asked.replies(leading(job, calls))
        job, further = self._second(job, early, occasion, frozenset(call.id for call in calls))
        second = self.sources.begin(further, until)
        archived |= self._read(beyond(sought_of(job), known))
        return _gathered(job, {**asked.replies(), **second.replies()}, archived)

    def go_on(self, job: Job, replies: Mapping[CallId, Reply], occasion: Occasion, until: float) -> Gathered:
        """Make the calls of the second wave, if replies lead to any, with what is left of the time (monotonic seconds).

        Archives are read anew of everybody. Raises Contention, StoreUnavailable: without its entry no second wave is
        asked.
        """
        job, calls = self._second(job, replies, occasion, frozenset(replies))
        return _gathered(job, {**replies, **self.sources.fetch(calls, until)}, self._read(sought_of(job)))

    def enter(self, job: Job, calls: tuple[Call, ...], occasion: Occasion) -> None:
        """Enter a further asking in the log of everybody it is about.

        Whoever was denied was told so when it was tried. Raises Contention, StoreUnavailable.
        """
        entries = entries_of(job, occasion, calls, frozenset(named.subject for named in job.subjects.values()))

        def entered() -> None:
            self.store.begin(job.who, job.people | entries.keys(), job.procedure.code).enter(entries)

        if entries:
            in_turn(entered, self.clock, TRIES)

    def _second(
        self, job: Job, replies: Mapping[CallId, Reply], occasion: Occasion, asked: frozenset[CallId]
    ) -> tuple[Job, tuple[Call, ...]]:
        """Decide rights anew, with the consents of those who were reached, and enter what is asked by them."""
        people = reached(job, replies)
        if not people and not awaits(job):
            return job, ()
        told = frozenset(named.subject for named in job.subjects.values() if not named.right.awaits)
        known = sought_of(job)

        def entered() -> tuple[Job, tuple[Call, ...]]:
            everybody = job.people | frozenset(people.values())
            start = self.store.begin(job.who, everybody, job.procedure.code)
            further = joined(job, replies, people, Rights(self.clock.now(), start.grants))
            calls = due(further, asked)
            start.enter(entries_of(further, occasion, calls, told, known))
            return further, calls

        return in_turn(entered, self.clock, TRIES)

    def _read(self, sought: Mapping[SubjectId, Sought]) -> dict[SubjectId, Archived]:
        """Read the archives of those in whose log it stands. Raises StoreUnavailable."""
        return {subject: self.archive.held(subject, each.items, each.evidence) for subject, each in sought.items()}


def _gathered(job: Job, replies: Mapping[CallId, Reply], archived: Mapping[SubjectId, Archived]) -> Gathered:
    planned, sought = {call.id for call in job.plan.calls}, sought_of(job)
    return Gathered(
        job,
        {call: reply for call, reply in replies.items() if call in planned},
        {subject: each for subject, each in archived.items() if subject in sought},
    )
