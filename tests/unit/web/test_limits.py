"""Token buckets."""

import pytest

from chalicelib.kernel.errors import TooManyRequests
from chalicelib.web.limits import Rate, RateLimits
from tests.support.clock import VirtualClock


def taken(limits: RateLimits, who: str, tries: int) -> int:
    done = 0
    for _ in range(tries):
        try:
            limits.take(who)
        except TooManyRequests:
            continue
        done += 1
    return done


def test_a_burst_passes_then_the_rate_holds() -> None:
    clock = VirtualClock()
    limits = RateLimits(clock, Rate(burst=5, per_second=2))

    assert taken(limits, "a", 9) == 5
    clock.advance(1)
    assert taken(limits, "a", 9) == 2
    clock.advance(3600)
    assert taken(limits, "a", 9) == 5


def test_callers_do_not_share_a_bucket() -> None:
    limits = RateLimits(VirtualClock(), Rate(burst=1, per_second=1))

    assert [taken(limits, who, 3) for who in ("a", "b", "c")] == [1, 1, 1]


def test_a_refusal_says_when_the_next_may_come_and_keeps_its_word() -> None:
    clock = VirtualClock()
    limits = RateLimits(clock, Rate(burst=1, per_second=0.25))
    limits.take("a")
    with pytest.raises(TooManyRequests) as refusal:
        limits.take("a")
    assert refusal.value.retry_after == 4
    clock.advance(4)
    limits.take("a")


def test_memory_is_bounded_and_the_busy_are_not_forgotten() -> None:
    limits = RateLimits(VirtualClock(), Rate(burst=1, per_second=1), most=3)
    for stranger in "bcdefgh":
        taken(limits, "a", 1)
        limits.take(stranger)
        assert len(limits._buckets) <= 3
    assert taken(limits, "a", 1) == 0
