"""A schedule that uses every column of the spreadsheet, the spreadsheet it makes, and ways to break its cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import validate
from chalicelib.definitions.load import Document
from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import JsonObject
from tools.cells import Sheet, address, sheets_of
from tools.fee_columns import HELP
from tools.fee_template import Lines, tables, workbook


def _pair(vi: str) -> JsonObject:
    return {"vi": vi, "en": vi}


def _basis(since: str, until: str | None = None) -> JsonObject:
    ends: JsonObject = {} if until is None else {"effective_to": until}
    return {
        "document": "TT 1/2026/TT-BTC",
        "article": "Điều 4",
        "effective_from": since,
        **ends,
        "status": "confirmed",
        "source": "sources.md §3.7",
        "last_verified_on": "2026-11-01",
    }


def _row(id_: str, role: str, when: JsonObject, effect: JsonObject, **more: Any) -> JsonObject:  # noqa: ANN401
    return {
        "id": id_,
        "name": _pair(id_),
        "line": "phi",
        "role": role,
        "when": when,
        "effect": effect,
        "basis": _basis("2026-01-01"),
        **more,
    }


DOCUMENT: Final[JsonObject] = {
    "kind": "fees",
    "code": "mau",
    "version": "1",
    "effective_from": "2026-01-01",
    "status": "confirmed",
    "sources": ["sources.md §3.7; thử", "Mẫu thử"],
    "body": {
        "type": "schedule",
        "title": _pair("Mẫu thử"),
        "procedures": {"9.000001": _pair("Chứng thực bản sao")},
        "inputs": {
            "mau_pages": {
                "type": "int",
                "label": _pair("Số trang"),
                "min": 1,
                "max": 1000,
                "source": {"by": "quantity"},
            },
            "mau_value": {
                "type": "money",
                "label": _pair("Giá"),
                "min": 0,
                "max": 10**12,
                "source": {"by": "quantity"},
            },
            "mau_sort": {
                "type": "enum",
                "label": _pair("Loại"),
                "values": {"copy": _pair("Bản sao"), "contract": _pair("Hợp đồng"), "other": _pair("Khác")},
                "source": {"by": "fact"},
            },
            "mau_poor": {"type": "bool", "label": _pair("Hộ nghèo"), "source": {"by": "fact"}},
            "mau_signed": {
                "type": "date",
                "label": _pair("Ngày ký"),
                "min": "2000-01-01",
                "max": "2100-12-31",
                "source": {"by": "fact"},
            },
        },
        "parameters": {
            "luong_co_so": {
                "name": _pair("Lương cơ sở"),
                "values": [
                    {"amount": 2_340_000, "basis": _basis("2026-01-01", "2026-06-30")},
                    {"amount": 2_530_000, "basis": _basis("2026-07-01")},
                ],
            }
        },
        "yearly": {"once": {"name": _pair("Mỗi năm một lần"), "times": 1, "amount": {"times": 5, "of": "luong_co_so"}}},
        "lines": {"phi": {"name": _pair("Phí"), "kind": "phi", "authority": "mof", "tags": ["mau", "chung_thuc"]}},
        "rows": [
            _row(
                "copy",
                "base",
                {"mau_sort": {"is": "copy"}},
                {
                    "type": "amount",
                    "per": "mau_pages",
                    "tiers": [{"since": 1, "amount": 2_000}, {"since": 3, "amount": 1_000}],
                    "most": 200_000,
                },
            ),
            _row(
                "contract",
                "base",
                {"mau_sort": {"is": "contract"}},
                {
                    "type": "share",
                    "share": "0.5%",
                    "of": "mau_value",
                    "least": 50_000,
                    "round": {"to": 1_000, "mode": "down"},
                },
                review=_pair("Chưa rõ"),
                note=_pair("Ghi chú"),
            ),
            _row(
                "other",
                "base",
                {"mau_sort": {"none_of": ["copy", "contract"]}},
                {"type": "unknown", "rate": _pair("mức")},
            ),
            _row(
                "poor",
                "benefit",
                {"mau_poor": {"is": True}, "mau_signed": {"at_least": "2026-01-01"}},
                {"type": "zero", "meaning": "exempt"},
            ),
            _row(
                "half",
                "benefit",
                {
                    "channel": {"one_of": ["online", "post"]},
                    "mau_pages": {"between": [2, 10]},
                    "mau_value": {"at_least": 1, "below": 90},
                },
                {
                    "type": "off",
                    "share": "50%",
                    "most_off": {"times": 5, "of": "luong_co_so"},
                    "round": {"to": 1, "mode": "down"},
                },
                yearly="once",
            ),
        ],
    },
}
TABLES: Final[Mapping[str, Lines]] = tables(DOCUMENT)


def alone(document: Document) -> Catalogue:
    """Check a schedule that refers to nothing outside itself. Raises RefusedSet."""
    return validate([document], KINDS)


@dataclass(frozen=True, slots=True)
class Broken:
    """One cell put wrong, and where."""

    sheet: str
    row: int
    column: int
    heading: str
    value: Any

    @property
    def at(self) -> str:
        """Return the address that a fault must name."""
        return f"{self.sheet}!{address(self.row, self.column)}"


_ANY: Final = ("=1+1", "=SUM(A1:A2)", "#REF!", datetime(2026, 1, 2, 3, 4))  # noqa: DTZ001 - as spreadsheets hold it
_NUMBER: Final = ("abc", -1, 1.5, "1.50", "1,000.5", True, "2026-01-01", "10 đ 5")
_DAY: Final = ("31/02/2026", "2026-13-01", "soon", 20260101, "1/1/26", True)
_LIMIT: Final = ("5 y luong_co_so", -1, 2.5, "x 5 luong_co_so", "9 x khong_co")
_NAME: Final = ("Có Dấu", "a b", "", "-")
_NONSENSE: Final = ("nonsense", "CONFIRMED", 7)
_BAD: Final[Mapping[str, tuple[Any, ...]]] = {
    **dict.fromkeys(("amount", "round_to"), _NUMBER),
    **dict.fromkeys(("effective_from", "effective_to", "last_verified_on"), _DAY),
    **dict.fromkeys(("least", "most", "most_off"), _LIMIT),
    **dict.fromkeys(("status", "role", "effect", "kind", "authority"), _NONSENSE),
    **dict.fromkeys(("type", "by", "round_mode", "meaning"), _NONSENSE),
    "share": (0.5, "50", "150%", "half", "1/0", 50),
    "tiers": ("1", "a: 2", "1: x", "1: 2; 1: 2", "1: 2;; 3: 4", "3: 1; 1: 2"),
    "values": ("copy", "copy = Bản sao", "copy = a | b; copy = c | d", "copy = | "),
    "line": ("nowhere",),
    "per": ("nowhere", "mau_poor"),
    "of": ("nowhere", "mau_poor"),
    "yearly": ("nowhere",),
    "Yearly!yearly": ("a b",),
    "id": _NAME[:2],
    "code": ("a b",),
    "version": ("one", "1.2.3.4.5"),
    "min": ("abc", -1, 1.5),
    "max": ("abc", -1, 1.5),
    "when.mau_sort": ("copies", "copy; copy", "copy;", "not nothing", 3),
    "when.mau_poor": ("maybe", "yes; no", 3, "> 1"),
    "when.mau_signed": (">= soon", "2026-02-30", "> 2026-01-01; > 2026-01-02", 5),
    "when.channel": ("on-line", "online; boat"),
    "when.mau_pages": ("2..", "..10", "10..2", ">= 2000", "two", 2.5, "yes"),
    "when.mau_value": (">= x", ">= 1; 5", "-1", "< 0"),
}
_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "Schedule": frozenset({"code", "version", "effective_from", "status", "sources", "title_vi", "title_en"}),
    "Procedures": frozenset({"code", "name_vi", "name_en"}),
    "Inputs": frozenset({"name", "type", "label_vi", "label_en", "by"}),
    "Lines": frozenset({"line", "name_vi", "name_en", "kind", "authority"}),
    "Parameters": frozenset({"parameter", "amount", "document", "article", "effective_from", "status", "source"}),
    "Yearly": frozenset({"yearly", "name_vi", "name_en"}),
    "Rows": frozenset(
        {"id", "line", "role", "name_vi", "name_en", "effect"}
        | {"document", "article", "effective_from", "status", "source"}
    ),
}


def breakages() -> Iterator[Broken]:
    """Yield every cell of the spreadsheet with everything that may not stand there."""
    for sheet, lines in TABLES.items():
        if sheet == HELP:
            continue
        for number, heading in enumerate(lines[0], 1):
            yield Broken(sheet, 1, number, str(heading), f"{heading}?")
            for row, line in enumerate(lines[1:], 2):
                yield from _of_cell(Broken(sheet, row, number, str(heading), line[number - 1]))


def _of_cell(cell: Broken) -> Iterator[Broken]:
    values: tuple[Any, ...] = _ANY
    if cell.value is not None:
        values = (*_ANY, *_BAD.get(f"{cell.sheet}!{cell.heading}", _BAD.get(cell.heading, ())))
        if cell.heading in _NEEDED[cell.sheet]:
            values = (*values, None)
    for value in values:
        yield Broken(cell.sheet, cell.row, cell.column, cell.heading, value)


class Spreadsheet:
    """The schedule's workbook, opened once: cells are put wrong, read, and put right again."""

    def __init__(self) -> None:
        self._book = load_workbook(BytesIO(workbook(DOCUMENT)))

    def sheets(self, *broken: Broken) -> list[Sheet]:
        """Return what is read of it with those cells put wrong."""
        before = [(each, self._cell(each).value) for each in broken]
        try:
            for each in broken:
                self._cell(each).value = each.value
            return sheets_of(self._book)
        finally:
            for each, value in before:
                self._cell(each).value = value

    def saved(self, folder: Path, *broken: Broken) -> Path:
        """Return a file of it with those cells put wrong, for good."""
        for each in broken:
            self._cell(each).value = each.value
        path = folder / "mau.xlsx"
        self._book.save(path)
        return path

    @property
    def book(self) -> Any:  # noqa: ANN401 - a workbook, for what cells alone cannot say
        """Return the workbook."""
        return self._book

    def _cell(self, each: Broken) -> Any:  # noqa: ANN401 - as above
        return self._book[each.sheet].cell(each.row, each.column)
