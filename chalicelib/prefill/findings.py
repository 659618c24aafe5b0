"""One source's word on one item: a value of the item's type with its provenance, or why there is none.

Pure. Casts, and puts addresses into today's units; weighs nothing against anything (that is `weigh`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Final

from chalicelib.consent.model import Right
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import local_day
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, Absent, Outcome, Provenance
from chalicelib.prefill.moved import today
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.units import Units

MOST_ROWS: Final = 200
"""Rows of one list; a longer one is no answer about a person."""
_NO_PATHS: Final[Mapping[ItemId, str]] = {}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one source said; provenance is there whenever it answered.

    The value of a list is rows by item, where None stands for a cell that is there and not of its item's type; `paths`
    says where the cells stand in a row. `split` marks one of several successors of a unit that was divided.
    """

    outcome: Outcome
    value: Json | Absent = ABSENT
    provenance: Provenance | None = None
    retry_after: int | None = None
    split: bool = False
    paths: Mapping[ItemId, str] = field(default_factory=lambda: _NO_PATHS, hash=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is said of a subject is read on: the dictionary, the right to that subject's data, units, and the moment."""

    items: Mapping[ItemId, Item]
    right: Right
    units: Units | None = None
    at: datetime | None = None


def judged(item: Item, value: Json, outcome: Outcome, provenance: Provenance, units: Units | None) -> list[Finding]:
    """Return the findings of one value: in the item's own form, an address in today's units.

    A divided unit gives one for each successor; a unit that nothing is known of is a value that does not cast.
    """
    try:
        typed = cast(item, value)
    except InvalidValue:
        return [Finding("cast_failed", provenance=provenance)]
    if item.type != "address" or units is None:
        return [Finding(outcome, typed, provenance)]
    places = placed(typed, provenance, units)
    if not places:
        return [Finding("cast_failed", provenance=provenance)]
    return [Finding(outcome, place, origin, split=len(places) > 1) for place, origin in places]


def placed(address: Json, provenance: Provenance, units: Units) -> list[tuple[Json, Provenance]]:
    """Return where an address lies today, each with its provenance: with what was written, if it was another unit."""
    recorded, read = moment(provenance.as_of), moment(provenance.fetched_at)
    on = units.provinces.reform if read is None else read.date()
    found = today(address, units, None if recorded is None else recorded.date(), on)
    return [(each, provenance if each == address else replace(provenance, original=address)) for each in found]


def listed(rows: Sequence[Mapping[ItemId, Json]], said: Finding, items: Mapping[ItemId, Item]) -> Finding:
    """Return the finding of a list: each cell in its item's form, a bad one costing only itself.

    Nothing that casts is `cast_failed`; more rows than a person has is `source_invalid`.
    """
    if len(rows) > MOST_ROWS:
        return Finding("source_invalid", provenance=said.provenance)
    written: list[Json] = [{id_: _cell(items.get(id_), cell) for id_, cell in row.items()} for row in rows]
    if not any(cell is not None for row in written if isinstance(row, dict) for cell in row.values()):
        return Finding("cast_failed", provenance=said.provenance)
    return replace(said, value=written)


def _cell(item: Item | None, value: Json) -> Json:
    try:
        return None if item is None else cast(item, value)
    except InvalidValue:
        return None


def telling(values: Iterable[Json]) -> list[Json]:
    """Return the values that say something: null and blank text are no answer."""
    return [value for value in values if value is not None and not (isinstance(value, str) and not value.strip())]


def moment(text: str | None) -> datetime | None:
    """Read an instant (RFC 3339), or a day as its start; None for what is neither."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def is_over(until: str | None, at: datetime) -> bool:
    """Say whether a validity has ended: at an instant (RFC 3339), or with a day, month or year of Vietnam's calendar.

    None has no end; a date that cannot be read proves nothing.
    """
    if until is None:
        return False
    try:
        last = PartialDate.parse(until)
    except InvalidValue:
        end = moment(until)
        return end is None or at >= end
    today = local_day(at)
    known = (last.year, last.month or 12, last.day or 31)
    return (today.year, today.month, today.day) > known
