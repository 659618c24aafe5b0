"""A fee quote over HTTP: what it says, what it stands on, what it keeps, and what it costs of the store."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.definitions.load import SCHEMAS
from chalicelib.fees.port import Settled
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import PersonalId
from tests.support.calls import counting
from tests.support.definitions import files
from tests.support.fees import DUE, ORDINARY, RECORD, a_case, ask
from tests.support.service import AN, BINH, LEVEL_ONE, Answered, Portal, Service
from tests.unit.definitions.test_event_schemas import schema


@contextmanager
def counted(portal: Portal) -> Iterator[Counter[str]]:
    clients = portal.home.clients
    with counting(clients.dynamodb, clients.kms, clients.s3, clients.sqs, clients.events) as calls:
        yield calls


@pytest.fixture
def warm(service: Service) -> Service:
    """A process that has read which definitions are live and has the citizen's key."""
    service.prefill()
    return service


def lines(answer: Answered) -> dict[str, Any]:
    return {f"{each['schedule']}/{each['line']}": each for each in answer.body["lines"]}


def facts(answer: Answered) -> dict[str, Any]:
    return {each["name"]: each for each in answer.body["facts"]}


def events(service: Service, kind: str) -> list[dict[str, Any]]:
    log = service.home.clients.s3.list_objects_v2(Bucket=service.home.settings.events_bucket).get("Contents", [])
    texts = (
        service.home.clients.s3.get_object(Bucket=service.home.settings.events_bucket, Key=each["Key"])["Body"].read()
        for each in log
    )
    found = (json.loads(text) for text in texts)
    return [each for each in found if each["type"] == f"vn.motlan.{kind}.v1"]


def corrected(document: Any) -> None:  # noqa: ANN401 - JSON of any shape
    """Publish every base amount 1,000 đ dearer, as the next version."""
    document["version"] += ".1"
    for row in document["body"]["rows"]:
        if row["role"] == "base" and "amount" in row["effect"]:
            row["effect"]["amount"] += 1_000


def test_a_quote_names_amount_article_and_reasons_in_both_languages(service: Service) -> None:
    answer = ask(service, facts=ORDINARY)
    assert answer.status == 200
    line = lines(answer)["ly-lich-tu-phap/phi"]
    assert (line["amount"], line["status"], answer.body["state"]["amount"]) == (DUE, "amount", DUE)
    assert [each["document"] for each in line["basis"]] == ["TT 244/2016/TT-BTC"]
    student = lines(ask(service, facts={**ORDINARY, "student": True}))["ly-lich-tu-phap/phi"]
    assert (student["amount"], student["status"]) == (105_000, "needs_review")
    assert [each["name"] for each in student["declared"]] == ["student"]
    for rule in answer.body["trace"]:
        assert rule["document"]
        assert rule["article"]
        assert {each["outcome"] for each in rule["conditions"]} <= {"passed", "failed", "unknown"}
    for each in (answer.body, line, *answer.body["trace"], *answer.body["changes"]):
        assert each["message"]["vi"] != each["message"]["en"]
        assert not each["message"]["vi"].startswith("fee.")


def test_a_quote_is_read_back_byte_for_byte_and_works_out_the_same(service: Service) -> None:
    answer = ask(service, facts={"student": True})
    place = answer.headers["Location"]
    assert place == f"/v1/fee-quotes/{answer.body['id']}"
    service.clock.advance(400 * 86400)
    token = service.token(AN)
    assert service.call("GET", place, token=token).text == answer.text
    again = service.call("POST", f"{place}/verifications", token=token)
    assert (again.status, again.body["same"]) == (200, True)
    assert again.body["worked_out"] == answer.body["digest"]


def test_nobody_gets_an_answer_that_is_not_kept_and_costs_the_store_nothing(warm: Service) -> None:
    with counted(warm) as calls:
        answer = ask(warm, None, facts={"student": True})
    assert (answer.status, "id" in answer.body, "Location" in answer.headers) == (200, False, False)
    assert not calls
    refused = ask(warm, None, prefill={"id": "01JD9N3Z00NEVERHASBEENZZZZ", "revision": 1})
    assert (refused.status, refused.body["code"]) == (422, "citizen_needed_for_prefill")


def test_a_quote_reads_once_and_writes_once_whatever_it_stands_on(warm: Service) -> None:
    prefill = warm.prefill().body
    seen = {"id": prefill["id"], "revision": prefill["revision"]}
    orders: list[dict[str, Any]] = [{}, {"key": "k1"}, {"prefill": seen}, {"prefill": seen, "key": "k2"}]
    for each in orders:
        with counted(warm) as calls:
            assert ask(warm, facts={"student": True}, **each).status == 200
        assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_a_quote_by_an_earlier_set_costs_no_more_once_the_process_knows_which_it_was(warm: Service) -> None:
    warm.clock.advance(3600)
    known_at = iso(warm.clock.now() - timedelta(minutes=30))
    warm.services.definitions.publish(files(units=True))
    ask(warm, known_at=known_at)
    with counted(warm) as calls:
        assert ask(warm, known_at=known_at).status == 200
    assert calls["BatchGetItem"] == calls["TransactWriteItems"] == 1


def test_the_same_key_gives_the_same_bytes_and_another_body_is_refused(warm: Service) -> None:
    first = ask(warm, key="k", facts={"student": True})
    warm.clock.advance(60)
    with counted(warm) as calls:
        again = ask(warm, key="k", facts={"student": True})
    assert again.text == first.text
    assert calls["TransactWriteItems"] == 0
    other = ask(warm, key="k", facts={"student": False})
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    assert ask(warm, BINH, key="k").body["id"] != first.body["id"]


def test_what_a_prefill_verified_beats_what_is_declared_and_a_difference_goes_to_review(service: Service) -> None:
    prefill = service.prefill().body
    seen = {"id": prefill["id"], "revision": prefill["revision"]}
    verified = facts(ask(service, prefill=seen))["age"]
    assert (verified["value"], verified["assurance"]) == (29, "verified")
    assert verified["provenance"]["register"] == "population"
    agreed = facts(ask(service, prefill=seen, facts={"age": 29}))["age"]
    assert agreed["assurance"] == "verified"
    answer = ask(service, prefill=seen, facts={"person.birth_date": "1950-01-01"})
    disputed = facts(answer)["age"]
    assert (disputed["value"], disputed["assurance"], disputed["disputed"]) == (29, "declared", 70)


def test_a_prefill_that_is_not_ones_own_is_as_if_it_never_was(service: Service) -> None:
    prefill = service.prefill().body
    theirs = ask(service, BINH, prefill={"id": prefill["id"], "revision": 1})
    never = ask(service, BINH, prefill={"id": "01JD9N3Z00NEVERHASBEENZZZZ", "revision": 1})
    assert (theirs.status, theirs.body["code"]) == (422, "no_such_prefill")
    assert {**theirs.body, "trace_id": ""} == {**never.body, "trace_id": ""}


def test_a_correction_published_later_changes_no_quote_given_before(service: Service) -> None:
    service.services.definitions.publish(files(units=True))
    first = ask(service, facts=ORDINARY)
    service.clock.advance(3600)
    before = service.clock.now()
    service.clock.advance(1)

    service.services.definitions.publish(files({"fees/ly-lich-tu-phap.json": corrected}, units=True))
    later = ask(service, facts=ORDINARY)
    back = ask(service, facts=ORDINARY, known_at=iso(before))
    assert later.body["catalogue"] != first.body["catalogue"] == back.body["catalogue"]
    assert (first.body["state"]["amount"], later.body["state"]["amount"]) == (DUE, DUE + 1_000)
    assert back.body["digest"] == first.body["digest"] != later.body["digest"]
    again = service.call("POST", f"/v1/fee-quotes/{first.body['id']}/verifications", token=service.token(AN))
    assert again.body["same"] is True


def test_the_event_says_where_and_how_it_ended_and_nothing_of_who(service: Service) -> None:
    answer = ask(service, facts={"student": True})
    service.pump.settle()
    (event,) = events(service, "fees.quoted")
    schema("fees.quoted").validate(event)
    assert event["subject"] == answer.body["id"]
    assert event["data"]["province"] == "01"
    said = canonical(event).decode()
    assert not [each for each in (AN, "student", answer.body["digest"]) if each in said]


def test_benefits_that_were_settled_are_in_the_next_quote(service: Service) -> None:
    owner = service.services.keys.ref(AN)
    service.services.benefits.ledger.count(Settled("P1", "a", owner, 2020, {"x.y": 5}))
    kept = ask(service).body["id"]
    found = service.services.quotes.store.find(AN, kept)
    assert found is not None
    assert found.case["used"] == {"x.y": {"times": 1, "amount": 5}}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"procedure": "9.999999"}, "no_such_procedure", "/procedure"),
        ({"commune": "99999"}, "no_such_commune", "/commune"),
        ({"as_of": "1999-12-31"}, "bad_as_of", "/as_of"),
        ({"known_at": "2999-01-01T00:00:00Z"}, "bad_known_at", "/known_at"),
        ({"quantities": {"dogs": 1}}, "unknown_quantity", "/quantities/dogs"),
        ({"quantities": {"copies": 10**9}}, "bad_quantity", "/quantities/copies"),
        ({"facts": {"shoe_size": 42}}, "unknown_fact", "/facts/shoe_size"),
        ({"facts": {"student": "yes"}}, "bad_fact", "/facts/student"),
        ({"facts": {"person.birth_date": "soon"}}, "bad_fact", "/facts/person.birth_date"),
    ],
)
def test_what_is_wrong_is_named_by_place_and_code(
    service: Service, changes: dict[str, Any], code: str, pointer: str
) -> None:
    for person in (AN, None):
        answer = ask(service, person, **changes)
        assert answer.status == 422
        assert [(each["pointer"], each["code"]) for each in answer.body["errors"]] == [(pointer, code)]
        assert all(answer.body["errors"][0][each] not in {"", code} for each in ("message_vi", "message_en"))
        assert answer.body["title"] != answer.body["code"]


def test_a_procedure_without_a_schedule_is_unknown_and_never_free(service: Service) -> None:
    answer = ask(service, procedure="1.000894", quantities={})
    assert (answer.status, answer.body["status"]) == (200, "unknown")
    assert "amount" not in answer.body["payable"]


def test_the_level_in_the_token_is_a_verified_fact_of_level_one_too(service: Service) -> None:
    for person, level in ((AN, 2), (LEVEL_ONE, 1)):
        known = facts(ask(service, PersonalId(person)))
        assert {each["value"] for name, each in known.items() if "level" in name} <= {level}


def test_coverage_and_radar_are_public_and_say_what_is_known_where(service: Service) -> None:
    every = service.call("GET", "/v1/fee-coverage").body
    assert len(every["provinces"]) == 34
    assert all(
        set(each["counts"]) == {"confirmed", "single_source", "unverified", "unknown"} for each in every["provinces"]
    )
    one = service.call("GET", "/v1/fee-coverage?province=01").body["provinces"]
    assert [each["province"] for each in one] == ["01"]
    assert RECORD in [each["procedure"] for each in one[0]["procedures"]]
    wrong = service.call("GET", "/v1/fee-coverage?province=03")
    assert (wrong.status, wrong.body["code"]) == (422, "no_such_province")
    radar = service.call("GET", "/v1/fee-radar?days=3650").body
    assert all(0 <= each["days"] <= 3650 for each in radar["ending"])


def test_a_comparison_names_the_cases_whose_fee_changes(service: Service) -> None:
    service.services.definitions.publish(files(units=True))
    before = service.services.definitions.current().hash

    after = service.services.definitions.publish(files({"fees/ly-lich-tu-phap.json": corrected}, units=True)).hash
    vneid = service.simulators.vneid
    token = str(vneid.system_token(vneid.clients["ubnd-demo"])["access_token"])
    cases = [a_case(facts=ORDINARY), a_case(procedure="1.000894", quantities={})]
    answer = service.call("POST", "/v1/fee-diffs", {"before": before, "after": after, "cases": cases}, token=token)
    assert answer.status == 200
    assert [each["case"] for each in answer.body["changed"]] == [0]
    wrong = {"before": "f" * 64, "after": after, "cases": cases}
    refused = service.call("POST", "/v1/fee-diffs", wrong, token=token)
    assert (refused.status, refused.body["code"]) == (422, "no_such_catalogue")
    bad = {"before": before, "after": after, "cases": [a_case(), a_case(commune="99999")]}
    placed = service.call("POST", "/v1/fee-diffs", bad, token=token)
    assert [each["pointer"] for each in placed.body["errors"]] == ["/cases/1/commune"]


def test_a_fee_file_is_held_against_the_live_set_and_its_faults_are_named(service: Service) -> None:
    token = service.simulators.vneid.system_token(service.simulators.vneid.clients["ubnd-demo"])["access_token"]
    good = json.loads((SCHEMAS / "fees" / "trich-luc.json").read_text(encoding="utf-8"))
    bad = json.loads(json.dumps(good).replace('"amount": 8000', '"amount": "8000"'))

    def checked(document: object) -> Answered:
        return service.call("POST", "/v1/fee-checks", {"document": document}, token=token)

    assert (checked(good).body["ok"], checked(good).body["faults"]) == (True, [])
    assert not checked(bad).body["ok"]
    assert [each["pointer"] for each in checked(bad).body["faults"]] == ["/body/rows/0/effect/tiers/0/amount"]
    assert checked({"kind": "forms", "code": "x"}).body["code"] == "not_a_fee_file"
