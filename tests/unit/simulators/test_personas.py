"""The made-up citizens and organisations can be nobody real, and each one's data hang together."""

import json
import unicodedata
from pathlib import Path

import pytest

from chalicelib.kernel.errors import BadDefinition, NotFound
from chalicelib.kernel.ids import PersonalId, is_business_code, is_synthetic, is_synthetic_business
from infra.simulators.personas import Holding, Organisation, Persona, Personas
from infra.simulators.registers import FIELDS, PROVINCIAL

PEOPLE = list(Personas.load())
# Provinces of birth registration before 01/07/2025: personal ids keep that table (domain notes §2.1).
OLD_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
every_persona = pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.personal_id)


def test_the_first_is_a_level_2_single_man_with_every_population_field_that_such_a_man_has() -> None:
    first = PEOPLE[0]
    assert first.identity_level == 2
    none_of_his = {"spouse", "children", "death", "guardian", "wards"}
    assert set(first.registers["population"].data) == FIELDS["population"] - none_of_his
    assert first.registers["population"].data["gender"]["code"] == "male"
    assert first.registers["civil_status"].data["marital_status"] == {"code": "2"}


def test_ids_number_the_personas_in_the_order_of_their_files() -> None:
    assert [person.personal_id[-6:] for person in PEOPLE] == [f"999{place:03d}" for place in range(1, len(PEOPLE) + 1)]
    assert len(PEOPLE) >= 20


@every_persona
def test_an_id_is_synthetic_and_agrees_with_gender_and_birth_year(person: Persona) -> None:
    population = person.registers["population"].data
    year, number = int(population["birth"]["date"][:4]), person.personal_id
    digit = (year // 100 - 19) * 2 + (population["gender"]["code"] == "female")
    assert is_synthetic(PersonalId(number))
    assert number[:3] in OLD_PROVINCES.split()
    assert number[3] == str(digit)
    assert number[4:6] == f"{year % 100:02d}"
    assert population["personal_id"] == {"number": number}


@every_persona
def test_a_card_names_the_issuer_that_its_date_asks_for(person: Persona) -> None:
    card = person.registers["population"].data.get("identity_document")
    if card is None:
        return
    newer = card["issued_on"] >= "2024-07-01"
    assert card["type"] == ("can_cuoc" if newer else "cccd")
    assert (card["issued_by"] == "Bộ Công an") == newer


@every_persona
def test_addresses_have_a_province_and_a_commune_and_no_district(person: Persona) -> None:
    for address in person.registers["population"].data["residence"].values():
        assert set(address) == {"country", "province", "commune", "line"}
        assert len(address["province"]["code"]) == 2
        assert len(address["commune"]["code"]) == 5
        assert address["commune"]["name"].split()[0] in {"Phường", "Xã"}


@every_persona
def test_phones_and_mail_reach_nobody(person: Persona) -> None:
    contact = person.registers["population"].data.get("contact", {})
    assert contact.get("phone", "0900000000").startswith("0900000")
    assert contact.get("email", ".example").endswith(".example")


@every_persona
def test_a_persona_holds_only_fields_that_its_registers_have(person: Persona) -> None:
    for register, holding in [*person.registers.items(), *_provincial(person)]:
        assert FIELDS[register].issuperset(holding.data)
        assert FIELDS[register].issuperset(holding.under_review)


def _provincial(person: Persona) -> list[tuple[str, Holding]]:
    return [(register, holding) for registers in person.provinces.values() for register, holding in registers.items()]


@every_persona
def test_what_a_province_keeps_for_itself_is_nowhere_else(person: Persona) -> None:
    assert not PROVINCIAL & person.registers.keys()
    assert {register for register, _ in _provincial(person)} <= PROVINCIAL


@pytest.mark.parametrize("organisation", Personas.load().organisations, ids=lambda each: each.organisation_id)
def test_an_organisation_has_a_made_up_code_with_its_check_digit(organisation: Organisation) -> None:
    enterprise = organisation.registers["business"].data["enterprise"]
    assert is_synthetic_business(organisation.organisation_id)
    assert enterprise["code"] == enterprise["tax_code"] == organisation.organisation_id


@pytest.mark.parametrize(
    ("code", "is_code"),
    [("0100109106", True), ("0300588569", True), ("0100109107", False), ("010010910", False), ("01001091O6", False)],
)
def test_a_business_code_carries_its_check_digit(code: str, is_code: bool) -> None:
    assert is_business_code(code) == is_code
    assert not is_synthetic_business(code)


def test_ids_are_one_each_and_the_engaged_name_each_other() -> None:
    people = Personas.load()
    engaged = [person for person in people if person.engaged_to]
    assert len({person.personal_id for person in people}) == len(PEOPLE)
    assert len(engaged) == 2
    assert all(people.need(str(person.engaged_to)).engaged_to == person.personal_id for person in engaged)


def test_an_unknown_persona_is_not_found() -> None:
    with pytest.raises(NotFound):
        Personas.load().need("001090999999")


@pytest.mark.parametrize("change", [{"synthetic": False}, {"personal_id": "001090123456"}, {"personal_id": "12"}])
def test_a_file_that_could_be_about_somebody_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    document = {**PEOPLE[0].model_dump(), **change}
    (tmp_path / "one.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadDefinition):
        Personas.load(tmp_path)


@pytest.mark.parametrize("code", ["0100109106", "9900000105", "99"])
def test_an_organisation_that_could_be_somebody_s_is_refused(tmp_path: Path, code: str) -> None:
    document = {**Personas.load().organisations[0].model_dump(), "organisation_id": code}
    (tmp_path / "one.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadDefinition):
        Personas.load(organisations=tmp_path)


def test_a_file_in_decomposed_letters_is_refused(tmp_path: Path) -> None:
    text = json.dumps(PEOPLE[0].model_dump(), ensure_ascii=False)
    (tmp_path / "one.json").write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    with pytest.raises(BadDefinition):
        Personas.load(tmp_path)
