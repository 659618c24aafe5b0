"""How registers are spared on virtual time: the second try, the breaker, the quota; counted by what was sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.kernel.errors import BadDefinition
from chalicelib.sources.manners import Restraint
from chalicelib.sources.model import Call, CallOutcome, Reply
from chalicelib.sources.service import Sources
from tests.support.builders import AN, BINH, a_call
from tests.support.buses import Script, ScriptedTransport, Sent, answers, good_reply, refuses
from tests.support.clock import VirtualClock
from tests.support.fanout import CIVIL, EVERY_FAULT, NAME, POPULATION, UNUSABLE
from tests.support.ids import CountedIds
from tests.support.pool import CALM, VirtualPool

GOOD: Final = answers(NAME)
DOWN: Final = refuses(503, "MAINTENANCE")
BROKEN: Final = Script(lambda _sent: b"", breaks=True)
HUNG: Final = answers(NAME, delay=60)
ASKED: Final = a_call(POPULATION)


class Line:
    """One process's registers over many requests; `asks` is one request about one person."""

    def __init__(self, scripts: Mapping[str, Script | Sequence[Script]], restraint: Restraint = CALM) -> None:
        self.clock = VirtualClock()
        self.transport = ScriptedTransport(self.clock, scripts)
        self.sources = Sources(self.transport, VirtualPool(self.clock), self.clock, CountedIds(), restraint)

    def asks(self, call: Call = ASKED, seconds: float = 2.5) -> Reply:
        return self.sources.fetch([call], self.clock.monotonic() + seconds)[call.id]

    @property
    def sent(self) -> list[Sent]:
        return self.transport.sent


def population(*scripts: Script) -> Line:
    return Line({"population": scripts, "civil_status": answers({})})


@pytest.mark.parametrize("first", [DOWN, BROKEN, refuses(500, "INTERNAL"), refuses(504, "UPSTREAM_TIMEOUT")])
def test_a_register_that_broke_down_is_asked_once_more(first: Script) -> None:
    line = population(first, GOOD)
    assert line.asks().outcome == "answered"
    assert len(line.sent) == 2


def test_the_second_try_is_a_question_of_its_own_after_a_pause() -> None:
    line = population(DOWN, GOOD)
    reply = line.asks()
    first, second = line.sent
    assert first.question["request_id"] != second.question["request_id"]
    assert {**first.question, "request_id": ""} == {**second.question, "request_id": ""}
    assert second.at == pytest.approx(0.02 + 0.5 * 0.2)
    assert reply.ms == 140


def test_a_register_is_asked_no_third_time() -> None:
    line = population(DOWN, DOWN, GOOD)
    assert line.asks().outcome == "source_unavailable"
    assert len(line.sent) == 2


@pytest.mark.parametrize(
    "first",
    [
        refuses(404, "NOT_FOUND"),
        refuses(409, "AMBIGUOUS"),
        refuses(403, "FORBIDDEN"),
        refuses(400, "BAD_REQUEST"),
        refuses(429, "QUOTA"),
        refuses(429, "QUOTA", {"retry-after": "30"}),
        refuses(503, "MAINTENANCE", {"retry-after": "30"}),
        HUNG,
        *(script for script, _ in UNUSABLE.values()),
    ],
)
def test_what_is_final_or_would_come_too_late_is_not_asked_again(first: Script) -> None:
    line = population(first, GOOD)
    assert line.asks().outcome != "answered"
    assert len(line.sent) == 1


def test_a_busy_register_is_asked_again_when_it_said_if_there_is_time() -> None:
    busy = refuses(429, "QUOTA", {"retry-after": "1"})
    line = population(busy, GOOD)
    patient = replace(ASKED, register=replace(POPULATION, timeout_ms=4000))
    assert line.asks(patient, seconds=4).outcome == "answered"
    assert line.sent[1].at >= 1.02


def test_no_second_try_ends_after_the_deadline() -> None:
    late = Script(DOWN.body, DOWN.status, DOWN.headers, delay=0.85)
    line = population(late, HUNG)
    reply = line.asks(seconds=1.2)
    assert len(line.sent) == 2
    assert line.sent[1].at + line.sent[1].timeout == pytest.approx(1.2)
    assert line.clock.elapsed <= 1.2
    assert reply.outcome in {"source_unavailable", "timed_out"}


def test_the_reply_to_the_first_question_is_none_to_the_second() -> None:
    asked: list[Sent] = []

    def down(sent: Sent) -> bytes:
        asked.append(sent)
        return DOWN.body(sent)

    replayed = Script(lambda _sent: json.dumps(good_reply(asked[0], dict(NAME))).encode())
    reply = population(Script(down, 503), replayed).asks()
    assert (reply.outcome, reply.fault, reply.data) == ("source_invalid", "request_id", {})


@pytest.mark.parametrize(("script", "fault"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_believed_is_refused_on_the_second_try_too(script: Script, fault: str) -> None:
    line = population(BROKEN, script)
    reply = line.asks()
    assert (reply.outcome, reply.fault, len(line.sent)) == ("source_invalid", fault, 2)


def test_a_register_that_keeps_failing_is_left_in_peace_and_the_reply_says_for_how_long() -> None:
    line = population(DOWN)
    assert {line.asks().fault for _ in range(5)} == {None}
    sent = len(line.sent)
    reply = line.asks()
    assert (reply.outcome, reply.fault, reply.retry_after, reply.ms) == ("source_unavailable", "breaker_open", 10, 0)
    line.clock.advance(3.5)
    assert line.asks().retry_after == 7
    assert len(line.sent) == sent == 10


def test_a_register_that_recovers_is_found_out_by_one_question() -> None:
    line = population(*[DOWN] * 10, GOOD)
    for _ in range(5):
        line.asks()
    line.clock.advance(10)
    assert [line.asks().outcome for _ in range(3)] == ["answered"] * 3


def test_a_probe_is_not_tried_twice() -> None:
    line = population(DOWN)
    for _ in range(5):
        line.asks()
    line.clock.advance(10)
    before = len(line.sent)
    assert [line.asks().fault for _ in range(2)] == [None, "breaker_open"]
    assert len(line.sent) == before + 1


def test_timeouts_count_as_failures() -> None:
    line = population(HUNG)
    assert [line.asks().outcome for _ in range(6)] == ["timed_out"] * 5 + ["source_unavailable"]


def test_a_caller_in_a_hurry_shuts_no_register_for_others() -> None:
    line = population(answers(NAME, delay=0.5))
    assert {line.asks(seconds=0.3).outcome for _ in range(20)} == {"timed_out"}
    assert line.asks().outcome == "answered"


@pytest.mark.parametrize(
    "script",
    [refuses(404, "NOT_FOUND"), refuses(403, "FORBIDDEN"), refuses(429, "QUOTA"), UNUSABLE["another's record"][0]],
)
def test_refusals_and_nonsense_do_not_open_it(script: Script) -> None:
    line = population(script)
    assert len({line.asks().outcome for _ in range(20)}) == 1
    assert len(line.sent) == 20


def test_one_register_left_in_peace_leaves_the_others_and_the_same_one_elsewhere_open() -> None:
    line = population(*[DOWN] * 10, GOOD)
    for _ in range(5):
        line.asks()
    elsewhere = replace(ASKED, register=replace(POPULATION, route="lgsp:79"))
    assert line.asks().fault == "breaker_open"
    assert (line.asks(a_call(CIVIL)).outcome, line.asks(elsewhere).outcome) == ("answered", "answered")


def test_a_mistake_of_ours_says_nothing_about_the_register() -> None:
    def mistaken(_sent: Sent) -> bytes:
        raise BadDefinition

    line = population(*[DOWN] * 10, Script(mistaken), GOOD)
    for _ in range(5):
        line.asks()
    line.clock.advance(10)
    with pytest.raises(BadDefinition):
        line.asks()
    assert line.asks().outcome == "answered"


def test_over_its_quota_a_register_is_busy_and_not_asked() -> None:
    line = Line({"population": GOOD, "civil_status": answers({})}, replace(CALM, share=1.0))
    scarce = replace(POPULATION, quota_per_minute=4)
    replies = [line.asks(replace(ASKED, register=scarce, subject=who)) for who in (AN, BINH, AN)]
    assert [reply.outcome for reply in replies] == ["answered", "answered", "source_busy"]
    assert (replies[2].fault, replies[2].retry_after) == ("quota", 30)
    assert len(line.sent) == 2


def test_a_second_try_counts_in_the_quota_and_without_room_leaves_the_first_reply() -> None:
    line = Line({"population": DOWN}, replace(CALM, share=1.0))
    reply = line.asks(replace(ASKED, register=replace(POPULATION, quota_per_minute=2)))
    assert (reply.outcome, reply.fault, len(line.sent)) == ("source_unavailable", None, 1)


def test_what_was_not_asked_is_still_open_and_what_a_register_said_is_not() -> None:
    line = Line({"population": DOWN}, replace(CALM, share=1.0))
    scarce = replace(ASKED, register=replace(POPULATION, quota_per_minute=1))
    said, spared = line.asks(scarce), line.asks(scarce)
    assert (said.is_presumed, spared.fault, spared.is_presumed) == (False, "quota", True)
    shut = population(DOWN)
    assert [shut.asks().is_presumed for _ in range(6)] == [False] * 5 + [True]


@pytest.mark.parametrize("script", EVERY_FAULT.values(), ids=EVERY_FAULT.keys())
def test_however_a_register_fails_each_fetch_ends_in_time_and_sends_two_at_most(script: Script) -> None:
    line, outcomes = population(script), set[CallOutcome]()
    for _ in range(8):
        start, sent = line.clock.elapsed, len(line.sent)
        outcomes.add(line.asks().outcome)
        assert line.clock.elapsed - start <= POPULATION.timeout_ms / 1000
        assert len(line.sent) - sent <= 2
    assert "answered" not in outcomes
