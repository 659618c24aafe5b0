"""The ten registers as published, and what must hold of one before it is."""

import json
from typing import Any

import pytest

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import validate
from chalicelib.definitions.model import RefusedSet
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import ItemId
from chalicelib.sources.checks import BUS_ERRORS
from chalicelib.sources.definition import REGISTERS, extract
from chalicelib.sources.model import PERSON, Register, failure_of
from chalicelib.sources.written import RegisterBody
from chalicelib.vocabulary.service import vocabulary
from infra.simulators.faults import ERRORS
from infra.simulators.registers import FIELDS, OF_ORGANISATIONS, PROVINCIAL
from tests.support.definitions import Change, files, packaged

CODES = sorted(FIELDS)
BUS = {
    "NOT_FOUND": "not_found",
    "AMBIGUOUS": "ambiguous_match",
    "BAD_REQUEST": "source_invalid",
    "FORBIDDEN": "no_right",
    "QUOTA": "source_busy",
    "MAINTENANCE": "source_unavailable",
    "INTERNAL": "source_unavailable",
    "UPSTREAM_TIMEOUT": "source_unavailable",
    "UNKNOWN_REGISTER": "source_invalid",
}


def body_of(code: str) -> RegisterBody:
    parsed: RegisterBody = REGISTERS.parse(packaged().envelopes["registers", code].body)
    return parsed


@pytest.fixture(params=CODES)
def register(request: pytest.FixtureRequest) -> Register:
    return packaged().get(REGISTERS, request.param)


def test_there_are_ten() -> None:
    assert list(packaged().codes(REGISTERS)) == CODES
    assert len(CODES) == 10


def test_a_register_knows_every_error_of_the_bus(register: Register) -> None:
    assert BUS.items() <= register.errors.items()
    assert BUS.keys() == BUS_ERRORS == {*ERRORS.values(), "UNKNOWN_REGISTER"}


def test_a_register_rests_on_a_named_law_that_is_not_presented_as_settled(register: Register) -> None:
    assert register.legal_basis.startswith(("Luật ", "Nghị định ", "Pháp lệnh "))
    assert register.status == "unverified"


def test_a_register_asks_for_all_that_the_bus_serves_and_nothing_else(register: Register) -> None:
    asked = {key: set(register.fields_for(register.answers_about(key))) for key in {PERSON, ItemId("business.code")}}
    of_organisations = OF_ORGANISATIONS.get(register.code, frozenset())

    assert asked == {PERSON: FIELDS[register.code] - of_organisations, ItemId("business.code"): of_organisations}


def test_a_register_that_provinces_keep_needs_one_to_be_asked(register: Register) -> None:
    assert register.is_placed == (register.code not in PROVINCIAL)
    assert (register.scope == "shared") == (register.code in PROVINCIAL)
    assert register.of("33").route in {"ngsp", "lgsp:33"}


def test_health_answers_about_the_caller_alone(register: Register) -> None:
    assert register.own_data_only == (register.code == "health")


def test_a_register_says_how_often_it_may_be_asked(register: Register) -> None:
    assert register.quota_per_minute is not None
    assert register.quota_per_minute > 0
    assert register.key_item == PERSON


@pytest.mark.parametrize("code", CODES)
def test_every_mapping_is_shown_with_a_value_and_without_and_every_error_with_its_outcome(code: str) -> None:
    body = body_of(code)
    for attribute in body["attributes"]:
        shown = [attribute["item"] in extract(body, example["reply"]) for example in body["examples"]]
        assert True in shown
        assert False in shown
    errors = body["errors"]
    assert {each.get("error", f"http:{each['status']}") for each in body["failures"]} == errors.keys()
    for failure in body["failures"]:
        assert failure_of(errors, failure["status"], failure.get("error")) == failure["outcome"]


@pytest.mark.parametrize("code", CODES)
def test_every_example_extracts_as_stated(code: str) -> None:
    body = body_of(code)
    for example in body["examples"]:
        assert extract(body, example["reply"]) == example["extracts"], example["name"]


def test_every_ranked_register_supplies_the_item() -> None:
    for item in vocabulary(packaged()).items.values():
        for code in item.precedence:
            assert packaged().get(REGISTERS, code).supplies(item.id), f"{item.id} ranks {code}"


def test_only_the_fields_of_wanted_items_are_asked() -> None:
    population = packaged().get(REGISTERS, "population")

    assert population.fields_for(frozenset({ItemId("person.full_name"), ItemId("person.birth_date")})) == (
        "birth",
        "name",
    )
    assert population.fields_for(frozenset({ItemId("person.divorce.court")})) == ()


@pytest.mark.parametrize("code", CODES)
def test_what_is_sensitive_can_be_left_unasked_without_losing_anything_else(code: str) -> None:
    """A field of the reply holds only sensitive items or none, so that a mask never brings one along."""
    words = vocabulary(packaged())
    kinds: dict[str, set[bool]] = {}
    for attribute in packaged().get(REGISTERS, code).attributes:
        kinds.setdefault(attribute.asks, set()).add(words.item(attribute.item).sensitive)
    mixed = {asks for asks, found in kinds.items() if len(found) > 1}

    assert mixed == set()


def test_no_divorce_on_record_is_not_the_same_as_nothing_found() -> None:
    absent = {str(each.item): each.absent_means for each in packaged().get(REGISTERS, "civil_status").attributes}

    assert absent["person.marital_status"] == "not_found"
    assert {absent[item] for item in absent if item.startswith("person.divorce.")} == {"not_applicable"}
    assert absent["person.spouse.full_name"] == "not_applicable"
    assert absent["person.father.full_name"] == "not_found"


def test_an_elder_known_by_year_keeps_the_year() -> None:
    assert extract(body_of("population"), {"birth": {"date": "1950"}}) == {"person.birth_date": "1950"}


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


def test_each_element_of_a_repeating_value_is_one_row_and_its_codes_are_translated() -> None:
    vehicles: JsonObject = {"vehicles": [{"plate": "99W-999.01", "kind": "OTO"}, {"kind": "XE LU"}, "?"]}

    assert extract(body_of("vehicle"), vehicles) == {
        "vehicle.owned[]": [{"vehicle.plate": "99W-999.01", "vehicle.kind": "o_to"}, {"vehicle.kind": "XE LU"}, {}]
    }


def test_an_owner_of_two_parcels_has_two_values_and_two_rows() -> None:
    found = extract(body_of("land"), {"parcels": [{"number": "1"}, {"number": "2", "use_form": "C"}]})

    assert found["land.parcel.number"] == ["1", "2"]  # type: ignore[index]
    assert found["land.parcels[]"] == [  # type: ignore[index]
        {"land.parcel.number": "1"},
        {"land.parcel.number": "2", "land.parcel.use_form": "chung"},
    ]


def put(*steps: str | int, value: object) -> Change:
    def change(document: Any) -> None:  # noqa: ANN401 - JSON of any shape
        for step in steps[:-1]:
            document = document[step]
        document[steps[-1]] = value

    return change


def without(group: str, name: str) -> Change:
    return lambda document: document["body"][group].pop(name)


def place_of(code: str, item: str) -> int:
    items = [each["item"] for each in body_of(code)["attributes"]]
    return items.index(item)


OWNED = ("body", "attributes", 0)
MEMBERS = place_of("population", "household.members[]")
BROKEN: list[tuple[str, Change, str, str]] = [
    ("land", put("body", "route", value="ngsp"), "/body/route", "reached by its LGSP"),
    ("vehicle", put("body", "route", value="lgsp:{province}"), "/body/route", "reached by its LGSP"),
    ("vehicle", put("body", "route", value="lgsp:{commune}"), "/body/route", "pattern"),
    ("vehicle", put(*OWNED, "columns", 0, "item", value="person.full_name"), "/body/attributes/0/columns", "no column"),
    ("vehicle", put(*OWNED, "columns", 1, "item", value="vehicle.plate"), "/body/attributes/0/columns", "twice"),
    ("vehicle", put(*OWNED, "columns", 0, "path", value="$..plate"), "/body/attributes/0/columns/0/path", "descent"),
    ("vehicle", put(*OWNED, "columns", 0, "path", value="$.x"), "/body/examples/0/extracts/vehicle.owned[]", "another"),
    ("vehicle", put(*OWNED, "key", value="person.shoe_size"), "/body/attributes/0/key", "no such item"),
    ("vehicle", lambda each: each["body"]["attributes"][0].pop("columns"), "/body/attributes/0/columns", "type list"),
    (
        "population",
        put("body", "attributes", 0, "columns", value=[{"path": "$.x", "item": "person.gender"}]),
        "/body/attributes/0/columns",
        "with no other",
    ),
    ("health", without("errors", "UNKNOWN_REGISTER"), "/body/errors", "does not say what UNKNOWN_REGISTER means"),
    ("health", put("body", "failures", 0, "outcome", value="no_right"), "/body/failures/0/outcome", "it is not_found"),
    ("health", lambda each: each["body"]["failures"].pop(0), "/body/failures", "none shows NOT_FOUND"),
    ("health", lambda each: each["body"]["examples"].pop(0), "/body/attributes/0", "no example has a value"),
    (
        "vehicle",
        lambda each: each["body"]["examples"].pop(1),
        "/body/attributes/0",
        "every example has a value",
    ),
    (
        "vehicle",
        put("body", "examples", 0, "extracts", "vehicle.owned[]", 0, "vehicle.seats", value="5"),
        "/body/examples/0/extracts/vehicle.owned[]",
        "not of the item's type: list",
    ),
    (
        "population",
        lambda each: each["body"]["attributes"][MEMBERS]["columns"].append(
            {"path": "$.shoe", "item": "household.member.shoe"}
        ),
        f"/body/attributes/{MEMBERS}/columns",
        "no column household.member.shoe",
    ),
]


@pytest.mark.parametrize(("code", "change", "place", "reason"), BROKEN)
def test_a_register_that_does_not_hold_is_refused_with_place_and_reason(
    code: str, change: Change, place: str, reason: str
) -> None:
    with pytest.raises(RefusedSet) as refused:
        validate(files({f"registers/{code}.json": change}), KINDS)
    found = [fault for fault in refused.value.faults if fault.file == f"registers/{code}.json"]

    assert [fault for fault in found if fault.pointer == place and reason in fault.reason], [
        str(each) for each in found
    ]


def test_no_file_of_a_register_or_the_dictionary_is_without_its_law_and_its_page_of_the_domain_notes() -> None:
    for kind in ("registers", "dictionary"):
        for code in (code for name, code in packaged().envelopes if name == kind):
            sources = json.dumps(packaged().envelopes[kind, code].sources, ensure_ascii=False)
            assert "sources.md §" in sources, f"{kind}/{code}"
