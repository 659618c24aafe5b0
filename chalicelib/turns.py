"""Several at once on the same things: who comes too late reads again, and tries again a bounded number of times.

And the same asked twice: what a caller's idempotency key is to a use case. Knows neither what is written nor where.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.frozen import dataclass

_FIRST_PAUSE_SECONDS: Final = 0.01
_LONGEST_PAUSE_SECONDS: Final = 0.25
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency key as the caller gave it, and the digest of what they asked with it.

    `about` tells apart what was asked where one thing takes several kinds of request: empty for its beginning.
    """

    key: str
    body: str
    about: str = ""


class Raced(Exception):
    """Something that a transaction stood on changed before it: read again."""


def in_turn(work: Callable[[], T], clock: Clock, tries: int) -> T:
    """Do the work; where others wrote what it stood on in between, read again and try again. Raises Contention."""
    try:
        return work()
    except Raced:
        return _again(work, clock, tries)


def _again(work: Callable[[], T], clock: Clock, tries: int) -> T:
    import tenacity  # noqa: PLC0415 - paid only by those who lose a race

    again = tenacity.Retrying(
        sleep=clock.sleep,
        wait=tenacity.wait_random_exponential(multiplier=_FIRST_PAUSE_SECONDS, max=_LONGEST_PAUSE_SECONDS),
        stop=tenacity.stop_after_attempt(tries),
        retry=tenacity.retry_if_exception_type(Raced),
    )
    try:
        return again(work)
    except tenacity.RetryError as error:
        raise Contention(retry_after=1) from error
