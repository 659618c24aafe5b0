"""A schedule out of a spreadsheet: the same schedule, or every wrong cell by its address, and never half of it."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.kernel.canonical import JsonObject
from tests.support.fee_sheets import DOCUMENT, TABLES, Broken, Spreadsheet, alone, breakages
from tools.cell_values import Unreadable, day, listed, text, whole, yes
from tools.cells import BadSheet, CellFault, Sheet, address, read
from tools.fee_cells import condition, limit, share, tiers
from tools.fee_import import imported
from tools.mistakes import Mistake

BREAKAGES = tuple(breakages())
FILE = "fees/mau.json"


@pytest.fixture(scope="module")
def whole_sheet() -> Spreadsheet:
    return Spreadsheet()


def taken(sheets: Sequence[Sheet]) -> JsonObject:
    return imported(sheets, FILE, alone)


def wrong_in(sheets: Sequence[Sheet]) -> list[str]:
    with pytest.raises(BadSheet) as refused:
        taken(sheets)
    assert refused.value.faults
    return [str(each) for each in refused.value.faults]


def named(sheets: Sequence[Sheet], at: str) -> str:
    """Return the fault told at an address."""
    faults = [each for each in wrong_in(sheets) if each.startswith(f"{at}: ")]
    assert faults, f"nothing is told of {at}"
    return faults[0].partition(": ")[2]


def test_a_spreadsheet_reads_as_the_schedule_it_was_written_from(whole_sheet: Spreadsheet, tmp_path: Path) -> None:
    assert taken(read(whole_sheet.saved(tmp_path))) == DOCUMENT


def test_the_file_may_be_a_csv_of_all_sheets_one_below_the_other(tmp_path: Path) -> None:
    for delimiter in ",;":
        assert taken(read(as_csv(tmp_path, delimiter))) == DOCUMENT


def as_csv(folder: Path, delimiter: str, wrong: str = "") -> Path:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    for name, lines in TABLES.items():
        writer.writerow([f"[{name}]", "", ""])
        writer.writerows(lines)
    path = folder / "mau.csv"
    path.write_text(written.getvalue().replace("2026-07-01", wrong or "2026-07-01"), encoding="utf-8-sig")
    return path


def test_a_csv_names_the_row_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = as_csv(tmp_path, ",", "2026-07-32")
    rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    row = next(number for number, each in enumerate(rows, 1) if "2026-07-32" in each)
    column = TABLES["Parameters"][0].index("effective_from") + 1
    assert "no such day" in named(read(path), f"mau!{address(row, column)}")


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(BREAKAGES))
def test_a_broken_cell_is_refused_by_its_address(whole_sheet: Spreadsheet, broken: Broken) -> None:
    assert named(whole_sheet.sheets(broken), broken.at)


def test_there_are_hundreds_of_ways_to_break_a_cell_over_every_sheet() -> None:
    assert len(BREAKAGES) >= 200
    assert {each.sheet for each in BREAKAGES} == TABLES.keys() - {"Help"}


@pytest.mark.prove
@pytest.mark.parametrize("sheet", sorted({each.sheet for each in BREAKAGES}))
def test_every_broken_cell_is_refused_by_its_address(whole_sheet: Spreadsheet, sheet: str) -> None:
    for broken in (each for each in BREAKAGES if each.sheet == sheet):
        assert named(whole_sheet.sheets(broken), broken.at)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([each for each in BREAKAGES if each.row > 1]),
    st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes()),
)
def test_whatever_stands_in_a_cell_is_read_or_told_by_address(
    whole_sheet: Spreadsheet, place: Broken, value: object
) -> None:
    if isinstance(value, str) and any(ord(each) < 32 for each in value):
        return  # no workbook can hold it
    sheets = whole_sheet.sheets(Broken(place.sheet, place.row, place.column, place.heading, value))
    assert outcome_of(sheets) == "read" or all("!" in each for each in wrong_in(sheets))


def outcome_of(sheets: Sequence[Sheet]) -> str:
    try:
        taken(sheets)
    except BadSheet:
        return "refused"
    return "read"


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_sheet(
    tmp_path: Path,
) -> None:
    one = {(each.sheet, each.row): each for each in BREAKAGES if each.value == "=1+1" and each.row > 1}
    faults = wrong_in(read(Spreadsheet().saved(tmp_path, *one.values())))
    assert {each.partition(": ")[0] for each in faults} >= {each.at for each in one.values()}
    assert faults == [str(each) for each in sorted(_faults(tmp_path))]


def _faults(folder: Path) -> tuple[CellFault, ...]:
    with pytest.raises(BadSheet) as refused:
        taken(read(folder / "mau.xlsx"))
    return refused.value.faults


def test_merged_cells_are_named_by_the_first_of_them(tmp_path: Path) -> None:
    sheet = Spreadsheet()
    sheet.book["Rows"].merge_cells("D2:D3")
    assert "merged cells D2:D3" in named(read(sheet.saved(tmp_path)), "Rows!D2")


def test_what_stands_under_no_heading_or_on_an_unknown_sheet_is_not_passed_over(tmp_path: Path) -> None:
    sheet = Spreadsheet()
    wide = len(TABLES["Lines"][0]) + 2
    sheet.book["Lines"].cell(2, wide).value = "?"
    sheet.book.create_sheet("Ghi chú").append(["một điều"])
    faults = wrong_in(read(sheet.saved(tmp_path)))
    assert f"Lines!{address(2, wide)}: stands under no heading" in faults
    assert "Ghi chú!A1: no such sheet in the template: Ghi chú" in faults


def test_a_sheet_that_is_missing_is_named(tmp_path: Path) -> None:
    sheet = Spreadsheet()
    del sheet.book["Lines"]
    assert "Lines!A1: the sheet Lines is missing" in wrong_in(read(sheet.saved(tmp_path)))


def test_a_name_or_a_heading_that_is_there_twice_is_named(tmp_path: Path) -> None:
    sheet = Spreadsheet()
    sheet.book["Inputs"]["A3"].value = sheet.book["Inputs"]["A2"].value
    sheet.book["Lines"]["C1"].value = sheet.book["Lines"]["B1"].value
    faults = wrong_in(read(sheet.saved(tmp_path)))
    assert "Inputs!A3: mau_pages is there twice" in faults
    assert "Lines!C1: the column name_vi is there twice" in faults


def test_rows_that_contradict_each_other_are_told_by_a_cell(whole_sheet: Spreadsheet) -> None:
    """What only the proof of the whole table shows has an address too."""
    heads = TABLES["Rows"][0]
    sort = heads.index("when.mau_sort") + 1
    faults = wrong_in(whole_sheet.sheets(Broken("Rows", 3, sort, "when.mau_sort", "copy")))
    assert any(each.startswith("Rows!") for each in faults)


def test_the_code_is_the_files_name(whole_sheet: Spreadsheet) -> None:
    with pytest.raises(BadSheet) as refused:
        imported(whole_sheet.sheets(), "fees/khac.json", alone)
    assert [str(each) for each in refused.value.faults] == ["Schedule!A2: belongs in fees/mau.json"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.ods", b"PK", "neither an .xlsx workbook nor a .csv file"),
        ("a.xlsx", b"not a zip", "neither an .xlsx workbook"),
        ("a.xlsx", b"PK\x03\x04 cut off", "cannot be opened as a workbook"),
        ("a.csv", b"\xff\xfe", "no CSV in UTF-8"),
        ("a.csv", b'"open', "no CSV in UTF-8"),
        ("a.csv", b"x" * 5_000_001, "more than 5000000 bytes"),
    ],
)
def test_what_is_no_spreadsheet_is_said_to_be_none(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Mistake, match=reason):
        read(path)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (8000, 8000),
        (8000.0, 8000),
        ("8000", 8000),
        ("8.000", 8000),
        ("8,000 đ", 8000),
        ("1 000 000 VNĐ", 1_000_000),
        ("12.500.000 đồng", 12_500_000),
        ("0", 0),
    ],
)
def test_a_number_kept_as_text_is_a_number(written: str | float, amount: int) -> None:
    assert whole(written) == amount


@pytest.mark.parametrize(
    "written", ["8.00", "8.0000", "1.000,000", "12,5", "-5", "", "1e3", 0.5, True, date(2026, 1, 1), "٣"]
)
def test_what_could_be_two_numbers_or_none_is_refused(written: str | float | date) -> None:
    with pytest.raises(Unreadable):
        whole(written)


def test_days_words_lists_and_yes_are_read_as_they_are_written_in_viet_nam() -> None:
    assert [day(each) for each in (date(2026, 8, 15), "2026-08-15", "15/08/2026", "15.8.2026")] == ["2026-08-15"] * 4
    assert [yes(each) for each in (True, "có", "Yes", "x", False, "không", "No")] == [True] * 4 + [False] * 3
    assert (text(1), text(1.0), listed("a; b\nc")) == ("1", "1", ["a", "b", "c"])


@pytest.mark.parametrize("read_cell", [day, yes])
@pytest.mark.parametrize("value", ["", "maybe", 3.5, datetime(2026, 1, 1).isoformat()])  # noqa: DTZ001 - text
def test_what_is_no_day_and_no_yes_is_refused(read_cell: object, value: str | float) -> None:
    assert callable(read_cell)
    with pytest.raises(Unreadable):
        read_cell(value)


@pytest.mark.parametrize(
    ("sort", "cell", "says"),
    [
        ("bool", "có", {"is": True}),
        ("bool", False, {"is": False}),
        ("enum", "copy", {"is": "copy"}),
        ("enum", "copy; contract", {"one_of": ["copy", "contract"]}),
        ("enum", "not copy", {"is_not": "copy"}),
        ("enum", "notary", {"is": "notary"}),
        ("enum", "không phải copy; contract", {"none_of": ["copy", "contract"]}),
        ("int", 3, {"is": 3}),
        ("int", ">= 60", {"at_least": 60}),
        ("int", "2..10", {"between": [2, 10]}),
        ("money", "> 15.000.000; <= 40.000.000", {"above": 15_000_000, "at_most": 40_000_000}),
        ("date", "< 01/07/2025", {"below": "2025-07-01"}),
        ("date", "2025-07-01..31/12/2026", {"between": ["2025-07-01", "2026-12-31"]}),
        ("", "01; 79", {"one_of": ["01", "79"]}),
    ],
)
def test_a_condition_is_read_as_an_author_writes_it(sort: str, cell: str | int, says: JsonObject) -> None:
    assert condition(sort, cell) == says


def test_shares_limits_and_tiers_are_read_exactly() -> None:
    assert [share(each) for each in ("50%", "0,5 %", "0.5%", "1/3")] == ["50%", "0.5%", "0.5%", "1/3"]
    assert limit("5 x luong_co_so") == limit("5×luong_co_so") == {"times": 5, "of": "luong_co_so"}
    assert tiers("1: 2.000; 3: 1000") == [{"since": 1, "amount": 2000}, {"since": 3, "amount": 1000}]
