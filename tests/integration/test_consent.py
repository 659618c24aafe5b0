"""Two people and consent over HTTP: what is told to whom, what it costs, what many at once leave."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from chalicelib.audit.model import Head, first_break
from chalicelib.consent.chain import links
from chalicelib.consent.places import revision_item
from chalicelib.consent.stored import read_standing
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import ConsentId, PersonalId
from tests.support.calls import counting
from tests.support.consenting import ask, decide, mine, wish
from tests.support.looks import asked, rows, said, state
from tests.support.ministack import Ministack
from tests.support.people import PEOPLE
from tests.support.service import AN, BINH, Answered, Portal, Service
from tests.support.threads import at_once, threaded
from tests.support.untouched import untouched

SCHEMAS: Final = Path(__file__).parents[2] / "schemas" / "events"
NOBODY: Final = PersonalId("096199999998")
BLOCKING: Final = next(
    PersonalId(each.personal_id) for each in PEOPLE if each.identity_level == 2 and each.personal_id not in {AN, BINH}
)
WEEK: Final = 7 * 86_400
DECISION: Final = "/v1/consent-requests/{}/decision"


def told(answer: Answered) -> tuple[int, Any, dict[str, str]]:
    """Return an answer but for its own id and trace."""
    body = {**answer.body, "id": ""}
    headers = {name: value for name, value in answer.headers.items() if name != "X-Trace-Id"}
    return answer.status, body, headers


def size(portal: Portal) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return what kinds of items are stored, and with which fields, and how many of each."""
    settings = portal.home.settings
    return Counter(
        (str(row["pk"]["S"]).split("#")[0] if "f" in row else "event", tuple(sorted(row.get("f", {}).get("M", {}))))
        for table in (settings.state_table, settings.outbox_table)
        for row in rows(portal, table)
    )


def test_whoever_is_asked_the_answer_and_the_work_are_the_same(service: Service) -> None:
    decide(service, BLOCKING, ask(service, BLOCKING, by=AN).body["id"], "block")
    decide(service, BINH, ask(service, BINH).body["id"])
    found: list[tuple[object, dict[str, int], object]] = []
    for subject in (BINH, NOBODY, BLOCKING):
        before, clients = size(service), service.home.clients
        with counting(clients.dynamodb, clients.kms, clients.s3, clients.sqs, clients.events) as calls:
            answer = ask(service, subject, by=AN, role="bride", idempotency_key=f"k{len(found)}")
        assert answer.status == 201
        found.append((told(answer), dict(calls), size(service) - before))
    assert found[0][1] == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert found[1:] == found[:1] * 2
    assert asked(service) == []


def test_the_fourth_open_request_is_refused_alike_whoever_is_asked(service: Service) -> None:
    fourth = [[ask(service, subject, by=AN, role="bride") for _ in range(4)][-1] for subject in (BINH, NOBODY)]
    assert {(each.status, each.body["code"]) for each in fourth} == {(409, "too_many_open_requests")}


def test_each_side_sees_the_other_the_purpose_and_the_items_by_name(service: Service) -> None:
    items = ["person.full_name", "person.ethnicity"]
    request = ask(service, BINH, items=items, note="Em ơi").body["id"]
    (received,) = mine(service, BINH, "/v1/consent-requests").body["requests"]
    assert (received["id"], received["status"], received["personal_id"], received["note"]) == (
        request,
        "open",
        AN,
        "Em ơi",
    )
    assert received["client"]["vi"] == "Cổng Một Lần"
    assert received["role"] == {"code": "bride", "vi": "Bên nữ", "en": "Bride"}
    assert {each["code"]: each["sensitive"] for each in received["items"]} == {
        "person.ethnicity": True,
        "person.full_name": False,
    }
    (sent,) = mine(service, AN, "/v1/consent-requests?direction=sent").body["requests"]
    assert sent == {**received, "personal_id": BINH}


@pytest.mark.parametrize(
    ("decision", "hers", "his"),
    [("grant", "granted", "granted"), ("refuse", "refused", "refused"), ("block", None, "open")],
)
def test_a_grant_and_a_refusal_are_told_to_the_asker_and_a_block_is_not(
    service: Service, decision: str, hers: str | None, his: str
) -> None:
    request = ask(service, BINH).body["id"]
    assert decide(service, BINH, request, decision).status == 200
    received = mine(service, BINH, "/v1/consent-requests").body["requests"]
    assert [each["status"] for each in received] == ([] if hers is None else [hers])
    (sent,) = mine(service, AN, "/v1/consent-requests?direction=sent").body["requests"]
    assert sent["status"] == his
    service.clock.advance(WEEK)
    (sent,) = mine(service, AN, "/v1/consent-requests?direction=sent").body["requests"]
    assert sent["status"] == ("expired" if decision == "block" else his)


def test_the_same_decision_again_is_answered_alike_and_another_is_refused(service: Service) -> None:
    request = ask(service, BINH).body["id"]
    first = decide(service, BINH, request, items=["person.full_name"])
    assert (first.status, first.body["status"], first.body["items"]) == (200, "granted", ["person.full_name"])
    service.call("DELETE", f"/v1/consents/{first.body['consent']}", token=service.token(BINH))
    assert decide(service, BINH, request, items=["person.full_name"]).text == first.text
    for other in (decide(service, BINH, request), decide(service, BINH, request, "refuse")):
        assert (other.status, other.body["code"]) == (409, "already_decided")


def test_too_late_is_too_late(service: Service) -> None:
    request = ask(service, BINH).body["id"]
    service.clock.advance(WEEK)
    late = decide(service, BINH, request)
    assert (late.status, late.body["code"]) == (410, "consent_request_expired")


def test_a_key_repeats_the_answer_whatever_became_of_the_request(service: Service) -> None:
    first = ask(service, BINH, idempotency_key=BINH)
    decide(service, BINH, first.body["id"], "refuse")
    again = ask(service, BINH, idempotency_key=BINH)
    assert (again.status, again.text) == (201, first.text)
    other = ask(service, BINH, idempotency_key=BINH, note="khác")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")


def test_a_consent_is_withdrawn_by_its_giver_at_once_and_again_without_harm(service: Service) -> None:
    consent = decide(service, BINH, ask(service, BINH).body["id"]).body["consent"]
    path = f"/v1/consents/{consent}"
    assert service.call("DELETE", path, token=service.token(AN)).status == 404
    once, again = (service.call("DELETE", path, token=service.token(BINH)) for _ in range(2))
    assert (once.status, once.body["status"], once.text) == (200, "withdrawn", again.text)
    for person, direction, other in ((BINH, "given", AN), (AN, "received", BINH)):
        (seen,) = mine(service, person, f"/v1/consents?direction={direction}").body["consents"]
        assert (seen["status"], seen["revision"], seen["personal_id"]) == ("withdrawn", 2, other)


def test_a_block_is_listed_and_lifted(service: Service) -> None:
    decide(service, BINH, ask(service, BINH).body["id"], "block")
    (block,) = mine(service, BINH, "/v1/consent-blocks").body["blocks"]
    assert block["personal_id"] == AN
    for _ in range(2):
        lifted = service.call("DELETE", f"/v1/consent-blocks/{block['id']}", token=service.token(BINH))
        assert (lifted.status, lifted.body) == (200, {"id": block["id"], "status": "lifted"})
    assert mine(service, BINH, "/v1/consent-blocks").body == {"blocks": []}
    service.clock.advance(1)
    ask(service, BINH)
    assert len(mine(service, BINH, "/v1/consent-requests").body["requests"]) == 1


def test_lists_go_on_from_a_cursor_that_only_their_owner_can_use(service: Service) -> None:
    made = [ask(service, BINH).body["id"] for _ in range(3)]
    path = "/v1/consent-requests?limit=2"
    first = mine(service, BINH, path).body
    second = mine(service, BINH, f"{path}&cursor={first['next']}").body
    seen = [each["id"] for each in (*first["requests"], *second["requests"])]
    assert (sorted(seen), "next" in second) == (sorted(made), False)
    for person, other in ((AN, path), (BINH, "/v1/consents?limit=2"), (BINH, f"{path}&direction=sent")):
        answer = mine(service, person, f"{other}&cursor={first['next']}")
        assert (answer.status, answer.body["code"]) == (400, "bad_cursor")


WRONG: Final[dict[str, tuple[JsonObject, int, str, str]]] = {
    "procedure": ({"procedure": "9.999999"}, 422, "no_such_procedure", "/procedure"),
    "role": ({"role": "witness"}, 422, "no_such_role", "/role"),
    "item": ({"items": ["person.full_name", "health.blood_type"]}, 422, "item_not_bound", "/items/1"),
    "unheard-of item": ({"items": ["x"]}, 422, "item_not_bound", "/items/0"),
    "no item": ({"items": []}, 422, "unprocessable", "/items"),
    "oneself": ({"personal_id": AN}, 422, "asking_oneself", "/personal_id"),
    "id": ({"personal_id": "001"}, 422, "unprocessable", "/personal_id"),
    "prefill": ({"prefill": "x"}, 422, "unprocessable", "/prefill"),
    "long note": ({"note": "x" * 201}, 422, "unprocessable", "/note"),
    "note in lines": ({"note": "a\nb"}, 422, "unprocessable", "/note"),
    "field": ({"organisation_id": "1"}, 400, "invalid_request", "/organisation_id"),
}


def test_a_wrong_wish_is_told_where_and_leaves_nothing(service: Service) -> None:
    for changes, status, code, place in WRONG.values():
        body = wish(BINH) | changes
        with untouched(service):
            answer = service.call("POST", "/v1/consent-requests", body, token=service.token(AN))
        assert (answer.status, answer.body["code"], answer.body["errors"][0]["pointer"]) == (status, code, place)


def test_a_wrong_decision_is_told_where_and_leaves_the_request_open(service: Service) -> None:
    request = ask(service, BINH, items=["person.full_name"]).body["id"]
    for choice, status, code, place in (
        ({"decision": "maybe"}, 422, "unprocessable", "/decision"),
        ({"decision": "grant", "items": ["person.ethnicity"]}, 422, "item_not_asked", "/items/0"),
        ({"decision": "grant", "expires_at": "2026-11-22T02:00:00Z"}, 422, "bad_consent_expiry", "/expires_at"),
        ({"decision": "grant", "expires_at": "2027-11-22T02:00:00Z"}, 422, "bad_consent_expiry", "/expires_at"),
        ({"decision": "grant", "expires_at": "2026-11-23"}, 422, "unprocessable", "/expires_at"),
        ({"decision": "refuse", "items": ["person.full_name"]}, 422, "unprocessable", "/decision"),
        ({}, 400, "invalid_request", "/decision"),
    ):
        with untouched(service):
            answer = service.call("POST", DECISION.format(request), choice, token=service.token(BINH))
        assert (answer.status, answer.body["code"], answer.body["errors"][0]["pointer"]) == (status, code, place)
    assert decide(service, BINH, request).status == 200


def test_what_is_said_of_consents_matches_its_schemas(service: Service) -> None:
    prefill = service.prefill().body["id"]
    first = ask(service, BINH, prefill=prefill).body["id"]
    consent = decide(service, BINH, first).body["consent"]
    service.call("DELETE", f"/v1/consents/{consent}", token=service.token(BINH))
    decide(service, BINH, ask(service, BINH).body["id"], "refuse")
    decide(service, BINH, ask(service, BINH).body["id"], "block")
    (block,) = mine(service, BINH, "/v1/consent-blocks").body["blocks"]
    service.call("DELETE", f"/v1/consent-blocks/{block['id']}", token=service.token(BINH))
    events = [each for each in said(service) if each.kind.startswith("consent.")]
    assert Counter(each.kind.removeprefix("consent.") for each in events) == {
        "requested": 3, "granted": 1, "withdrawn": 1, "refused": 1, "blocked": 1, "unblocked": 1,
    }  # fmt: skip
    for event in events:
        schema = json.loads((SCHEMAS / f"{event.type}.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(event.to_json())
    assert {each.data.get("prefill") for each in events if each.kind == "consent.granted"} == {prefill}


@pytest.fixture
def portal(ministack: Ministack) -> Iterator[Portal]:
    with threaded(ministack.url) as portal:
        yield portal


def test_of_six_requests_at_once_three_stand(portal: Portal) -> None:
    answers = at_once(6, lambda _: ask(portal, BINH), 6)
    assert Counter(each.status for each in answers) == {201: 3, 409: 3}
    stored = [row for row in state(portal) if row["pk"]["S"].startswith("Q#")]
    assert Counter(row["sk"]["S"].split("#")[0] for row in stored) == {"R": 3, "S": 3, "P": 3}


def test_of_many_decisions_at_once_one_stands(portal: Portal) -> None:
    request = ask(portal, BINH).body["id"]
    choices = ["grant", "refuse", "block"] * 2
    answers = at_once(6, lambda number: decide(portal, BINH, request, choices[number]), 6)
    assert Counter(each.status for each in answers) == {200: 2, 409: 4}
    assert len({each.text for each in answers if each.status == 200}) == 1
    kinds = [each.kind for each in said(portal) if each.kind.startswith("consent.")]
    assert len(kinds) == 2


def test_grants_and_withdrawals_at_once_leave_chains_that_verify(portal: Portal) -> None:
    first = decide(portal, BINH, ask(portal, BINH).body["id"]).body["consent"]
    requests = [ask(portal, BINH).body["id"] for _ in range(3)]

    def act(number: int) -> Answered:
        if number < 3:
            return decide(portal, BINH, requests[number])
        return portal.call("DELETE", f"/v1/consents/{first}", token=portal.token(BINH))

    assert {each.status for each in at_once(6, act, 6)} == {200}
    consents = mine(portal, BINH, "/v1/consents").body["consents"]
    assert {each["id"]: each["status"] for each in consents}[first] == "withdrawn"
    assert sum(each["status"] == "granted" for each in consents) <= 1
    for each in consents:
        places = [revision_item(ConsentId(each["id"]), number + 1) for number in range(each["revision"])]
        found = portal.services.table.read(places)
        assert first_break(links(read_standing(found[place]) for place in places), Head()) is None
