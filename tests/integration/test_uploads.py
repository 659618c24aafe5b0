"""Uploads over HTTP: a ticket, the file, a ticket again, and what an owner is told meanwhile."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import pytest
from jsonschema import Draft202012Validator

from chalicelib.kernel.ids import ClientId, PersonalId, UploadId
from chalicelib.papers.model import Reason
from chalicelib.warehouse import quota
from chalicelib.warehouse.port import QuotaExceeded
from chalicelib.warehouse.upload import Rejection, UploadState
from chalicelib.warehouse.wishes import Wished
from tests.support.looks import said
from tests.support.service import AN, BINH, Answered, Service
from tests.support.uploading import PAPER, an_upload, open_upload, send

DIRECTOR: Final = PersonalId("079180999028")
"""Legally represents two enterprises."""
SCHEMAS: Final = Path(__file__).parents[2] / "schemas" / "events"


def upload(service: Service, id_: str, what: str = "", person: PersonalId = AN) -> Answered:
    method = "POST" if what else "GET"
    return service.call(method, f"/v1/warehouse/uploads/{id_}{what}", token=service.token(person))


def test_a_file_sent_with_a_ticket_becomes_a_document_of_the_same_id(service: Service) -> None:
    opened = open_upload(service, file_name="tờ khai.json")
    assert opened.status == 201
    id_ = opened.body["id"]
    assert opened.headers["Location"] == f"/v1/warehouse/uploads/{id_}"
    assert (opened.body["title"], opened.body["file_name"]) == ("Giấy tờ khác", "tờ khai.json")
    assert send(opened.body["ticket"], PAPER).status == 204
    done = upload(service, id_, "/completion")
    assert (done.body["state"], done.body["message"]["vi"]) == ("received", "Đã nhận tệp")
    assert "ticket" not in done.body
    service.services.warehouse.ingest.run(UploadId(id_))
    shown = upload(service, id_).body
    assert (shown["state"], shown["document"]) == ("available", id_)
    link = shown["links"]["document"]
    assert service.call("GET", link, token=service.token()).body["id"] == id_
    assert upload(service, id_, "/completion").body == shown


def test_completion_without_a_file_says_what_to_do(service: Service) -> None:
    id_ = open_upload(service).body["id"]
    answer = upload(service, id_, "/completion")
    assert (answer.status, answer.body["code"]) == (409, "not_uploaded")
    assert upload(service, id_).body["state"] == "opened"


def test_an_interrupted_upload_gets_a_ticket_with_a_key_of_its_own(service: Service) -> None:
    opened = open_upload(service).body
    service.clock.advance(600)
    service.services.warehouse.ingest.run(UploadId(opened["id"]))
    assert upload(service, opened["id"]).body["state"] == "expired"
    renewed = upload(service, opened["id"], "/tickets")
    assert renewed.status == 201
    assert (renewed.body["state"], renewed.body["attempt"]) == ("opened", 2)
    assert renewed.body["ticket"]["fields"]["key"] == f"in/{opened['id']}/2"
    assert send(renewed.body["ticket"], PAPER).status == 204
    assert upload(service, opened["id"], "/completion").body["state"] == "received"
    late = upload(service, opened["id"], "/tickets")
    assert (late.status, late.body["code"]) == (409, "upload_under_way")


def test_a_file_sent_by_the_first_ticket_is_taken_after_the_second(service: Service) -> None:
    opened = open_upload(service).body
    upload(service, opened["id"], "/tickets")
    assert send(opened["ticket"], PAPER).status == 204
    assert upload(service, opened["id"], "/completion").body["state"] == "received"


def test_the_same_key_gives_the_same_upload_and_a_ticket_no_longer_than_the_first(service: Service) -> None:
    def ask(key: str, **changes: object) -> Answered:
        body = an_upload(PAPER, **changes)
        return service.call("POST", "/v1/warehouse/uploads", body, token=service.token(), Idempotency_Key=key)

    first = ask("k").body
    service.clock.advance(60)
    second = ask("k").body
    assert second["id"] == first["id"]
    assert second["ticket"]["expires_at"] == first["ticket"]["expires_at"]
    other = ask("k", title="Khác")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    service.clock.advance(600)
    service.services.warehouse.ingest.run(UploadId(first["id"]))
    late = ask("k").body
    assert (late["id"], late["state"], "ticket" in late) == (first["id"], "expired", False)


def test_another_citizens_upload_is_no_upload(service: Service) -> None:
    id_ = open_upload(service).body["id"]
    unknown = upload(service, "01M80FPM80NEVERHASBEENZZZZ", person=BINH)
    for what in ("", "/tickets", "/completion"):
        answer = upload(service, id_, what, BINH)
        assert (answer.status, answer.body["code"]) == (unknown.status, unknown.body["code"]) == (404, "not_found")


def test_an_organisation_that_one_does_not_represent_is_refused(service: Service) -> None:
    answer = open_upload(service, organisation="9900000019")
    assert answer.status in {403, 503}
    assert answer.body["code"] in {"not_representative", "standing_unknown"}
    assert not [event for event in said(service) if event.kind.startswith("warehouse")]


def test_a_representative_uploads_into_the_organisations_warehouse(service: Service) -> None:
    opened = open_upload(service, DIRECTOR, organisation="9900000217")
    assert opened.status == 201
    id_ = opened.body["id"]
    assert upload(service, id_, person=DIRECTOR).status == 404
    mine = f"/v1/warehouse/uploads/{id_}?organisation=9900000217"
    assert service.call("GET", mine, token=service.token(DIRECTOR)).body["state"] == "opened"
    assert service.call("GET", mine, token=service.token(AN)).status in {403, 503}


def test_so_many_uploads_at_once_and_no_more(service: Service) -> None:
    for _ in range(quota.LIMITS.open):
        assert open_upload(service).status == 201
    refused = open_upload(service)
    assert (refused.status, refused.body["code"]) == (409, "too_many_open_uploads")
    assert open_upload(service, BINH).status == 201
    service.clock.advance(421)
    assert open_upload(service).status == 201


def test_an_upload_that_had_all_its_tickets_says_to_open_another(service: Service) -> None:
    id_ = str(open_upload(service).body["id"])
    path = f"/v1/warehouse/uploads/{id_}/tickets"
    answers = [service.call("POST", path, token=service.token(AN)) for _ in range(quota.LIMITS.attempts)]
    assert [each.status for each in answers] == [201] * (quota.LIMITS.attempts - 1) + [409]
    assert answers[-1].body["code"] == "tickets_used_up"


def test_a_full_warehouse_takes_no_more(service: Service) -> None:
    uploads = service.services.warehouse.uploads
    full = replace(uploads, limits=quota.Limits(bytes=len(PAPER) - 1))
    wished = Wished("giay-to-khac", "application/json", len(PAPER), "0" * 64)
    with pytest.raises(QuotaExceeded):
        full.open(AN, ClientId("motlan-portal"), wished, None)
    assert uploads.open(AN, ClientId("motlan-portal"), wished, None)[0].state == "opened"


def test_every_event_of_an_upload_matches_its_schema(service: Service) -> None:
    opened = open_upload(service).body
    upload(service, opened["id"], "/tickets")
    send(opened["ticket"], PAPER)
    upload(service, opened["id"], "/completion")
    events = [event for event in said(service) if event.subject == opened["id"]]
    kinds = [f"warehouse.upload_{fact}" for fact in ("opened", "renewed", "completed")]
    assert sorted(event.kind for event in events) == sorted(kinds)
    for event in events:
        schema = json.loads((SCHEMAS / f"{event.type}.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(event.to_json())
        assert AN not in json.dumps(event.to_json())


def test_every_state_and_every_reason_has_its_words(service: Service) -> None:
    words = service.services.words.texts
    own = [each for part in get_args(Rejection) for each in (get_args(part) or (part,))]
    reasons = {*get_args(Reason), *own}
    assert not [each for each in reasons if f"upload.rejected.{each}" not in words]
    assert not [each for each in get_args(UploadState) if f"upload.state.{each}" not in words]
