"""The breaker on told time: against a model that keeps the whole story, and with many threads at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.sources.breaker import USUAL, Breaker, Leave, Rule

SOON = Rule(failures=3, within=10.0, rest=5.0)


def failed(breaker: Breaker, now: float, times: int = 1) -> None:
    for _ in range(times):
        leave = breaker.admit(now)
        assert leave is not None
        breaker.settle(leave, now, failed=True)


def test_it_opens_after_failures_in_a_row_and_says_for_how_long() -> None:
    breaker = Breaker(SOON)
    failed(breaker, 1.0, times=2)
    assert breaker.wait(1.0) == 0
    failed(breaker, 2.0)
    assert (breaker.admit(2.0), breaker.wait(2.0), breaker.wait(6.5), breaker.wait(7.0)) == (None, 5.0, 0.5, 0.0)


def test_failures_far_apart_do_not_open_it() -> None:
    breaker = Breaker(SOON)
    for now in (0.0, 6.0, 12.0, 18.0):
        failed(breaker, now)
    assert breaker.wait(18.0) == 0


def test_one_answer_between_failures_starts_the_count_anew() -> None:
    breaker = Breaker(SOON)
    failed(breaker, 0.0, times=2)
    breaker.settle(Leave(0), 0.0, failed=False)
    failed(breaker, 0.0, times=2)
    assert breaker.wait(0.0) == 0


def test_after_the_rest_one_probe_goes_and_all_others_wait_for_it() -> None:
    breaker = Breaker(SOON)
    failed(breaker, 0.0, times=3)
    probe = breaker.admit(5.0)
    assert probe is not None
    assert probe.is_probe
    assert [breaker.admit(5.0 + passed) for passed in (0.0, 1.0, 4.9)] == [None] * 3
    breaker.settle(probe, 6.0, failed=False)
    assert breaker.admit(6.0) == Leave(probe.turn)


def test_a_failed_probe_is_as_good_as_an_opening() -> None:
    breaker = Breaker(SOON)
    failed(breaker, 0.0, times=3)
    failed(breaker, 5.0)
    assert (breaker.admit(9.9), breaker.wait(9.0)) == (None, 1.0)


def test_a_probe_that_says_nothing_or_never_comes_back_leaves_its_place_to_another() -> None:
    breaker = Breaker(SOON)
    failed(breaker, 0.0, times=3)
    silent = breaker.admit(5.0)
    assert silent is not None
    breaker.settle(silent, 5.5, failed=None)
    lost, later = breaker.admit(5.5), breaker.admit(10.5)
    assert lost is not None
    assert later is not None
    assert lost.is_probe
    assert later.is_probe
    breaker.settle(lost, 11.0, failed=False)
    assert breaker.wait(11.0) > 0


def test_a_call_of_before_an_opening_says_nothing_after_it() -> None:
    breaker = Breaker(SOON)
    slow = breaker.admit(0.0)
    assert slow is not None
    failed(breaker, 0.0, times=3)
    breaker.settle(slow, 1.0, failed=False)
    assert breaker.wait(1.0) == 4.0


def test_of_sixty_four_threads_one_is_the_probe() -> None:
    breaker, ready = Breaker(SOON), threading.Barrier(64)
    failed(breaker, 0.0, times=3)

    def knock() -> Leave | None:
        ready.wait(10)
        return breaker.admit(5.0)

    with ThreadPoolExecutor(64) as threads:
        leaves = [each.result() for each in [threads.submit(knock) for _ in range(64)]]
    assert [leave.is_probe for leave in leaves if leave is not None] == [True]


@dataclass
class Out:
    """A call under way in the model: what the breaker gave, and in which era of the model it began."""

    leave: Leave
    era: int
    is_probe: bool


@dataclass
class Story:
    """The reference: every era's failures in full, nothing thrown away; slow, and plain to see through."""

    era: int = 0
    open_since: float | None = None
    probe_at: float | None = None
    failures: list[float] = field(default_factory=list)

    def until(self) -> float | None:
        since = self.open_since if self.probe_at is None else self.probe_at
        return None if since is None else since + SOON.rest

    def may(self, now: float) -> bool:
        until = self.until()
        return until is None or now >= until

    def begins(self, now: float) -> bool:
        """Note a call that was let through; say whether it is a probe."""
        if self.open_since is None:
            return False
        self.era, self.probe_at = self.era + 1, now
        return True

    def ends(self, out: Out, now: float, verdict: bool | None) -> None:
        if out.era != self.era:
            return
        if verdict is False:
            self.open_since, self.probe_at, self.failures = None, None, []
        elif verdict is None and out.is_probe:
            self.open_since, self.probe_at = now - SOON.rest, None
        elif verdict:
            self.failures.append(now)
            recent = [at for at in self.failures[-SOON.failures :] if now - at <= SOON.within]
            if out.is_probe or len(recent) == SOON.failures:
                self.era, self.open_since, self.probe_at = self.era + 1, now, None


class BreakerMachine(RuleBasedStateMachine):
    """Calls begin and end in any order, with any verdict, at any time that does not go back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.breaker = Breaker(SOON)
        self.story = Story()
        self.out: list[Out] = []

    @rule(seconds=st.sampled_from([0.25, 1.0, 4.5, 5.0, 11.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def a_call_begins(self) -> None:
        may = self.story.may(self.now)
        leave = self.breaker.admit(self.now)
        assert (leave is not None) == may
        if leave is not None:
            is_probe = self.story.begins(self.now)
            assert leave.is_probe == is_probe
            self.out.append(Out(leave, self.story.era, is_probe))

    @precondition(lambda self: self.out)
    @rule(which=st.integers(0), verdict=st.sampled_from([True, True, True, False, None]))
    def a_call_ends(self, which: int, verdict: bool | None) -> None:
        out = self.out.pop(which % len(self.out))
        self.breaker.settle(out.leave, self.now, failed=verdict)
        self.story.ends(out, self.now, verdict)

    @rule(times=st.integers(1, 4))
    def calls_fail_one_after_the_other(self, times: int) -> None:
        for _ in range(times):
            self.a_call_begins()
            if self.out:
                self.a_call_ends(len(self.out) - 1, verdict=True)

    @invariant()
    def both_say_the_same_wait(self) -> None:
        until = self.story.until()
        assert self.breaker.wait(self.now) == (0.0 if until is None else max(0.0, until - self.now))


BreakerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_the_breaker_does_what_its_story_says = BreakerMachine.TestCase


def test_the_usual_rule_rests_no_longer_than_a_citizen_would_wait() -> None:
    assert (USUAL.failures, USUAL.within, USUAL.rest) == (5, 30.0, 10.0)
