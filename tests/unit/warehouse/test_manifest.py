"""Rows of a manifest begin and end where they should, from any row's first byte on."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.warehouse.manifest import BadManifest, Raw, header, lines, rows

COLUMNS = ("type", "number", "issued_on")
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00\ufffd"), min_size=1, max_size=20)


def read(body: bytes, start: int = 0, size: int = 7) -> list[Raw]:
    pieces = (body[at : at + size] for at in range(start, len(body), size))
    return list(rows("text/csv", COLUMNS, lines(pieces), start))


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8))
def test_rows_read_from_any_row_on_are_the_rest_of_all_rows(cells: list[tuple[str, str, str]]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(cells)
    body = written.getvalue().encode()
    whole = read(body)
    assert [dict(each.cells) for each in whole] == [
        {name: cell.strip() for name, cell in zip(COLUMNS, row, strict=True) if cell.strip()} for row in cells
    ]
    for at, each in enumerate(whole):
        assert read(body, each.end) == whole[at + 1 :]


def test_a_quote_left_open_costs_its_own_line_alone() -> None:
    found = read(b'a,"b,c\nd,e,f\ng,h,i\n')
    assert [each.reason for each in found] == ["row_unreadable", None, None]
    assert found[1].cells == {"type": "d", "number": "e", "issued_on": "f"}


def test_two_stray_quotes_do_not_eat_what_is_between_them() -> None:
    found = read(b'a,"b,c\nd,e,f\ng,h",i\nj,k,l\n')
    assert [each.reason for each in found] == ["row_unreadable", None, "row_unreadable", None]


@pytest.mark.parametrize(
    "line", [b'{"type":"a","type":"b"}', b'{"\\ud800.x":"a"}', b'{"a.b":["\\udc00"]}', b"[]", b"{"]
)
def test_a_line_of_json_that_no_two_read_alike_is_no_row(line: bytes) -> None:
    (row,) = rows("application/x-ndjson", (), lines([line]), 0)
    assert row.reason == "row_unreadable"


def test_empty_lines_are_no_rows() -> None:
    assert len(read(b"\na,b,c\n\n\nd,e,f")) == 2


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert header(b"\xef\xbb\xbftype,number,issued_on,person.full_name\n")[0] == "type"


@pytest.mark.parametrize("line", [b"type,number\n", b"type,type\n", b"type,number,issued_on,color\n", b"\xff\n", b""])
def test_a_header_that_cannot_be_used_is_refused(line: bytes) -> None:
    with pytest.raises(BadManifest):
        header(line)
