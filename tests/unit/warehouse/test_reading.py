"""What comes of a paper: its items as they stand there, and nothing that does not stand there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final
from unicodedata import normalize

import pytest

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import ItemId, PersonalId, organisation_id
from chalicelib.papers.model import MediaType
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType, Validity
from chalicelib.warehouse.model import Holder
from chalicelib.warehouse.reading import Codes, Reading, holder_of, last_day, read, tables
from infra.simulators.personas import Persona
from tests.support.cards import CARD_HOLDERS, citizen_payload, health_payload
from tests.support.definitions import packaged
from tests.support.people import PEOPLE

ON: Final = date(2026, 11, 22)
AN: Final = next(each for each in PEOPLE if each.personal_id == "001090999001")
BINH: Final = next(each for each in PEOPLE if each.personal_id == "079193999002")
OF_AN: Final = citizen_payload(AN, issued_on="2025-08-25")
FROM_A_CARD: Final = {
    "person.personal_id",
    "person.identity_document.number",
    "person.identity_document.issued_on",
    "person.old_id_card.number",
    "person.full_name",
    "person.birth_date",
    "person.gender",
    "person.residence.permanent",
}


def type_(code: str) -> DocumentType:
    return packaged().get(DOCUMENT_TYPES, code)


def of(code: str, payload: Codes | Json, media_type: MediaType = "image/jpeg") -> Reading:
    return read(type_(code), media_type, payload, tables(packaged(), ON))


def values(reading: Reading) -> dict[str, Json]:
    return {str(each.item): each.value for each in reading.items}


def card(*payloads: str) -> Reading:
    return of("the-can-cuoc", payloads)


def certificate(**changes: JsonObject | str | None) -> JsonObject:
    whole: JsonObject = {"number": "56/2026", "issued_on": "2026-08-31", "holder": {"personal_id": "001090999001"}}
    return whole | changes


def test_a_card_gives_its_seven_fields_and_no_other() -> None:
    found = card(OF_AN)

    assert values(found).keys() == FROM_A_CARD, "sources.md §2.6: no ethnic group, no native place, no expiry"
    assert values(found)["person.old_id_card.number"] == "099999001"
    assert found.holder_value == found.number == "001090999001"
    assert found.issued_on == "2025-08-25"
    assert found.valid_until is None
    assert found.problems == ()


def test_each_item_says_where_it_stood() -> None:
    assert {each.path for each in card(OF_AN).items} == {
        "$.number", "$.old_number", "$.name", "$.birth", "$.gender", "$.residence", "$.issued_on",
    }  # fmt: skip


def test_an_empty_second_field_gives_no_old_number() -> None:
    found = card(citizen_payload(AN, old_number="", issued_on="2025-08-25"))

    assert values(found).keys() == FROM_A_CARD - {"person.old_id_card.number"}
    assert found.problems == ()


def test_an_old_number_of_twelve_digits_is_no_old_card_of_nine() -> None:
    assert "person.old_id_card.number" not in values(card(citizen_payload(AN, old_number="001090999001")))


def test_fields_that_newer_cards_add_change_nothing() -> None:
    assert values(card(f"{OF_AN}|A|B||D")) == values(card(OF_AN))


def test_a_name_in_parts_is_read_as_the_same_name_in_one_piece() -> None:
    composed, in_parts = card(normalize("NFC", OF_AN)), card(normalize("NFD", OF_AN))

    assert values(in_parts) == values(composed)
    assert values(composed)["person.full_name"] == "NGUYỄN VĂN AN"


def test_a_year_of_birth_alone_stays_a_year() -> None:
    found = card("008048999005||LÒ VĂN CỤ|1948|Nam|Thôn Đoài|25062021")

    assert values(found)["person.birth_date"] == "1948"


def test_a_year_of_issue_alone_is_no_day_and_is_left_out() -> None:
    found = card("001090999001||NGUYỄN VĂN AN|17051990|Nam|Thôn Đoài|2021")

    assert "person.identity_document.issued_on" not in values(found)
    assert found.issued_on is None
    assert "cast_failed:person.identity_document.issued_on" in found.problems


def test_an_address_of_one_commune_becomes_the_address_of_today() -> None:
    written = "Số 12 phố Hoa Sữa, Phường Ba Đình, Thành phố Hà Nội"
    found = card(f"001090999001||NGUYỄN VĂN AN|17051990|Nam|{written}|25082025")

    assert values(found)["person.residence.permanent"] == {
        "country": "VN",
        "province": {"code": "01", "name": "Thành phố Hà Nội"},
        "commune": {"code": "00004", "name": "Phường Ba Đình"},
        "line": "Số 12 phố Hoa Sữa",
    }


@pytest.mark.parametrize(
    "written",
    [
        "Thôn Đoài",
        "Số 1, Ba Đình, Hà Nội",
        "Số 1, Phường 1, Quận Không Có, Hà Nội",
        "Số 3, Thành phố Hà Nội",
        "",
    ],
)
def test_an_address_in_any_doubt_is_left_out_and_named(written: str) -> None:
    found = card(f"001090999001||NGUYỄN VĂN AN|17051990|Nam|{written}|25062021")

    assert values(found).keys() == FROM_A_CARD - {"person.old_id_card.number", "person.residence.permanent"}
    assert found.problems == ("address_unresolved",)


def test_a_commune_that_was_divided_since_is_left_out() -> None:
    divided = next(each for each in PEOPLE if each.personal_id == "001172999034")

    assert "person.residence.permanent" not in values(card(citizen_payload(divided)))


@pytest.mark.parametrize("person", CARD_HOLDERS, ids=lambda each: each.personal_id)
def test_the_code_on_everybodys_card_says_what_the_register_says(person: Persona) -> None:
    data = person.registers["population"].data
    found = values(card(citizen_payload(person)))

    assert found["person.personal_id"] == person.personal_id
    assert found["person.full_name"] == data["name"]["full"]
    assert found["person.birth_date"] == data["birth"]["date"]
    assert found["person.gender"] == data["gender"]["code"]


def test_of_several_codes_in_one_picture_the_card_is_read() -> None:
    assert values(card("https://example.vn/abc", OF_AN, OF_AN, "WIFI:S:x;;")) == values(card(OF_AN))


def test_two_cards_in_one_picture_give_nothing() -> None:
    found = card(OF_AN, citizen_payload(BINH))

    assert found == Reading(problems=("ambiguous_codes",))


def test_the_same_number_on_two_different_cards_gives_nothing_either() -> None:
    assert card(OF_AN, OF_AN.replace("25082025", "26082025")).problems == ("ambiguous_codes",)


@pytest.mark.parametrize(
    "payload", ["https://example.vn/abc", "|||||||", "a|b|c|d|e|f|g", health_payload(AN), "x" * 4000]
)
def test_the_code_of_something_else_gives_nothing(payload: str) -> None:
    assert card(payload) == Reading(problems=("codes_unread",))


def test_a_picture_without_a_code_gives_nothing() -> None:
    assert card() == Reading(problems=("no_codes",))


def test_a_health_card_gives_what_it_holds_and_does_not_say_whose_it_is() -> None:
    found = of("the-bao-hiem-y-te", (health_payload(AN),))
    insured = AN.registers["insurance"].data["health"]

    assert values(found) == {
        "insurance.health.card_number": insured["card"],
        "insurance.health.clinic_code": insured["clinic"]["code"],
        "insurance.health.valid_from": insured["valid_from"],
        "person.full_name": "NGUYỄN VĂN AN",
        "person.birth_date": "1990-05-17",
        "person.gender": "male",
    }
    assert holder_of(type_("the-bao-hiem-y-te"), found, PersonalId("001090999001")) == "unproved"


def test_a_picture_of_a_paper_without_a_code_reader_gives_nothing_and_no_problem() -> None:
    assert of("giay-khai-sinh", (OF_AN,)) == Reading()
    assert of("giay-to-khac", {"any": "thing"}, "application/json") == Reading()


def test_a_value_that_is_not_of_its_items_type_is_left_out_and_named() -> None:
    wrong = certificate(marital_status="7", holder={"personal_id": "001", "full_name": "NGUYỄN VĂN AN"})
    found = of("giay-xac-nhan-tinh-trang-hon-nhan", wrong, "application/json")

    assert set(found.problems) == {"cast_failed:person.personal_id", "cast_failed:person.marital_status"}
    assert values(found)["person.full_name"] == "NGUYỄN VĂN AN"
    assert found.holder_value is None


def test_a_partial_date_is_never_padded() -> None:
    found = of("giay-khai-sinh", {"holder": {"birth_date": "1950"}, "registered_on": "1950-03"}, "application/json")

    assert values(found) == {"person.birth_date": "1950"}
    assert found.problems == ("cast_failed:civil_status.birth.registered_on",)


@pytest.mark.parametrize("nothing", [None, "", {}, [], "text", 5])
def test_a_document_that_says_nothing_gives_nothing(nothing: Json) -> None:
    assert values(of("giay-khai-sinh", nothing, "application/json")) == {}


@pytest.mark.parametrize(
    ("number", "holder"),
    [("001090999001", "owner"), ("001195999003", "other"), (None, "unproved")],
)
def test_a_paper_is_the_owners_where_it_has_their_number(number: str | None, holder: Holder) -> None:
    found = of("giay-xac-nhan-tinh-trang-hon-nhan", certificate(holder={"personal_id": number}), "application/json")

    assert holder_of(type_("giay-xac-nhan-tinh-trang-hon-nhan"), found, PersonalId("001090999001")) == holder


def test_an_organisations_paper_is_the_organisations_and_not_a_persons_of_the_same_number() -> None:
    enterprise = type_("giay-chung-nhan-dang-ky-doanh-nghiep")
    found = Reading(holder_value="0100999011")

    assert holder_of(enterprise, found, organisation_id("0100999011")) == "owner"
    assert holder_of(enterprise, found, organisation_id("0100999012")) == "other"
    assert (
        holder_of(type_("the-can-cuoc"), Reading(holder_value="001090999001"), organisation_id("001090999001"))
        == "other"
    )


@pytest.mark.parametrize(
    ("issued_on", "months", "until"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-22", 6, "2027-05-22"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-06-30", 1, "2026-07-30"),
        ("2026-01-15", 12, "2027-01-15"),
        ("2026-07", 6, "2027-01"),
        ("2026", 6, None),
        (None, 6, None),
    ],
)
def test_a_paper_holds_to_the_same_day_of_its_last_month(issued_on: str | None, months: int, until: str | None) -> None:
    assert last_day(Validity(months=months), issued_on) == until


def test_a_paper_without_a_term_has_no_end() -> None:
    assert last_day(Validity(), "2026-01-01") is None


def test_the_day_that_a_paper_names_is_its_last() -> None:
    licence: JsonObject = {"issued_on": "2025-04-10", "expires_on": "2035-04-10"}

    assert of("giay-phep-lai-xe", licence, "application/json").valid_until == "2035-04-10"
    assert of("giay-phep-lai-xe", {"issued_on": "2025-04-10"}, "application/json").valid_until is None


def test_codes_of_the_paper_become_ours() -> None:
    written: JsonObject = {"GiayKhaiSinh": {"NguoiDuocKhaiSinh": {"GioiTinh": "Nữ"}}}

    assert values(of("giay-khai-sinh", written, "application/xml")) == {"person.gender": "female"}


def test_numbers_in_xml_are_text_that_becomes_a_number_and_in_json_they_are_numbers() -> None:
    capital = ItemId("business.capital")
    code = "giay-chung-nhan-dang-ky-doanh-nghiep"

    assert values(of(code, {"GiayChungNhan": {"VonDieuLe": "5000"}}, "application/xml")) == {capital: 5000}
    assert of(code, {"capital": "5000"}, "application/json").problems == (f"cast_failed:{capital}",)
    assert of(code, {"GiayChungNhan": {"VonDieuLe": "5,000"}}, "application/xml").problems == (
        f"cast_failed:{capital}",
    )


def test_reading_never_says_a_value_in_its_problems() -> None:
    found = of("giay-khai-sinh", {"holder": {"personal_id": "bí mật", "gender": "bí mật"}}, "application/json")

    assert not any("bí mật" in problem for problem in found.problems)


def supplied(types: Iterable[DocumentType]) -> set[ItemId]:
    return {item for each in types for item in each.supplies}


def test_a_type_reads_only_what_it_says_that_it_supplies() -> None:
    found = card(OF_AN)

    assert {each.item for each in found.items} <= type_("the-can-cuoc").supplies
    assert replace(type_("the-can-cuoc"), mapped={}).supplies == frozenset()


@pytest.mark.parametrize("day", ["9999-12-31", "9999-01-02"])
def test_a_paper_whose_end_no_calendar_has_is_read_without_one(day: str) -> None:
    found = of("giay-kham-suc-khoe", {"number": "1", "issued_on": day}, "application/json")

    assert found.issued_on == day
    assert found.valid_until is None
