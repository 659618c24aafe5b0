"""The spreadsheet that a fee schedule is written in: empty with help and drop-down lists, or filled from a schedule.

The way back of `tools.fee_import`: what is written here reads as the same schedule.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final, TypeAlias

from chalicelib.kernel.canonical import Json, JsonObject
from tools.cells import Plain
from tools.fee_columns import HELP, SHEETS, WHEN, Column

Lines: TypeAlias = list[list[Plain | None]]
"""A sheet as rows of cells, headings first."""
_SIGNS: Final[Mapping[str, str]] = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
_WIDTH: Final = 22
_MOST_ROWS: Final = 500


def workbook(document: JsonObject | None = None) -> bytes:
    """Return the .xlsx file: of a schedule's document, or with headings only."""
    from openpyxl import Workbook  # noqa: PLC0415 - only these commands pay for it
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    del book[book.sheetnames[0]]
    for name, lines in tables(document).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        sheet.freeze_panes = "B2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = _WIDTH
        _offer(sheet, lines[0], SHEETS.get(name, ()))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def tables(document: JsonObject | None = None) -> dict[str, Lines]:
    """Return every sheet of the workbook by its name, the help last."""
    body = _object((document or {}).get("body"))
    conditions = sorted({name for row in _list(body.get("rows")) for name in _object(_object(row).get("when"))})
    whens = [Column(f"{WHEN}{name}", str, ("when", name), "") for name in conditions]
    found: dict[str, Lines] = {}
    for name, columns in SHEETS.items():
        wide = [*columns, *whens] if name == "Rows" else columns
        items = _items(name, document or {}, body)
        found[name] = [
            [each.name for each in wide],
            *([_cell(each, key, item) for each in wide] for key, item in items),
        ]
    return {**found, HELP: _help()}


def _items(name: str, document: JsonObject, body: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield what the sheet's rows are about: its name, where a row has one, and its object."""
    held = body.get(name.lower())
    match name:
        case "Schedule" if document:
            yield "", document
        case "Procedures" if held == "every":
            yield "every", {}
        case "Parameters":
            for key, each in _object(held).items():
                for value in _list(_object(each).get("values")):
                    yield key, {**_object(value), "name": _object(each)["name"]}
        case "Rows":
            yield from (("", _object(each)) for each in _list(held))
        case _:
            yield from ((key, _object(each)) for key, each in _object(held).items())


def _cell(column: Column, key: str, item: JsonObject) -> Plain | None:
    found: Json = item
    for step in column.steps:
        found = _object(found).get(step)
    if not column.steps:
        return key
    return None if found is None else _written(column, found)


def _written(column: Column, value: Json) -> Plain:
    match value:
        case dict() if column.name.startswith(WHEN):
            return _condition(value)
        case {"times": int(times), "of": str(of)}:
            return f"{times} x {of}"
        case dict():
            return "; ".join(f"{code} = {_object(each)['vi']} | {_object(each)['en']}" for code, each in value.items())
        case [{"since": _}, *_]:
            return "; ".join(f"{_object(each)['since']}: {_object(each)['amount']}" for each in value)
        case list():
            return ("\n" if column.name == "sources" else "; ").join(map(str, value))
        case str() | int():
            return value
    raise TypeError(column.name)


def _condition(cell: JsonObject) -> Plain:
    """Return a condition as an author would write it."""
    match cell:
        case {"is": int(value)} if not isinstance(value, bool):
            return value
        case {"is": value} | {"one_of": value}:
            return _named(value)
        case {"is_not": value} | {"none_of": value}:
            return f"not {_named(value)}"
        case {"between": [low, high]}:
            return f"{low}..{high}"
    return "; ".join(f"{_SIGNS[how]} {value}" for how, value in cell.items())


def _named(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _offer(sheet: Any, heads: Sequence[Plain | None], columns: Sequence[Column]) -> None:  # noqa: ANN401 - as in cells
    """Give the headings their help and the cells their drop-down lists."""
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    known = {each.name: each for each in columns}
    for number, head in enumerate(heads, 1):
        column = known.get(str(head))
        if column is None:
            continue
        sheet.cell(1, number).comment = Comment(column.help, "motlan")
        if column.choices:
            choices = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            choices.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{_MOST_ROWS}")
            sheet.add_data_validation(choices)


def _help() -> Lines:
    lines: Lines = [["sheet", "column", "help", "choices"]]
    for name, columns in SHEETS.items():
        lines += [[name, each.name, each.help, ", ".join(each.choices) or None] for each in columns]
    return [*lines, ["Rows", f"{WHEN}…", _WHEN_HELP, None]]


_WHEN_HELP: Final = (
    "Mỗi điều kiện một cột, tên đầu vào sau dấu chấm: when.age, when.channel. "
    "Ô: yes · online; post · not poor · >= 60 · 10..20 · > 15000000; <= 40000000. Bỏ trống: không xét"
)


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
