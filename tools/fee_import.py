"""A fee schedule out of a spreadsheet: the document that it says, or every cell that is wrong, by its A1 address.

Nothing is guessed and nothing half-read: a document is made only of a file without fault, and it passes the same checks
as one written by hand, whose findings are told by the cell they come from.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from chalicelib.definitions.load import Document
from chalicelib.definitions.model import Fault, RefusedSet, pointer
from chalicelib.kernel.canonical import Json, JsonObject, canonical
from tools.cell_values import Unreadable, text
from tools.cells import BadSheet, CellFault, Sheet
from tools.fee_tables import Cells, Place, Reading, Steps, Table, rows_of, tables_of

_TAGGED: Final = re.compile(r"(?:using|discriminator) '([a-z]+)'")
"""How the shapes tell that what names the sort of an object is missing or is none of them."""


def imported(sheets: Sequence[Sheet], file: str, check: Callable[[Document], object]) -> JsonObject:
    """Return the document that the sheets say, checked as `file`. Raises BadSheet naming every cell that is wrong.

    `check` raises RefusedSet as the whole set's validation does; faults of other files pass through.
    """
    found = read_schedule(sheets)
    if found.faults:
        raise BadSheet(found.faults)
    try:
        check(Document(file, canonical(found.document).decode()))
    except RefusedSet as refused:
        ours = [_by_cell(each, found.places) for each in refused.faults if each.file == file]
        if not ours:
            raise
        raise BadSheet(ours) from refused
    return found.document


def read_schedule(sheets: Sequence[Sheet]) -> Reading:
    """Return what the sheets say, with the faults that show before the schedule is checked as one."""
    reading = Reading(faults=[each for sheet in sheets for each in sheet.faults])
    tables = tables_of(sheets, reading)
    _head(tables.get("Schedule"), reading)
    body: JsonObject = {"type": "schedule", **_object(reading.document.get("body"))}
    reading.document["body"] = body
    body["procedures"] = _procedures(tables.get("Procedures"), reading)
    body["inputs"] = _entries(tables.get("Inputs"), "inputs", reading)
    reading.sorts |= {name: str(_object(each).get("type", "")) for name, each in _object(body["inputs"]).items()}
    if parameters := _parameters(tables.get("Parameters"), reading):
        body["parameters"] = parameters
    if yearly := _entries(tables.get("Yearly"), "yearly", reading):
        body["yearly"] = yearly
    body["lines"] = _entries(tables.get("Lines"), "lines", reading)
    body["rows"] = list(_rows(tables.get("Rows"), reading))
    return reading


def _item(cells: Cells, above: Steps, reading: Reading, into: JsonObject | None = None) -> JsonObject:
    """Return the object that a row's cells make; it stands below `above` in the document."""
    made: JsonObject = {} if into is None else into
    reading.places.setdefault(above, next(iter(cells.values()))[0])
    for column, (place, value) in cells.items():
        if not column.steps:
            continue
        for deep in range(1, len(column.steps) + 1):
            reading.places.setdefault((*above, *column.steps[:deep]), place)
        if value is None:
            continue
        try:
            _put(made, column.steps, column.read(value))
        except Unreadable as error:
            reading.wrong(place, f"{column.name}: {error}")
    return made


def _put(into: JsonObject, steps: Sequence[str], value: Json) -> None:
    for step in steps[:-1]:
        into = _below(into, step)
    into[steps[-1]] = value


def _below(into: JsonObject, step: str) -> JsonObject:
    found = into.setdefault(step, {})
    if not isinstance(found, dict):
        raise TypeError(step)
    return found


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _head(table: Table | None, reading: Reading) -> None:
    reading.document["kind"] = "fees"
    for number, (row, cells) in enumerate(rows_of(table, reading)):
        if number:
            reading.wrong((next(iter(cells.values()))[0][0], row, 1), "one schedule a file: a second row")
        else:
            _item(cells, (), reading, reading.document)


def _procedures(table: Table | None, reading: Reading) -> Json:
    found = _entries(table, "procedures", reading)
    return "every" if set(found) == {"every"} and not found["every"] else found


def _entries(table: Table | None, name: str, reading: Reading) -> JsonObject:
    """Return the entries that the sheet's first column names."""
    found: JsonObject = {}
    for row, cells in rows_of(table, reading):
        key = _key(row, cells, reading)
        if key is None:
            continue
        if key in found:
            reading.wrong(_named_at(cells), f"{key} is there twice")
        found[key] = _item(cells, ("body", name, key), reading)
    return found


def _parameters(table: Table | None, reading: Reading) -> JsonObject:
    """Return the parameters: rows of one name are its values in time, and the first of them gives its words."""
    found: JsonObject = {}
    for row, cells in rows_of(table, reading):
        key = _key(row, cells, reading)
        if key is None:
            continue
        values = _object(found.get(key)).get("values", [])
        count = len(values) if isinstance(values, list) else 0
        made = _item(cells, ("body", "parameters", key, "values", count), reading)
        for column, (place, _) in cells.items():
            if column.steps[:1] == ("name",):
                reading.places.setdefault(("body", "parameters", key, *column.steps), place)
        words = made.pop("name", None)
        entry = _below(found, key)
        if words is not None and entry.setdefault("name", words) != words:
            reading.wrong(_named_at(cells), f"{key} has other words in an earlier row")
        listed = entry.setdefault("values", [])
        if isinstance(listed, list):
            listed.append(made)
    return found


def _key(row: int, cells: Cells, reading: Reading) -> str | None:
    """Return what names the row's entry; a row without is a fault."""
    naming = next(((place, value) for column, (place, value) in cells.items() if not column.steps), None)
    sheet = next(iter(cells.values()))[0][0]
    if naming is None or naming[1] is None:
        reading.wrong(naming[0] if naming else (sheet, row, 1), "a row without its name")
        return None
    try:
        return text(naming[1])
    except Unreadable as error:
        reading.wrong(naming[0], str(error))
        return None


def _named_at(cells: Cells) -> Place:
    return next(place for column, (place, _) in cells.items() if not column.steps)


def _rows(table: Table | None, reading: Reading) -> Iterator[JsonObject]:
    for number, (_, cells) in enumerate(rows_of(table, reading)):
        made = _item(cells, ("body", "rows", number), reading)
        yield {**made, "when": made.get("when", {})}


def _by_cell(fault: Fault, places: Mapping[Steps, Place]) -> CellFault:
    """Return the fault by the cell nearest to what it points at."""
    by_pointer = {pointer(*steps): place for steps, place in places.items()}
    tag = _TAGGED.search(fault.reason)
    at = whole = fault.pointer if tag is None else f"{fault.pointer}/{tag[1]}"
    while at not in by_pointer and at:
        at = at.rpartition("/")[0]
    rest = whole.removeprefix(at).lstrip("/")
    place = by_pointer.get(at, ("Schedule", 1, 1))
    return CellFault(*place, f"{rest}: {fault.reason}" if rest else fault.reason)
