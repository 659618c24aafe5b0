"""An agency issues documents into warehouses, through the whole service."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from chalicelib.aws.writes import Expect
from chalicelib.kernel.canonical import JsonObject
from chalicelib.warehouse.places import usage_item
from chalicelib.warehouse.quota import LIMITS
from chalicelib.warehouse.upload_stored import UploadItems
from tests.support.honest_files import pdf_of
from tests.support.issue_requests import DATA, an_issue
from tests.support.issuing import agency, issue, issued, looked_at, signed_pdf
from tests.support.service import AN, BINH, Service
from tests.support.spellings import found_in
from tests.support.uploading import open_upload, opened_upload, send

UNKNOWN: Final = "096199999998"


def mine(service: Service) -> list[dict[str, Any]]:
    answer = service.call("GET", "/v1/warehouse/documents", token=service.token(AN))
    assert answer.status == 200, answer.text
    documents: list[dict[str, Any]] = answer.body["documents"]
    return documents


def test_a_signed_document_comes_into_its_holders_warehouse(service: Service) -> None:
    document = issued(service, signed_pdf())
    seen = looked_at(service, document)
    assert (seen["state"], seen["version"], seen["assurance"]) == ("available", 1, "certified_copy"), seen
    (one,) = mine(service)
    assert (one["id"], one["origin"], one["type"]["code"]) == (document, "issued", "giay-xac-nhan-ho-ngheo")


def test_an_unsigned_file_is_rejected_and_nothing_is_kept(service: Service) -> None:
    document = issued(service, pdf_of())
    seen = looked_at(service, document)
    assert (seen["state"], seen["rejection"]) == ("rejected", "not_signed")
    assert mine(service) == []


def test_a_later_version_takes_the_place_of_the_earlier_one(service: Service) -> None:
    first = issued(service, signed_pdf())
    second = issued(service, signed_pdf(2), key="k2")
    before, after = looked_at(service, first), looked_at(service, second)
    assert (before["state"], before["superseded_by"]) == ("superseded", second)
    assert (after["state"], after["version"], after["supersedes"]) == ("available", 2, first)
    assert before["newest"] == {"id": second, "version": 2, "state": "available"}


def test_two_versions_whose_files_cross_stand_one_after_the_other(service: Service) -> None:
    file = signed_pdf()
    opened = [issue(service, file, key=key).body for key in ("k1", "k2", "k3")]
    for each in reversed(opened):
        send(each["ticket"], file)
    service.pump.settle()
    seen = [looked_at(service, each["id"]) for each in opened]
    assert sorted(each["version"] for each in seen) == [1, 2, 3]
    assert sorted(each["state"] for each in seen) == ["available", "superseded", "superseded"]
    assert {each["newest"]["version"] for each in seen} == {3}


def test_a_revoked_document_is_seen_and_counts_no_more(service: Service) -> None:
    document = issued(service, signed_pdf())
    path = f"/v1/issued-documents/{document}/revocation"
    why = {"reason": "issued_in_error", "note": "Cấp nhầm"}
    revoked = service.call("POST", path, why, token=agency(service))
    assert (revoked.status, revoked.body["state"]) == (200, "revoked")
    assert revoked.body["revoked"]["reason"] == "issued_in_error"
    assert [each["state"] for each in mine(service)] == ["revoked"]
    held = service.services.warehouse.shelf.held(AN, _everything(service), frozenset({"giay-to-mien-giam-phi"}))
    assert (held.items, held.papers) == ((), ())
    again = service.call("POST", path, {"reason": "other"}, token=agency(service))
    assert again.body["revoked"] == revoked.body["revoked"]


def _everything(service: Service) -> Any:  # noqa: ANN401 - ids of items
    return frozenset(service.services.words.items)


def test_what_was_not_admitted_cannot_be_revoked(service: Service) -> None:
    document = issue(service, signed_pdf()).body["id"]
    path = f"/v1/issued-documents/{document}/revocation"
    answer = service.call("POST", path, {"reason": "other"}, token=agency(service))
    assert (answer.status, answer.body["code"]) == (409, "not_issued_yet")


def test_the_same_key_gives_the_same_issue(service: Service) -> None:
    first, second = issue(service, signed_pdf()), issue(service, signed_pdf())
    assert first.body["id"] == second.body["id"]
    other = issue(service, signed_pdf(), title="Tên khác")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"type": "khong-co"}, "no_such_document_type", "/type"),
        ({"type": "thong-tin-tu-khai", "data": {}}, "no_such_document_type", "/type"),
        ({"type": "giay-chung-nhan-dang-ky-doanh-nghiep"}, "no_such_holder", "/holder"),
        ({"holder": {"organisation_id": "9900000217"}}, "no_such_holder", "/holder"),
        ({"type": "the-can-cuoc"}, "bad_declared", "/data"),
        ({"data": {**DATA, "year": "nay"}}, "bad_declared", "/data/year"),
        ({"data": {**DATA, "holder": {"personal_id": BINH}}}, "holder_mismatch", "/data"),
        ({"data": {**DATA, "nummer": "1"}}, "bad_declared", "/data/nummer"),
        ({"data": {**DATA, "holder": 5}}, "bad_declared", "/data/holder"),
        ({"data": {**DATA, "a/b~c": {"d": [True]}}}, "bad_declared", "/data/a~1b~0c/d/0"),
        ({"number": "HN-000"}, "bad_declared", "/number"),
        ({"issued_on": "2027-01-01"}, "bad_declared", "/issued_on"),
        ({"valid_until": "2020-01-01"}, "bad_declared", "/valid_until"),
        ({"holder": {"personal_id": AN, "organisation_id": "9900000217"}}, "bad_holder", "/holder"),
        ({"holder": {}}, "bad_holder", "/holder"),
    ],
)
def test_what_does_not_hold_is_told_with_its_place(
    service: Service, changes: dict[str, Any], code: str, place: str
) -> None:
    answer = issue(service, signed_pdf(), **changes)
    assert (answer.status, answer.body["code"]) == (422, code), answer.text
    places = [each["pointer"] for each in answer.body["errors"]]
    assert place in places
    assert len(set(places)) == len(places)
    assert all(
        each[f"message_{language}"] != each["code"] for each in answer.body["errors"] for language in ("vi", "en")
    )


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [("HN-000", "contradicts_data", 422), ("", "too_short", 422), (" ", "invalid_value", 422)],
)
def test_a_number_is_told_once_what_is_wrong_with_it(service: Service, number: str, code: str, status: int) -> None:
    answer = issue(service, signed_pdf(), number=number)
    assert answer.status == status
    assert [(each["pointer"], each["code"]) for each in answer.body["errors"]] == [("/number", code)]


@pytest.mark.parametrize("nothing", [{"nummer": None}, {"holder": None}, {"holder": {}}, {"issued_by": ""}])
def test_data_that_say_nothing_are_not_missed(service: Service, nothing: dict[str, Any]) -> None:
    assert issue(service, signed_pdf(), data={**DATA, **nothing}).status == 201


def test_a_kind_of_file_that_is_not_taken_is_told_with_the_one_that_is(service: Service) -> None:
    file: JsonObject = {"media_type": "image/heic", "size": 1, "sha256": "0" * 64}
    body: JsonObject = {**an_issue(b""), "file": file}
    answer = service.call("POST", "/v1/issued-documents", body, token=agency(service), Idempotency_Key="k1")
    (problem,) = answer.body["errors"]
    assert (problem["pointer"], problem["code"]) == ("/file/media_type", "not_allowed")
    assert "application/pdf" in problem["message_vi"]
    assert "application/pdf" in problem["message_en"]


LICENCE: Final[dict[str, Any]] = {
    "type": "giay-phep-lai-xe",
    "number": "990090999001",
    "issued_on": "2015-04-10",
    "data": {
        "number": "990090999001",
        "class": "B",
        "issued_on": "2015-04-10",
        "expires_on": "2025-04-10",
        "holder": {"personal_id": AN, "full_name": "NGUYỄN VĂN AN"},
    },
}


def test_a_paper_ends_on_the_day_that_its_data_say(service: Service) -> None:
    document = issued(service, signed_pdf(), **LICENCE)
    shown = service.call("GET", f"/v1/warehouse/documents/{document}", token=service.token(AN)).body
    assert shown["valid_until"] == "2025-04-10"
    other = issue(service, signed_pdf(), key="k2", **LICENCE, valid_until="2099-01-01")
    assert [(each["pointer"], each["code"]) for each in other.body["errors"]] == [("/valid_until", "contradicts_data")]


def test_the_example_of_the_docs_is_taken_as_it_stands(service: Service) -> None:
    text = (Path(__file__).parents[2] / "docs" / "warehouse.md").read_text(encoding="utf-8")
    body = json.loads(text.partition("## 7. Agencies issue documents")[2].partition("```json")[2].partition("```")[0])
    answer = service.call("POST", "/v1/issued-documents", body, token=agency(service), Idempotency_Key="docs")
    assert (answer.status, answer.body["state"]) == (201, "opened"), answer.text


def test_a_holder_that_nobody_knows_is_accepted_alike(service: Service) -> None:
    data = {**DATA, "holder": {"personal_id": UNKNOWN}}
    known = issue(service, signed_pdf())
    unknown = issue(service, signed_pdf(), key="k2", holder={"personal_id": UNKNOWN}, data=data)
    assert known.status == unknown.status == 201
    assert known.body.keys() == unknown.body.keys()


def test_an_agencys_look_stands_in_the_holders_log(service: Service) -> None:
    document = issued(service, signed_pdf())
    looked_at(service, document)
    entries = service.call("GET", "/v1/access-log", token=service.token(AN)).body["entries"]
    assert [(each["action"], each["client"]["code"], each["own"], each["document"]) for each in entries] == [
        ("shown", "ubnd-demo", False, document),
        ("issued", "ubnd-demo", False, document),
    ]


def test_an_agency_sees_only_what_it_issued(service: Service) -> None:
    document = issued(service, signed_pdf())
    vneid = service.simulators.vneid
    other = vneid.clients["ubnd-demo"].model_copy(update={"id": "ubnd-khac"})
    token = str(vneid.system_token(other)["access_token"])
    assert service.call("GET", f"/v1/issued-documents/{document}", token=token).status == 404
    again = service.call("POST", f"/v1/issued-documents/{document}/revocation", {"reason": "other"}, token=token)
    assert again.status == 404


@pytest.mark.parametrize(("client", "type_"), [("ubnd-demo", "phieu-ly-lich-tu-phap"), ("ubnd-khac", "giay-khai-sinh")])
def test_an_agency_issues_what_its_definition_lists_and_nothing_else(service: Service, client: str, type_: str) -> None:
    vneid = service.simulators.vneid
    token = str(vneid.system_token(vneid.clients["ubnd-demo"].model_copy(update={"id": client}))["access_token"])
    asked = an_issue(signed_pdf(), type=type_)
    refused = service.call("POST", "/v1/issued-documents", asked, token=token, Idempotency_Key="k1")
    assert (refused.status, refused.body["code"]) == (403, "not_issuer")
    assert [each["pointer"] for each in refused.body["errors"]] == ["/type"]
    assert "không cấp loại giấy tờ này" in refused.text
    asked = an_issue(signed_pdf(), type="khong-co")
    unknown = service.call("POST", "/v1/issued-documents", asked, token=token, Idempotency_Key="k2")
    assert (unknown.status, unknown.body["code"]) == (422, "no_such_document_type")


def test_a_key_that_was_used_for_one_holder_is_refused_for_another(service: Service) -> None:
    file, other = signed_pdf(), {"personal_id": BINH}
    assert issue(service, file).status == 201
    answer = issue(service, file, holder=other, data={**DATA, "holder": other})
    assert (answer.status, answer.body["code"]) == (422, "idempotency_key_reused")
    assert issue(service, file, "k2", holder=other, data={**DATA, "holder": other}).status == 201


def test_what_an_agency_opens_is_not_the_holders_to_go_on_with_nor_the_other_way_round(service: Service) -> None:
    opened, own = issue(service, signed_pdf()).body["id"], opened_upload(service, AN)
    for method, more in (("GET", ""), ("POST", "/tickets"), ("POST", "/completion")):
        found = service.call(method, f"/v1/warehouse/uploads/{opened}{more}", token=service.token(AN))
        assert (found.status, found.body["code"]) == (404, "not_found")
    for method, more in (("GET", ""), ("POST", "/tickets")):
        found = service.call(method, f"/v1/issued-documents/{own}{more}", token=agency(service))
        assert (found.status, found.body["code"]) == (404, "not_found")


def test_a_signed_file_that_a_citizen_brings_as_whatever_they_say_is_no_issued_document(service: Service) -> None:
    file = signed_pdf()
    opened = open_upload(service, AN, file, type="giay-khai-sinh", media_type="application/pdf").body
    send(opened["ticket"], file)
    service.pump.settle()
    (shown,) = mine(service)
    assert (shown["id"], shown["assurance"]) == (opened["id"], "certified_copy")
    held = service.services.warehouse.shelf.held(AN, frozenset(), frozenset({"giay-khai-sinh"}))
    assert [(each.document, each.standing) for each in held.papers] == [(opened["id"], "scan")]


def test_what_an_agency_opens_takes_nothing_of_its_holders_own_limits(service: Service) -> None:
    file = signed_pdf()
    for number in range(3):
        opened = issue(service, file, f"k{number}", number=f"{number}", data={**DATA, "number": f"{number}"})
        assert opened.status == 201, opened.text
    again = service.call("POST", f"/v1/issued-documents/{opened.body['id']}/tickets", token=agency(service))
    assert again.status == 201
    shown = service.call("GET", "/v1/warehouse", token=service.token(AN)).body
    assert (shown["open_uploads"]["used"], shown["uploads_this_hour"]["used"]) == (0, 0)


def test_what_an_agency_issues_is_kept_in_a_full_warehouse_too(service: Service) -> None:
    warehouse = service.services.warehouse
    used = warehouse.shelf.usage(AN)
    full = replace(used, documents=LIMITS.documents, bytes=LIMITS.bytes)
    place = usage_item(warehouse.around.keys.ref(AN))
    warehouse.around.table.commit([UploadItems(warehouse.around.keys).using(place, full, Expect.ANY)])
    document = issued(service, signed_pdf())
    assert looked_at(service, document)["state"] == "available"
    assert warehouse.shelf.usage(AN).documents == LIMITS.documents + 1


def test_a_further_ticket_takes_the_same_file(service: Service) -> None:
    file = signed_pdf()
    document = issue(service, file).body["id"]
    renewed = service.call("POST", f"/v1/issued-documents/{document}/tickets", token=agency(service))
    assert renewed.status == 201
    send(renewed.body["ticket"], file)
    service.pump.settle()
    assert looked_at(service, document)["state"] == "available"


def test_neither_events_nor_logs_nor_keys_name_the_holder_or_the_number(service: Service) -> None:
    issued(service, signed_pdf())
    issued(service, signed_pdf(2), key="k2")
    tables = service.home.client("dynamodb")
    settings = service.home.settings
    stored = [tables.scan(TableName=each)["Items"] for each in (settings.state_table, settings.outbox_table)]
    text = repr(stored) + "".join(service.lines)
    assert not found_in(AN, text.encode())
    assert "HN-999001" not in text


def test_the_request_shown_in_the_description_is_taken(service: Service) -> None:
    assert an_issue(signed_pdf())["type"] == "giay-xac-nhan-ho-ngheo"
    assert issue(service, signed_pdf()).headers["Location"].startswith("/v1/issued-documents/")
