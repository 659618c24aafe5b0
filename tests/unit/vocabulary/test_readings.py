"""Names, days, phones and personal ids as people write them; each case names where it is from."""

import unicodedata
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.dates import PartialDate
from chalicelib.vocabulary.days import read_day, read_packed_day
from chalicelib.vocabulary.names import Name, read_name, same_name
from chalicelib.vocabulary.personal_ids import Hint, Hints, read_personal_id, warnings
from chalicelib.vocabulary.phones import Phone, read_phone
from chalicelib.vocabulary.reading import Reason, Unread
from tests.support.units import published_units

TRAPS: Final = "sources.md §2.7"
UNITS_DOC: Final = "docs/units.md: two published lists spell one name so"
PLAN: Final = "plan of 29/05/2018, gsm.vn"

TONES: Final = [
    (f"H{first}{tone}{second}", f"H{first}{second}{tone}")
    for first, second in ("oa", "oe", "uy")
    for tone in ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
]
"""Every tone on either vowel: Hòa, Hoà."""

SAME_NAMES: Final = [
    ("NGUYỄN VĂN AN", "Nguyễn Văn An", TRAPS),
    (unicodedata.normalize("NFD", "Nguyễn Thị Hòa"), "Nguyễn Thị Hoà", TRAPS),
    ("  Lê   Thị\u00a0Bình ", "Lê Thị Bình", TRAPS),
    ("Ðặng Văn Ðức", "Đặng Văn Đức", "inference: Ð of old code pages"),
    ("Y’Moan", "Y'Moan", UNITS_DOC),
    ("Lê\u200b An", "Lê An", "inference: characters nobody sees"),
    *((old, new, TRAPS) for old, new in TONES),
]
OTHER_NAMES: Final = [
    ("Nguyễn Văn An", "An Nguyễn Văn"),
    ("Nguyễn Văn An", "Nguyễn An"),
    ("Toán", "Toàn"),
    ("Đức", "Dức"),
    ("Hòa", "Hoa"),
]


@pytest.mark.parametrize(("one", "other", "source"), SAME_NAMES)
def test_two_spellings_are_one_name(one: str, other: str, source: str) -> None:
    assert same_name(one, other), source


@pytest.mark.parametrize(("one", "other"), OTHER_NAMES)
def test_order_words_and_marks_make_another_name(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("NGUYỄN THỊ MINH KHAI", Name("NGUYỄN THỊ MINH KHAI", "NGUYỄN", "THỊ MINH", "KHAI")),
        ("Lê An", Name("Lê An", "Lê", "", "An")),
        ("An", Name("An", "", "", "An")),
        (" ", Unread("empty")),
        ("An 2", Unread("bad_name")),
        ("---", Unread("bad_name")),
        ("a" * 1001, Unread("too_long")),
    ],
)
def test_a_name_is_taken_apart_in_its_order_or_refused(text: str, read: Name | Unread) -> None:
    assert read_name(text) == read


@given(st.text())
def test_any_text_is_a_name_as_it_was_written_or_no_name(text: str) -> None:
    found = read_name(text)
    assert isinstance(found, Unread) or found.written == text


@pytest.mark.parametrize(
    ("text", "day", "source"),
    [
        ("17/05/1990", "1990-05-17", TRAPS),
        ("7/5/1990", "1990-05-07", TRAPS),
        ("1950", "1950", TRAPS),
        ("05/1950", "1950-05", TRAPS),
        ("1990-05-17", "1990-05-17", "RFC 3339"),
        ("17-05-1990", "1990-05-17", "inference"),
        ("17.5.1990", "1990-05-17", "inference"),
        ("ngày 5 tháng 3 năm 1950", "1950-03-05", "NĐ 30/2020: how documents date themselves [PĐ]"),
        ("Năm 1950", "1950", "inference"),
    ],
)
def test_a_day_is_read_in_the_precision_written(text: str, day: str, source: str) -> None:
    assert str(read_day(text)) == day, source


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("17/05/90", "two_digit_year"),
        ("31/02/1990", "no_such_day"),
        ("31-02-1990", "no_such_day"),
        ("hôm qua", "unreadable"),
        ("05/17/1990", "no_such_day"),
    ],
)
def test_what_is_no_day_is_refused_by_name(text: str, reason: Reason) -> None:
    assert read_day(text) == Unread(reason)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]))
def test_every_day_is_read_back_from_every_form(day: date, form: str) -> None:
    assert read_day(day.strftime(form)) == PartialDate(day.year, day.month, day.day)
    assert read_packed_day(day.strftime("%d%m%Y")) == PartialDate(day.year, day.month, day.day)


@given(st.text() | st.from_regex(r"[0-9/.\- ]{1,12}"))
def test_reading_a_day_ends_in_a_day_or_a_reason_and_again_in_the_same(text: str) -> None:
    found = read_day(text)
    assert isinstance(found, Unread) or read_day(str(found)) == found
    assert isinstance(read_packed_day(text), Unread | PartialDate)


@pytest.mark.parametrize(
    "text",
    ["0900000001", "+84900000001", "84900000001", "0084900000001", "+84 0900 000 001", "(+84) 900.000.001"],
)
def test_one_number_has_one_form(text: str) -> None:
    assert read_phone(text) == Phone("0900000001"), TRAPS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("01200000001", "0700000001"),
        ("01690000001", "0390000001"),
        ("01880000001", "0580000001"),
        ("01990000001", "0590000001"),
    ],
)
def test_an_old_number_is_warned_of_and_not_rewritten(old: str, new: str) -> None:
    assert read_phone(old) == Phone(old, moved_to=new), PLAN
    assert read_phone(new) == Phone(new)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("không có", "not_a_number"),
        ("090000", "wrong_length"),
        ("0900x", "not_a_number"),
        ("\u0660\u0669\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661", "not_a_number"),
    ],
)
def test_what_is_no_number_is_refused_by_name(text: str, reason: Reason) -> None:
    assert read_phone(text) == Unread(reason)


def test_a_number_abroad_keeps_its_country() -> None:
    assert read_phone("00 33 1 23 45 67 89") == read_phone("+33 123456789") == Phone("+33123456789")


@given(st.text() | st.from_regex(r"[+0-9 .()]{1,16}", fullmatch=True))
def test_reading_a_number_ends_in_a_number_or_a_reason_and_again_in_the_same(text: str) -> None:
    found = read_phone(text)
    assert isinstance(found, Unread) or read_phone(found.number) == found


def hints(text: str) -> Hints:
    found = read_personal_id(text, published_units())
    assert isinstance(found, Hints)
    return found


@pytest.mark.parametrize(
    ("text", "province", "gender", "year"),
    [
        ("001090999001", "Thành phố Hà Nội", "male", 1990),
        ("024190999001", "Tỉnh Bắc Giang", "female", 1990),
        ("080205999001", "Tỉnh Long An", "male", 2005),
        ("079305999001", "Thành phố Hồ Chí Minh", "female", 2005),
    ],
)
def test_the_digits_of_an_id_hint_at_province_gender_and_year(text: str, province: str, gender: str, year: int) -> None:
    found = hints(text)
    assert found.province is not None, "sources.md §2.1"
    assert (found.province.name, found.gender, found.birth_year) == (province, gender, year)


@pytest.mark.parametrize(
    ("text", "gender", "birth", "found"),
    [
        ("001090999001", "male", PartialDate(1990, 5, 17), ()),
        ("001090999001", None, None, ()),
        ("001090999001", "female", PartialDate(1990), ("gender_differs",)),
        ("001090999001", "male", PartialDate(2090), ("century_differs",)),
        ("001090999001", "male", PartialDate(1991), ("year_differs",)),
        ("003090999001", "other", PartialDate(2005), ("unknown_province", "century_differs", "year_differs")),
        ("123090999001", "male", PartialDate(1990), ()),
    ],
)
def test_a_mismatch_is_a_warning(
    text: str, gender: str | None, birth: PartialDate | None, found: tuple[Hint, ...]
) -> None:
    assert warnings(hints(text), gender, birth) == found, "sources.md §2.1"


@given(st.text() | st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_any_text_is_twelve_digits_with_hints_or_no_id(text: str) -> None:
    found = read_personal_id(text, published_units())
    assert isinstance(found, Hints | Unread)
    assert isinstance(found, Hints) == (len(text) == 12 and text.isascii() and text.isdigit())
