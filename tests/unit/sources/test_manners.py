"""When a register is asked a second time, and how much of its quota one process uses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.manners import Quotas, pause_before_again, rate_of
from chalicelib.sources.model import CallOutcome, Register
from tests.support.builders import a_failure, a_register
from tests.support.clock import VirtualClock


def with_quota(per_minute: int | None, code: str = "population", route: str = "ngsp") -> Register:
    return replace(a_register(code, {}), quota_per_minute=per_minute, route=route)


@pytest.mark.parametrize(
    "outcome", ["answered", "not_found", "ambiguous_match", "no_right", "timed_out", "source_invalid"]
)
def test_what_another_try_would_not_change_is_not_tried(outcome: CallOutcome) -> None:
    assert pause_before_again(a_failure(outcome, retry_after=0), 5.0, lambda: 0.5) is None


@pytest.mark.parametrize(
    ("outcome", "retry_after", "left", "pause"),
    [
        ("source_unavailable", None, 2.0, 0.1),
        ("source_unavailable", None, 0.3, 0.075),
        ("source_unavailable", None, 0.19, None),
        ("source_unavailable", 1, 2.0, 1.0),
        ("source_unavailable", 1, 4.0, 1.1),
        ("source_unavailable", 30, 2.0, None),
        ("source_busy", None, 2.0, None),
        ("source_busy", 0, 2.0, 0.1),
        ("source_busy", 1, 1.9, None),
        ("source_busy", 1, 2.2, 1.05),
        ("source_busy", 60, 8.0, None),
    ],
)
def test_the_registers_own_word_is_kept_and_half_of_what_is_left_stays(
    outcome: CallOutcome, retry_after: int | None, left: float, pause: float | None
) -> None:
    assert pause_before_again(a_failure(outcome, retry_after), left, lambda: 0.5) == pytest.approx(pause)


@given(
    st.sampled_from(["source_unavailable", "source_busy"]),
    st.none() | st.integers(0, 20),
    st.floats(0, 10),
    st.floats(0, 1, exclude_max=True),
)
def test_a_pause_is_never_shorter_than_asked_for_nor_longer_than_half_of_what_is_left(
    outcome: CallOutcome, retry_after: int | None, left: float, luck: float
) -> None:
    pause = pause_before_again(a_failure(outcome, retry_after), left, lambda: luck)
    assert pause is None or (retry_after or 0) <= pause <= left / 2


def test_a_quota_is_each_registers_and_each_routes_own() -> None:
    quotas = Quotas(VirtualClock())
    asked = [with_quota(2), with_quota(2, route="lgsp:01"), with_quota(2, "land")]
    assert [quotas.wait(each) for each in asked] == [None, None, None]
    assert quotas.wait(asked[0]) == 60


def test_a_register_without_a_quota_is_asked_at_will() -> None:
    quotas = Quotas(VirtualClock())
    assert {quotas.wait(with_quota(None)) for _ in range(1000)} == {None}


def test_a_process_may_be_given_a_share_of_the_quota() -> None:
    quotas = Quotas(VirtualClock(), share=0.1)
    assert [quotas.wait(with_quota(600)) for _ in range(31)] == [None] * 30 + [2]


@given(st.integers(2, 5000))
def test_no_minute_sees_more_than_the_quota(per_minute: int) -> None:
    rate = rate_of(per_minute)
    assert rate.burst >= 1
    assert rate.burst + 60 * rate.per_second <= per_minute + 1e-6


@given(st.integers(2, 40), st.lists(st.floats(0, 20), max_size=200))
def test_counted_in_any_minute_there_are_never_more(per_minute: int, pauses: list[float]) -> None:
    clock, went = VirtualClock(), list[float]()
    quotas = Quotas(clock)
    for pause in pauses:
        clock.advance(pause)
        if quotas.wait(with_quota(per_minute)) is None:
            went.append(clock.elapsed)
    for start in went:
        assert sum(start <= at < start + 60 for at in went) <= per_minute


def test_who_waits_as_long_as_told_is_let_through() -> None:
    clock = VirtualClock()
    quotas, register = Quotas(clock), with_quota(30)
    for _ in range(60):
        if (wait := quotas.wait(register)) is not None:
            clock.advance(wait)
            assert quotas.wait(register) is None
