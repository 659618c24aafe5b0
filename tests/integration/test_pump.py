"""The pump against real queues, a real stream and a real bus: what Lambda's pollers would do, step by step."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Rate, SQSEvent

from infra.local.deliveries import Manner
from infra.local.faults import Faults
from infra.local.pump import Pump
from tests.support.aws import Home
from tests.support.clock import VirtualClock

Answer = Callable[[list[str]], Any]


class Seen:
    """An app with the service's four event handlers, that keep what they are given."""

    def __init__(self, answer: Answer = lambda _: None) -> None:
        self.bodies: list[list[str]] = []
        self.events: list[str] = []
        self.inserted: list[str] = []
        self.ticks = 0
        self.failures: list[str] = []
        self.app = app = Chalice("toy")

        @app.on_sqs_message(queue_arn="completion", batch_size=10)
        def complete_prefill(event: SQSEvent) -> Any:  # noqa: ANN401 - what the test says
            self.bodies.append([record["body"] for record in event.to_dict()["Records"]])
            return answer(self.bodies[-1])

        @app.on_cw_event({"source": ["motlan"]})
        def record_event(event: CloudWatchEvent) -> None:
            self.events.append(event.detail["id"])

        @app.on_dynamodb_record(stream_arn="outbox")
        def relay(event: DynamoDBEvent) -> None:
            self.inserted += [record["dynamodb"]["Keys"]["pk"]["S"] for record in event.to_dict()["Records"]]

        @app.schedule(Rate(1, unit=Rate.MINUTES))
        def sweep(event: CloudWatchEvent) -> None:
            del event
            self.ticks += 1

    def pump(self, home: Home, clock: VirtualClock, faults: Faults | None = None) -> Pump:
        manner = Manner(faults=faults or Faults(), told=lambda name, error: self.failures.append(f"{name} {error!r}"))
        clients = home.clients.sqs, home.client("dynamodbstreams")
        return Pump(self.app, clients, home.provisioned, clock, manner)


def _send(home: Home, *bodies: str) -> None:
    for body in bodies:
        home.clients.sqs.send_message(QueueUrl=home.wiring.queues["complete_prefill"], MessageBody=body)


def _put(home: Home, *keys: str) -> None:
    table = home.settings.outbox_table
    for key in keys:
        home.clients.dynamodb.put_item(TableName=table, Item={"pk": {"S": key}, "event": {"S": "{}"}})


def _failed(home: Home) -> list[str]:
    answer = home.clients.sqs.receive_message(QueueUrl=home.settings.failure_queue_url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_message_that_is_done_never_comes_again(embedded: Home, clock: VirtualClock) -> None:
    seen = Seen()
    _send(embedded, "a", "b")
    seen.pump(embedded, clock).settle()
    assert sorted(body for batch in seen.bodies for body in batch) == ["a", "b"]


def test_only_the_messages_named_as_failed_come_again(embedded: Home, clock: VirtualClock) -> None:
    seen = Seen()
    pump = seen.pump(embedded, clock)
    answers = iter([True, False])

    def answer(event: Any) -> Any:  # noqa: ANN401 - a Lambda event
        records = event["Records"]
        seen.bodies.append(sorted(record["body"] for record in records))
        bad = [record["messageId"] for record in records if record["body"] == "bad"] if next(answers) else []
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}

    seen.app.handler_map["complete_prefill"] = lambda event, _context: answer(event)
    _send(embedded, "good", "bad")
    pump.settle()
    assert seen.bodies == [["bad", "good"], ["bad"]]


@pytest.mark.parametrize("wrong", [{"batchItemFailures": [{"itemIdentifier": "nobody"}]}, ValueError()])
def test_an_answer_that_names_a_stranger_fails_the_whole_batch_as_an_error_does(
    embedded: Home, clock: VirtualClock, wrong: object
) -> None:
    answers = iter([wrong, None])

    def answer(_: list[str]) -> object:
        if isinstance(said := next(answers), Exception):
            raise said
        return said

    seen = Seen(answer)
    _send(embedded, "a")
    seen.pump(embedded, clock).settle()
    assert seen.bodies == [["a"], ["a"]]


def test_a_message_that_always_fails_ends_in_the_failure_queue(embedded: Home, clock: VirtualClock) -> None:
    def refuse(_: list[str]) -> None:
        raise ValueError

    seen = Seen(refuse)
    _send(embedded, "poison")
    seen.pump(embedded, clock).settle()
    assert 1 < len(seen.bodies) <= 10
    assert len(seen.failures) == len(seen.bodies)
    assert _failed(embedded) == ["poison"]


def test_an_event_on_the_bus_reaches_the_rules_function_and_the_rules_queue(
    embedded: Home, clock: VirtualClock
) -> None:
    seen = Seen()
    detail = {"id": "E1"}
    embedded.clients.events.put_events(
        Entries=[
            {
                "EventBusName": embedded.settings.bus,
                "Source": "motlan",
                "DetailType": "vn.motlan.prefill.incomplete.v1",
                "Detail": json.dumps(detail),
            }
        ]
    )
    seen.pump(embedded, clock).settle()
    assert seen.events == ["E1"]
    assert [json.loads(body)["detail"] for batch in seen.bodies for body in batch] == [detail]


def test_inserts_of_the_outbox_reach_the_relay_in_order_and_its_updates_do_not(
    embedded: Home, clock: VirtualClock
) -> None:
    seen = Seen()
    pump = seen.pump(embedded, clock)
    _put(embedded, "e1", "e2")
    pump.settle()
    _put(embedded, "e3", "e1")  # e1 again is an update
    pump.settle()
    assert seen.inserted == ["e1", "e2", "e3"]


def test_the_schedule_ticks_by_the_virtual_clock(embedded: Home, clock: VirtualClock) -> None:
    seen = Seen()
    pump = seen.pump(embedded, clock)
    pump.settle()
    clock.advance(60)
    pump.settle()
    assert seen.ticks == 2


@pytest.mark.parametrize("seed", range(3))
def test_a_queue_under_faults_loses_nothing(embedded: Home, clock: VirtualClock, seed: int) -> None:
    seen = Seen()
    bodies = [str(number) for number in range(12)]
    _send(embedded, *bodies)
    pump = seen.pump(embedded, clock, Faults(seed, duplicate=0.3, delay=0.1, drop=0.1, reorder=0.5))
    for _ in range(12):
        pump.step("complete_prefill")
    came = [body for batch in seen.bodies for body in batch]
    assert set(came) == set(bodies)
    assert len(came) > len(bodies)
