"""Save to my profile: what a citizen typed is kept on their explicit agreement, and the next form has it, declared."""

from typing import Final

import pytest

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import DocumentId
from tests.support.looks import entries, said
from tests.support.registers import break_register
from tests.support.service import AN, BINH, Answered, Service
from tests.support.stock import shelf_of

AGREED: Final[JsonObject] = {"purpose": "profile", "accepted": True}
EMAIL: Final = "an@cong-dan.example"
PHONE: Final = "0900000099"


def typed(service: Service, **answers: Json) -> Answered:
    subjects: JsonObject = {"applicant": {"personal_id": AN}}
    body: JsonObject = {"procedure": "1.004222", "subjects": subjects, "answers": answers}
    answer = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    assert answer.status == 201, answer.text
    return answer


def save(service: Service, prefill: Answered, *fields: str, if_match: str = "*", **body: Json) -> Answered:
    path = f"/v1/prefills/{prefill.body['id']}/profile-items"
    asked: JsonObject = {"fields": [*fields], "consent": AGREED, **body}
    return service.call("POST", path, asked, token=service.token(AN), if_match=if_match)


def reasons(answer: Answered) -> dict[str, str]:
    assert (answer.status, answer.body["code"]) == (422, "cannot_save")
    return {each["pointer"]: each["code"] for each in answer.body["errors"]}


def test_what_is_saved_fills_the_next_form_as_declared_and_typed(service: Service) -> None:
    break_register(service, "*", maintenance=True)
    answer = save(service, typed(service, Email=EMAIL, DienThoai=PHONE), "/Email", "/DienThoai")
    assert answer.status == 201
    assert {each["item"] for each in answer.body["saved"]} == {"person.email", "person.phone"}
    subjects: JsonObject = {"applicant": {"personal_id": AN}}
    body: JsonObject = {"procedure": "3.000333", "subjects": subjects}
    other = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    for at, value in (("/Email", EMAIL), ("/DienThoai", PHONE)):
        field = other.fields[at]
        assert (field["outcome"], field["value"]) == ("filled_declared", value)
        provenance = field["provenance"]
        assert isinstance(provenance, dict)
        assert (provenance["assurance"], provenance["record"]) == ("typed", answer.body["document"])


def test_the_agreement_is_kept_with_what_it_is_about(service: Service) -> None:
    prefill = typed(service, Email=EMAIL)
    answer = save(service, prefill, "/Email")
    kept = shelf_of(service).find(AN, DocumentId(answer.body["document"]))
    assert kept is not None
    agreed = kept.document.agreed
    assert agreed is not None
    assert (agreed.purpose, agreed.at, agreed.prefill) == ("profile", service.clock.now(), prefill.body["id"])
    assert (kept.document.origin, kept.document.assurance, kept.document.file) == ("typed", "typed", None)
    shown = service.call("GET", f"/v1/warehouse/documents/{kept.document.id}", token=service.token(AN)).body["agreed"]
    assert (shown["purpose"], shown["prefill"]) == ("profile", prefill.body["id"])
    assert shown["in_words"]["vi"].startswith("Bạn đã đồng ý")


@pytest.mark.parametrize(
    "consent",
    [None, {"purpose": "profile"}, {"purpose": "profile", "accepted": False}, {"purpose": "other", "accepted": True}],
)
def test_without_an_explicit_agreement_nothing_is_kept(service: Service, consent: Json) -> None:
    prefill = typed(service, Email=EMAIL)
    answer = save(service, prefill, "/Email", consent=consent)
    assert answer.status in {400, 422}
    assert shelf_of(service).usage(AN).documents == 0


def test_who_does_not_agree_is_told_that_agreement_is_needed(service: Service) -> None:
    answer = save(service, typed(service, Email=EMAIL), "/Email", consent={**AGREED, "accepted": False})
    (problem,) = answer.body["errors"]
    assert (problem["pointer"], problem["code"]) == ("/consent/accepted", "agreement_needed")
    assert "đồng ý" in problem["message_vi"]
    assert "agreement" in problem["message_en"]


def test_a_repeat_keeps_it_once_and_answers_the_same(service: Service) -> None:
    prefill = typed(service, Email=EMAIL)
    first = save(service, prefill, "/Email")
    service.clock.advance(60)
    assert save(service, prefill, "/Email").text == first.text
    assert shelf_of(service).usage(AN).documents == 1
    (event,) = [each for each in said(service) if each.kind == "warehouse.profile_saved"]
    assert (event.subject, event.data["items"]) == (first.body["document"], 1)
    assert [each.action for each in entries(service, AN)] == ["prefill", "saved"]


def test_what_was_deleted_is_kept_again_when_they_agree_again(service: Service) -> None:
    break_register(service, "*", maintenance=True)
    prefill = typed(service, Email=EMAIL)
    document = save(service, prefill, "/Email").body["document"]
    gone = service.call("DELETE", f"/v1/warehouse/documents/{document}", token=service.token(AN))
    assert gone.status == 200, gone.text
    assert save(service, prefill, "/Email").body["document"] == document
    subjects: JsonObject = {"applicant": {"personal_id": AN}}
    body: JsonObject = {"procedure": "3.000333", "subjects": subjects}
    other = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    assert other.fields["/Email"]["value"] == EMAIL


def test_each_field_that_cannot_be_saved_is_named_with_its_reason_and_none_is_kept(service: Service) -> None:
    subjects: JsonObject = {"applicant": {"personal_id": BINH}}
    prefill = typed(service, Email=EMAIL, NoiDungDeNghi="Đăng ký thường trú")
    assert reasons(save(service, prefill, "/Email", "/DienThoai", "/NoiDungDeNghi", "/KhongCo")) == {
        "/DienThoai": "not_typed",
        "/NoiDungDeNghi": "not_savable",
        "/KhongCo": "not_savable",
    }
    body: JsonObject = {"procedure": "1.004222", "subjects": subjects, "answers": {"Email": EMAIL}}
    hers = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    assert reasons(save(service, hers, "/Email")) == {"/Email": "not_yours"}
    assert shelf_of(service).usage(AN).documents == 0


def test_what_was_seen_before_an_edit_is_not_saved_after_it(service: Service) -> None:
    prefill = typed(service, Email=EMAIL)
    path = f"/v1/prefills/{prefill.body['id']}/answers"
    service.call("PATCH", path, {"clear": ["/Email"]}, token=service.token(AN), if_match='"1"')
    assert save(service, prefill, "/Email", if_match='"1"').status == 412
    assert reasons(save(service, prefill, "/Email", if_match='"2"')) == {"/Email": "not_typed"}
