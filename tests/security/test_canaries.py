"""Planted citizens are sent through every flow, and are then nowhere but in their own answers and under seal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from chalicelib.bootstrap import services
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId, PrefillId, RegisterCode
from chalicelib.prefill.complete import Completion
from chalicelib.prefill.job import Order, Shown, Who
from chalicelib.prefill.service import Prefills
from chalicelib.prefill.store import TablePrefills
from chalicelib.sources.http import HttpTransport
from chalicelib.sources.service import Response, Sources, Transport
from chalicelib.sources.wire import question
from chalicelib.turns import Once
from infra.simulators.faults import Chance, Fault, Latency, Quota
from tests.support.builders import a_call, a_register
from tests.support.canaries import CANARIES, DISAGREED, LOW, PLAIN, REVIEWED, VALUES, Canary
from tests.support.fees import a_case
from tests.support.looks import rows
from tests.support.pool import CALM, VirtualPool
from tests.support.service import AN, Answered, Service, order
from tests.support.sinks import NO_PERSONAL_ANSWER, SERVICES, Sinks
from tests.support.spellings import found_in

SLOW = Fault(target="*", latency=Latency(kind="uniform", low=20_000, high=20_000))
FAULTS = {
    "slow": SLOW,
    "quota": Fault(target="*", quota=Quota(calls=0, seconds=60)),
    "maintenance": Fault(target="*", maintenance=True),
    "drip": Fault(target="*", drip_seconds=20),
    "huge": Fault(target="*", huge_mb=1),
    "another person": Fault(target="*", wrong_person=True),
    "redirect": Fault(target="*", redirect=True),
    **{f"wrong {each}": Fault(target="*", wrong=each) for each in ("html", "shape", "list", "types")},
    **{
        f"status {status}": Fault(target="*", errors=(Chance(status=status),))
        for status in (400, 403, 404, 409, 429, 500, 502, 503, 504)
    },
}


def opened(sinks: Sinks, canary: Canary = PLAIN, **headers: str) -> Answered:
    token = sinks.service.token(canary.id)
    return sinks.call("POST", "/v1/prefills", order(canary.id, "bride"), token=token, **headers)


def shown(sinks: Sinks, prefill: str, canary: Canary = PLAIN) -> Answered:
    return sinks.call("GET", f"/v1/prefills/{prefill}?since=1", token=sinks.service.token(canary.id))


def assert_nowhere(sinks: Sinks) -> None:
    for canary in CANARIES:
        sinks.call("GET", "/v1/access-log", token=sinks.service.token(canary.id))
    sinks.service.pump.settle()
    assert sinks.hits(VALUES) == []


@contextmanager
def instead(service: Service, **parts: Any) -> Iterator[None]:  # noqa: ANN401 - any part
    """Put other parts into the running service."""
    services.put(replace(service.services, **parts))
    try:
        yield
    finally:
        services.put(service.services)


def test_a_whole_answer_leaves_no_trace_but_under_seal(sinks: Sinks) -> None:
    answer = opened(sinks, Idempotency_Key=PLAIN.id)
    again = opened(sinks, Idempotency_Key=PLAIN.id)
    assert again.body["id"] == answer.body["id"]
    assert found_in(PLAIN.name, answer.text.encode())
    assert found_in(PLAIN.name, shown(sinks, answer.body["id"]).text.encode())
    assert_nowhere(sinks)
    looked_at = {name for name, pieces in sinks.collect().items() if pieces}
    assert looked_at >= {"register addresses and headers", "state table", "outbox", "event log", "answer headers"}
    assert looked_at >= {NO_PERSONAL_ANSWER, *(f"sent to and from {name}" for name in SERVICES if name != "events")}


def test_a_fee_quote_on_her_prefill_leaves_no_trace_but_under_seal(sinks: Sinks) -> None:
    prefill, token = opened(sinks).body, sinks.service.token(PLAIN.id)
    seen = {"id": prefill["id"], "revision": prefill["revision"]}
    answer = sinks.call("POST", "/v1/fee-quotes", a_case(prefill=seen), token=token, Idempotency_Key=f"fee-{PLAIN.id}")
    assert answer.status == 200
    again = sinks.call("POST", f"/v1/fee-quotes/{answer.body['id']}/verifications", token=token)
    assert again.body["same"] is True
    for changes in ({"facts": {"person.birth_date": PLAIN.name}}, {"commune": PLAIN.name}, {"channel": PLAIN.id}):
        assert sinks.call("POST", "/v1/fee-quotes", a_case(**changes), token=token).status == 422
    assert_nowhere(sinks)


@pytest.mark.parametrize("canary", [DISAGREED, REVIEWED], ids=lambda each: each.kind)
def test_values_that_are_contested_stay_in_their_answer(sinks: Sinks, canary: Canary) -> None:
    answer = opened(sinks, canary)
    assert {"disagreed": "conflict", "reviewed": "under_review"}[canary.kind] in answer.body["counts"]
    assert_nowhere(sinks)


def test_a_level_too_low_is_refused_without_a_trace(sinks: Sinks) -> None:
    assert "no_right" in opened(sinks, LOW).body["counts"]
    assert_nowhere(sinks)


def test_somebody_else_naming_her_learns_nothing_and_neither_log_names_the_other(sinks: Sinks) -> None:
    body: dict[str, Any] = order(AN, "groom")
    body["subjects"]["bride"] = {"personal_id": PLAIN.id}
    answer = sinks.call("POST", "/v1/prefills", body, token=sinks.service.token(AN))
    assert answer.status == 201
    assert not any(found_in(value, answer.text.encode()) for value in PLAIN.values)
    log = sinks.call("GET", "/v1/access-log", token=sinks.service.token(PLAIN.id))
    assert [each["decision"] for each in log.body["entries"]] == ["no_consent"]
    assert not found_in(AN, log.text.encode())
    assert_nowhere(sinks)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_a_register_does_she_is_not_named(sinks: Sinks, fault: str) -> None:
    sinks.service.simulators.faults.set(FAULTS[fault])
    answer = opened(sinks)
    assert answer.status == 201
    assert not any(source["outcome"] == "answered" for source in answer.body["sources"]) or fault == "wrong types"
    assert_nowhere(sinks)


def test_the_worker_completes_her_prefill_without_naming_her(sinks: Sinks) -> None:
    sinks.service.simulators.faults.set(SLOW)
    prefill = opened(sinks).body["id"]
    sinks.service.simulators.faults.clear()
    sinks.service.pump.settle()
    answer = shown(sinks, prefill)
    assert (answer.body["status"], answer.body["revision"]) == ("final", 2)
    assert found_in(PLAIN.name, answer.text.encode())
    assert_nowhere(sinks)


def test_every_attempt_failing_leaves_no_trace_either(sinks: Sinks) -> None:
    sinks.service.simulators.faults.set(SLOW)
    prefill = opened(sinks).body["id"]
    for _ in range(12):
        sinks.service.clock.advance(31)
        sinks.service.pump.step()
    assert shown(sinks, prefill).body["status"] == "final"
    assert_nowhere(sinks)


def wrong_places(prefill: str) -> Iterator[tuple[int, str, str, object, dict[str, str]]]:
    """Yield (status, method, path, body, headers) with her values where they do not belong."""
    good = order(PLAIN.id, "bride")
    named = {"personal_id": PLAIN.id}
    post = ("POST", "/v1/prefills")
    yield 422, *post, {**good, "procedure": PLAIN.name}, {}
    yield 422, *post, {**good, "form": PLAIN.name}, {}
    yield 422, *post, {**good, "form": PLAIN.id}, {}
    yield 422, *post, {**good, "subjects": {PLAIN.id: named}}, {}
    yield 422, *post, {**good, "subjects": {PLAIN.name: named}}, {}
    yield 422, *post, {**good, "subjects": {"bride": {"personal_id": PLAIN.name}}}, {}
    yield 400, *post, {**good, "deadline_ms": PLAIN.id}, {}
    yield 400, *post, {**good, PLAIN.name: PLAIN.id}, {}
    yield 400, *post, {**good, "subjects": {"bride": {**named, PLAIN.id: PLAIN.name}}}, {}
    yield 400, *post, {**good, "subjects": [PLAIN.name]}, {}
    yield 400, *post, f'{{"procedure": "{PLAIN.name}", "personal_id": "{PLAIN.id}'.encode(), {}
    yield 400, *post, good, {"idempotency_key": f"{PLAIN.id} {PLAIN.id}"}
    yield 415, *post, good, {"content_type": PLAIN.id}
    yield 404, "GET", f"/v1/prefills/{PLAIN.id}", None, {}
    yield 400, "GET", f"/v1/prefills/{prefill}?since={PLAIN.id}", None, {}
    yield 400, "GET", f"/v1/prefills/{prefill}?{PLAIN.id}=1", None, {}
    yield 400, "GET", f"/v1/access-log?cursor={PLAIN.id}", None, {}
    yield 400, "GET", f"/v1/procedures/{PLAIN.id}", None, {}
    yield 404, "GET", f"/v1/forms/{PLAIN.id}", None, {}
    yield 400, "GET", f"/problems/{PLAIN.id}", None, {}
    yield 401, "GET", "/v1/access-log", None, {"authorization": f"Bearer {PLAIN.id}.{PLAIN.id}.{PLAIN.id}"}
    yield 405, "PUT", f"/v1/prefills/{PLAIN.id}", {"name": PLAIN.name}, {}


def test_her_values_in_the_wrong_places_are_not_repeated(sinks: Sinks) -> None:
    prefill, token = opened(sinks).body["id"], sinks.service.token(PLAIN.id)
    for status, method, path, body, headers in wrong_places(prefill):
        sent = {"user_agent": PLAIN.id, "accept_language": PLAIN.id, **headers}
        answer = sinks.call(method, path, body, token=None if "authorization" in headers else token, **sent)
        assert (answer.status, path, body) == (status, path, body)
    assert_nowhere(sinks)


def exploding(error: Exception) -> Prefills:
    """Return use cases with a mistake in them, whose error's text holds everything."""

    class Explodes(Prefills):
        def __init__(self) -> None:
            pass

        def open(self, who: Who, order: Order, document: JsonObject, once: Once | None) -> Shown:
            del who, order, document, once
            raise error

    return Explodes()


class ExplodingWorker(Completion):
    def __init__(self) -> None:
        pass

    def run(self, event: Event) -> None:
        raise RuntimeError(PLAIN.id, PLAIN.name, event)


class ExplodingBus(Transport):
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Any:  # noqa: ANN401 - never returns
        raise RuntimeError(PLAIN.name, route, register, body, timeout, Response)


@pytest.mark.parametrize("error", [RuntimeError, KeyError, InvalidValue], ids=lambda each: each.__name__)
def test_a_mistake_of_ours_with_her_in_its_text_tells_only_its_kind(
    sinks: Sinks, error: Callable[..., Exception]
) -> None:
    raised = InvalidValue(value=PLAIN.id, name=PLAIN.name) if error is InvalidValue else error(PLAIN.id, PLAIN.name)
    with instead(sinks.service, prefills=exploding(raised)):
        answer = opened(sinks)
    assert (answer.status, answer.body["code"]) == (
        (422, "invalid_value") if error is InvalidValue else (500, "internal")
    )
    assert any(error.__name__ in line for line in sinks.service.lines) is (error is not InvalidValue)
    assert_nowhere(sinks)


def test_a_mistake_beside_a_register_call_tells_only_its_kind(sinks: Sinks) -> None:
    built, service = sinks.service.services, sinks.service
    sources = Sources(ExplodingBus(), VirtualPool(service.clock), service.clock, service.ids, CALM)
    store = TablePrefills(built.table, built.keys)
    asking = replace(built.prefills.asking, store=store, sources=sources)
    prefills = replace(built.prefills, store=store, asking=asking)
    with instead(service, prefills=prefills):
        assert opened(sinks).status == 500
    assert_nowhere(sinks)


def test_a_mistake_in_the_worker_ends_in_the_failure_queue_by_its_kind(sinks: Sinks) -> None:
    sinks.service.simulators.faults.set(SLOW)
    with instead(sinks.service, completion=ExplodingWorker()):
        opened(sinks)
        sinks.service.pump.settle()
    assert [each.reason for each in sinks.service.services.failures.listed()] == ["internal"]
    assert_nowhere(sinks)


def test_poison_with_her_in_it_is_kept_as_it_came_and_told_by_its_reason_alone(sinks: Sinks) -> None:
    service = sinks.service
    event = Event(
        EventId("E"), "prefill.incomplete", PrefillId(PLAIN.id), service.clock.now(), {"revision": PLAIN.name}
    )
    queue = service.home.wiring.queues["complete_prefill"]
    for body in (f"{{{PLAIN.id} {PLAIN.name}", f'{{"detail": {{"id": "{PLAIN.id}", "type": "{PLAIN.name}"}}}}'):
        service.home.clients.sqs.send_message(QueueUrl=queue, MessageBody=body)
    service.home.clients.sqs.send_message(
        QueueUrl=queue, MessageBody=f'{{"detail": {event.to_json()!r}}}'.replace("'", '"')
    )
    service.pump.settle()
    assert [each.reason for each in service.services.failures.listed()] == ["invalid_request"] * 2
    # The message itself was put there by this test, so only what is said about it counts.
    said = sinks.hits(VALUES, leaving_out={"sent to and from sqs", "sent to and from dynamodb"})
    assert said == []


class _Asked(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[bytes, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((f"{self.requestline} {self.headers}".encode(), body))
        self.send_response(503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Stay quiet."""


def test_over_real_http_her_id_is_in_the_body_alone() -> None:
    with HTTPServer(("127.0.0.1", 0), _Asked) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        transport = HttpTransport(f"http://127.0.0.1:{server.server_port}/ngsp", "http://127.0.0.1:9/lgsp")
        call = a_call(a_register("population", {"$.name.full": "person.full_name"}), PLAIN.id)
        with transport.post("ngsp", RegisterCode("population"), question(call, "request-1"), 10):
            thread.join()
    ((head, body),) = _Asked.seen
    assert head.startswith(b"POST /ngsp/registers/population/query HTTP/1.1")
    assert found_in(PLAIN.id, body)
    assert not found_in(PLAIN.id, head)


def test_what_is_kept_of_a_prefill_ends_with_it(sinks: Sinks) -> None:
    prefill = opened(sinks, Idempotency_Key="k").body["id"]
    kept = [row for row in rows(sinks.service, sinks.service.home.settings.state_table) if "ttl" in row]
    last = max(int(row["ttl"]["N"]) for row in kept)
    assert {row["pk"]["S"].split("#")[0] for row in kept} == {"P", "idempotency"}
    assert last <= (sinks.service.clock.now() + timedelta(hours=72)).timestamp()
    sinks.service.clock.advance(72 * 3600)
    assert shown(sinks, prefill).status == 410
