"""The two registers as published."""

from collections import Counter

import pytest

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import ItemId
from chalicelib.sources.definition import REGISTERS, extract
from chalicelib.sources.model import Register
from tests.support.definitions import packaged

POPULATION_FIELDS = {
    "name",
    "birth",
    "gender",
    "ethnicity",
    "nationality",
    "personal_id",
    "identity_document",
    "residence",
    "contact",
    "marital_status",
}
BUS_ERRORS = {
    "NOT_FOUND": "not_found",
    "AMBIGUOUS": "ambiguous_match",
    "BAD_REQUEST": "source_invalid",
    "FORBIDDEN": "no_right",
    "QUOTA": "source_busy",
    "MAINTENANCE": "source_unavailable",
    "INTERNAL": "source_unavailable",
    "UPSTREAM_TIMEOUT": "source_unavailable",
}


@pytest.fixture(params=["population", "civil_status"])
def register(request: pytest.FixtureRequest) -> Register:
    return packaged().get(REGISTERS, request.param)


def test_a_register_knows_every_error_of_the_bus(register: Register) -> None:
    assert BUS_ERRORS.items() <= register.errors.items()


def test_a_register_rests_on_a_named_law_that_is_not_presented_as_settled(register: Register) -> None:
    assert register.legal_basis.startswith("Luật ")
    assert register.status == "unverified"


def test_only_the_fields_of_wanted_items_are_asked() -> None:
    population = packaged().get(REGISTERS, "population")
    everything = frozenset(attribute.item for attribute in population.attributes)

    assert set(population.fields_for(everything)) == POPULATION_FIELDS
    assert population.fields_for(frozenset({ItemId("person.full_name"), ItemId("person.birth_date")})) == (
        "birth",
        "name",
    )
    assert population.fields_for(frozenset({ItemId("person.divorce.court")})) == ()


def test_no_divorce_on_record_is_not_the_same_as_nothing_found() -> None:
    absent = {each.item: each.absent_means for each in packaged().get(REGISTERS, "civil_status").attributes}

    assert Counter(absent.values()) == {"not_found": 1, "not_applicable": 3}
    assert absent[ItemId("person.marital_status")] == "not_found"


def test_an_elder_known_by_year_keeps_the_year() -> None:
    body = REGISTERS.parse(packaged().envelopes["registers", "population"].body)

    assert extract(body, {"birth": {"date": "1950"}}) == {"person.birth_date": "1950"}


def test_a_register_s_own_codes_are_translated() -> None:
    raw = dict(packaged().envelopes["registers", "population"].body)
    gender: JsonObject = {
        "asks": "gender",
        "path": "$.gender.code",
        "item": "person.gender",
        "codes": {"1": "male", "2": "female"},
    }
    body = REGISTERS.parse({**raw, "attributes": [gender]})

    assert extract(body, {"gender": {"code": "2"}}) == {"person.gender": "female"}
