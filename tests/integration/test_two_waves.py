"""Who is asked about in a second wave, by what right, and what stands in whose log before."""

from typing import Final

import pytest

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import PersonalId, RegisterCode
from tests.support.calls import counting
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import Answered, Service

FATHER, MOTHER = PersonalId("001085999013"), PersonalId("001188999014")
DAUGHTER, SON = PersonalId("001321999016"), PersonalId("001212999015")
SOMEBODYS_CHILD = PersonalId("046313999017")
STRANGER = PersonalId("079193999002")
BIRTH: Final[JsonObject] = {"procedure": "1.001193", "subjects": {"applicant": {"personal_id": FATHER}}}
CARD: Final = {"procedure": "2.000986", "form": "tk1-ts"}


def opened(service: Service, body: JsonObject, who: PersonalId = FATHER) -> Answered:
    answer = service.call("POST", "/v1/prefills", body, token=service.token(who))
    assert answer.status == 201, answer.text
    return answer


def card_for(child: PersonalId) -> JsonObject:
    return {**CARD, "subjects": {"participant": {"personal_id": child}}}


def log_of(service: Service, person: PersonalId) -> list[JsonObject]:
    found: list[JsonObject] = service.call("GET", "/v1/access-log", token=service.token(person)).body["entries"]
    return found


def test_a_parent_fills_a_childs_form_after_their_own_record_names_the_child(service: Service) -> None:
    answer = opened(service, card_for(DAUGHTER))
    assert answer.fields["/01"]["value"] == "TRỊNH GIA LINH"
    assert answer.fields["/01"]["provenance"]["basis"] == "guardian"  # type: ignore[index,call-overload]
    own, hers = log_of(service, FATHER), log_of(service, DAUGHTER)
    assert [(each["wave"], each["basis"]) for each in own] == [(1, "own")]
    assert {item["code"] for item in own[0]["items"]} == {"person.children[]", "person.wards[]"}  # type: ignore[index,call-overload,union-attr]
    assert [(each["wave"], each["basis"], each["own"]) for each in hers] == [(2, "guardian", False)]


@pytest.mark.parametrize("child", [SOMEBODYS_CHILD, PersonalId("001320999888")])
def test_somebody_elses_child_and_one_who_does_not_exist_are_refused_alike(service: Service, child: PersonalId) -> None:
    asked: list[RegisterCode] = []
    service.bus.watchers.append(asked.append)
    answer = opened(service, card_for(child))
    assert {field["outcome"] for field in answer.fields.values()} == {"no_consent", "user_only"}
    assert asked == ["population"]
    assert service.bus.posts == 1


def test_while_the_own_record_is_out_of_reach_the_childs_fields_say_that_it_could_not_be_checked(
    service: Service,
) -> None:
    break_register(service, "population", latency=SLOW)
    answer = opened(service, card_for(DAUGHTER))
    assert (answer.fields["/01"]["outcome"], answer.fields["/01"]["detail"]) == ("no_consent", "standing_unknown")
    assert answer.body["pending"] == ["population"]
    assert log_of(service, DAUGHTER) == []
    mend(service)
    service.clock.advance(31)
    service.pump.settle()
    again = service.show(answer.body["id"], FATHER)
    assert again.fields["/01"]["value"] == "TRỊNH GIA LINH"
    assert again.body["pending"] == []


def test_the_spouse_is_reached_but_not_asked_about_without_consent(service: Service) -> None:
    answer = opened(service, {**BIRTH, "answers": {"nycQuanHe": "ChaDe"}})
    assert answer.fields["/Me/meHoTen"]["outcome"] == "no_consent"
    assert answer.fields["/Cha/chaHoTen"]["value"] == "TRỊNH VĂN ĐỨC"
    hers = log_of(service, MOTHER)
    assert [(each["decision"], each["registers"]) for each in hers] == [("no_consent", [])]
    assert [each["own"] for each in log_of(service, FATHER)] == [True]


def test_nobody_is_reached_while_it_is_not_said_who_the_applicant_is_to_the_child(service: Service) -> None:
    answer = opened(service, BIRTH)
    for block in ("/Me/meHoTen", "/Cha/chaHoTen"):
        assert (answer.fields[block]["outcome"], answer.fields[block]["detail"]) == ("skipped", "no_subject")
    assert log_of(service, MOTHER) == []


def test_where_the_father_is_undetermined_his_block_is_empty_and_nothing_is_asked_for_it(service: Service) -> None:
    answers: JsonObject = {"nycQuanHe": "MeDe", "nksLoaiKhaiSinh": "chua_xac_dinh_cha"}
    body: JsonObject = {"procedure": "1.001193", "subjects": {"applicant": {"personal_id": MOTHER}}, "answers": answers}
    answer = opened(service, body, MOTHER)
    fathers = {place: field for place, field in answer.fields.items() if place.startswith("/Cha/")}
    assert {(field["outcome"], field.get("detail")) for field in fathers.values()} == {
        ("not_applicable", "hidden_by_answer")
    }
    assert answer.fields["/Me/meHoTen"]["value"] == "LÊ THỊ NGỌC"
    assert log_of(service, FATHER) == []
    mine = log_of(service, MOTHER)[0]["items"]
    assert "person.spouse.personal_id" not in {item["code"] for item in mine}  # type: ignore[index,call-overload,union-attr]


def test_a_second_wave_costs_one_read_one_transaction_and_one_look_into_a_warehouse_more(service: Service) -> None:
    opened(service, card_for(DAUGHTER))
    with counting(service.home.clients.dynamodb) as calls:
        opened(service, card_for(SON))
    assert calls == {"BatchGetItem": 2, "TransactWriteItems": 3, "Query": 2}
