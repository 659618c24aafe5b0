"""Readiness over HTTP: told with and without a token, and nothing is asked of a register or written."""

from typing import TYPE_CHECKING

import pytest

from tests.support.service import AN, BINH

if TYPE_CHECKING:
    from tests.support.service import Service

ORDER = {"procedure": "1.000894"}


def items(service: "Service") -> int:
    settings = service.home.settings
    tables = (settings.state_table, settings.outbox_table)
    return sum(service.home.clients.dynamodb.scan(TableName=table)["Count"] for table in tables)


def test_it_is_told_to_anybody_and_to_a_citizen_without_a_call_or_a_write(service: "Service") -> None:
    before = items(service)

    anybody = service.call("POST", "/v1/readiness", ORDER)
    mine = service.call("POST", "/v1/readiness", ORDER, token=service.token(AN))

    assert (anybody.status, mine.status) == (200, 200)
    assert (anybody.body["personal"], mine.body["personal"]) == (False, True)
    assert anybody.headers["Cache-Control"] == "no-store"
    assert {each["register"] for each in mine.body["sources"]} == {"population", "civil_status"}
    assert any(each["supplied"] for each in mine.body["components"])
    assert service.bus.posts == 0
    assert items(service) == before


def test_the_level_and_the_consent_of_others_are_in_the_answer(service: "Service") -> None:
    low = service.call("POST", "/v1/readiness", ORDER, token=service.token(AN, level=1)).body
    both = {**ORDER, "subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}}}
    pair = service.call("POST", "/v1/readiness", both, token=service.token(AN)).body

    assert low["sources"] == []
    assert {each["refusal"] for each in low["roles"]} == {"no_right"}
    refusals = {each["role"]: each.get("refusal") for each in pair["roles"]}
    assert refusals == {"groom": None, "bride": "no_consent"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_request"),
        ({"procedure": "marriage"}, 422, "unprocessable"),
        ({"procedure": "9.999999"}, 422, "no_such_procedure"),
        ({**ORDER, "form": "ct01"}, 422, "no_such_form"),
        ({**ORDER, "province": "99"}, 422, "no_such_province"),
        ({**ORDER, "province": "x"}, 422, "unprocessable"),
        ({**ORDER, "whatever": 1}, 400, "invalid_request"),
        ({**ORDER, "subjects": {"groom": {"personal_id": AN}}}, 401, "unauthenticated"),
        (b"{", 400, "malformed_json"),
    ],
)
def test_bad_input_is_a_problem(service: "Service", body: object, status: int, code: str) -> None:
    answer = service.call("POST", "/v1/readiness", body)

    assert (answer.status, answer.body["code"]) == (status, code)


def test_a_bad_token_is_refused_rather_than_taken_for_nobody(service: "Service") -> None:
    assert service.call("POST", "/v1/readiness", ORDER, authorization="Bearer x.y.z").status == 401


RECORD = {"procedure": "3.000333", "subjects": {"applicant": {"personal_id": AN}}}


def test_with_a_prefill_each_component_says_what_proves_it_without_a_call_or_a_write(service: "Service") -> None:
    prefill = service.call("POST", "/v1/prefills", RECORD, token=service.token(AN)).body
    before, posts = items(service), service.bus.posts

    asked = {"procedure": "3.000333", "prefill": prefill["id"]}
    answer = service.call("POST", "/v1/readiness", asked, token=service.token(AN))

    assert answer.status == 200
    copy = answer.body["components"][0]
    assert (copy["code"], copy["satisfied"], copy["found"]["way"]) == ("ban-sao-can-cuoc", True, 0)
    assert [each["provenance"]["register"] for each in copy["found"]["proofs"]] == ["population"] * 3
    assert copy["found"] == prefill["components"][0]
    outcomes = {each["pointer"]: each["outcome"] for each in answer.body["fields"]}
    assert outcomes == {pointer: each["outcome"] for pointer, each in prefill["fields"].items()}
    assert (service.bus.posts, items(service)) == (posts, before)


def test_a_prefill_is_told_to_its_citizen_through_its_client_alone(service: "Service") -> None:
    prefill = service.call("POST", "/v1/prefills", RECORD, token=service.token(AN)).body["id"]

    def told(change: dict[str, str], token: str | None) -> tuple[int, str]:
        answer = service.call(
            "POST", "/v1/readiness", {"procedure": "3.000333", "prefill": prefill, **change}, token=token
        )
        return answer.status, answer.body.get("code", "")

    assert told({}, None) == (401, "unauthenticated")
    assert told({}, service.token(BINH)) == (404, "not_found")
    assert told({}, service.token(AN, client="ubnd-demo")) == (404, "not_found")
    assert told({"prefill": "01M80FPM80BWSBTRCJN0ZW2MWR"}, service.token(AN)) == (404, "not_found")
    assert told({"prefill": "x"}, service.token(AN)) == (404, "not_found")
    assert told({}, service.token(AN, level=1)) == (403, "identity_level_too_low")
    assert told({"procedure": "1.000894"}, service.token(AN)) == (422, "prefill_mismatch")
    assert told({"form": "ct01"}, service.token(AN)) == (422, "prefill_mismatch")
