"""Ids, money and dates take what they are and nothing else."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.clock import spoken
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import PersonalId, RandomIds, encode_ulid, is_personal_id, is_synthetic, is_ulid
from chalicelib.kernel.money import display, dong
from tests.support.clock import VirtualClock


@pytest.mark.parametrize(("text", "shaped"), [("001090999001", True), ("00109099900", False), ("٠٠١٠٩٠٩٩٩٠٠١", False)])
def test_a_personal_id_is_twelve_ascii_digits(text: str, shaped: bool) -> None:
    assert is_personal_id(text) is shaped


@pytest.mark.parametrize(
    ("text", "made_up"), [("001090999001", True), ("001090998001", False), ("001099900199", False)]
)
def test_made_up_citizens_end_in_999xxx(text: str, made_up: bool) -> None:
    assert is_synthetic(PersonalId(text)) is made_up


def test_a_ulid_is_written_as_its_specification_says() -> None:
    assert encode_ulid(1469918176385, 0) == "01ARYZ6S41" + "0" * 16


def test_an_instant_is_told_to_people_by_the_clocks_of_vietnam() -> None:
    vi, en = spoken(datetime(2026, 11, 22, 17, 58, 37, 999_000, UTC))
    assert vi == "00:58:37 ngày 23/11/2026 (giờ Việt Nam)"
    assert en == "00:58:37 on 23 November 2026 (Vietnam time)"


def test_ids_sort_by_the_time_they_were_made() -> None:
    clock = VirtualClock()
    ids = RandomIds(clock)
    first = ids.new()
    clock.advance(0.002)
    second = ids.new()
    assert first < second
    assert is_ulid(first)


@pytest.mark.parametrize("value", [12_500, 0, -1])
def test_dong_is_any_whole_number_and_is_never_rounded(value: int) -> None:
    assert dong(value) == value


@pytest.mark.parametrize("value", [12_500.0, Decimal(12_500), "12500", True, None])
def test_dong_refuses_what_only_looks_like_money(value: object) -> None:
    with pytest.raises(InvalidValue):
        dong(value)


def test_dong_is_shown_as_people_read_it() -> None:
    assert display(dong(12_500)) == "12.500 đ"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1950", "1950"),
        ("1950-03", "1950-03"),
        ("1950-03-12", "1950-03-12"),
        ("12/03/1950", "1950-03-12"),
        ("03/1950", "1950-03"),
        (" 2/9/1945 ", "1945-09-02"),
        ("29/02/2000", "2000-02-29"),
    ],
)
def test_a_date_is_read_in_the_precision_it_has(text: str, read: str) -> None:
    assert str(PartialDate.parse(text)) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1950-13",
        "31/02/1990",
        "1990-2-3",
        "12-03-1950",
        "0000",
        "1990-05-17T00:00",
        "29/02/1900",
        "00/00/1950",
        "0/1950",
        "1950-00",
        "١٩٥٠",
    ],
)
def test_a_date_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        PartialDate.parse(text)


def test_a_day_without_a_month_is_no_date() -> None:
    with pytest.raises(InvalidValue):
        PartialDate(1950, None, 12)


@given(st.dates(min_value=date(1, 1, 1)))
def test_both_orders_of_writing_name_the_same_day(day: date) -> None:
    vietnamese = f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
    assert PartialDate.parse(day.isoformat()) == PartialDate.parse(vietnamese)
    assert str(PartialDate.parse(vietnamese)) == day.isoformat()
