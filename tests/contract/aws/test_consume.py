"""Queue records to effects, the failure queue, and the way back."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.consume import RECEIVES, Consumer, consumed
from chalicelib.aws.outbox import BatchResult
from chalicelib.aws.queues import FailureQueue, Replayed
from chalicelib.aws.table import Expect, Key, Put, Table
from chalicelib.kernel.errors import AppError, Conflict, InvalidRequest, SourceError, StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.log import Log
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.deliver import queue_records, take_out
from tests.support.faults import lost_reply, unreachable

MakeEvent = Callable[..., Event]
Record = Mapping[str, Any]


@pytest.fixture
def failures(home: Home) -> FailureQueue:
    return FailureQueue(home.clients, home.settings.failure_queue_url, home.settings.bus)


@pytest.fixture
def consumer(failures: FailureQueue, clock: VirtualClock, lines: list[str]) -> Consumer:
    return Consumer("completion", failures, Log(clock, lines.append))


@pytest.fixture
def origin(home: Home) -> str:
    return home.clients.sqs.get_queue_attributes(
        QueueUrl=home.wiring.queues["complete_prefill"], AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]


def record(body: str, origin: str = "", receives: int = 1, name: str = "m1") -> Record:
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {"messageId": name, "body": body, "attributes": attributes, "eventSourceARN": origin}


def envelope(event: Event) -> str:
    return json.dumps({"source": "motlan", "detail-type": event.type, "detail": event.to_json()})


def ids(result: BatchResult) -> list[str]:
    return [each["itemIdentifier"] for each in result["batchItemFailures"]]


def raising(error: Exception) -> Callable[[Event], None]:
    def handle(_: Event) -> None:
        raise error

    return handle


def test_a_handler_gets_the_event_that_was_said(consumer: Consumer, an_event: MakeEvent) -> None:
    event = an_event(count=3)
    seen: list[Event] = []
    assert consumer.run([record(envelope(event))], seen.append) == {"batchItemFailures": []}
    assert seen == [event]


def test_an_event_delivered_twice_has_one_effect(
    consumer: Consumer, table: Table, an_event: MakeEvent, clock: VirtualClock, failures: FailureQueue
) -> None:
    event = an_event()
    effects: list[Key] = []

    def handle(seen: Event) -> None:
        effect = Key("effect", f"{len(effects)}")
        mark = consumed("completion", seen, clock.now() + timedelta(days=30))
        table.commit([mark, Put(effect, {}, Expect.ABSENT)])
        effects.append(effect)

    for name in ("m1", "m2"):
        assert consumer.run([record(envelope(event), name=name)], handle) == {"batchItemFailures": []}
    assert len(table.query("effect").items) == 1
    assert failures.listed() == ()


def test_two_consumers_of_one_event_do_not_take_each_others_turn(
    table: Table, an_event: MakeEvent, clock: VirtualClock
) -> None:
    event, until = an_event(), clock.now() + timedelta(days=30)
    table.commit([consumed("completion", event, until)])
    table.commit([consumed("measures", event, until)])


def test_another_lost_race_of_the_handler_is_not_taken_for_a_duplicate(
    consumer: Consumer, table: Table, an_event: MakeEvent, clock: VirtualClock, failures: FailureQueue
) -> None:
    def handle(seen: Event) -> None:
        mark = consumed("completion", seen, clock.now() + timedelta(days=30))
        table.commit([mark, Put(Key("x", "y"), {}, Expect.unchanged("another"))])

    consumer.run([record(envelope(an_event()))], handle)
    assert [each.reason for each in failures.listed()] == ["conflict"]


_UNREADABLE = [
    "",
    "not json",
    "[]",
    "{}",
    '{"detail": 1}',
    '{"detail": {"type": "com.other.thing.v1"}}',
    '{"detail": {"type": "vn.motlan.a.v1", "id": "1", "subject": "s", "time": "yesterday", "data": {}}}',
    "[" * 100_000,
]


@pytest.mark.parametrize("body", [body for body in _UNREADABLE if body], ids=lambda body: body[:24])
def test_an_unreadable_record_is_set_aside_at_once_with_its_reason_and_origin(
    consumer: Consumer, failures: FailureQueue, origin: str, body: str
) -> None:
    assert consumer.run([record(body, origin)], raising(AssertionError())) == {"batchItemFailures": []}
    (parked,) = failures.listed()
    assert (parked.body, parked.reason, parked.origin) == (body, "invalid_request", origin)


@pytest.mark.parametrize("error", [Conflict(), InvalidRequest()], ids=lambda error: error.code)
def test_what_a_repeat_cannot_heal_is_set_aside_at_once(
    consumer: Consumer, failures: FailureQueue, an_event: MakeEvent, error: AppError
) -> None:
    assert ids(consumer.run([record(envelope(an_event()))], raising(error))) == []
    assert [each.reason for each in failures.listed()] == [error.code]


@pytest.mark.parametrize("error", [StoreUnavailable(), SourceError(), KeyError("a mistake")], ids=repr)
def test_what_a_repeat_may_heal_is_delivered_again_up_to_a_bound(
    consumer: Consumer, failures: FailureQueue, an_event: MakeEvent, error: Exception
) -> None:
    body = envelope(an_event())
    for receives in range(1, RECEIVES):
        assert ids(consumer.run([record(body, receives=receives)], raising(error))) == ["m1"]
    assert failures.listed() == ()
    assert ids(consumer.run([record(body, receives=RECEIVES)], raising(error))) == []
    assert [each.reason for each in failures.listed()] == [getattr(error, "code", "internal")]


def test_one_record_never_decides_over_another(consumer: Consumer, an_event: MakeEvent) -> None:
    bad, good = an_event(subject="bad"), an_event(subject="good")
    seen: list[str] = []

    def handle(event: Event) -> None:
        if event.subject == "bad":
            raise StoreUnavailable
        seen.append(event.subject)

    records = [record(envelope(bad), name="m1"), record("?", name="m2"), record(envelope(good), name="m3")]
    assert ids(consumer.run(records, handle)) == ["m1"]
    assert seen == ["good"]


def test_a_record_that_cannot_be_set_aside_is_delivered_again(consumer: Consumer, home: Home, lines: list[str]) -> None:
    with unreachable(home.clients.sqs, "SendMessage"):
        assert ids(consumer.run([record("?")], raising(AssertionError()))) == ["m1"]
    assert "cannot set a record aside" in lines[0]


def test_the_log_of_a_failure_holds_no_part_of_the_record(consumer: Consumer, lines: list[str]) -> None:
    consumer.run([record('{"personal_id": "001190999001"}')], raising(AssertionError()))
    assert lines
    assert "001190999001" not in "".join(lines)


def test_a_replay_sends_a_parked_record_back_to_its_queue(home: Home, failures: FailureQueue, origin: str) -> None:
    failures.park("body", reason="conflict", origin=origin, consumer="completion")
    assert failures.replay() == Replayed(sent=1)
    (back,) = queue_records(home, home.wiring.queues["complete_prefill"])
    assert back["body"] == "body"
    assert failures.listed() == ()


def test_a_replay_of_one_reason_leaves_the_others(home: Home, failures: FailureQueue, origin: str) -> None:
    for reason in ("conflict", "corrupt", "conflict"):
        failures.park(reason, reason=reason, origin=origin, consumer="completion")
    assert failures.replay(reason="conflict") == Replayed(sent=2, left=1)
    assert [each.reason for each in failures.listed()] == ["corrupt"]
    assert len(queue_records(home, home.wiring.queues["complete_prefill"])) == 2


# moto does not say where a moved message came from.
@pytest.mark.parametrize("home", [pytest.param("ministack", marks=pytest.mark.integration)], indirect=True)
def test_a_message_that_sqs_itself_moved_goes_back_to_where_it_came_from(home: Home, failures: FailureQueue) -> None:
    url = home.wiring.queues["complete_prefill"]
    home.clients.sqs.send_message(QueueUrl=url, MessageBody="crashed its consumer")
    while queue_records(home, url):
        pass
    (parked,) = failures.listed()
    assert parked.reason == "received_too_often"
    assert failures.replay() == Replayed(sent=1)
    assert [each["body"] for each in queue_records(home, url)] == ["crashed its consumer"]


def test_an_event_that_the_bus_could_not_deliver_goes_on_the_bus_again(
    home: Home, failures: FailureQueue, an_event: MakeEvent
) -> None:
    event = an_event()
    home.clients.sqs.send_message(QueueUrl=home.settings.failure_queue_url, MessageBody=envelope(event))
    assert failures.replay() == Replayed(sent=1)
    url = home.wiring.queues["record_event"]
    records = queue_records(home, url)
    assert [json.loads(each["body"])["detail"]["id"] for each in records] == [event.id]
    take_out(home, url, records)


def test_what_the_bus_could_not_deliver_to_a_queue_goes_to_that_queue_whoever_said_it(
    home: Home, failures: FailureQueue, origin: str
) -> None:
    """What S3 says cannot go on a bus again."""
    told = {"RULE_ARN": "arn:aws:events:r:1:rule/r", "TARGET_ARN": origin, "ERROR_CODE": "SDK_CLIENT_ERROR"}
    home.clients.sqs.send_message(
        QueueUrl=home.settings.failure_queue_url,
        MessageBody='{"source": "aws.s3", "detail": {}}',
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in told.items()},
    )
    assert failures.replay() == Replayed(sent=1)
    (back,) = queue_records(home, home.wiring.queues["complete_prefill"])
    assert json.loads(back["body"])["source"] == "aws.s3"


def test_a_note_about_a_stream_batch_goes_for_the_sweep_carries_its_events(home: Home, failures: FailureQueue) -> None:
    note = json.dumps({"requestContext": {}, "DDBStreamBatchInfo": {"shardId": "s"}})
    home.clients.sqs.send_message(QueueUrl=home.settings.failure_queue_url, MessageBody=note)
    assert failures.replay() == Replayed(dropped=1)
    assert failures.listed() == ()


def test_a_message_of_unknown_origin_stays(home: Home, failures: FailureQueue) -> None:
    home.clients.sqs.send_message(QueueUrl=home.settings.failure_queue_url, MessageBody="?")
    assert failures.replay() == Replayed(left=1)
    assert [each.reason for each in failures.listed()] == ["undelivered"]


def test_a_replay_that_breaks_off_loses_nothing(home: Home, failures: FailureQueue, origin: str) -> None:
    failures.park("body", reason="conflict", origin=origin, consumer="completion")
    with lost_reply(home.clients.sqs, "SendMessage"), pytest.raises(StoreUnavailable):
        failures.replay()
    back = queue_records(home, home.wiring.queues["complete_prefill"])
    waiting = home.clients.sqs.get_queue_attributes(
        QueueUrl=home.settings.failure_queue_url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    assert (len(back), waiting) == (1, {"ApproximateNumberOfMessagesNotVisible": "1"})
