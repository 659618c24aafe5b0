"""How registers are spared: whether a second try is worth it, and the quota that each grants. No HTTP.

A quota is counted in this process alone (docs/operate.md): several processes together may use more, and then the
register says so itself.
"""

from collections.abc import Callable
from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.frozen import dataclass
from chalicelib.sources.breaker import USUAL, Rule
from chalicelib.sources.model import Register, Reply
from chalicelib.web.limits import Rate, RateLimits

_LONGEST_PAUSE_SECONDS: Final = 0.2
_WORTH_A_TRY_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Restraint:
    """How this process spares registers. `dice` gives 0 up to 1; `share` is the part of each quota that it may use."""

    dice: Callable[[], float]
    share: float = 1.0
    breaker: Rule = USUAL


def pause_before_again(reply: Reply, left: float, dice: Callable[[], float]) -> float | None:
    """Return the seconds to wait before the one further try, None when the reply or the time left rules one out.

    Asked again: a register that broke down or could not be reached, and a busy one that says for how long. Its
    Retry-After is kept to (RFC 9110 §10.2.3); on top of it comes a part of a short pause, drawn anew each time so that
    callers who failed together do not come back together. Half of what is left stays for the try itself. `dice` gives
    0 up to 1.
    """
    least = reply.retry_after
    if reply.outcome == "source_unavailable":
        least = least or 0
    elif reply.outcome != "source_busy":
        return None
    if least is None or left < _WORTH_A_TRY_SECONDS or least > left / 2:
        return None
    return least + dice() * min(_LONGEST_PAUSE_SECONDS, left / 2 - least)


class Quotas:
    """The quotas of registers, each a token bucket by register and route. Threads may ask at once."""

    def __init__(self, clock: Clock, share: float = 1.0) -> None:
        """Take the clock, and the share of each quota that this process may use."""
        self._clock = clock
        self._share = share
        self._limits: dict[int, RateLimits] = {}

    def wait(self, register: Register) -> int | None:
        """Count one question; None when it may be asked, else the seconds until one may."""
        quota = register.quota_per_minute
        if quota is None:
            return None
        if (limits := self._limits.get(quota)) is None:
            limits = self._limits.setdefault(quota, RateLimits(self._clock, rate_of(quota * self._share)))
        try:
            limits.take((register.code, register.route))
        except TooManyRequests as refused:
            return refused.retry_after
        return None


def rate_of(per_minute: float) -> Rate:
    """Return the rate that never exceeds so many in any minute: half of them at once, the rest spread over it."""
    burst = max(1, int(per_minute / 2))
    return Rate(burst, max(1.0, per_minute - burst) / 60)
