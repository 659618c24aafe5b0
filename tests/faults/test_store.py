"""A store that loses replies, refuses, or is away: one effect and one event, or an honest no; never data unlogged."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

import pytest

from tests.support.faults import Client, Refusal, Struck, conflict, lost_reply, refused, unreachable
from tests.support.looks import asked, chain_break, entries, recorded, revisions, said, state
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import AN, Answered, Service

TRANSACTION: Final = "TransactWriteItems"
PREFILL_WRITES: Final = {"claim": (1, 4), "answer": (2, 2)}
WORKER_WRITES: Final = {"log entry": (1, 2), "revision": (2, 3)}
"""Which transaction of the use case it is, and how many items it has."""

Lay: TypeAlias = Callable[[Client, int, int], AbstractContextManager[Struck]]
FAULTS: Final[dict[str, Lay]] = {
    "lost reply": lambda client, nth, _: lost_reply(client, TRANSACTION, nth=nth),
    "conflict": lambda client, nth, size: refused(client, TRANSACTION, conflict(size), nth=nth),
    "throttle": lambda client, nth, _: refused(client, TRANSACTION, Refusal("ThrottlingException"), nth=nth),
    "server error": lambda client, nth, _: refused(client, TRANSACTION, Refusal("InternalServerError", 500), nth=nth),
    "no connection": lambda client, nth, _: unreachable(client, TRANSACTION, nth=nth),
}


def dynamodb(service: Service) -> Client:
    return service.home.clients.dynamodb


def left_open(service: Service) -> str:
    """Open a prefill that civil status does not answer in time, and mend the register; return its id."""
    break_register(service, "civil_status", latency=SLOW)
    prefill: str = service.prefill().body["id"]
    mend(service)
    return prefill


def check_one_effect(service: Service, answer: Answered) -> None:
    assert answer.status == 201
    prefill = answer.body["id"]
    assert answer.fields["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert service.show(prefill).text == answer.text
    assert [event.subject for event in said(service)] == [prefill]
    assert [entry.prefill for entry in entries(service, AN)] == [prefill]
    assert revisions(service, prefill) == [0, 1]
    assert sorted(asked(service)) == ["civil_status", "population"]
    assert chain_break(service, AN) is None


def check_completed_once(service: Service, prefill: str) -> None:
    shown = service.show(prefill)
    assert (shown.body["revision"], shown.body["status"]) == (2, "final")
    assert revisions(service, prefill) == [0, 1, 2]
    assert [event.kind for event in said(service)] == ["prefill.incomplete", "prefill.completed"]
    assert [entry.prefill for entry in entries(service, AN)] == [prefill] * 2
    assert chain_break(service, AN) is None
    assert service.services.failures.listed() == ()


@pytest.mark.parametrize("write", PREFILL_WRITES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_write_of_a_prefill_leaves_one_effect(service: Service, fault: str, write: str) -> None:
    with FAULTS[fault](dynamodb(service), *PREFILL_WRITES[write]) as struck:
        answer = service.prefill()
    assert struck.times == 1
    check_one_effect(service, answer)


@pytest.mark.parametrize("nth", [1, 2])
def test_a_lost_reply_under_an_idempotency_key_leaves_one_effect(service: Service, nth: int) -> None:
    with lost_reply(dynamodb(service), TRANSACTION, nth=nth) as struck:
        answer = service.prefill(idempotency_key="k1")
    assert struck.times == 1
    check_one_effect(service, answer)
    assert service.prefill(idempotency_key="k1").text == answer.text


def test_though_every_reply_to_every_write_is_lost_the_answer_comes(service: Service) -> None:
    with lost_reply(dynamodb(service), TRANSACTION, times=1_000) as struck:
        answer = service.prefill()
    assert struck.times == 2
    check_one_effect(service, answer)


@pytest.mark.parametrize("write", WORKER_WRITES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_write_of_the_worker_leaves_one_effect(service: Service, fault: str, write: str) -> None:
    prefill = left_open(service)
    service.pump.step("relay")
    with FAULTS[fault](dynamodb(service), *WORKER_WRITES[write]) as struck:
        service.pump.step("complete_prefill")
    assert struck.times == 1
    service.pump.settle()
    check_completed_once(service, prefill)
    assert len(asked(service, "civil_status")) == 2


@pytest.mark.parametrize(("client", "operation"), [("events", "PutEvents"), ("dynamodb", "UpdateItem")])
def test_a_reply_lost_by_the_relay_leaves_one_effect(service: Service, client: str, operation: str) -> None:
    prefill = left_open(service)
    with lost_reply(getattr(service.home.clients, client), operation) as struck:
        service.pump.settle()
    assert struck.times == 1
    check_completed_once(service, prefill)
    assert recorded(service, service.clock.now().date()) == said(service)


def test_an_event_that_the_stream_lost_goes_out_with_the_sweep(service: Service) -> None:
    prefill = left_open(service)
    service.pump.deliveries.pop("relay")
    service.clock.advance(61)
    service.pump.settle()
    shown = service.show(prefill)
    assert (shown.body["revision"], shown.body["status"]) == (2, "final")


AWAY: Final = [
    ("dynamodb", "BatchGetItem"),
    ("dynamodb", TRANSACTION),
    ("kms", "GenerateMac"),
    ("kms", "GenerateDataKey"),
]


@pytest.mark.parametrize(("client", "operation"), AWAY)
def test_with_the_store_away_before_the_claim_nobody_is_asked(service: Service, client: str, operation: str) -> None:
    with unreachable(getattr(service.home.clients, client), operation, times=1_000) as struck:
        answer = service.prefill(idempotency_key="k1")
    assert struck.times > 0
    assert (answer.status, answer.body["code"]) == (503, "store_unavailable")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (asked(service), service.bus.posts, state(service), said(service)) == ([], 0, [], [])
    check_one_effect(service, service.prefill(idempotency_key="k1"))


def test_endless_conflicts_end_in_an_honest_no_and_nobody_is_asked(service: Service) -> None:
    with refused(dynamodb(service), TRANSACTION, conflict(4), times=1_000):
        answer = service.prefill()
    assert (answer.status, answer.body["code"]) == (503, "contention")
    assert (asked(service), state(service), said(service)) == ([], [], [])


def test_while_the_pointer_cannot_be_read_the_last_known_definitions_serve(service: Service) -> None:
    with unreachable(dynamodb(service), "BatchGetItem") as struck:
        answer = service.prefill()
    assert struck.times == 1
    check_one_effect(service, answer)


@pytest.fixture
def queue(service: Service) -> str:
    return service.home.wiring.queues["complete_prefill"]


def send(service: Service, queue: str, body: str) -> None:
    service.home.clients.sqs.send_message(QueueUrl=queue, MessageBody=body)


@pytest.mark.parametrize(
    "poison", ["not json", "{}", '{"detail": {"type": "vn.motlan.prefill.incomplete.v1"}}', "[" * 9_000]
)
def test_a_poison_message_is_set_aside_with_its_reason_and_its_neighbours_are_worked(
    service: Service, queue: str, poison: str
) -> None:
    first = left_open(service)
    send(service, queue, poison)
    second = left_open(service)
    service.pump.settle()
    assert [service.show(prefill).body["revision"] for prefill in (first, second)] == [2, 2]
    (parked,) = service.services.failures.listed()
    assert (parked.reason, parked.body) == ("invalid_request", poison)
    assert parked.origin.endswith(queue.rpartition("/")[2])


@pytest.fixture
def erased(service: Service) -> Callable[[], None]:
    """Take a citizen's key away; the value puts it back."""
    client, table = service.home.clients.dynamodb, service.home.settings.state_table
    taken: list[dict[str, Any]] = []

    def take(row: dict[str, Any]) -> None:
        taken.append(row)
        client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})

    def put_back() -> None:
        client.put_item(TableName=table, Item=taken.pop())

    service.prefill()
    (key,) = [row for row in state(service) if row["sk"]["S"] == "KEY"]
    break_register(service, "civil_status", latency=SLOW)
    service.prefill()
    mend(service)
    take(key)
    return put_back


def test_what_cannot_be_worked_now_is_brought_back_by_a_replay_once_it_can(
    service: Service, erased: Callable[[], None]
) -> None:
    prefill = said(service)[-1].subject
    service.pump.settle()
    failures = service.services.failures
    assert [parked.reason for parked in failures.listed()] == ["corrupt"]
    erased()
    assert failures.replay(reason="another").sent == 0
    assert failures.replay(reason="corrupt").sent == 1
    service.pump.settle()
    assert failures.listed() == ()
    assert service.show(prefill).body["revision"] == 2


def test_a_replayed_poison_message_is_set_aside_again(service: Service, queue: str) -> None:
    send(service, queue, "not json")
    service.pump.settle()
    assert service.services.failures.replay().sent == 1
    service.pump.settle()
    assert [parked.reason for parked in service.services.failures.listed()] == ["invalid_request"]
