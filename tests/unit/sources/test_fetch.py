"""The fan-out on virtual time: registers may do what they like, the deadline holds and each pays for itself."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.model import CallId, CallOutcome, Reply
from chalicelib.sources.service import LARGEST_BODY
from tests.support.builders import AN, BINH, a_call, a_register
from tests.support.buses import AS_OF, Script, answers, good_reply, refuses
from tests.support.fanout import (
    CIVIL,
    DEADLINE,
    ERRORS,
    EVERY_FAULT,
    NAME,
    POPULATION,
    SLOW,
    UNUSABLE,
    Run,
    population_does,
    raw,
    says,
)


def test_a_good_reply_is_believed_with_its_record_and_times() -> None:
    run = population_does(answers(NAME))
    reply = run.of(a_call(POPULATION))
    assert (reply.outcome, reply.data, reply.record, reply.as_of, reply.ms) == ("answered", NAME, "R-1", AS_OF, 20)


def test_calls_run_side_by_side() -> None:
    calls = [a_call(a_register(f"register_{number}", {})) for number in range(8)]
    run = Run(calls, {call.register.code: answers({}, delay=0.3) for call in calls})
    assert run.clock.elapsed == pytest.approx(0.3)
    assert {reply.outcome for reply in run.replies.values()} == {"answered"}


def test_the_personal_id_goes_in_the_body_and_nowhere_else() -> None:
    sent = population_does(answers(NAME)).transport.sent[0]
    assert sent.question["subject"] == {"personal_id": AN}
    assert AN not in sent.route + sent.register


def test_only_mapped_fields_are_asked_for_the_purpose() -> None:
    question = population_does(answers(NAME)).transport.sent[0].question
    assert (question["fields"], question["purpose"], question["receiver"]) == (["birth", "name"], "1.000894", "motlan")


def test_each_call_has_its_own_request_id() -> None:
    sent = population_does(answers(NAME)).transport.sent
    assert len({str(each.question["request_id"]) for each in sent}) == 2


def test_fields_not_asked_for_are_dropped() -> None:
    reply = population_does(answers({**NAME, "religion": {"code": "99"}})).of(a_call(POPULATION))
    assert reply.data.keys() == NAME.keys()


def test_review_flags_are_kept_for_fields_that_were_asked() -> None:
    script = says(lambda reply: reply.update(under_review=["name", "religion", 7]))
    assert population_does(script).of(a_call(POPULATION)).under_review == {"name"}


def test_the_same_register_about_two_people_keeps_them_apart() -> None:
    calls = [a_call(POPULATION, AN), a_call(POPULATION, BINH)]
    script = Script(lambda sent: json.dumps(good_reply(sent, {"name": sent.question["subject"]})).encode())
    replies = Run(calls, {"population": script}).replies
    assert {identity.subject: reply.data["name"] for identity, reply in replies.items()} == {
        AN: {"personal_id": AN},
        BINH: {"personal_id": BINH},
    }


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW.keys())
def test_a_slow_register_is_timed_out_at_its_own_timeout(script: Script) -> None:
    run = population_does(script)
    assert run.of(a_call(POPULATION)).outcome == "timed_out"
    assert run.clock.elapsed <= POPULATION.timeout_ms / 1000 <= DEADLINE


def test_a_register_with_a_patient_timeout_is_bounded_by_the_deadline() -> None:
    patient = a_register("population", {}, timeout_ms=60_000)
    run = Run([a_call(patient)], {"population": answers({}, delay=10)}, deadline=0.3)
    assert run.of(a_call(patient)) == Reply("timed_out", 300, run.clock.now(), asked=frozenset())
    assert run.clock.elapsed == pytest.approx(0.3)
    assert run.transport.sent[0].timeout == pytest.approx(0.3)


def test_a_dripping_call_is_given_up_by_its_own_thread_too() -> None:
    run = population_does(Script(says(lambda _: None).body, gap=0.5, piece=1))
    assert run.pool.last_finish <= POPULATION.timeout_ms / 1000 + 0.5
    assert run.transport.cut_short == ["population"]


def test_past_the_deadline_nothing_is_sent() -> None:
    run = Run([a_call(POPULATION)], {"population": answers(NAME)}, deadline=0.0)
    assert run.of(a_call(POPULATION)).outcome == "timed_out"
    assert run.transport.sent == []


def test_no_calls_give_no_replies() -> None:
    assert Run([], {}).replies == {}


@pytest.mark.parametrize(("script", "fault"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_believed_is_source_invalid_and_says_why(script: Script, fault: str) -> None:
    reply = population_does(script).of(a_call(POPULATION))
    assert (reply.outcome, reply.fault, reply.data) == ("source_invalid", fault, {})


def test_a_huge_body_is_not_read_to_its_end() -> None:
    run = population_does(raw(b" " * LARGEST_BODY * 40))
    assert run.transport.cut_short == ["population"]


@pytest.mark.parametrize(("status", "code", "outcome"), ERRORS)
def test_an_error_is_read_by_the_registers_map_and_says_nothing_of_the_person_otherwise(
    status: int, code: str | None, outcome: CallOutcome
) -> None:
    assert population_does(refuses(status, code)).of(a_call(POPULATION)).outcome == outcome


def test_a_register_can_map_its_own_words_otherwise() -> None:
    odd = a_call(replace(POPULATION, errors={"UPSTREAM_TIMEOUT": "timed_out"}))
    assert Run([odd], {"population": refuses(504, "UPSTREAM_TIMEOUT")}).of(odd).outcome == "timed_out"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("999999999999", 86_400),
        ("Sun, 22 Nov 2026 02:01:00 GMT", 59),
        ("Sun, 22 Nov 2020 02:01:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_bounded(text: str, seconds: int | None) -> None:
    reply = population_does(refuses(429, "QUOTA", {"retry-after": text})).of(a_call(POPULATION))
    assert (reply.outcome, reply.retry_after) == ("source_busy", seconds)


def test_a_broken_connection_is_source_unavailable() -> None:
    reply = population_does(Script(lambda _sent: b"", breaks=True)).of(a_call(POPULATION))
    assert (reply.outcome, reply.fault) == ("source_unavailable", "unreachable")


@pytest.mark.parametrize("script", EVERY_FAULT.values(), ids=EVERY_FAULT.keys())
def test_one_registers_fault_leaves_the_others_reply_identical(script: Script) -> None:
    civil = a_call(CIVIL)
    assert population_does(script).of(civil) == population_does(answers(NAME)).of(civil)


_BODIES = st.one_of(
    st.binary(max_size=300),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ).map(lambda value: json.dumps(value).encode()),
)


_SCRIPTS = st.builds(
    Script,
    body=_BODIES.map(lambda body: lambda _sent: body),
    status=st.integers(100, 599),
    headers=st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain", ""]).map(
        lambda content_type: {"content-type": content_type}
    ),
    delay=st.floats(0, 5),
    gap=st.floats(0, 1),
    piece=st.integers(1, 400),
)


@given(_SCRIPTS)
def test_whatever_a_register_does_there_is_an_outcome_by_the_deadline(script: Script) -> None:
    run = population_does(script)
    assert run.clock.elapsed <= DEADLINE
    assert run.replies.keys() == {CallId(POPULATION.code, AN), CallId(CIVIL.code, AN)}
    assert run.of(a_call(POPULATION)).outcome != "answered"
    assert run.of(a_call(CIVIL)).outcome == "answered"
