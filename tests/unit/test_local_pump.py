"""The pump's own rules, on a virtual clock and a hand-made stream: order, bounded retries, seeded faults."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.app import Chalice, CloudWatchEvent, Rate

from infra.local.deliveries import Manner, ScheduleDelivery, Target
from infra.local.faults import Faults
from infra.local.lambdas import EventDict
from infra.local.provision import Provisioned, Wiring
from infra.local.pump import Pump, UnknownSource
from infra.local.streams import StreamDelivery
from tests.support.clock import VirtualClock

_NOWHERE = Provisioned({"MOTLAN_FAILURE_QUEUE_URL": ""}, Wiring({}, "", {}))


class _Stream:
    """One shard that hands out each record once."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self._records = records

    def describe_stream(self, **_: object) -> dict[str, Any]:
        return {"StreamDescription": {"Shards": [{"ShardId": "one"}]}}

    def get_shard_iterator(self, **_: object) -> dict[str, Any]:
        return {"ShardIterator": "0"}

    def get_records(self, ShardIterator: str, **_: object) -> dict[str, Any]:  # noqa: N803 - the SDK's name
        place = int(ShardIterator)
        return {"Records": self._records[place:], "NextShardIterator": str(len(self._records))}


class _Seen:
    """A handler that keeps what it was given, and answers as told."""

    def __init__(self, answer: Callable[[EventDict], Any] = lambda _: None) -> None:
        self.events: list[EventDict] = []
        self.failures: list[Exception] = []
        self.lost: list[EventDict] = []
        self._answer = answer

    def target(self) -> Target:
        return Target("toy", self._call, self.failures.append, self.lost.append)

    def numbers(self) -> list[list[str]]:
        return [[record["dynamodb"]["SequenceNumber"] for record in event["Records"]] for event in self.events]

    def _call(self, event: EventDict) -> object:
        self.events.append(event)
        return self._answer(event)


def _records(count: int, kind: str = "INSERT") -> list[dict[str, Any]]:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return [
        {"eventName": kind, "dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": at}}
        for number in range(count)
    ]


def _stream(
    records: list[dict[str, Any]], seen: _Seen, manner: Manner | None = None, batch: int = 100
) -> StreamDelivery:
    return StreamDelivery(_Stream(records), "arn:stream", seen.target(), manner or Manner(), batch)  # type: ignore[arg-type]


def test_a_schedule_is_due_at_once_and_then_at_its_rate() -> None:
    clock, seen = VirtualClock(), _Seen()
    schedule = ScheduleDelivery(60, clock, seen.target(), Manner())
    assert [schedule.step(), schedule.step()] == [1, 0]
    clock.advance(59)
    assert schedule.step() == 0
    clock.advance(1)
    assert schedule.step() == 1
    assert [event["detail-type"] for event in seen.events] == ["Scheduled Event"] * 2


def test_ticks_that_were_missed_are_one() -> None:
    clock, seen = VirtualClock(), _Seen()
    schedule = ScheduleDelivery(60, clock, seen.target(), Manner())
    schedule.step()
    clock.advance(600)
    assert [schedule.step(), schedule.step()] == [1, 0]


def test_stream_records_come_in_order_with_a_number_for_their_time_and_the_name_of_the_stream() -> None:
    seen = _Seen()
    _stream(_records(3), seen).step()
    record = seen.events[0]["Records"][0]
    assert seen.numbers() == [["0", "1", "2"]]
    assert (record["eventSourceARN"], type(record["dynamodb"]["ApproximateCreationDateTime"])) == ("arn:stream", float)


def test_only_inserts_are_delivered() -> None:
    seen = _Seen()
    assert _stream(_records(2, "MODIFY") + _records(1, "REMOVE"), seen).step() == 0
    assert seen.events == []


def test_a_failed_batch_comes_again_from_its_first_failure_and_holds_up_what_is_behind() -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": "1"}]}, None, None])
    seen = _Seen(lambda _: next(answers))
    stream = _stream(_records(4), seen, batch=3)
    for _ in range(3):
        stream.step()
    assert seen.numbers() == [["0", "1", "2"], ["1", "2", "3"]]


def test_a_batch_that_never_succeeds_is_given_up_after_three_tries_and_the_next_goes_on() -> None:
    def refuse_zero(event: EventDict) -> None:
        if event["Records"][0]["dynamodb"]["SequenceNumber"] == "0":
            raise ValueError

    seen = _Seen(refuse_zero)
    stream = _stream(_records(3), seen, batch=2)
    for _ in range(5):
        stream.step()
    assert seen.numbers() == [["0", "1"]] * 3 + [["2"]]
    assert len(seen.failures) == 3
    assert [lost["DDBStreamBatchInfo"]["batchSize"] for lost in seen.lost] == [2]
    assert "dynamodb" not in str(seen.lost).lower().replace("ddbstreambatchinfo", "")


@pytest.mark.parametrize("seed", range(5))
def test_faults_from_one_seed_are_the_same_and_lose_nothing_but_what_they_drop(seed: int) -> None:
    def run() -> tuple[list[list[str]], int]:
        seen = _Seen()
        faults = Faults(seed, duplicate=0.3, delay=0.3, reorder=0.5)
        stream = _stream(_records(50), seen, Manner(faults=faults), batch=7)
        for _ in range(200):
            stream.step()
        return seen.numbers(), len(seen.events)

    first = run()
    assert run() == first
    came = [number for batch in first[0] for number in batch]
    assert set(came) == {str(number) for number in range(50)}
    assert len(came) > 50


def test_a_dropped_record_never_comes() -> None:
    seen = _Seen()
    stream = _stream(_records(5), seen, Manner(faults=Faults(1, drop=1.0)))
    assert [stream.step() for _ in range(5)] == [0] * 5
    assert seen.events == []


def test_a_source_without_a_place_is_refused_when_the_pump_is_built() -> None:
    app = Chalice("toy")

    @app.on_sqs_message(queue_arn="jobs")
    def work(event: object) -> None:
        del event

    with pytest.raises(UnknownSource, match="work"):
        Pump(app, (None, None), _NOWHERE, VirtualClock())  # type: ignore[arg-type]


def test_a_schedule_of_the_app_is_stepped_by_the_pump() -> None:
    app, clock, ticks = Chalice("toy"), VirtualClock(), list[str]()

    @app.schedule(Rate(5, unit=Rate.MINUTES))
    def tick(event: CloudWatchEvent) -> None:
        ticks.append(event.to_dict()["time"])

    pump = Pump(app, (None, None), _NOWHERE, clock)  # type: ignore[arg-type]
    assert pump.settle() == 1
    clock.advance(300)
    assert [pump.step("tick"), pump.step("other")] == [1, 0]
    assert len(ticks) == 2
