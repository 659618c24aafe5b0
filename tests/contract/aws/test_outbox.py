"""From a commit to the bus: at least once, never lost, the backlog known by its marks."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.consume import read_envelope
from chalicelib.aws.outbox import Relay
from chalicelib.aws.table import Expect, Key, Put, Table
from chalicelib.kernel.errors import StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.log import Log
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.deliver import queue_records, stream_records, take_out
from tests.support.faults import lost_reply, unreachable

MakeEvent = Callable[..., Event]


@pytest.fixture
def relay(home: Home, clock: VirtualClock, lines: list[str]) -> Relay:
    return Relay(home.clients, home.settings.outbox_table, home.settings.bus, clock, Log(clock, lines.append))


@pytest.fixture
def say(table: Table, an_event: MakeEvent) -> Callable[..., Event]:
    def one(kind: str = "prefill.incomplete") -> Event:
        event = an_event(kind)
        table.commit([Put(Key("p", event.id), {}, Expect.ABSENT)], event=event)
        return event

    return one


def arrived(home: Home, handler: str = "record_event") -> list[str]:
    """Return the ids of what the bus brought to a queue, and empty it."""
    url, ids = home.wiring.queues[handler], []
    while records := queue_records(home, url):
        ids += [read_envelope(json.loads(record["body"])).id for record in records]
        take_out(home, url, records)
    return sorted(ids)


def pending(home: Home) -> list[str]:
    items = home.clients.dynamodb.scan(TableName=home.settings.outbox_table, ConsistentRead=True)["Items"]
    return sorted(item["pk"]["S"] for item in items if "pending" in item)


def test_a_committed_event_reaches_every_rule_that_wants_it(home: Home, relay: Relay, say: MakeEvent) -> None:
    wanted, other = say(), say("prefill.completed")
    assert relay.publish(stream_records(home)) == {"batchItemFailures": []}
    assert arrived(home) == sorted([wanted.id, other.id])
    assert arrived(home, "complete_prefill") == [wanted.id]
    assert pending(home) == []


def test_the_event_arrives_as_it_was_said(home: Home, relay: Relay, say: MakeEvent) -> None:
    event = say()
    relay.publish(stream_records(home))
    (record,) = queue_records(home, home.wiring.queues["record_event"])
    envelope = json.loads(record["body"])
    assert read_envelope(envelope) == event
    assert (envelope["source"], envelope["detail-type"]) == ("motlan", event.type)


def test_a_record_delivered_twice_goes_out_twice_and_hurts_nothing(home: Home, relay: Relay, say: MakeEvent) -> None:
    event = say()
    records = stream_records(home)
    relay.publish(records)
    assert relay.publish(records) == {"batchItemFailures": []}
    assert arrived(home) == [event.id, event.id]


def test_the_relays_own_updates_are_not_news(home: Home, relay: Relay, say: MakeEvent) -> None:
    event = say()
    relay.publish(stream_records(home))
    again = [record for record in stream_records(home) if record["eventName"] != "INSERT"]
    assert again
    relay.publish(again)
    assert arrived(home) == [event.id]


def test_the_sweep_publishes_what_waits_longer_than_a_minute(
    home: Home, relay: Relay, say: MakeEvent, clock: VirtualClock
) -> None:
    old = [say().id for _ in range(12)]
    clock.advance(59)
    assert relay.sweep() == 0
    clock.advance(2)
    young = say()
    assert relay.sweep() == 12
    assert arrived(home) == sorted(old)
    assert pending(home) == [young.id]
    assert relay.sweep() == 0


def test_the_sweep_takes_up_everything_at_a_start(
    home: Home, relay: Relay, say: MakeEvent, clock: VirtualClock
) -> None:
    event = say()
    clock.advance(0.001)
    assert relay.sweep(timedelta(0)) == 1
    assert arrived(home) == [event.id]


def test_a_published_event_expires_and_an_unpublished_one_never_does(
    home: Home, relay: Relay, say: MakeEvent, clock: VirtualClock
) -> None:
    say()
    client, name = home.clients.dynamodb, home.settings.outbox_table
    assert "ttl" not in client.scan(TableName=name)["Items"][0]
    relay.publish(stream_records(home))
    (item,) = client.scan(TableName=name)["Items"]
    assert int(item["ttl"]["N"]) == int((clock.now() + timedelta(days=7)).timestamp())


def test_a_bus_without_an_answer_leaves_the_event_for_the_sweep(
    home: Home, relay: Relay, say: MakeEvent, clock: VirtualClock
) -> None:
    event = say()
    with unreachable(home.clients.events, "PutEvents"), pytest.raises(StoreUnavailable):
        relay.publish(stream_records(home))
    assert pending(home) == [event.id]
    clock.advance(61)
    assert relay.sweep() == 1
    assert arrived(home) == [event.id]


def test_a_lost_reply_of_the_bus_repeats_the_event_and_loses_nothing(
    home: Home, relay: Relay, say: MakeEvent, clock: VirtualClock
) -> None:
    event = say()
    with lost_reply(home.clients.events, "PutEvents"), pytest.raises(StoreUnavailable):
        relay.publish(stream_records(home))
    clock.advance(61)
    relay.sweep()
    assert arrived(home) == [event.id, event.id]
    assert pending(home) == []


def test_events_that_the_bus_refuses_are_reported_from_the_first_on(home: Home, relay: Relay, say: MakeEvent) -> None:
    """PutEvents answers 200 and names the entries it did not take."""
    events = [say() for _ in range(3)]

    def refuse_second(parsed: dict[str, Any], **_: object) -> None:
        parsed["Entries"][1] = {"ErrorCode": "ThrottlingException", "ErrorMessage": ""}
        parsed["FailedEntryCount"] = 1

    records = stream_records(home)
    home.clients.events.meta.events.register("after-call.eventbridge.PutEvents", refuse_second)
    result = relay.publish(records)
    home.clients.events.meta.events.unregister("after-call.eventbridge.PutEvents", refuse_second)
    assert result == {"batchItemFailures": [{"itemIdentifier": records[1]["dynamodb"]["SequenceNumber"]}]}
    assert pending(home) == [events[1].id]


def test_a_record_that_holds_no_event_of_ours_is_reported_and_stops_no_other(
    home: Home, relay: Relay, say: MakeEvent
) -> None:
    event = say()
    (good,) = stream_records(home)
    bad = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "7", "NewImage": {"pk": {"S": "x"}}}}
    assert relay.publish([bad, good]) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert arrived(home) == [event.id]


def test_an_unreadable_item_does_not_keep_the_sweep_from_the_others(
    home: Home, relay: Relay, say: MakeEvent, clock: VirtualClock, lines: list[str]
) -> None:
    for shard in range(4):
        item = {"pk": {"S": f"bad{shard}"}, "pending": {"S": f"p{shard}"}, "at": {"S": "2000"}, "event": {"S": "{"}}
        home.clients.dynamodb.put_item(TableName=home.settings.outbox_table, Item=item)
    event = say()
    clock.advance(61)
    assert relay.sweep() == 1
    assert arrived(home) == [event.id]
    assert len(lines) == 4
