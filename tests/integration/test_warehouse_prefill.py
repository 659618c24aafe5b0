"""What is in a citizen's warehouse, in their forms: below registers, above nothing, and only theirs.

Every value here comes over the wire: documents on the shelf, registers of the simulators, a prefill through the API.
"""

from datetime import timedelta
from typing import Final

import pytest

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.warehouse.model import Assurance, Revoked
from tests.support.calls import counting
from tests.support.faults import unreachable
from tests.support.honest_files import pdf_of
from tests.support.looks import entries
from tests.support.registers import break_register, mend
from tests.support.service import AN, BINH, LEVEL_ONE, Answered, Service
from tests.support.stock import a_document, shelf_of, shelved, stock, turned
from tests.support.uploading import open_upload, send

NAME, ETHNICITY, PHONE = "person.full_name", "person.ethnicity", "person.phone"
AT: Final = "/BenNam/HoTen"
CERTIFICATE: Final = "giay-xac-nhan-tinh-trang-hon-nhan"
SHOWN: Final[dict[Assurance, tuple[str, str]]] = {
    "original_electronic": ("filled_issued", "issued"),
    "certified_copy": ("filled_issued", "issued"),
    "scan": ("filled_declared", "scan"),
    "typed": ("filled_declared", "typed"),
}


def all_down(service: Service) -> None:
    break_register(service, "*", maintenance=True)


def field(answer: Answered, at: str = AT) -> JsonObject:
    return answer.fields[at]


def provenance(answer: Answered, at: str = AT) -> JsonObject:
    found = field(answer, at)["provenance"]
    assert isinstance(found, dict)
    return found


def component(answer: Answered, code: str) -> JsonObject:
    (one,) = [each for each in answer.body["components"] if each["code"] == code]
    found: JsonObject = one
    return found


@pytest.mark.parametrize("assurance", SHOWN)
def test_with_all_registers_down_a_document_fills_by_what_it_is_worth(service: Service, assurance: Assurance) -> None:
    document = shelved(service, {NAME: "NGUYỄN VĂN AN"}, assurance)
    all_down(service)
    answer = service.prefill()
    outcome, worth = SHOWN[assurance]
    assert (field(answer)["outcome"], field(answer)["value"]) == (outcome, "NGUYỄN VĂN AN")
    assert field(answer).get("locked") is not True
    assert (provenance(answer)["assurance"], provenance(answer)["record"]) == (worth, document.id)


def test_a_paper_past_its_validity_fills_as_stale(service: Service) -> None:
    shelved(service, {NAME: "NGUYỄN VĂN AN"}, valid_until="2020-12-31")
    all_down(service)
    assert field(service.prefill())["outcome"] == "filled_stale"


def test_a_register_that_says_the_same_makes_it_verified_and_is_the_one_that_is_named(service: Service) -> None:
    shelved(service, {NAME: "Nguyễn Văn An"}, "original_electronic")
    answer = service.prefill()
    assert (field(answer)["outcome"], field(answer)["locked"]) == ("filled_verified", True)
    assert provenance(answer)["register"] == "population"


@pytest.mark.parametrize("assurance", SHOWN)
def test_a_document_that_says_otherwise_is_a_conflict_in_which_the_masters_value_stands(
    service: Service, assurance: Assurance
) -> None:
    shelved(service, {NAME: "NGUYỄN VĂN ÂN"}, assurance)
    answer = service.prefill()
    assert (field(answer)["outcome"], field(answer)["value"]) == ("conflict", "NGUYỄN VĂN AN")
    assert field(answer)["policy_named"] == "master_decides"
    candidates = field(answer)["candidates"]
    assert isinstance(candidates, list)
    assert [each["value"] for each in candidates] == ["NGUYỄN VĂN AN", "NGUYỄN VĂN ÂN"]  # type: ignore[index,call-overload]


def test_between_documents_the_higher_stands_first_and_a_difference_is_the_citizens_to_decide(service: Service) -> None:
    shelved(service, {NAME: "NGUYỄN VĂN ÂN"}, "typed")
    shelved(service, {NAME: "NGUYỄN VĂN AN"}, "scan")
    shelved(service, {NAME: "NGUYEN VAN AN"}, "certified_copy")
    all_down(service)
    answer = service.prefill()
    candidates = field(answer)["candidates"]
    assert isinstance(candidates, list)
    worth = [each["provenance"]["assurance"] for each in candidates]  # type: ignore[index,call-overload]
    assert (field(answer)["outcome"], worth) == ("conflict", ["issued", "scan", "typed"])
    assert "value" not in field(answer)
    assert field(answer)["policy_named"] == "citizen_decides"


@pytest.mark.parametrize("below", ["scan", "typed"])
def test_an_issued_document_stands_over_a_lower_one_that_says_the_same(service: Service, below: Assurance) -> None:
    shelved(service, {NAME: "Nguyễn Văn An"}, below)
    issued = shelved(service, {NAME: "NGUYỄN VĂN AN"}, "original_electronic")
    all_down(service)
    assert provenance(service.prefill())["record"] == issued.id


def test_of_two_versions_of_one_standing_the_newer_alone_counts(service: Service) -> None:
    shelved(service, {NAME: "NGUYỄN VĂN ÂN"})
    service.clock.advance(60)
    newer = shelved(service, {NAME: "NGUYỄN VĂN AN"})
    all_down(service)
    answer = service.prefill()
    assert (field(answer)["outcome"], provenance(answer)["record"]) == ("filled_declared", newer.id)


@pytest.mark.parametrize("how", ["revoked", "deleted"])
def test_a_document_that_is_taken_away_is_gone_at_the_next_prefill_and_the_one_before_it_counts_again(
    service: Service, how: str
) -> None:
    older = shelved(service, {NAME: "NGUYỄN VĂN ÂN"})
    service.clock.advance(60)
    newer = shelved(service, {NAME: "NGUYỄN VĂN AN"})
    all_down(service)
    assert provenance(service.prefill())["record"] == newer.id
    at = service.clock.now()
    changes: dict[str, object] = {"revoked": Revoked(at, "error")} if how == "revoked" else {"deleted_at": at}
    turned(service, newer, state=how, **changes)
    assert provenance(service.prefill())["record"] == older.id
    turned(service, older, state="deleted", deleted_at=at)
    assert "value" not in field(service.prefill())


def test_a_refresh_proposes_to_take_out_what_was_deleted_since(service: Service) -> None:
    document = shelved(service, {NAME: "NGUYỄN VĂN AN"})
    all_down(service)
    prefill = service.prefill().body["id"]
    turned(service, document, state="deleted", deleted_at=service.clock.now())
    assert field(service.show(prefill))["value"] == "NGUYỄN VĂN AN"
    path = f"/v1/prefills/{prefill}/refreshes"
    found = service.call("POST", path, {"deadline_ms": 300}, token=service.token(AN))
    assert AT in [each["pointer"] for each in found.body["changes"]]
    service.call("POST", f"{path}/{found.body['id']}/decisions", {"all": "accept"}, token=service.token(AN))
    assert "value" not in field(service.show(prefill))


def test_who_stays_with_the_word_of_a_revoked_paper_has_it_as_out_of_date(service: Service) -> None:
    document = shelved(service, {NAME: "NGUYỄN VĂN AN"}, "certified_copy", origin="issued")
    all_down(service)
    prefill = service.prefill().body["id"]
    assert field(service.show(prefill))["outcome"] == "filled_issued"
    turned(service, document, state="revoked", revoked=Revoked(service.clock.now(), "issued_in_error"))
    path = f"/v1/prefills/{prefill}/refreshes"
    found = service.call("POST", path, {"deadline_ms": 300}, token=service.token(AN))
    service.call("POST", f"{path}/{found.body['id']}/decisions", {"all": "refuse"}, token=service.token(AN))
    stayed = field(service.show(prefill))
    assert (stayed["outcome"], stayed["value"], stayed["locked"]) == ("filled_stale", "NGUYỄN VĂN AN", False)
    assert provenance(service.show(prefill))["record"] == document.id


def test_what_is_somebody_elses_by_its_own_words_fills_nothing(service: Service) -> None:
    shelved(service, {NAME: "TRẦN VĂN KHÁC"}, holder="other")
    all_down(service)
    answer = service.prefill()
    assert "value" not in field(answer)
    assert not component(answer, "giay-to-tuy-than-ben-nam")["satisfied"]


def test_a_paper_satisfies_its_component_by_reference_though_no_item_was_read_from_it(service: Service) -> None:
    document = shelved(service, {})
    all_down(service)
    answer = service.prefill()
    found = component(answer, "giay-to-tuy-than-ben-nam")
    assert (found["satisfied"], found["way"]) == (True, 1)
    proofs = found["proofs"]
    assert isinstance(proofs, list)
    paper = proofs[0]["paper"]  # type: ignore[index,call-overload]
    assert (paper["id"], paper["type"], paper["assurance"]) == (document.id, "the-can-cuoc", "scan")  # type: ignore[index,call-overload]
    assert not component(answer, "giay-to-tuy-than-ben-nu")["satisfied"]
    again = service.show(answer.body["id"])
    assert component(again, "giay-to-tuy-than-ben-nam") == found


def test_a_paper_stays_in_a_prefill_that_is_edited_and_one_that_lost_its_validity_does_not_prove(
    service: Service,
) -> None:
    stock(service, a_document(service, {}, type_=CERTIFICATE, valid_until="2020-12-31"))
    all_down(service)
    shelved(service, {})
    prefill = service.prefill()
    edits = {"set": {"/BenNam/LanKetHon": 1}}
    path = f"/v1/prefills/{prefill.body['id']}/answers"
    after = service.call("PATCH", path, edits, token=service.token(AN), if_match="*")
    assert component(after, "giay-to-tuy-than-ben-nam") == component(prefill, "giay-to-tuy-than-ben-nam")
    lacks = component(after, "tinh-trang-hon-nhan-ben-nam")["lacks"]
    assert isinstance(lacks, list)
    assert (lacks[1][0]["outcome"], lacks[1][0]["detail"]) == ("no_document", "expired")  # type: ignore[index,call-overload]


def test_for_a_component_that_names_no_role_the_callers_own_warehouse_is_read_and_entered(service: Service) -> None:
    body: JsonObject = {"procedure": "1.004873", "subjects": {"person": {"personal_id": BINH}}}
    with counting(service.home.clients.dynamodb) as calls:
        answer = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    assert (answer.status, calls["Query"]) == (201, 1)
    own = entries(service, AN)
    assert [(each.archive, each.registers, each.own, each.items) for each in own] == [(True, (), True, ())]


def test_below_level_two_the_warehouse_is_not_read_and_shows_nothing(service: Service) -> None:
    stock(service, a_document(service, {NAME: "X"}, owner=LEVEL_ONE))
    with counting(service.home.clients.dynamodb) as calls:
        answer = service.prefill(LEVEL_ONE)
    assert "Query" not in calls
    assert {each["outcome"] for each in answer.fields.values()} <= {"no_right", "no_consent", "user_only", "skipped"}
    assert not any(each["satisfied"] for each in answer.body["components"])


BOTH: Final[JsonObject] = {
    "procedure": "1.000894",
    "subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}},
}


def consented(service: Service, items: list[Json]) -> None:
    wish: JsonObject = {"procedure": "1.000894", "role": "bride", "personal_id": BINH}
    asked = service.call("POST", "/v1/consent-requests", wish, token=service.token(AN)).body["id"]
    path = f"/v1/consent-requests/{asked}/decision"
    choice: JsonObject = {"decision": "grant", "items": items}
    answer = service.call("POST", path, choice, token=service.token(BINH))
    assert answer.status == 200, answer.text


def test_of_another_person_only_what_their_consent_names_is_used_and_no_paper(service: Service) -> None:
    stock(service, a_document(service, {NAME: "TRẦN THỊ BÌNH", ETHNICITY: "01"}, owner=BINH))
    all_down(service)
    with counting(service.home.clients.dynamodb) as calls:
        before = service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))
    assert calls["Query"] == 1
    assert field(before, "/BenNu/HoTen")["outcome"] == "no_consent"
    consented(service, [NAME, "person.gender"])
    answer = service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))
    assert field(answer, "/BenNu/HoTen")["outcome"] == "filled_declared"
    assert provenance(answer, "/BenNu/HoTen")["basis"] == "consent"
    assert field(answer, "/BenNu/DanToc")["outcome"] == "no_consent"
    assert not component(answer, "giay-to-tuy-than-ben-nu")["satisfied"]
    hers = entries(service, BINH)[-1]
    assert (hers.archive, hers.own, hers.items) == (True, False, (NAME, "person.gender"))


def test_the_entry_says_that_the_warehouse_was_read_and_a_denial_does_not(service: Service) -> None:
    service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))
    assert [(each.decision, each.archive) for each in entries(service, AN)] == [("allowed", True)]
    assert [(each.decision, each.archive) for each in entries(service, BINH)] == [("no_consent", False)]


def test_without_its_entry_no_warehouse_is_read(service: Service) -> None:
    shelved(service, {NAME: "NGUYỄN VĂN AN"})
    with unreachable(service.home.clients.dynamodb, "TransactWriteItems", times=100):
        with counting(service.home.clients.dynamodb) as calls:
            assert service.prefill().status == 503
        assert "Query" not in calls
    assert entries(service, AN) == []


def test_a_late_register_is_entered_with_the_warehouse_before_it_is_read_again(service: Service) -> None:
    break_register(service, "population", latency={"kind": "uniform", "low": 60_000, "high": 60_000})
    prefill = service.prefill(deadline_ms=300)
    document = shelved(service, {PHONE: "0900000009", NAME: "NGUYỄN VĂN ÂN"})
    mend(service)
    service.clock.advance(31)
    service.pump.settle()
    later = service.show(prefill.body["id"])
    assert field(later)["outcome"] == "conflict"
    assert document.id in later.text
    assert [(each.attempt, each.archive) for each in entries(service, AN)] == [(1, True), (2, True)]
    assert shelf_of(service).usage(AN).documents == 1


def test_an_expired_paper_takes_nothing_from_the_register_nor_from_a_valid_paper(service: Service) -> None:
    shelved(service, {NAME: "NGUYỄN VĂN CŨ"}, "certified_copy", valid_until="2020-12-31")
    answer = service.prefill()
    assert (field(answer)["outcome"], provenance(answer)["register"]) == ("filled_verified", "population")
    assert component(answer, "giay-to-tuy-than-ben-nam")["way"] == 0
    valid = shelved(service, {NAME: "NGUYỄN VĂN AN"})
    all_down(service)
    answer = service.prefill()
    assert (field(answer)["outcome"], provenance(answer)["record"]) == ("filled_declared", valid.id)


def test_a_picture_of_a_paper_of_six_months_proves_no_longer_than_six_months(service: Service) -> None:
    all_down(service)
    file = pdf_of()
    sent = open_upload(service, AN, file, type=CERTIFICATE, media_type="application/pdf").body
    send(sent["ticket"], file)
    service.pump.settle()
    assert component(service.prefill(), "tinh-trang-hon-nhan-ben-nam")["satisfied"]
    service.clock.advance(timedelta(days=190).total_seconds())
    assert not component(service.prefill(), "tinh-trang-hon-nhan-ben-nam")["satisfied"]


def test_a_day_of_issue_that_has_not_come_stands_before_nothing_that_follows(service: Service) -> None:
    all_down(service)
    shelved(service, {NAME: "NGUYỄN VĂN SAI"}, issued_on="2099-01-01")
    service.clock.advance(60)
    later = shelved(service, {NAME: "NGUYỄN VĂN AN"})
    assert provenance(service.prefill())["record"] == later.id
