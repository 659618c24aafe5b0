"""What happens after the deadline: registers still open are asked again, and however messages come it ends alike."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

import app as entry
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import from_iso
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import RegisterCode
from infra.local.deliveries import Manner
from infra.local.faults import Faults
from infra.local.pump import Pump
from tests.support.faults import unreachable
from tests.support.looks import asked, chain_break, entries, recorded, revisions, said
from tests.support.people import FROM_CIVIL_STATUS
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import AN, Answered, Service

BACK_OFF: Final = 30.0


def left_open(service: Service, *registers: str) -> Answered:
    """Open a prefill that these registers do not answer in time."""
    for register in registers:
        break_register(service, register, latency=SLOW)
    answer = service.prefill()
    assert (answer.status, answer.body["status"]) == (201, "open")
    return answer


def kinds(events: list[Event]) -> list[tuple[str, object, object]]:
    return [(event.kind, event.data["revision"], event.data["status"]) for event in events]


def timeless(fields: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """Return the fields without the time that each source was asked at."""
    for field in fields.values():
        provenance = field.get("provenance")
        if isinstance(provenance, dict):
            del provenance["fetched_at"]
    return fields


def test_at_the_deadline_the_answer_is_open_and_says_what_it_waits_for(service: Service) -> None:
    answer = left_open(service, "population")
    assert answer.body["pending"] == ["population"]
    assert answer.fields["/BenNam/HoTen"]["outcome"] == "timed_out"
    assert kinds(said(service)) == [("prefill.incomplete", 1, "open")]
    assert said(service)[0].data["pending"] == ["population"]


@pytest.mark.parametrize("register", ["population", "civil_status"])
def test_a_late_answer_makes_the_second_revision_equal_to_one_in_time(service: Service, register: str) -> None:
    healthy = timeless(service.prefill().fields)
    first = left_open(service, register)
    mend(service)
    service.pump.settle()
    second = service.show(first.body["id"])
    assert (second.body["revision"], second.body["status"], second.body["pending"]) == (2, "final", [])
    assert timeless(second.fields) == healthy


def test_since_lists_exactly_the_fields_that_changed(service: Service) -> None:
    first = left_open(service, "civil_status")
    mend(service)
    service.pump.settle()
    second = service.show(first.body["id"], query="?since=1")
    differing = [name for name, field in second.fields.items() if field != first.fields[name]]
    assert second.body["changed"] == sorted(differing) == sorted(f"/BenNam/{name}" for name in FROM_CIVIL_STATUS)
    assert service.show(first.body["id"], query="?since=2").body["changed"] == []


def test_only_the_open_register_is_asked_again(service: Service) -> None:
    left_open(service, "civil_status")
    mend(service)
    service.pump.settle()
    assert (len(asked(service, "population")), len(asked(service, "civil_status"))) == (1, 2)


def test_the_second_event_names_the_first_as_its_cause(service: Service) -> None:
    left_open(service, "civil_status")
    mend(service)
    service.pump.settle()
    first, second = recorded(service, service.clock.now().date())
    assert (first.kind, second.kind) == ("prefill.incomplete", "prefill.completed")
    assert second.cause == first.id
    assert [first, second] == said(service)


def test_the_log_has_the_further_asking_before_it_is_done(service: Service) -> None:
    left_open(service, "civil_status")
    mend(service)
    found: list[tuple[RegisterCode, int]] = []
    service.bus.watchers.append(lambda register: found.append((register, len(entries(service, AN)))))
    service.pump.settle()
    assert found == [("civil_status", 2)]
    again = entries(service, AN)[-1]
    assert (again.registers, again.own, again.decision) == (("civil_status",), True, "allowed")
    assert "person.marital_status" in again.items
    assert again.archive
    assert chain_break(service, AN) is None


def test_without_a_log_entry_the_worker_asks_nobody_and_the_message_comes_again(service: Service) -> None:
    first = left_open(service, "civil_status")
    mend(service)
    service.pump.step("relay")
    with unreachable(service.home.clients.dynamodb, "TransactWriteItems", times=100) as struck:
        service.pump.step("complete_prefill")
    assert struck.times > 0
    assert len(asked(service, "civil_status")) == 1
    service.pump.settle()
    assert service.show(first.body["id"]).body["revision"] == 2


def rounds(service: Service, times: int) -> Iterator[None]:
    """Step the pump, half a minute after the other: nothing is left waiting too long or pressed too often."""
    for _ in range(times):
        service.pump.step()
        service.clock.advance(BACK_OFF)
        yield


def test_a_register_that_stays_silent_is_asked_three_times_and_then_it_is_final(service: Service) -> None:
    first = left_open(service, "civil_status")
    for _ in rounds(service, 12):
        pass
    last = service.show(first.body["id"])
    assert (last.body["revision"], last.body["status"], last.body["pending"]) == (3, "final", [])
    heard = {each["register"]: each["outcome"] for each in last.body["sources"]}
    assert heard == {"population": "answered", "civil_status": "timed_out"}
    assert revisions(service, first.body["id"]) == [0, 1, 2, 3]
    assert len(asked(service, "civil_status")) == 3
    assert kinds(said(service)) == [
        ("prefill.incomplete", 1, "open"),
        ("prefill.incomplete", 2, "open"),
        ("prefill.completed", 3, "final"),
    ]
    assert len(entries(service, AN)) == 3


def test_a_further_attempt_waits_for_its_pause(service: Service) -> None:
    left_open(service, "civil_status")
    for name in ("relay", "complete_prefill", "relay", "complete_prefill", "complete_prefill"):
        service.pump.step(name)
    assert len(asked(service, "civil_status")) == 2
    service.clock.advance(BACK_OFF)
    service.pump.step("complete_prefill")
    at = [from_iso(line.at) for line in service.simulators.journal.read("civil_status")]
    assert len(at) == 3
    assert (at[2] - at[1]).total_seconds() >= BACK_OFF


def test_an_answer_is_never_overruled_by_a_later_silence(service: Service) -> None:
    first = left_open(service, "population", "civil_status")
    mend(service, "population")
    service.pump.step("relay")
    service.pump.step("complete_prefill")
    break_register(service, "population", latency=SLOW)
    mend(service, "civil_status")
    for _ in rounds(service, 6):
        pass
    last = service.show(first.body["id"])
    assert (last.body["revision"], last.body["status"]) == (3, "final")
    assert last.fields["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert last.fields["/BenNam/LoaiTinhTrangHonNhan"]["provenance"]["register"] == "civil_status"  # type: ignore[index,call-overload]
    assert len(asked(service, "population")) == 2


def test_a_refusal_that_comes_late_is_the_answer(service: Service) -> None:
    first = left_open(service, "population")
    break_register(service, "population", errors=[{"status": 404}])
    service.pump.settle()
    last = service.show(first.body["id"])
    assert (last.body["revision"], last.body["status"]) == (2, "final")
    assert last.fields["/BenNam/HoTen"]["outcome"] == "not_found"


def test_a_prefill_that_is_gone_is_not_completed(service: Service) -> None:
    left_open(service, "civil_status")
    service.pump.step("relay")
    service.clock.advance(72 * 3600)
    service.pump.settle()
    assert len(asked(service, "civil_status")) == 1
    assert len(said(service)) == 1
    assert service.services.failures.listed() == ()


MANNERS: Final[dict[str, dict[str, Any]]] = {
    "duplicated": {"duplicate": 1.0},
    "reordered": {"reorder": 1.0, "duplicate": 0.5},
    "delayed": {"delay": 0.5},
    "dropped": {"drop": 0.4},
    "all at once": {"duplicate": 0.5, "reorder": 1.0, "delay": 0.3, "drop": 0.2},
}


def pumping(service: Service, manner: Manner) -> Pump:
    clients = (service.home.clients.sqs, service.home.client("dynamodbstreams"))
    return Pump(entry.app, clients, service.home.provisioned, service.clock, manner)


@pytest.mark.parametrize(
    "manner", [pytest.param(each, marks=[pytest.mark.prove] * (each != "all at once")) for each in MANNERS]
)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.prove)])
def test_however_messages_are_delivered_it_ends_alike(service: Service, manner: str, seed: int) -> None:
    calm, service.pump = service.pump, pumping(service, Manner(faults=Faults(seed, **MANNERS[manner])))
    prefills = [left_open(service, "civil_status", "population").body["id"] for _ in range(3)]
    mend(service, "population")
    for _ in rounds(service, 24):
        if all(service.show(prefill).body["revision"] >= 2 for prefill in prefills):
            mend(service)
    for prefill in prefills:
        assert revisions(service, prefill) == [0, 1, 2, 3]
        mine = [event for event in said(service) if event.subject == prefill]
        assert kinds(mine) == [
            ("prefill.incomplete", 1, "open"),
            ("prefill.incomplete", 2, "open"),
            ("prefill.completed", 3, "final"),
        ]
        assert len([entry for entry in entries(service, AN) if entry.prefill == prefill]) == 3
        last = service.show(prefill)
        assert (last.body["status"], last.fields["/BenNam/HoTen"]["outcome"]) == ("final", "filled_verified")
    assert (len(asked(service, "population")), len(asked(service, "civil_status"))) == (6, 9)
    assert chain_break(service, AN) is None
    # What was held up too often to be delivered waits in the failure queue, and a replay brings it to its end too.
    service.services.failures.replay()
    calm.settle()
    assert service.services.failures.listed() == ()
    assert recorded(service, service.clock.now().date()) == said(service)
    assert (len(asked(service, "population")), len(asked(service, "civil_status"))) == (6, 9)
