"""The event log: every event of ours, once, in S3 by day, for measures that can be computed again for any past day.

Days are Vietnam's, for those are the days that reports speak of.
"""

import json
from collections.abc import Iterator
from datetime import date

from chalicelib.aws.objects import Objects
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import local_day
from chalicelib.kernel.errors import Corrupt, InvalidRequest
from chalicelib.kernel.events import Event, from_json


class EventLog:
    """Appends events, and reads a day back."""

    def __init__(self, objects: Objects, bucket: str) -> None:
        self._objects = objects
        self._bucket = bucket

    def append(self, event: Event) -> None:
        """Keep the event; a second time changes nothing. Raises StoreUnavailable."""
        self._objects.put_if_absent(
            self._bucket, f"{_prefix(day_of(event))}{event.id}.json", canonical(event.to_json())
        )

    def day(self, day: date) -> Iterator[Event]:
        """Yield the events of a day in order of id, which is order of time. Raises Corrupt, StoreUnavailable."""
        for key in self._objects.keys(self._bucket, _prefix(day)):
            try:
                yield from_json(json.loads(self._objects.get(self._bucket, key)))
            except (InvalidRequest, ValueError) as error:
                raise Corrupt(what="event") from error


def day_of(event: Event) -> date:
    """Return the day in Vietnam on which the event happened."""
    return local_day(event.at)


def _prefix(day: date) -> str:
    return f"day={day.isoformat()}/"
