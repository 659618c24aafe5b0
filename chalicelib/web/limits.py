"""How often one caller may ask: a token bucket each, in this process only; the gateway throttles the rest."""

from collections import OrderedDict
from collections.abc import Hashable
from math import ceil
from threading import Lock

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, `per_second` sustained."""

    burst: int
    per_second: float


class RateLimits:
    """Buckets of the most recent callers; memory is bounded by forgetting the one that was silent longest."""

    def __init__(self, clock: Clock, rate: Rate, most: int = 10_000) -> None:
        self._clock = clock
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, who: Hashable) -> None:
        """Count one request. Raises TooManyRequests with the seconds until the next may come."""
        with self._lock:
            now = self._clock.monotonic()
            left, at = self._buckets.pop(who, (float(self._rate.burst), now))
            left = min(float(self._rate.burst), left + (now - at) * self._rate.per_second)
            allowed = left >= 1.0
            self._buckets[who] = (left - 1.0 if allowed else left, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        if not allowed:
            raise TooManyRequests(retry_after=max(1, ceil((1.0 - left) / self._rate.per_second)))
