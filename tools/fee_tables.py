"""The sheets of a spreadsheet as tables with known headings, and what was read of them so far, cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from chalicelib.kernel.canonical import JsonObject
from tools.cells import CellFault, Plain, Sheet
from tools.fee_cells import condition
from tools.fee_columns import HELP, MAY_BE_MISSING, SHEETS, WHEN, Column

Place: TypeAlias = tuple[str, int, int]
"""Sheet, row and column."""
Steps: TypeAlias = tuple[str | int, ...]
Cells: TypeAlias = Mapping[Column, tuple[Place, Plain | None]]
"""A row's cells by column: where each stands, and what stands there."""
_WHEN: Final = re.compile(rf"{re.escape(WHEN)}[a-z][a-z0-9_]{{0,63}}")
_SECTION: Final = re.compile(r"\[([A-Za-z]{1,30})\]")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or one section of a CSV file: where its headings stand, and its rows."""

    name: str
    sheet: Sheet
    head: int
    rows: tuple[int, ...]


@dataclass(slots=True)
class Reading:
    """What was read so far: the document, which cell each part of it comes from, and what is wrong."""

    document: JsonObject = field(default_factory=dict)
    places: dict[Steps, Place] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    sorts: dict[str, str] = field(default_factory=dict)

    def wrong(self, place: Place, reason: str) -> None:
        """Note a fault."""
        self.faults.append(CellFault(*place, reason))


def tables_of(sheets: Sequence[Sheet], reading: Reading) -> dict[str, Table]:
    """Return the sheets that the template has by name; what is missing, there twice or none of them is a fault."""
    found: dict[str, Table] = {}
    for table in (each for sheet in sheets for each in _sections(sheet)):
        place = (table.sheet.name, table.head, 1)
        if table.name == HELP:
            continue
        if table.name not in SHEETS:
            reading.wrong(place, f"no such sheet in the template: {table.name}")
        elif table.name in found:
            reading.wrong(place, f"the sheet {table.name} is there twice")
        else:
            found[table.name] = table
            reading.places[_WHOLE[table.name]] = place
    for name in SHEETS.keys() - found.keys() - MAY_BE_MISSING:
        reading.wrong((name, 1, 1), f"the sheet {name} is missing")
    return found


def _sections(sheet: Sheet) -> Iterator[Table]:
    """Yield the sheet itself, or what stands below each `[Name]` where a file has but one sheet."""
    starts = [
        (row, found[1])
        for row in sheet.rows
        if isinstance(value := sheet.at(row, 1), str) and (found := _SECTION.fullmatch(value))
    ]
    if not starts:
        yield Table(sheet.name, sheet, 1, tuple(row for row in sheet.rows if row > 1))
    ends = [row for row, _ in starts[1:]] + [max(sheet.rows, default=0) + 1]
    for (start, name), end in zip(starts, ends, strict=True) if starts else ():
        yield Table(name, sheet, start + 1, tuple(row for row in sheet.rows if start + 1 < row < end))


def _columns(table: Table, reading: Reading) -> dict[int, Column]:
    """Return the columns by where they stand; headings that mean nothing, or stand twice, are faults."""
    known = {each.name: each for each in SHEETS[table.name]}
    found: dict[int, Column] = {}
    for row, number in sorted(table.sheet.cells):
        if row != table.head:
            continue
        place = (table.sheet.name, row, number)
        name = str(table.sheet.at(row, number))
        column = known.get(name) or (_when(name, reading) if table.name == "Rows" and _WHEN.fullmatch(name) else None)
        if column is None:
            reading.wrong(place, f"no such column in {table.name}: {name}")
        elif name in {each.name for each in found.values()}:
            reading.wrong(place, f"the column {name} is there twice")
        else:
            found[number] = column
    return found


def _when(name: str, reading: Reading) -> Column:
    asked = name.removeprefix(WHEN)
    return Column(name, lambda value: condition(reading.sorts.get(asked, ""), value), ("when", asked), "")


def rows_of(table: Table | None, reading: Reading) -> Iterator[tuple[int, Cells]]:
    """Yield each row's cells by column; what stands under no heading is a fault."""
    if table is None:
        return
    columns = _columns(table, reading)
    for row, number in sorted(table.sheet.cells):
        if row in table.rows and number not in columns and (table.head, number) not in table.sheet.cells:
            reading.wrong((table.sheet.name, row, number), "stands under no heading")
    for row in table.rows:
        cells = {each: ((table.sheet.name, row, at), table.sheet.at(row, at)) for at, each in columns.items()}
        if any(value is not None for _, value in cells.values()):
            yield row, cells


_WHOLE: Final[Mapping[str, Steps]] = {
    "Schedule": (),
    **{name: ("body", name.lower()) for name in SHEETS if name != "Schedule"},
}
