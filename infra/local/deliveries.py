"""What the deliveries of every kind of source share, and the simplest of them: the schedule.

`step` makes one round and returns how many records it handed over. Knows how Lambda calls; must not know what the
handlers do.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.kernel.clock import Clock
from infra.local.faults import Faults
from infra.local.lambdas import EventDict, schedule_event


def tell(function: str, error: Exception) -> None:
    """Name the handler and the kind of error; its text may hold anything, so it is not shown."""
    sys.stderr.write(f"{function}: {type(error).__name__}\n")


@dataclass(frozen=True, slots=True)
class Manner:
    """How to deliver: `wait` seconds of long poll, `retry` seconds until a failed message comes again (None: as the
    queue says), `timeout` seconds for a handler, what goes wrong on the way, and who is told of a failed call.
    """  # noqa: D205

    wait: int = 0
    retry: int | None = 0
    timeout: float = 60.0
    faults: Faults = field(default_factory=Faults)
    told: Callable[[str, Exception], None] = tell


@dataclass(frozen=True, slots=True)
class Target:
    """A handler: how to call it, whom to tell that it failed, and where a record goes that it never took."""

    name: str
    call: Callable[[EventDict], Any]
    failed: Callable[[Exception], None]
    gave_up: Callable[[EventDict], None]


class Delivery(Protocol):
    """A source that can be stepped."""

    def step(self) -> int:
        """Make one round; return the number of records handed over."""
        ...


class ScheduleDelivery:
    """A rate schedule: due at once, then every so many seconds of the clock; ticks missed meanwhile are one."""

    def __init__(self, every: float, clock: Clock, target: Target, manner: Manner) -> None:
        self._every, self._clock, self._target, self._manner = every, clock, target, manner
        self._due = clock.monotonic()

    def step(self) -> int:
        """Tick when it is time."""
        if self._clock.monotonic() < self._due:
            return 0
        self._due = self._clock.monotonic() + self._every
        ticks = self._manner.faults.apply([schedule_event(self._target.name, self._clock.now())]).batches
        for tick in (each for batch in ticks for each in batch):
            try:
                self._target.call(tick)
            except Exception as error:  # noqa: BLE001 - as Lambda: the next tick tries again
                self._target.failed(error)
        return sum(map(len, ticks))
