"""At-least-once messages turned into effects: one record at a time, poison set aside, the rest tried again.

A handler commits its effect together with `consumed(...)`, the mark that this consumer has seen this event; when
the mark is already there the commit fails on it, and the record is done.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.aws.outbox import BatchResult
from chalicelib.aws.queues import FailureQueue
from chalicelib.aws.writes import ConditionFailed, Expect, Key, Put
from chalicelib.kernel.errors import (
    AppError,
    Contention,
    InvalidRequest,
    Misconfigured,
    SourceError,
    StoreUnavailable,
    TooManyRequests,
)
from chalicelib.kernel.events import Event, from_json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.log import Log

RECEIVES: Final = 5
"""How often a record is tried before it is set aside."""

_WORTH_REPEATING = (Contention, Misconfigured, SourceError, StoreUnavailable, TooManyRequests)


def consumed(consumer: str, event: Event, expires_at: datetime) -> Put:
    """Return the once-only mark, to be committed with the effect; keep it longer than a message can live."""
    return Put(_mark(consumer, event), {}, Expect.ABSENT, expires_at)


def was_consumed(failed: ConditionFailed, consumer: str, event: Event) -> bool:
    """Say whether a commit failed because this consumer had already done this event."""
    return _mark(consumer, event) in failed.keys


def read_envelope(envelope: object) -> Event:
    """Return the event that EventBridge wrapped. Raises InvalidRequest when it is not one of ours."""
    if not isinstance(envelope, Mapping):
        raise InvalidRequest
    return from_json(envelope.get("detail"))


@dataclass(frozen=True, slots=True)
class _Record:
    id: str
    body: str
    origin: str
    receives: int


class Consumer:
    """Works the records of one queue in the name of one consumer."""

    def __init__(
        self, name: str, failures: FailureQueue, log: Log, read: Callable[[object], Event] | None = None
    ) -> None:
        """`read` turns what the queue delivers into an event; without one, it is the bus's envelope of one of ours."""
        self._name = name
        self._failures = failures
        self._log = log
        self._read = read or read_envelope

    def run(self, records: Sequence[Mapping[str, Any]], handle: Callable[[Event], None]) -> BatchResult:
        """Call `handle` for each SQS record of a Lambda event; return which are to be delivered again.

        Unreadable records and errors that a repeat cannot heal go to the failure queue at once, all others after
        `RECEIVES` receives; one record never decides over another.
        """
        again = [record.id for record in map(_record, records) if not self._done(record, handle)]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in again]}

    def _done(self, record: _Record, handle: Callable[[Event], None]) -> bool:
        try:
            self._apply(record, handle)
        except _WORTH_REPEATING as error:
            return record.receives >= RECEIVES and self._parked(record, error.code)
        except AppError as error:
            return self._parked(record, error.code)
        except Exception as error:  # noqa: BLE001 - a mistake in our code over one record must not fail its neighbours
            self._log.error("consumer failed", consumer=self._name, exception=type(error).__name__)
            return record.receives >= RECEIVES and self._parked(record, "internal")
        return True

    def _apply(self, record: _Record, handle: Callable[[Event], None]) -> None:
        event = self._event(record.body)
        try:
            handle(event)
        except ConditionFailed as failed:
            if not was_consumed(failed, self._name, event):
                raise
            self._log.info("event seen before", consumer=self._name, event=event.id)

    def _event(self, body: str) -> Event:
        try:
            return self._read(json.loads(body))
        except (ValueError, RecursionError) as error:
            raise InvalidRequest from error

    def _parked(self, record: _Record, reason: str) -> bool:
        try:
            self._failures.park(record.body, reason=reason, origin=record.origin, consumer=self._name)
        except StoreUnavailable as error:
            self._log.error("cannot set a record aside", consumer=self._name, code=error.code)
            return False
        self._log.error("record set aside", consumer=self._name, code=reason)
        return True


def _mark(consumer: str, event: Event) -> Key:
    return Key(f"consumed#{event.id}", consumer)


def _record(raw: Mapping[str, Any]) -> _Record:
    return _Record(
        raw["messageId"],
        raw["body"],
        raw.get("eventSourceARN", ""),
        int(raw.get("attributes", {}).get("ApproximateReceiveCount", "1")),
    )
