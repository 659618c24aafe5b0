"""A spreadsheet or CSV file as typed cells: what stands at which address, and what may not stand anywhere.

Knows files and cells; must not know what a column means. Formulas are refused, not evaluated: what a formula shows
depends on who opened the file last, and a fee must not.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, TypeAlias
from zipfile import BadZipFile, ZipFile

from tools.mistakes import Mistake

Plain: TypeAlias = str | int | float | bool | date
MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 50_000_000
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 100
_ZIP: Final = b"PK"


@dataclass(frozen=True, slots=True, order=True)
class CellFault:
    """One thing wrong: the sheet, the cell's address as the spreadsheet shows it, and why."""

    sheet: str
    row: int
    column: int
    reason: str

    def __str__(self) -> str:
        """Write it as the author looks it up."""
        return f"{self.sheet}!{address(self.row, self.column)}: {self.reason}"


class BadSheet(Exception):
    """A file that cannot be imported; every fault found is kept, in the order of the sheet."""

    def __init__(self, faults: Iterable[CellFault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__(*map(str, self.faults))


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place; empty cells are not kept."""

    row: int
    column: int
    value: Plain


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells by row and column, both from 1, and what is wrong before anything is read."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    faults: tuple[CellFault, ...] = ()

    @property
    def rows(self) -> list[int]:
        """Return the rows in which something stands."""
        return sorted({row for row, _ in self.cells} | {each.row for each in self.faults})

    def at(self, row: int, column: int) -> Plain | None:
        """Return what stands there, None for nothing."""
        found = self.cells.get((row, column))
        return None if found is None else found.value


def address(row: int, column: int) -> str:
    """Return the A1 address of row and column, both from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def read(path: Path) -> list[Sheet]:
    """Return the sheets of a file. Raises Mistake for one that is no spreadsheet and no CSV, or too big."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise Mistake(f"{path}: more than {MOST_BYTES} bytes")
    if path.suffix.lower() == ".csv":
        return [_csv(path, data)]
    if path.suffix.lower() == ".xlsx" and data.startswith(_ZIP):
        return _workbook(path, data)
    raise Mistake(f"{path}: neither an .xlsx workbook nor a .csv file")


def _csv(path: Path, data: bytes) -> Sheet:
    try:
        text = data.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Mistake(f"{path}: no CSV in UTF-8: {error}") from error
    sheet, faults = Sheet(path.stem), list[CellFault]()
    for row, line in enumerate(lines, 1):
        for column, written in enumerate(line, 1):
            if text := written.strip():
                faults += _taken(sheet, row, column, text)
    return Sheet(sheet.name, sheet.cells, tuple(faults))


def _delimiter(text: str) -> str:
    """Return what the first line is divided by: where the comma writes decimals, lists are divided by semicolons."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _workbook(path: Path, data: bytes) -> list[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415 - only this command pays for it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Mistake(f"{path}: unpacks to more than {MOST_UNPACKED} bytes")
        book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, OSError) as error:
        raise Mistake(f"{path}: cannot be opened as a workbook") from error
    return sheets_of(book)


def sheets_of(book: Any) -> list[Sheet]:  # noqa: ANN401 - a workbook of a library that is imported on demand
    """Return the sheets of an open workbook."""
    return [_sheet(each) for each in book.worksheets]


def _sheet(written: Any) -> Sheet:  # noqa: ANN401 - as above
    sheet = Sheet(written.title)
    faults = list(_merged(written))
    for cells in written.iter_rows():
        for cell in cells:
            if cell.value is not None:
                faults += _kept(sheet, cell)
    return Sheet(sheet.name, sheet.cells, tuple(faults))


def _merged(written: Any) -> Iterator[CellFault]:  # noqa: ANN401 - as above
    for area in written.merged_cells.ranges:
        reason = f"merged cells {area.coord}: only the first of them holds anything; split them"
        yield CellFault(written.title, area.min_row, area.min_col, reason)


def _kept(sheet: Sheet, cell: Any) -> Iterable[CellFault]:  # noqa: ANN401 - as above
    match cell.data_type:
        case "f":
            return [CellFault(sheet.name, cell.row, cell.column, "a formula; write its value")]
        case "e":
            return [CellFault(sheet.name, cell.row, cell.column, f"an error of the spreadsheet: {cell.value}")]
        case _:
            return _taken(sheet, cell.row, cell.column, cell.value)


def _taken(sheet: Sheet, row: int, column: int, value: object) -> Iterable[CellFault]:
    """Keep one value, or say why not."""
    if row > MOST_ROWS or column > MOST_COLUMNS:
        return [CellFault(sheet.name, row, column, f"beyond {MOST_ROWS} rows or {MOST_COLUMNS} columns")]
    match value:
        case str(text) if not text.strip():
            return []
        case str(text) if text.lstrip().startswith("="):
            return [CellFault(sheet.name, row, column, "a formula; write its value")]
        case str(text):
            sheet.cells[row, column] = Cell(row, column, text.strip())
        case datetime() as instant if instant.time() == time():
            sheet.cells[row, column] = Cell(row, column, instant.date())
        case datetime():
            return [CellFault(sheet.name, row, column, "a day is wanted, not a time of day")]
        case bool() | int() | float() | date():
            sheet.cells[row, column] = Cell(row, column, value)
        case _:
            return [CellFault(sheet.name, row, column, "neither text, number, date nor yes/no")]
    return []
