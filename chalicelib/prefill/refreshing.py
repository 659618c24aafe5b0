"""Ask the registers again for a prefill that the citizen has before them, and propose what it would change.

As at its opening: rights, then the log entry, then the registers. Must not know HTTP or storage.
"""

from dataclasses import replace
from typing import Final

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import PrefillId
from chalicelib.prefill import told_edits
from chalicelib.prefill.asking import TRIES, Asking, Gathered
from chalicelib.prefill.entries import Occasion, entries_of
from chalicelib.prefill.hand import answers_now
from chalicelib.prefill.job import Job, Rights, Who
from chalicelib.prefill.port import Claim
from chalicelib.prefill.reach import due
from chalicelib.prefill.renewal import refreshed, renewed
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.sheet import Proposal
from chalicelib.prefill.told import told
from chalicelib.prefill.writing import Change, Made, State, Writer
from chalicelib.turns import in_turn

_RESERVE_SECONDS: Final = 0.05
"""Of the deadline, for resolving, sealing and writing what came."""


@dataclass(frozen=True, slots=True)
class Refreshing:
    """The use cases of a refresh; decisions on it are edits."""

    writer: Writer
    asking: Asking

    def refresh(self, change: Change, deadline_ms: int) -> State:
        """Ask again by a deadline, in both waves, and write what would change beside what stands.

        A register that fails leaves what it said before. Raises what `Writer.write` raises.
        """
        until = self.writer.clock.monotonic() + deadline_ms / 1000 - _RESERVE_SECONDS
        refresh = self.writer.ids.new()
        gathered: list[Gathered] = []

        def made(before: State) -> Made:
            if not gathered:
                # Asked once, however often somebody else writes in between.
                gathered.append(self._gathered(before, until))
            after = self._next(before, gathered[0], refresh)
            known = after.revision.sheet.proposal or Proposal(refresh, after.revision.made_at)
            event, revision = self.writer.event_id(), after.revision
            if revision.pending and not before.revision.pending:
                # Registers were too slow that had not been asked before: the worker asks them again, as at an opening.
                return after, told(revision, event, revision.made_at)
            return after, told_edits.refreshed(revision, event, known)

        return self.writer.write(change, made)

    def show(self, who: Who, prefill: PrefillId, refresh: str) -> State:
        """Return the state with the last refresh. Raises NotFound for any other, and as `Reader.revision`."""
        revision = self.writer.reader.revision(who, prefill)
        if revision.sheet.proposal is None or revision.sheet.proposal.id != refresh:
            raise NotFound
        return State(revision, self.writer.reader.job(revision))

    def _gathered(self, before: State, until: float) -> Gathered:
        revision, reader = before.revision, self.writer.reader
        at, claim, answers = self.writer.clock.now(), Claim(revision.header, revision.opening), answers_now(before.desk)
        occasion = Occasion(revision.header.id, at, revision.attempt)

        def entered() -> Job:
            start = self.writer.store.begin(before.job.who, before.job.people, before.job.procedure.code)
            job = reader.job(claim, Rights(at, start.grants), answers)
            start.enter(entries_of(job, occasion, job.plan.calls))
            return job

        job = in_turn(entered, self.writer.clock, TRIES)
        return self.asking.first(job, due(job, {}), occasion, until)

    def _next(self, before: State, gathered: Gathered, refresh: str) -> State:
        revision, reader = before.revision, self.writer.reader
        at = self.writer.clock.now()
        gained = replace(
            revision,
            number=revision.number + 1,
            made_at=at,
            replies=renewed(dict(revision.replies), dict(gathered.replies)),
            held=gathered.held,
            papers=gathered.papers,
            grants=gathered.job.grants,
        )
        # A consent may have been taken back while registers were asked: then nothing of it is proposed, nor kept.
        asked = reader.current(gained)
        job = reader.job(asked, Rights(at, asked.grants))
        planned = {call.id for call in job.plan.calls}
        known = {call: reply for call, reply in asked.replies.items() if call in planned}
        context = job.context(asked.held, asked.papers, answers_now(before.desk))
        answers = resolve(job.form, job.items, job.plan, known, context)
        sheet = refreshed(replace(before.desk, sheet=asked.sheet), answers, refresh, at)
        after = replace(asked, replies=known, sheet=sheet, attempt=_attempt(revision, replace(asked, replies=known)))
        return State(reader.resolved(after, job), job)


def _attempt(before: Revision, asked: Revision) -> int:
    """Return which attempt this is: a first one where registers became open that were not."""
    return 1 if not before.pending and replace(asked, attempt=1).pending else before.attempt
