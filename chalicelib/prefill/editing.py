"""The citizen's hand on a prefill: edit, contest, take back, decide on a refresh, check. Must not know HTTP or storage.

Every change is a revision of its own, written on the latest one; what a late register answers meanwhile is never lost,
nor is what was typed.
"""

from collections.abc import Mapping

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import Conflict, FieldProblem, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import PrefillId
from chalicelib.prefill import told_edits
from chalicelib.prefill.answers import checked
from chalicelib.prefill.check import differences
from chalicelib.prefill.hand import Claimed, Hand, contest_of, contested, edited, taken_back
from chalicelib.prefill.job import Shown, Who
from chalicelib.prefill.model import Absent
from chalicelib.prefill.renewal import Decision, changes, decided
from chalicelib.prefill.sheet import Contest, Sheet
from chalicelib.prefill.writing import Change, Made, State, Writer


class AnswersAltered(Conflict):
    """Locked values were altered on their way; each problem names a field."""

    code = "answers_altered"


@dataclass(frozen=True, slots=True)
class Say:
    """How the citizen decides on a refresh: field by field, or on all of it at once (`every`)."""

    accept: frozenset[str] = frozenset()
    refuse: frozenset[str] = frozenset()
    every: bool | None = None
    """True takes all that is proposed, False none of it."""

    def on(self, proposed: frozenset[str]) -> Decision:
        """Return the decision on what is proposed."""
        if self.every is None:
            return Decision(self.accept, self.refuse)
        return Decision(proposed, frozenset()) if self.every else Decision(frozenset(), proposed)


@dataclass(frozen=True, slots=True)
class Editing:
    """The use cases; the store is asked twice and written once by each change, `check` only asks."""

    writer: Writer

    def edit(self, change: Change, edits: Mapping[str, Json | Absent]) -> Shown:
        """Type into fields, or clear them (ABSENT).

        Raises InvalidAnswer, FieldLocked, and what `Writer.write` raises.
        """

        def made(before: State) -> Made | None:
            hand = Hand(change.who.person, self.writer.clock.now())
            sheet = edited(before.desk, checked(before.job.form, edits), hand)
            if sheet == before.revision.sheet:
                return None
            after = self.writer.with_sheet(before, sheet)
            return after, told_edits.edited(after.revision, self.writer.event_id(), _edits(before, sheet))

        return self.writer.shown(self.writer.write(change, made))

    def contest(self, change: Change, pointer: str, value: Json, reason: str | None) -> tuple[State, Contest]:
        """Declare another value beside a register's. Raises InvalidAnswer, NothingToContest, and as `Writer.write`."""

        def made(before: State) -> Made | None:
            checked(before.job.form, {pointer: value})
            claimed = Claimed(self.writer.ids.new(), pointer, value, reason)
            sheet = contested(before.desk, claimed, self.writer.clock.now())
            after = self.writer.with_sheet(before, sheet)
            event = self.writer.event_id()
            return after, told_edits.contested(after.revision, event, sheet.contests[pointer], "opened")

        state = self.writer.write(change, made)
        found = state.revision.sheet.contests.get(pointer)
        if found is None:
            raise NotFound
        return state, found

    def take_back(self, change: Change, contest: str) -> Shown:
        """Withdraw a contest. Raises NotFound, and as `Writer.write`."""

        def made(before: State) -> Made | None:
            known = contest_of(before.revision.sheet, contest)
            after = self.writer.with_sheet(before, taken_back(before.revision.sheet, contest))
            return after, told_edits.contested(after.revision, self.writer.event_id(), known, "withdrawn")

        return self.writer.shown(self.writer.write(change, made))

    def decide(self, change: Change, refresh: str, say: Say) -> Shown:
        """Take or refuse what a refresh proposes.

        Raises NotFound for any refresh but the last, AlreadyDecided, NotTheDiff, and what `Writer.write` raises.
        """

        def made(before: State) -> Made | None:
            desk, proposal = before.desk, before.revision.sheet.proposal
            if proposal is None or proposal.id != refresh:
                raise NotFound
            proposed = frozenset(each.pointer for each in changes(desk))
            sheet = decided(desk, say.on(proposed), self.writer.clock.now())
            after = self.writer.with_sheet(before, sheet)
            known = sheet.proposal or proposal
            return after, told_edits.decided(after.revision, self.writer.event_id(), known)

        return self.writer.shown(self.writer.write(change, made))

    def check(self, who: Who, prefill: PrefillId, given: Json) -> Shown:
        """Hold answers against what was filled; return the revision they were held against.

        Raises AnswersAltered naming the locked fields that differ, NotFound, Expired where its time is over,
        StoreUnavailable where it cannot be told.
        """
        state = self.writer.reader.revision(who, prefill)
        shown = self.writer.reader.shown(state)
        job = shown.job
        altered = differences(job.form, job.items, shown.revision.resolution, given)
        if altered:
            raise AnswersAltered(*(FieldProblem(at, "answers_altered") for at in altered))
        return shown


def _edits(before: State, after: Sheet) -> int:
    """Return how many fields an edit changed."""
    known = before.revision.sheet.entries
    return sum(known.get(at) != after.entries.get(at) for at in known.keys() | after.entries.keys())
