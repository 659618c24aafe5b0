"""Leave a register in peace for a while once it keeps failing (a circuit breaker). Threads may ask at once.

Own code, for no kept library takes its time from outside and lets a single probe through (docs/decisions/0010). Is told
the time; knows neither HTTP nor what counts as a failure.
"""

from collections import deque
from threading import Lock
from typing import Final

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`failures` in a row within so many seconds open it; after `rest` seconds one call finds out how things are."""

    failures: int = 5
    within: float = 30.0
    rest: float = 10.0


USUAL: Final = Rule()


@dataclass(frozen=True, slots=True)
class Leave:
    """Permission for one call, to be handed back with what came of it. A probe is the one call after the rest."""

    turn: int
    is_probe: bool = False


class Breaker:
    """One register's, over one route. `turn` counts its openings: a call of before one says nothing after it."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._lock = Lock()
        self._turn = 0
        self._failed: deque[float] = deque(maxlen=rule.failures)
        self._shut_until: float | None = None

    def wait(self, now: float) -> float:
        """Return the seconds until a call may be made, 0 when one may."""
        with self._lock:
            return 0.0 if self._shut_until is None else max(0.0, self._shut_until - now)

    def admit(self, now: float) -> Leave | None:
        """Return leave to call, None while it is open: `wait` says for how long."""
        with self._lock:
            if self._shut_until is None:
                return Leave(self._turn)
            if now < self._shut_until:
                return None
            # Shut to all others meanwhile; a probe that never comes back is given up after as long.
            self._shut(now)
            return Leave(self._turn, is_probe=True)

    def settle(self, leave: Leave, now: float, *, failed: bool | None) -> None:
        """Hand leave back: the call failed, or did not, or (None) tells nothing of the register."""
        with self._lock:
            if leave.turn != self._turn:
                return
            if failed:
                self._failed.append(now)
                full = len(self._failed) == self._rule.failures and now - self._failed[0] <= self._rule.within
                if leave.is_probe or full:
                    self._shut(now)
            elif failed is not None:
                self._failed.clear()
                self._shut_until = None
            elif leave.is_probe:
                # Its place goes to the next call.
                self._shut_until = now

    def _shut(self, now: float) -> None:
        self._turn += 1
        self._shut_until = now + self._rule.rest
