"""What the citizen does to a sheet: type, clear, contest, take a contest back. Pure.

A verified value is locked: it is not typed over but contested, which puts the declared value beside it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.forms.model import Form
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import Conflict, FieldProblem, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, PersonalId
from chalicelib.prefill.compare import Comparer, value_at
from chalicelib.prefill.model import ABSENT, Absent, Provenance, Resolution
from chalicelib.prefill.sheet import Contest, Entry, Sheet, Typed, beneath, settled, shown
from chalicelib.vocabulary.model import Item


class FieldLocked(Conflict):
    """A verified value cannot be typed over; it can be contested."""

    code = "field_locked"


class NothingToContest(Conflict):
    """There is no value of a register here, or the declared value says the same."""

    code = "nothing_to_contest"


@dataclass(frozen=True, slots=True)
class Desk:
    """A prefill's sheet on what sources say, as the citizen has it before them."""

    form: Form
    items: Mapping[ItemId, Item]
    resolution: Resolution
    sheet: Sheet

    @property
    def seen(self) -> Resolution:
        """Return what the citizen sees."""
        return shown(self.form, self.items, self.resolution, self.sheet)

    @property
    def comparer(self) -> Comparer:
        """Return the comparisons of the form."""
        return Comparer(self.form, self.items)

    def settled(self, sheet: Sheet) -> Sheet:
        """Return another sheet, settled on what sources say here."""
        return settled(self.form, self.items, self.resolution, sheet)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, and when."""

    author: PersonalId
    at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the citizen says is right in place of a register's value, and why."""

    id: str
    pointer: str
    value: Json
    reason: str | None


def edited(desk: Desk, edits: Mapping[str, Json | Absent], hand: Hand) -> Sheet:
    """Return the sheet with the fields typed into, or cleared where the edit is ABSENT.

    What already stands there is not an edit. Raises FieldLocked naming every locked field that would change.
    """
    comparer, seen, base = desk.comparer, desk.seen, beneath(desk.resolution, desk.sheet)
    changed = {at: value for at, value in edits.items() if not comparer.same(at, value_at(seen, at), value)}
    locked = [at for at in changed if seen.fields[at].locked]
    if locked:
        raise FieldLocked(*(FieldProblem(at, "field_locked") for at in sorted(locked)))
    entries, kept = dict(desk.sheet.entries), dict(desk.sheet.kept)
    for at, value in changed.items():
        origin = _origin(entries.pop(at, None), value_at(base, at))
        kept.pop(at, None)
        if origin == "override" or not isinstance(value, Absent):
            entries[at] = Entry(value, origin, hand.author, hand.at)
    return desk.settled(replace(desk.sheet, entries=entries, kept=kept))


def contested(desk: Desk, claimed: Claimed, at: datetime) -> Sheet:
    """Return the sheet with a declared value beside the register's; one contest a field, the last one stands.

    Raises NothingToContest.
    """
    base = beneath(desk.resolution, desk.sheet)
    ours, witness = value_at(base, claimed.pointer), _witness(base, claimed.pointer)
    same = desk.comparer.same(claimed.pointer, ours, claimed.value)
    if isinstance(ours, Absent) or same or witness is None or witness.register is None:
        raise NothingToContest(FieldProblem(claimed.pointer, "nothing_to_contest"))
    contest = Contest(
        claimed.id,
        claimed.pointer,
        claimed.value,
        claimed.reason,
        at,
        witness.register,
        witness.record,
        witness.item,
        witness.consent,
    )
    return replace(desk.sheet, contests={**desk.sheet.contests, claimed.pointer: contest})


def contest_of(sheet: Sheet, contest: str) -> Contest:
    """Return a contest by its id. Raises NotFound."""
    for each in sheet.contests.values():
        if each.id == contest:
            return each
    raise NotFound


def taken_back(sheet: Sheet, contest: str) -> Sheet:
    """Return the sheet without a contest. Raises NotFound."""
    pointer = contest_of(sheet, contest).pointer
    return replace(sheet, contests={at: each for at, each in sheet.contests.items() if at != pointer})


def answers_now(desk: Desk) -> dict[str, Json]:
    """Return every value that stands in the form now, by pointer, typed or filled."""
    seen = desk.seen
    values = {at: value_at(seen, at) for at in seen.fields}
    return {at: value for at, value in values.items() if not isinstance(value, Absent)}


def _origin(before: Entry | None, ours: Json | Absent) -> Typed:
    overrides = ours is not ABSENT or (before is not None and before.origin == "override")
    return "override" if overrides else "manual"


def _witness(base: Resolution, pointer: str) -> Provenance | None:
    """Return whose word a field has; of a list that of its first cell."""
    answer = base.fields.get(pointer)
    if answer is not None and answer.provenance is not None:
        return answer.provenance
    cells = (cell.provenance for row in base.rows.get(pointer, ()) for cell in row.values())
    return next((each for each in cells if each is not None), None)
