"""Repeating rows: a list as one value in the form's shape, and an answer for every cell of every row. Pure.

A cell that is not of its item's type costs itself; what a source left out of a row is `not_found` there. Columns that
only the citizen fills stay theirs in every row.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chalicelib.forms.model import Field, Policy, RowList
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.compare import rows_value
from chalicelib.prefill.findings import Finding, placed
from chalicelib.prefill.model import Absent, Candidate, FieldAnswer, Provenance, Row
from chalicelib.prefill.reasons import ADDRESS_SPLIT, NEVER, NO_SUPPLIER, USER_ONLY
from chalicelib.prefill.values import derived, translated
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.units import Units

_EVERY: Final = "[*]"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list where it stands in a form, under which policy, and what its cells are read on."""

    rule: RowList
    policy: Policy
    items: Mapping[ItemId, Item]
    units: Units | None


@dataclass(frozen=True, slots=True)
class _Source:
    """Whose rows they are: how the list ended, where it is from, and where the cells stand in a row."""

    found: FieldAnswer
    provenance: Provenance
    paths: Mapping[ItemId, str]

    def cell(self, number: int, item: ItemId) -> Provenance:
        """Return where one cell is from."""
        path = self.provenance.path
        if path.count(_EVERY) <= 1:
            path = f"{path.removesuffix(_EVERY)}[{number}]"
        return replace(self.provenance, path=path + self.paths.get(item, "$")[1:], item=item)


def rows_of(listing: Listing, found: FieldAnswer, standing: Finding | None) -> tuple[FieldAnswer, tuple[Row, ...]]:
    """Return the answer of a list field, its value and candidates as the form shapes them, and its rows.

    `found` holds rows by item; `standing` is the word of the highest authority, which knows where cells stand.
    """
    paths = {} if standing is None else standing.paths
    candidates = tuple(
        Candidate(rows_value(_rows(listing, each.value, _Source(found, each.provenance, {}))), each.provenance)
        for each in found.candidates
    )
    if isinstance(found.value, Absent) or found.provenance is None:
        return replace(found, candidates=candidates), ()
    rows = _rows(listing, found.value, _Source(found, found.provenance, paths))
    return replace(found, value=rows_value(rows), candidates=candidates), rows


def _rows(listing: Listing, value: Json, source: _Source) -> tuple[Row, ...]:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return tuple(
        {column.pointer: _cell(listing, column, row, source, number) for column in listing.rule.columns}
        for number, row in enumerate(rows)
    )


def _cell(listing: Listing, column: Field, row: Mapping[str, Json], source: _Source, number: int) -> FieldAnswer:
    if column.policy == "never":
        return NEVER
    item = column.item if column.derive is None else column.derive.sources[0]
    if column.policy == "user" or item is None:
        return USER_ONLY if column.policy == "user" else NO_SUPPLIER
    provenance = source.cell(number, item)
    if item not in row:
        return FieldAnswer("not_found", provenance=provenance)
    said = FieldAnswer(source.found.outcome, origin="auto", provenance=provenance, policy=source.found.policy)
    found = _read(listing, item, row[item], said)
    if column.derive is not None:
        found = derived(column.derive.rule, found, said.outcome)
    elif column.codes:
        found = translated(column.codes, found)
    is_ours = listing.policy == column.policy == "auto"
    return replace(found, locked=True) if is_ours and found.outcome == "filled_verified" else found


def _read(listing: Listing, item: ItemId, value: Json, said: FieldAnswer) -> FieldAnswer:
    """Return the answer with the cell's value, an address in today's units."""
    provenance = said.provenance
    if value is None or provenance is None:
        return FieldAnswer("cast_failed", provenance=provenance)
    if listing.units is None or item not in listing.items or listing.items[item].type != "address":
        return replace(said, value=value)
    places = placed(value, provenance, listing.units)
    if len(places) == 1:
        return replace(said, value=places[0][0], provenance=places[0][1])
    if not places:
        return FieldAnswer("cast_failed", provenance=provenance)
    candidates = tuple(Candidate(place, origin) for place, origin in places)
    return FieldAnswer("conflict", candidates=candidates, policy="citizen_decides", detail=ADDRESS_SPLIT)
