"""A province's own registers through the whole service: asked over its own bus where it is named, and only there."""

from typing import Any

from chalicelib.kernel.ids import PersonalId
from tests.support.service import Answered, Service

BROTHER = PersonalId("034075999023")
"""Has one parcel, in Hưng Yên (33)."""


def land(service: Service, **more: Any) -> Answered:  # noqa: ANN401 - JSON of any shape
    body = {"procedure": "1.013833", "subjects": {"owner": {"personal_id": BROTHER}}, **more}
    return service.call("POST", "/v1/prefills", body, token=service.token(BROTHER))


def test_the_named_province_s_land_register_fills_the_parcel(service: Service) -> None:
    answer = land(service, province="33")

    assert answer.status == 201, answer.text
    assert answer.fields["/ThuaDat/So"]["outcome"] == "filled_verified"
    assert answer.body["fields"]["/NguoiSuDung/DiaChi"]["provenance"]["rule"] == "whole_address"
    assert {(each.bus, each.register) for each in service.simulators.journal.read()} == {
        ("lgsp:33", "land"),
        ("ngsp", "population"),
    }


def test_another_province_has_no_record_and_says_so(service: Service) -> None:
    assert land(service, province="01").fields["/ThuaDat/So"]["outcome"] == "not_found"


def test_without_a_province_none_is_asked_and_the_answer_says_what_to_do(service: Service) -> None:
    found = land(service).fields["/ThuaDat/So"]

    assert (found["outcome"], found["detail"]) == ("skipped", "no_jurisdiction")
    assert "tỉnh" in str(found["next_action"])
    assert {each.register for each in service.simulators.journal.read()} == {"population"}


def test_a_province_of_the_past_is_refused_by_name(service: Service) -> None:
    answer = land(service, province="34")

    assert answer.status == 422
    assert answer.body["code"] == "no_such_province"
    assert answer.body["errors"][0]["pointer"] == "/province"
    assert service.simulators.journal.read() == []


def test_the_province_is_remembered_when_the_prefill_is_read_again(service: Service) -> None:
    opened = land(service, province="33")

    again = service.call("GET", f"/v1/prefills/{opened.body['id']}", token=service.token(BROTHER))

    assert again.body == opened.body
