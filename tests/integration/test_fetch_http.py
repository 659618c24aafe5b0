"""The fan-out over real HTTP, against buses that can be made to misbehave in every way we know."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.ids import PersonalId, RandomIds
from chalicelib.sources.http import HttpTransport, ThreadPool
from chalicelib.sources.model import Call, CallOutcome, Reply
from chalicelib.sources.service import Sources
from infra.simulators.faults import Fault, Latency, Quota
from infra.simulators.hostile import ELSEWHERE
from infra.simulators.server import Running, start
from tests.support.builders import a_call, a_register
from tests.support.pool import CALM

POPULATION: Final = a_register("population", {"$.name.full": "full_name", "$.gender.code": "gender"}, timeout_ms=600)
CIVIL: Final = a_register("civil_status", {"$.marital_status.code": "marital_status"}, timeout_ms=4000)
SLOW: Final = Latency.parse("1500")


@pytest.fixture(scope="module")
def buses() -> Iterator[Running]:
    with start(port=0) as running:
        yield running


@pytest.fixture
def sound(buses: Running) -> Running:
    """Return the buses with nothing wrong with them."""
    buses.simulators.faults.clear()
    buses.simulators.journal.clear()
    return buses


def fetch(buses: Running, *calls: Call) -> list[Reply]:
    clock = SystemClock()
    transport = HttpTransport(buses.ngsp_url, buses.lgsp_url)
    replies = Sources(transport, ThreadPool(), clock, RandomIds(clock), CALM).fetch(calls, clock.monotonic() + 5)
    return [replies[call.id] for call in calls]


def someone(buses: Running) -> PersonalId:
    """Return a persona whom both registers know and answer for."""
    return next(
        PersonalId(person.personal_id)
        for person in buses.simulators.people
        if person.registers.keys() >= {"population", "civil_status"}
        and all(holding.fails is None and not holding.under_review for holding in person.registers.values())
    )


def both(buses: Running) -> list[Reply]:
    return fetch(buses, a_call(POPULATION, someone(buses)), a_call(CIVIL, someone(buses)))


def test_both_registers_answer_with_what_was_asked(sound: Running) -> None:
    population, civil = both(sound)
    assert (population.outcome, set(population.data)) == ("answered", {"name", "gender"})
    assert (civil.outcome, set(civil.data)) == ("answered", {"marital_status"})
    assert [line.fields for line in sound.simulators.journal.read("population")] == [("gender", "name")]


FAULTS: Final[list[tuple[dict[str, Any], CallOutcome, str | None]]] = [
    ({"latency": SLOW}, "timed_out", None),
    ({"drip_seconds": 1.5}, "timed_out", None),
    ({"huge_mb": 8}, "source_invalid", "too_big"),
    ({"wrong": "html"}, "source_invalid", "content_type"),
    ({"wrong": "shape"}, "source_invalid", "record"),
    ({"wrong": "list"}, "source_invalid", "not_an_object"),
    ({"wrong_person": True}, "source_invalid", "wrong_subject"),
    ({"redirect": True}, "source_invalid", "status"),
    ({"reset": True}, "source_unavailable", "unreachable"),
    ({"maintenance": True}, "source_unavailable", None),
    ({"quota": Quota(calls=0, seconds=60)}, "source_busy", None),
    ({"errors": [{"status": 400}]}, "source_invalid", None),
    ({"errors": [{"status": 403}]}, "no_right", None),
    ({"errors": [{"status": 404}]}, "not_found", None),
    ({"errors": [{"status": 409}]}, "ambiguous_match", None),
    ({"errors": [{"status": 429}]}, "source_busy", None),
    ({"errors": [{"status": 500}]}, "source_unavailable", None),
    ({"errors": [{"status": 502}]}, "source_unavailable", None),
    ({"errors": [{"status": 503}]}, "source_unavailable", None),
    ({"errors": [{"status": 504}]}, "source_unavailable", None),
]


@pytest.mark.parametrize(("how", "outcome", "fault"), FAULTS, ids=[str(each[0]) for each in FAULTS])
def test_each_fault_has_its_outcome_and_leaves_the_other_register_alone(
    sound: Running, how: dict[str, Any], outcome: CallOutcome, fault: str | None
) -> None:
    healthy = both(sound)[1]
    sound.simulators.faults.set(Fault(target="population", **how))
    population, civil = both(sound)
    assert (population.outcome, population.fault, population.data) == (outcome, fault, {})
    assert (civil.outcome, civil.data, civil.record) == ("answered", healthy.data, healthy.record)


def test_a_redirect_is_not_followed(sound: Running) -> None:
    sound.simulators.faults.set(Fault(target="population", redirect=True))
    both(sound)
    assert sound.simulators.journal.read(ELSEWHERE) == []


def test_a_busy_register_says_when_to_come_back(sound: Running) -> None:
    sound.simulators.faults.set(Fault(target="population", maintenance=True, retry_after=77))
    assert both(sound)[0].retry_after == 77


def test_a_register_recovers_with_the_next_call(sound: Running) -> None:
    for how in ({"reset": True}, {"huge_mb": 1}, {"drip_seconds": 1.5}):
        sound.simulators.faults.set(Fault(target="population", **how))
        both(sound)
        sound.simulators.faults.clear()
        assert both(sound)[0].outcome == "answered"


def test_a_provinces_register_is_asked_over_its_own_bus(sound: Running) -> None:
    code = POPULATION.code
    register = replace(POPULATION, route="lgsp:79")
    assert fetch(sound, a_call(register, someone(sound)))[0].outcome == "answered"
    assert [line.bus for line in sound.simulators.journal.read(code)] == ["lgsp:79"]


def test_a_bus_that_is_not_there_is_source_unavailable(sound: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    clock = SystemClock()
    call = a_call(POPULATION, someone(sound))
    sources = Sources(HttpTransport(nowhere, nowhere), ThreadPool(), clock, RandomIds(clock), CALM)
    reply = sources.fetch([call], clock.monotonic() + 2)[call.id]
    assert (reply.outcome, reply.fault) == ("source_unavailable", "unreachable")
