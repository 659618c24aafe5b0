"""The citizen's own hand on a prefill: what they typed, cleared, kept and contested, laid over what sources say. Pure.

Origins follow HL7 Da Vinci DTR (information-origin): typing over our value is `override`, into an empty field `manual`;
an override stays one; a `manual` value becomes `override` once we would have had a value. A typed value is never
replaced by ours; one that says the same as ours gives way to it, for then it is verified. What the answers hide is not
shown, and is not forgotten either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from chalicelib.forms.model import Field, Form
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import iso
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, RegisterCode
from chalicelib.prefill.compare import Comparer, rows_value, value_at
from chalicelib.prefill.model import Absent, Candidate, FieldAnswer, Provenance, Resolution, Row
from chalicelib.prefill.places import found
from chalicelib.vocabulary.model import Item

HIDDEN: Final = "hidden_by_answer"
CLEARED: Final = "cleared"
CONTESTED: Final = "contested"
TYPED: Final = "typed"
_BARRED: Final = frozenset({"no_consent", "no_right"})
_DECLARED: Final = "người khai chịu trách nhiệm"
"""What a typed value rests on: whoever declared it answers for it."""

Typed: TypeAlias = Literal["override", "manual"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the citizen put into a field, or that they cleared it (ABSENT); a list is one value, its rows."""

    value: Json | Absent
    origin: Typed
    author: PersonalId
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that stands in a field until the citizen takes what a refresh brought, or for good if they refused."""

    answer: FieldAnswer
    rows: tuple[Row, ...] = ()

    @property
    def value(self) -> Json | Absent:
        """Return the value that is kept, of a list its rows as one value."""
        bare = self.rows and isinstance(self.answer.value, Absent)
        return rows_value(self.rows) if bare else self.answer.value


@dataclass(frozen=True, slots=True)
class Contest:
    """A declared value beside a register's, which stands until the register's owner corrects it.

    `register`, `record` and `item` say whose word is contested; `consent` is the one that word was got under, if any.
    """

    id: str
    pointer: str
    value: Json
    reason: str | None
    at: datetime
    register: RegisterCode
    record: str | None
    item: ItemId
    consent: ConsentId | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the last refresh proposed, by pointer, and how the citizen decided; None while they have not.

    What is proposed stands in the sheet's `kept` until then; a field that was typed into since is proposed no more.
    """

    id: str
    at: datetime
    proposed: frozenset[str] = frozenset()
    decided_at: datetime | None = None
    accepted: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the citizen did, by pointer; contests by pointer too, one a field."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    contests: Mapping[str, Contest] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    proposal: Proposal | None = None

    @property
    def typed(self) -> dict[str, Json]:
        """Return the values that stand in the form whatever sources say, by pointer."""
        values = {at: kept.value for at, kept in self.kept.items()}
        values |= {at: entry.value for at, entry in self.entries.items()}
        return {at: value for at, value in values.items() if not isinstance(value, Absent)}


UNTOUCHED: Final = Sheet()


def shown(form: Form, items: Mapping[ItemId, Item], resolution: Resolution, sheet: Sheet) -> Resolution:
    """Return what the citizen sees: what sources say (`resolution`), under their own hand."""
    if not (sheet.entries or sheet.kept or sheet.contests):
        return resolution
    now = settled(form, items, resolution, sheet)
    base = beneath(resolution, now)
    fields, rows = dict(base.fields), dict(base.rows)
    known = {each.pointer: each for each in form.fields}
    for at in now.entries.keys() & known.keys():
        if fields[at].detail != HIDDEN:
            fields[at], written = _written(form, known[at], base, now.entries[at])
            rows.pop(at, None)
            rows |= written
    for at, contest in now.contests.items():
        if at in fields and at not in now.entries and not isinstance(fields[at].value, Absent):
            fields[at] = _beside(known[at], fields[at], contest)
    return replace(resolution, fields=fields, rows=rows)


def beneath(resolution: Resolution, sheet: Sheet) -> Resolution:
    """Return what would stand without typed values: sources' answers, under those that a refresh must not replace."""
    fields, rows = dict(resolution.fields), dict(resolution.rows)
    for at, kept in sheet.kept.items():
        if at in fields and fields[at].detail != HIDDEN and fields[at].outcome not in _BARRED:
            fields[at] = kept.answer
            rows.pop(at, None)
            rows |= {at: kept.rows} if kept.rows else {}
    return replace(resolution, fields=fields, rows=rows)


def settled(form: Form, items: Mapping[ItemId, Item], resolution: Resolution, sheet: Sheet) -> Sheet:
    """Return the sheet once sources' answers changed beneath it.

    A typed value that says the same as ours gives way; where ours differs, it is `override` from now on. What was kept
    goes when it says the same again, or when the right to it is gone; a contest, when the register agrees.
    """
    comparer, base = Comparer(form, items), beneath(resolution, sheet)
    entries = {}
    for at, entry in sheet.entries.items():
        ours = value_at(base, at)
        if isinstance(ours, Absent):
            entries[at] = entry
        elif not comparer.same(at, ours, entry.value):
            entries[at] = replace(entry, origin="override")
    kept = {
        at: each
        for at, each in sheet.kept.items()
        if at not in entries and not _is_settled(comparer, at, each, resolution)
    }
    contests = {
        at: each for at, each in sheet.contests.items() if not comparer.same(at, value_at(base, at), each.value)
    }
    return replace(sheet, entries=entries, kept=kept, contests=contests)


def without_consent(sheet: Sheet, consent: ConsentId) -> Sheet:
    """Return the sheet without anything that was got under a consent; what the citizen typed is their own."""
    kept = {at: _without(each, consent) for at, each in sheet.kept.items() if not _stands_on(each, consent)}
    contests = {at: each for at, each in sheet.contests.items() if each.consent != consent}
    return replace(sheet, kept=kept, contests=contests)


def declared(pointer: str, item: ItemId | None, at: datetime) -> Provenance:
    """Return where a typed value is from: its place in the form, and when it was typed."""
    moment, named = iso(at), item or ItemId("")
    return Provenance(None, None, pointer, named, "", moment, moment, _DECLARED, "typed")


def _is_settled(comparer: Comparer, pointer: str, kept: Kept, resolution: Resolution) -> bool:
    answer = resolution.fields.get(pointer)
    if answer is None or answer.outcome in _BARRED:
        return True
    return answer.detail != HIDDEN and comparer.same(pointer, value_at(resolution, pointer), kept.value)


def _written(
    form: Form, field: Field, base: Resolution, entry: Entry
) -> tuple[FieldAnswer, dict[str, tuple[Row, ...]]]:
    """Return the answer of a field that the citizen wrote in, and the rows of a list."""
    beside = tuple(_candidates(base, field.pointer))
    if isinstance(entry.value, Absent):
        return FieldAnswer("user_only", origin=entry.origin, candidates=beside, detail=CLEARED), {}
    provenance = declared(field.pointer, field.item, entry.at)
    answer = FieldAnswer(
        "filled_declared", entry.value, entry.origin, provenance=provenance, candidates=beside, detail=TYPED
    )
    if field.pointer not in form.lists:
        return answer, {}
    written = entry.value if isinstance(entry.value, list) else []
    return answer, {field.pointer: tuple(_row(form.lists[field.pointer].columns, each, entry) for each in written)}


def _row(columns: tuple[Field, ...], written: Json, entry: Entry) -> Row:
    row: dict[str, FieldAnswer] = {}
    for column in columns:
        value = found(written, column.pointer)
        if value is None or isinstance(value, Absent):
            row[column.pointer] = FieldAnswer("user_only")
        else:
            provenance = declared(column.pointer, column.item, entry.at)
            row[column.pointer] = FieldAnswer("filled_declared", value, entry.origin, provenance=provenance)
    return row


def _candidates(base: Resolution, pointer: str) -> Iterator[Candidate]:
    """Yield what sources say of a field, to stand beside what was typed."""
    answer, value = base.fields[pointer], value_at(base, pointer)
    if answer.candidates:
        yield from answer.candidates
    elif not isinstance(value, Absent) and answer.provenance is not None:
        yield Candidate(value, answer.provenance)


def _beside(field: Field, answer: FieldAnswer, contest: Contest) -> FieldAnswer:
    if isinstance(answer.value, Absent) or answer.provenance is None:
        return answer
    ours = answer.candidates or (Candidate(answer.value, answer.provenance),)
    theirs = Candidate(contest.value, declared(field.pointer, field.item, contest.at))
    return replace(answer, candidates=(*ours, theirs), detail=answer.detail or CONTESTED)


def _stands_on(kept: Kept, consent: ConsentId) -> bool:
    provenance = kept.answer.provenance
    cells = (cell.provenance for row in kept.rows for cell in row.values())
    return any(each is not None and each.consent == consent for each in (provenance, *cells))


def _without(kept: Kept, consent: ConsentId) -> Kept:
    left = tuple(each for each in kept.answer.candidates if each.provenance.consent != consent)
    return replace(kept, answer=replace(kept.answer, candidates=left))
