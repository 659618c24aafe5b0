"""Ethnic group or nationality, who issued a card, and what the QR codes of cards say. Synthetic people only."""

from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.cards import EARLIER, MINISTRY, POLICE, Card, Issuer, issuer
from chalicelib.vocabulary.ethnicity import Ethnicity, Misplaced, Nationality, read_ethnicity, read_nationality
from chalicelib.vocabulary.qr import CitizenCard, HealthCard, read_citizen_card, read_health_card
from chalicelib.vocabulary.reading import Reason, Unread
from chalicelib.vocabulary.service import vocabulary
from tests.support.definitions import packaged
from tests.support.units import published_units

GROUPS: Final = vocabulary(packaged()).items[ItemId("person.ethnicity")].codes
KINH: Final = Ethnicity("01")


@pytest.mark.parametrize(
    ("text", "read", "source"),
    [
        ("Kinh", KINH, "list of 54 [M]"),
        ("KINH", KINH, "sources.md §2.7"),
        ("Dân tộc: Kinh", KINH, "inference"),
        ("Kinh (Việt)", KINH, "statistics office's list of 54"),
        ("Khmer", Ethnicity("05"), "statistics office's list of 54"),
        ("Gia Rai", Ethnicity("10"), "inference"),
        ("E De", Ethnicity("12"), "inference"),
        ("Mông", Ethnicity("08"), "list of 54 [M]"),
        ("Việt Nam", Misplaced(Nationality("VN"), "01"), "sources.md §2.7"),
        ("VIET NAM", Misplaced(Nationality("VN"), "01"), "sources.md §2.7"),
        ("Pháp", Unread("not_in_the_list"), "not one of the 54"),
        ("", Unread("empty"), ""),
    ],
)
def test_a_nationality_in_the_box_of_the_ethnic_group_is_noticed(text: str, read: object, source: str) -> None:
    assert read_ethnicity(text, GROUPS) == read, source


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Việt Nam", Nationality("VN")),
        ("vietnam", Nationality("VN")),
        ("VN", Nationality("VN")),
        ("Kinh", Misplaced(KINH, "VN")),
        ("Lào", Misplaced(Ethnicity("37"), "VN")),
        ("Hoa Kỳ", Unread("not_in_the_list")),
    ],
)
def test_an_ethnic_group_in_the_box_of_nationality_is_noticed(text: str, read: object) -> None:
    assert read_nationality(text, GROUPS) == read, "sources.md §2.7"


def test_every_group_of_the_list_is_read_by_its_own_name() -> None:
    assert [read_ethnicity(name.vi, GROUPS) for name in GROUPS.values()] == [Ethnicity(code) for code in GROUPS]
    assert len(GROUPS) == 54


@given(st.text())
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    assert isinstance(read_ethnicity(text, GROUPS), Ethnicity | Misplaced | Unread)
    assert isinstance(read_nationality(text, GROUPS), Nationality | Misplaced | Unread)


@pytest.mark.parametrize(
    ("card", "day", "found"),
    [
        ("cccd", date(2021, 6, 25), Issuer(POLICE, (EARLIER,))),
        ("cccd", date(2024, 6, 30), Issuer(POLICE, (EARLIER,))),
        ("can_cuoc", date(2024, 7, 1), Issuer(MINISTRY)),
        ("cccd", date(2024, 7, 1), Issuer(MINISTRY)),
        ("can_cuoc", date(2024, 6, 30), Issuer("", (), "unverified")),
        ("cmnd", date(2010, 1, 1), Issuer("", (), "unverified")),
    ],
)
def test_the_issuer_follows_the_day_of_the_card(card: Card, day: date, found: Issuer) -> None:
    assert issuer(card, day) == found, "sources.md §2.6 [C]"


@pytest.mark.parametrize(("code", "name"), [("24", "Công an tỉnh Bắc Giang"), ("01", "Công an thành phố Hà Nội")])
def test_an_old_card_is_of_its_province_police(code: str, name: str) -> None:
    day = date(2010, 1, 1)
    assert issuer("cmnd", day, published_units().province_at(code, day)).name == name


CARD: Final = "001090999001|012345678|Nguyễn Văn An|17051990|Nam|Số 12, Phường Ba Đình, Hà Nội|25062021"
READ: Final = CitizenCard(
    "001090999001",
    "012345678",
    "Nguyễn Văn An",
    PartialDate(1990, 5, 17),
    "male",
    "Số 12, Phường Ba Đình, Hà Nội",
    PartialDate(2021, 6, 25),
)


def test_the_seven_fields_of_a_card_are_read_from_text_and_from_bytes() -> None:
    assert read_citizen_card(CARD) == read_citizen_card(CARD.encode()) == READ, "sources.md §2.6 [C]"


def test_the_old_number_may_be_missing() -> None:
    found = read_citizen_card(CARD.replace("|012345678|", "||"))
    assert isinstance(found, CitizenCard)
    assert found.old_number is None


def test_fields_behind_the_seventh_are_kept_and_mean_nothing() -> None:
    found = read_citizen_card(f"{CARD}|A|B||D")
    assert isinstance(found, CitizenCard)
    assert found.more == ("A", "B", "", "D"), "sources.md §2.6 [M]; cards of 11 fields are seen [C]"
    assert found.name == READ.name


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "empty"),
        ("001090999001|012345678|Nguyễn Văn An", "too_few_fields"),
        (CARD.replace("001090999001", "00109099900"), "bad_personal_id"),
        (CARD.replace("012345678", "12"), "bad_card_number"),
        (CARD.replace("Nguyễn Văn An", "12"), "bad_name"),
        (CARD.replace("17051990", "31021990"), "bad_date"),
        (CARD.replace("|Nam|", "|?|"), "bad_gender"),
        (CARD.encode("utf-16"), "bad_encoding"),
        ("x" * 5000, "too_long"),
    ],
)
def test_a_card_that_cannot_be_read_says_why(payload: str | bytes, reason: Reason) -> None:
    assert read_citizen_card(payload) == Unread(reason)


def _hex(text: str) -> str:
    return text.encode().hex()


HEALTH: Final = (
    f"0109999001|{_hex('Nguyễn Văn An')}|17/05/1990|1|{_hex('Phường Ba Đình')}|01 - 001|01/07/2023|-|31/07/2023|$"
)


def test_a_health_card_carries_name_and_address_as_hex() -> None:
    assert read_health_card(HEALTH) == HealthCard(
        "0109999001",
        "Nguyễn Văn An",
        PartialDate(1990, 5, 17),
        "male",
        "Phường Ba Đình",
        "01 - 001",
        PartialDate(2023, 7, 1),
        ("-", "31/07/2023", "$"),
    ), "sources.md §2.6 [C]"


def test_a_dash_stands_for_nothing_and_a_year_for_a_birth() -> None:
    found = read_health_card(f"DN4010109999001|{_hex('Lê Thị Bình')}|1950|2|-|-|-|$")
    assert isinstance(found, HealthCard)
    assert (found.birth, found.gender) == (PartialDate(1950), "female")
    assert (found.address, found.clinic, found.valid_from) == (None, None, None)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (HEALTH.replace("0109999001", "01099990"), "bad_card_number"),
        (HEALTH.replace(_hex("Nguyễn Văn An"), "4e6"), "bad_encoding"),
        (HEALTH.replace(_hex("Nguyễn Văn An"), "ff"), "bad_encoding"),
        (HEALTH.replace("17/05/1990", "?"), "bad_date"),
        (HEALTH.replace("|1|", "|3|"), "bad_gender"),
        ("a|b", "too_few_fields"),
    ],
)
def test_a_health_card_that_cannot_be_read_says_why(payload: str, reason: Reason) -> None:
    assert read_health_card(payload) == Unread(reason)


@given(st.text() | st.binary() | st.lists(st.text(max_size=12), min_size=6, max_size=12).map("|".join))
def test_any_payload_is_a_card_or_a_reason(payload: str | bytes) -> None:
    assert isinstance(read_citizen_card(payload), CitizenCard | Unread)
    assert isinstance(read_health_card(payload), HealthCard | Unread)


@given(st.integers(0, len(CARD) - 1), st.characters(exclude_categories=["Cs"]))
def test_one_changed_letter_never_breaks_the_reader(place: int, letter: str) -> None:
    found = read_citizen_card(CARD[:place] + letter + CARD[place + 1 :])
    assert isinstance(found, CitizenCard | Unread)
