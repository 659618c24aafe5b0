"""Who is whose: relations between personas say the same from both ends, in every register that tells them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.kernel.dates import PartialDate
from chalicelib.vocabulary.unit_tables import units_of
from chalicelib.vocabulary.units import Ambiguous, Exact, Successor
from infra.simulators.personas import Persona, Personas
from tests.support.clock import START
from tests.support.definitions import packaged

PEOPLE = Personas.load()
every_persona = pytest.mark.parametrize("person", list(PEOPLE), ids=lambda person: person.personal_id)


def population(personal_id: str) -> Mapping[str, Any]:
    return PEOPLE.need(personal_id).registers["population"].data


def civil_status(personal_id: str) -> Mapping[str, Any]:
    holding = PEOPLE.need(personal_id).registers.get("civil_status")
    return {} if holding is None else holding.data


def named(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON of any shape
    """Yield every object that names a person by id, however deep."""
    if isinstance(value, dict):
        if "personal_id" in value and isinstance(value["personal_id"], str):
            yield value
        for inner in value.values():
            yield from named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)


def everything(person: Persona) -> Iterator[Any]:
    for registers in (person.registers, *person.provinces.values()):
        yield from (holding.data for holding in registers.values())


@every_persona
def test_whoever_is_named_by_id_is_a_persona_and_is_described_as_their_own_record_does(person: Persona) -> None:
    for mention in (found for data in everything(person) for found in named(data)):
        about = population(mention["personal_id"])
        assert mention.get("name", about["name"]["full"]) == about["name"]["full"]
        assert mention.get("birth_date", about["birth"]["date"]) == about["birth"]["date"]
        assert mention.get("gender", about["gender"]["code"]) == about["gender"]["code"]
        assert mention.get("nationality", about["nationality"]["code"]) == about["nationality"]["code"]


@every_persona
def test_a_marriage_is_told_by_both_and_by_both_registers(person: Persona) -> None:
    spouse = population(person.personal_id).get("spouse", {}).get("personal_id")
    assert civil_status(person.personal_id).get("spouse", {}).get("personal_id") == spouse
    if spouse is None:
        return
    assert population(spouse)["spouse"]["personal_id"] == person.personal_id
    assert civil_status(spouse)["marriage"] == civil_status(person.personal_id)["marriage"]
    assert population(person.personal_id)["marital_status"]["code"] == "1"
    assert population(spouse)["gender"] != population(person.personal_id)["gender"]


@every_persona
def test_a_child_names_its_parents_and_each_parent_the_child(person: Persona) -> None:
    own = population(person.personal_id)
    for role, gender in (("father", "male"), ("mother", "female")):
        if (parent := own.get(role, {}).get("personal_id")) is not None:
            assert population(parent)["gender"]["code"] == gender
            assert person.personal_id in {child["personal_id"] for child in population(parent)["children"]}
    for child in own.get("children", []):
        role = "father" if own["gender"]["code"] == "male" else "mother"
        assert population(child["personal_id"])[role]["personal_id"] == person.personal_id


@every_persona
def test_the_birth_record_names_the_parents_that_the_population_register_names(person: Persona) -> None:
    parents = civil_status(person.personal_id).get("parents", {})
    own = population(person.personal_id)
    told = {role: kin.get("personal_id") for role, kin in parents.items()}

    assert told == {role: own[role].get("personal_id") for role in ("father", "mother") if role in own}


@every_persona
def test_no_parent_is_younger_than_fifteen_years_more_than_the_child(person: Persona) -> None:
    born = PartialDate.parse(population(person.personal_id)["birth"]["date"]).year
    for child in population(person.personal_id).get("children", []):
        assert PartialDate.parse(child["birth_date"]).year - born >= 15


@every_persona
def test_a_household_is_one_for_all_its_members(person: Persona) -> None:
    own = population(person.personal_id)
    if "household" not in own:
        return
    members = {each["personal_id"]: each["relation"] for each in own["household_members"]}
    assert members[person.personal_id] == own["household"]["relation"]
    assert [member for member, relation in members.items() if relation == "chu_ho"] == [
        own["household"]["head"]["personal_id"]
    ]
    for member in members:
        theirs = population(member)
        assert theirs["household_members"] == own["household_members"]
        assert theirs["household"]["code"] == own["household"]["code"]
        assert theirs["residence"]["permanent"] == own["household"]["address"]


@every_persona
def test_a_minor_is_represented_by_a_parent_or_has_a_guardian_and_an_adult_has_neither(person: Persona) -> None:
    own = population(person.personal_id)
    is_minor = PartialDate.parse(own["birth"]["date"]).year > 2008
    assert ("guardian" in own) == is_minor
    if is_minor:
        parents = {own.get(role, {}).get("personal_id") for role in ("father", "mother")} - {None}
        is_parent = own["guardian"]["personal_id"] in parents
        assert own["guardian"]["kind"] == ("cha_me" if is_parent else "giam_ho")
        assert is_parent or not parents


@every_persona
def test_a_guardian_who_is_no_parent_and_the_ward_name_each_other(person: Persona) -> None:
    guardian = population(person.personal_id).get("guardian", {})
    if guardian.get("kind") == "giam_ho":
        assert person.personal_id in {ward["personal_id"] for ward in population(guardian["personal_id"])["wards"]}
    for ward in population(person.personal_id).get("wards", []):
        assert population(ward["personal_id"])["guardian"]["personal_id"] == person.personal_id
        assert population(ward["personal_id"])["guardian"]["kind"] == "giam_ho"


def test_there_is_a_guardian_with_a_ward() -> None:
    assert [person.personal_id[-3:] for person in PEOPLE if "wards" in population(person.personal_id)] == ["025"]


@every_persona
def test_land_held_jointly_is_on_record_with_every_holder(person: Persona) -> None:
    for province in person.provinces:
        holding = person.holding("land", province)
        if holding is None or holding.fails:
            continue
        owners = holding.data["owners"]
        assert person.personal_id in {owner["personal_id"] for owner in owners}
        for parcel in holding.data["parcels"]:
            holders = [owner["personal_id"] for owner in owners if owner["parcel"] == parcel["number"]]
            assert (parcel["use_form"] == "C") == (len(holders) > 1)
            for holder in holders:
                theirs = PEOPLE.need(holder).holding("land", province)
                assert theirs is not None
                assert parcel in theirs.data["parcels"]


def test_an_enterprise_and_its_representative_name_each_other() -> None:
    told = {
        (each["code"], person.personal_id, each["position"])
        for person in PEOPLE
        if (holding := person.holding("business"))
        for each in holding.data["represented"]
    }
    by_enterprise = set()
    for organisation in PEOPLE.organisations:
        who = organisation.registers["business"].data["representative"]
        by_enterprise.add((organisation.organisation_id, who["personal_id"], who["position"]))

    assert told == by_enterprise
    assert len(told) == 3


def addresses(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict):
        if "commune" in value and "province" in value and isinstance(value["commune"], dict):
            yield value
        else:
            for inner in value.values():
                yield from addresses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from addresses(inner)


OLD = {"034068999033": Exact("12454"), "001172999034": Ambiguous(("00004", "00008"))}
"""Whose record still names a commune of before 01/07/2025, and where that lies now."""


@every_persona
def test_every_address_is_in_a_commune_and_a_province_of_the_day_but_of_those_left_in_an_old_one(
    person: Persona,
) -> None:
    known = units_of(packaged())
    day = START.date() if person.personal_id not in OLD else known.provinces.reform - timedelta(days=1)
    for address in (found for data in everything(person) for found in addresses(data)):
        commune = known.commune_at(address["commune"]["code"], day)
        province = known.province_at(address["province"]["code"], day)
        assert commune is not None
        assert province is not None
        assert commune.name == address["commune"]["name"]
        assert commune.province == province.code
        assert province.name == address["province"]["name"]


@pytest.mark.parametrize(("personal_id", "today"), OLD.items())
def test_a_commune_of_before_is_none_of_today_and_lies_in_one_or_in_two(personal_id: str, today: Successor) -> None:
    known = units_of(packaged())
    code = population(personal_id)["residence"]["permanent"]["commune"]["code"]
    assert known.commune_at(code, START.date()) is None
    assert known.successors(code) == today


@every_persona
def test_the_province_of_birth_registration_is_the_one_in_the_id(person: Persona) -> None:
    """The id keeps the table of 63, but for who was registered after the mergers: 024 is Bắc Ninh then."""
    written = population(person.personal_id).get("birth_registration")
    if written is None:
        return
    of_old = units_of(packaged()).birth_province(person.personal_id)
    assert of_old is not None
    if "district" in written:
        assert written["province"] == of_old.name
    else:
        assert (person.personal_id[:3], written["province"]) == ("024", "Tỉnh Bắc Ninh")
