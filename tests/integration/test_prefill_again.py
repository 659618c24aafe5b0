"""A prefill read again, and requests that get none: wrong ids, wrong callers, wrong orders."""

import pytest

from chalicelib.kernel.canonical import JsonObject
from tests.support.looks import asked, said, state
from tests.support.service import AN, BINH, Service, order

HOURS = 3600


def test_reading_it_again_gives_the_very_answer(service: Service) -> None:
    first = service.prefill()
    service.clock.advance(60)
    again = service.show(first.body["id"])
    assert (again.status, again.text) == (200, first.text)
    assert first.headers["Location"] == f"/v1/prefills/{first.body['id']}"


def test_since_the_revision_one_has_nothing_changed(service: Service) -> None:
    prefill = service.prefill().body["id"]
    assert service.show(prefill, query="?since=1").body["changed"] == []


def test_another_citizens_prefill_is_not_there(service: Service) -> None:
    prefill = service.prefill().body["id"]
    strange, unknown = service.show(prefill, BINH), service.show("01M80FPM800000000000000001", BINH)
    assert (strange.status, strange.body["code"]) == (404, "not_found")
    assert {**strange.body, "trace_id": ""} == {**unknown.body, "trace_id": ""}


def test_ones_own_prefill_through_another_client_is_not_there(service: Service) -> None:
    prefill = service.prefill().body["id"]
    token = service.token(AN, client="ubnd-demo")
    assert service.call("GET", f"/v1/prefills/{prefill}", token=token).status == 404


@pytest.mark.parametrize("malformed", ["x", "01jd0000000000000000000001", "0" * 26 + "0", "P%23R%23000001", "%00"])
def test_a_malformed_id_is_not_there(service: Service, malformed: str) -> None:
    assert service.show(malformed).status == 404


def test_after_seventy_two_hours_it_is_gone(service: Service) -> None:
    prefill = service.prefill().body["id"]
    service.clock.advance(72 * HOURS - 1)
    assert service.show(prefill).status == 200
    service.clock.advance(1)
    gone, never_was = service.show(prefill), service.show("01JD0000000000000000000001", BINH)
    assert (gone.status, gone.body["code"]) == (410, "prefill_expired")
    assert {**gone.body, "trace_id": ""} == {**never_was.body, "trace_id": ""}


WRONG: dict[str, tuple[JsonObject, str, str]] = {
    "procedure": (order(AN, "groom") | {"procedure": "9.999999"}, "/procedure", "no_such_procedure"),
    "form": (order(AN, "groom") | {"form": "to-khai-khac"}, "/form", "no_such_form"),
    "role": (order(AN, "witness"), "/subjects/witness", "no_such_role"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_unknown_procedure_form_or_role_is_named_and_nothing_is_written(service: Service, wrong: str) -> None:
    body, pointer, code = WRONG[wrong]
    answer = service.call("POST", "/v1/prefills", body, token=service.token(AN), idempotency_key="k1")
    assert (answer.status, answer.body["code"]) == (422, code)
    assert [(each["pointer"], each["code"]) for each in answer.body["errors"]] == [(pointer, code)]
    assert (state(service), said(service), asked(service)) == ([], [], [])


def test_a_system_without_a_citizen_gets_no_prefill(service: Service) -> None:
    vneid = service.simulators.vneid
    token = vneid.system_token(vneid.clients["ubnd-demo"])["access_token"]
    for method, path, body in (
        ("POST", "/v1/prefills", order(AN, "groom")),
        ("GET", "/v1/prefills/01JD0000000000000000000001", None),
        ("GET", "/v1/access-log", None),
    ):
        answer = service.call(method, path, body, token=token)
        assert (answer.status, answer.body["code"]) == (403, "citizen_required")
    assert (state(service), asked(service)) == ([], [])


def test_nobody_gets_nothing(service: Service) -> None:
    assert service.call("POST", "/v1/prefills", order(AN, "groom")).status == 401
    assert (state(service), asked(service)) == ([], [])
