"""One prefill through the whole service: what each made-up citizen is told of each field."""

from collections.abc import Iterator

import pytest

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import PersonalId
from chalicelib.prefill.model import MAY_HOLD_VALUE, OUTCOMES
from infra.simulators.personas import Persona
from tests.support.looks import own_side
from tests.support.people import (
    DISAGREED,
    DIVORCED,
    ELDER,
    FAILING,
    FROM_CIVIL_STATUS,
    IN_DIVIDED_COMMUNE,
    IN_OLD_COMMUNE,
    INCOMPLETE,
    OURS_OR_NOBODYS,
    PEOPLE,
    UNDER_REVIEW,
    UNREGISTERED,
    role_of,
    side_of,
)
from tests.support.service import AN, Service

FORM = "/v1/forms/to-khai-ket-hon"
LEVEL_TWO = [person for person in PEOPLE if person.identity_level == 2]


def each_value(document: Json) -> Iterator[Json]:
    yield document
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    for each in inner:
        yield from each_value(each)


def told(person: PersonalId, service: Service) -> dict[str, JsonObject]:
    answer = service.prefill(person, role_of(person))
    assert answer.status == 201
    return own_side(person, answer)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.title.en)
def test_every_field_has_one_outcome_a_message_and_a_next_action_in_both_languages(
    standing: Service, person: Persona
) -> None:
    answer = standing.prefill(PersonalId(person.personal_id), role_of(person.personal_id))
    assert answer.status == 201
    assert answer.fields.keys() == standing.call("GET", FORM).body["fields"].keys()
    for field in answer.fields.values():
        assert field["outcome"] in OUTCOMES
        assert ("value" in field) <= (field["outcome"] in MAY_HOLD_VALUE)
        for words in (field["message"], field["next_action"]):
            assert isinstance(words, dict)
            assert words.keys() == {"vi", "en"}
            assert all(isinstance(text, str) and text and "{" not in text for text in words.values())
    assert all(each is not None for each in each_value(answer.body))
    assert sum(answer.body["counts"].values()) == len(answer.fields)


@pytest.mark.parametrize("person", LEVEL_TWO, ids=lambda person: person.title.en)
def test_what_the_population_register_holds_stands_on_the_form_with_its_source(
    standing: Service, person: Persona
) -> None:
    fields, holds = told(PersonalId(person.personal_id), standing), person.registers["population"].data
    assert fields["HoTen"]["value"] == holds["name"]["full"]
    assert fields["NgaySinh"]["value"] == holds["birth"]["date"]
    assert fields["SoDinhDanh"]["value"] == person.personal_id
    if person.personal_id not in {IN_OLD_COMMUNE, IN_DIVIDED_COMMUNE}:
        assert fields["NoiCuTru"]["value"] == holds["residence"]["permanent"]
    for field in fields.values():
        if "value" in field:
            provenance = field["provenance"]
            assert isinstance(provenance, dict)
            assert provenance["record"] == person.registers[str(provenance["register"])].record
            assert provenance["path"]
            assert provenance["legal_basis"]


def test_an_address_in_a_commune_that_is_no_more_is_todays_or_one_to_choose(service: Service) -> None:
    moved, divided = (
        service.prefill(person, role_of(person)).body["fields"][f"{side_of(person)}NoiCuTru"]
        for person in (IN_OLD_COMMUNE, IN_DIVIDED_COMMUNE)
    )
    assert (moved["outcome"], moved["value"]["commune"]["code"]) == ("filled_verified", "12454")
    assert (divided["outcome"], "value" in divided) == ("conflict", False)
    assert [each["value"]["commune"]["code"] for each in divided["candidates"]] == ["00004", "00008"]


def test_a_level_two_citizen_gets_their_own_half_and_nothing_of_the_other(service: Service) -> None:
    answer = service.prefill()
    fields = own_side(AN, answer)
    assert fields["HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert fields["HoTen"]["locked"] is True
    others = {name: field for name, field in answer.fields.items() if not name.startswith("/BenNam/")}
    assert all("value" not in field for field in others.values())
    theirs = {name: field for name, field in others.items() if name.startswith("/BenNu/")}
    assert {field["outcome"] for field in theirs.values()} == {"skipped", "user_only"}


def test_a_field_that_only_the_citizen_can_answer_says_so(service: Service) -> None:
    fields = service.prefill().fields
    users = ("/BenNam/LanKetHon", "/loaiDangKy", "/CapBanSao", "/SoLuong")
    assert {fields[name]["outcome"] for name in users} == {"user_only"}


def test_a_year_of_birth_is_never_padded_to_a_date(service: Service) -> None:
    field = told(ELDER, service)["NgaySinh"]
    assert (field["value"], field["outcome"]) == ("1948", "filled_verified")


def test_data_under_review_is_shown_as_such_and_not_locked(service: Service) -> None:
    fields = told(UNDER_REVIEW, service)
    assert fields["NoiCuTru"]["outcome"] == "under_review"
    assert fields["LoaiTinhTrangHonNhan"]["outcome"] == "under_review"
    assert fields["NoiCuTru"]["locked"] is False
    assert fields["HoTen"]["outcome"] == "filled_verified"


def test_a_conflict_shows_all_candidates_and_the_policy_that_settled_it(service: Service) -> None:
    field = told(DISAGREED, service)["LoaiTinhTrangHonNhan"]
    assert (field["outcome"], field["policy_named"], field["locked"]) == ("conflict", "master_decides", False)
    assert field["value"] == "1"
    candidates = field["candidates"]
    assert isinstance(candidates, list)
    heard = {(each["provenance"]["register"], each["value"]) for each in candidates}  # type: ignore[index,call-overload]
    assert heard == {("civil_status", "1"), ("population", "2")}


def test_who_is_not_in_a_register_is_told_so_and_its_copy_elsewhere_stands_in(service: Service) -> None:
    answer = service.prefill(UNREGISTERED, "bride")
    field = own_side(UNREGISTERED, answer)["LoaiTinhTrangHonNhan"]
    assert (field["value"], field["outcome"]) == ("1", "filled_verified")
    assert field["provenance"]["register"] == "population"  # type: ignore[index,call-overload]
    heard = {each["register"]: each["outcome"] for each in answer.body["sources"]}
    assert heard == {"population": "answered", "civil_status": "not_found"}


def test_what_a_register_does_not_hold_is_not_found_and_never_empty(service: Service) -> None:
    fields = told(INCOMPLETE, service)
    assert fields["DanToc"]["outcome"] == "not_found"
    assert "value" not in fields["DanToc"]
    assert fields["DanTocKhac"]["outcome"] == "not_applicable"
    assert fields["HoTen"]["outcome"] == "filled_verified"


def test_a_register_that_always_fails_costs_only_its_own_side(service: Service) -> None:
    answer = service.prefill(FAILING, "bride")
    fields = own_side(FAILING, answer)
    assert fields["HoTen"]["outcome"] == "filled_verified"
    assert fields["LoaiTinhTrangHonNhan"]["provenance"]["register"] == "population"  # type: ignore[index,call-overload]
    heard = {each["register"]: each["outcome"] for each in answer.body["sources"]}
    assert heard["civil_status"] == "source_unavailable"


def test_the_divorced_get_the_decision_and_everybody_else_is_told_it_does_not_apply(service: Service) -> None:
    fields = told(DIVORCED, service)
    assert [fields[name].get("value") for name in FROM_CIVIL_STATUS] == [
        "3",
        "12/2019/QĐST-HNGĐ",
        "2019-08-01",
        "Tòa án nhân dân thành phố Huế",
    ]
    single = told(AN, service)
    assert {single[name]["outcome"] for name in FROM_CIVIL_STATUS[1:]} == {"not_applicable"}


def test_a_register_is_asked_only_for_what_the_form_needs(service: Service) -> None:
    service.prefill()
    fields = {line.register: line.fields for line in service.simulators.journal.read()}
    assert "contact" not in fields["population"]
    assert fields["civil_status"] == ("divorce", "marital_status")
    assert len(service.simulators.journal.read()) == 2


def test_no_field_of_ones_own_side_is_left_without_a_source_but_those_no_register_has(service: Service) -> None:
    bare = {name for name, field in told(AN, service).items() if "provenance" not in field}
    assert bare == set(OURS_OR_NOBODYS)


def test_the_pump_publishes_the_event_and_the_log_keeps_it(service: Service) -> None:
    answer = service.prefill()
    service.pump.settle()
    events = list(service.services.event_log.day(service.clock.now().date()))
    assert [(event.kind, event.subject) for event in events] == [("prefill.completed", answer.body["id"])]
