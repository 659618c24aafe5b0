"""The pump: delivers queue, stream, bus and schedule events to the app's handlers, as Lambda's pollers do in AWS.

Tests step it on a virtual clock, with or without faults; `make run` runs it in threads. It knows the app's event
sources and where they are; must not know what the handlers do.
"""

import json
import re
import threading
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from chalice.app import (
    BaseEventSourceConfig,
    Chalice,
    CloudWatchEventConfig,
    DynamoDBEventConfig,
    ScheduledEventConfig,
    SQSEventConfig,
)

from chalicelib.kernel.clock import Clock
from infra.local.deliveries import Delivery, Manner, ScheduleDelivery, Target
from infra.local.lambdas import EventDict, invoke
from infra.local.provision import Provisioned
from infra.local.queues import BusDelivery, QueueDelivery
from infra.local.streams import StreamDelivery

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sqs import SQSClient

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_SETTLED_ROUNDS = 3


class UnknownSource(LookupError):
    """The app has a source that the pump was given no place for, or of a kind it does not know."""


class Pump:
    """Every event source of the app, deliverable."""

    def __init__(
        self,
        app: Chalice,
        clients: tuple["SQSClient", "DynamoDBStreamsClient"],
        provisioned: Provisioned,
        clock: Clock,
        manner: Manner | None = None,
    ) -> None:
        """`clients`: SQS and DynamoDB Streams. Raises UnknownSource when a source was given no place."""
        self._app, self._wiring, self._clock = app, provisioned.wiring, clock
        self._failures = provisioned.environment["MOTLAN_FAILURE_QUEUE_URL"]
        self._sqs, self._streams = clients
        self._manner = manner or Manner()
        self.deliveries: dict[str, Delivery] = {source.name: self._delivery(source) for source in app.event_sources}

    def step(self, only: str | None = None) -> int:
        """Make one round over every source, or over the one of a function; return how many records were handed over."""
        return sum(delivery.step() for name, delivery in self.deliveries.items() if only in (None, name))

    def settle(self, most: int = 100) -> int:
        """Step until a few rounds in a row bring nothing, at most `most` rounds; return how many records came."""
        total = quiet = 0
        for _ in range(most):
            moved = self.step()
            total += moved
            quiet = 0 if moved else quiet + 1
            if quiet == _SETTLED_ROUNDS:
                break
        return total

    def run(self, stop: threading.Event, pause: float = 0.2) -> list[threading.Thread]:
        """Start a thread for each source, that ends soon after `stop`; return the threads."""
        threads = [
            threading.Thread(target=self._loop, args=(name, delivery, stop, pause), name=f"pump-{name}", daemon=True)
            for name, delivery in self.deliveries.items()
        ]
        for thread in threads:
            thread.start()
        return threads

    def _loop(self, name: str, delivery: Delivery, stop: threading.Event, pause: float) -> None:
        while not stop.is_set():
            try:
                moved = delivery.step()
            except Exception as error:  # noqa: BLE001 - the emulator hiccups or ends before us: told, and tried again
                moved = 0
                if not stop.is_set():
                    self._manner.told(name, error)
                    stop.wait(1.0)
            if not moved:
                stop.wait(pause)

    def _delivery(self, source: BaseEventSourceConfig) -> Delivery:
        name, manner = source.name, self._manner
        target = Target(name, partial(self._invoke, name), partial(manner.told, name), self._gave_up)
        match source:
            case SQSEventConfig():
                return QueueDelivery(self._sqs, _place(self._wiring.queues, name), target, manner, source.batch_size)
            case CloudWatchEventConfig():
                return BusDelivery(self._sqs, _place(self._wiring.queues, name), target, manner)
            case DynamoDBEventConfig():
                return StreamDelivery(self._streams, self._wiring.stream_arn, target, manner, source.batch_size)
            case ScheduledEventConfig():
                every = self._wiring.schedules.get(name) or _seconds(source.schedule_expression)
                return ScheduleDelivery(every, self._clock, target, manner)
            case _:
                raise UnknownSource(name)

    def _invoke(self, function: str, event: EventDict) -> object:
        return invoke(self._app, function, event, self._manner.timeout)

    def _gave_up(self, failure: EventDict) -> None:
        self._sqs.send_message(QueueUrl=self._failures, MessageBody=json.dumps(failure))


def _seconds(expression: object) -> float:
    found = _RATE.fullmatch(expression if isinstance(expression, str) else getattr(expression, "to_string", str)())
    if found is None:
        raise UnknownSource(str(expression))
    return float(int(found[1]) * _SECONDS[found[2]])


def _place(places: Mapping[str, str], function: str) -> str:
    if function not in places:
        raise UnknownSource(function)
    return places[function]
