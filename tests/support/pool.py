"""Threads that only virtual time tells apart."""

from collections.abc import Callable
from typing import Final

from chalicelib.sources.manners import Restraint
from chalicelib.sources.model import Reply
from chalicelib.sources.service import Handle, Pool
from tests.support.clock import VirtualClock

CALM: Final = Restraint(dice=lambda: 0.5, share=1_000_000.0)
"""Dice that always fall alike, and no quota that a test could use up."""


class VirtualPool(Pool):
    """Runs each piece of work at once, on a branch of the clock that starts where the work was handed over.

    The clock is put back afterwards, so that pieces of work run side by side; waiting moves it forward.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.last_finish = 0.0

    def submit(self, lane: str, work: Callable[[], Reply]) -> Handle:  # noqa: ARG002 - the port's
        start = self._clock.elapsed
        reply = work()
        finish, self._clock.elapsed = self._clock.elapsed, start
        self.last_finish = max(self.last_finish, finish)
        return _Branch(self._clock, reply, finish)


class _Branch(Handle):
    def __init__(self, clock: VirtualClock, reply: Reply, finish: float) -> None:
        self._clock = clock
        self._reply = reply
        self._finish = finish

    def wait(self, seconds: float) -> Reply | None:
        now = self._clock.elapsed
        self._clock.elapsed = max(now, min(self._finish, now + seconds))
        return self._reply if self._finish <= self._clock.elapsed else None
