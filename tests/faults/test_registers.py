"""Registers that are down, slow or hostile: an answer in time, each of their fields named, no other field touched."""

from collections.abc import Mapping
from typing import Final

import pytest

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import RegisterCode
from chalicelib.sources.service import Unreachable
from tests.support.failures import FAULTS, Case
from tests.support.looks import asked
from tests.support.people import DIVORCED, FROM_CIVIL_STATUS, OURS_OR_NOBODYS
from tests.support.registers import SLOW, break_register
from tests.support.service import Answered, Service

DEADLINE: Final = 2.5
SIDE: Final = "/BenNu/"
REGISTERS: Final = ("population", "civil_status")


def prefilled(service: Service, deadline: float = DEADLINE) -> Answered:
    """Open a prefill whose answer must come by the deadline, whatever the registers do."""
    start = service.clock.elapsed
    answer = service.prefill(DIVORCED, "bride", deadline_ms=round(deadline * 1000))
    assert answer.status == 201
    assert service.clock.elapsed - start <= deadline
    return answer


def side(answer: Answered) -> dict[str, JsonObject]:
    """Return the citizen's own fields by name, without the time of asking."""
    fields = {name.removeprefix(SIDE): field for name, field in answer.fields.items() if name.startswith(SIDE)}
    for field in fields.values():
        provenance = field.get("provenance")
        if isinstance(provenance, dict):
            del provenance["fetched_at"]
    return fields


def split(fields: Mapping[str, JsonObject], register: str) -> tuple[dict[str, JsonObject], dict[str, JsonObject]]:
    """Return the fields whose first authority is the register, and all the others."""
    civil = {name for name in fields if name in FROM_CIVIL_STATUS}
    mine = civil if register == "civil_status" else fields.keys() - civil - set(OURS_OR_NOBODYS)
    return {name: fields[name] for name in mine}, {name: fields[name] for name in fields.keys() - mine}


def check_own(register: str, own: dict[str, JsonObject], case: Case) -> None:
    if register == "civil_status":
        # The population register's copy stands in where there is one.
        standing_in = own.pop("LoaiTinhTrangHonNhan")
        assert (standing_in["value"], standing_in["outcome"]) == ("3", "filled_verified")
        assert standing_in["provenance"]["register"] == "population"  # type: ignore[index,call-overload]
    assert own
    assert {field["outcome"] for field in own.values()} == {case.outcome}
    assert {field.get("retry_after") for field in own.values()} == {case.retry_after}
    assert not any("value" in field for field in own.values())


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_register_costs_its_own_fields_and_no_other(service: Service, fault: str, register: str) -> None:
    healthy = side(prefilled(service))
    case = FAULTS[fault]
    break_register(service, register, **case.fault)
    answer = prefilled(service)
    own, others = split(side(answer), register)
    assert others == split(healthy, register)[1]
    check_own(register, own, case)
    assert answer.body["pending"] == ([register] if case.outcome == "timed_out" else [])
    heard = {each["register"]: each["outcome"] for each in answer.body["sources"]}
    assert heard == {
        **dict.fromkeys(REGISTERS, "answered"),
        register: "answered" if fault == "wrong types" else case.outcome,
    }


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_that_cannot_be_reached_costs_its_own_fields_and_no_other(service: Service, register: str) -> None:
    healthy = side(prefilled(service))

    def refuse(asked: RegisterCode) -> None:
        if asked == register:
            raise Unreachable

    service.bus.watchers.append(refuse)
    own, others = split(side(prefilled(service)), register)
    assert others == split(healthy, register)[1]
    check_own(register, own, Case({}, "source_unavailable"))


@pytest.mark.parametrize("fault", FAULTS)
def test_the_same_fault_of_every_register_still_names_each_field_in_time(service: Service, fault: str) -> None:
    case = FAULTS[fault]
    break_register(service, "*", **case.fault)
    fields = side(prefilled(service))
    filled = {field["outcome"] for name, field in fields.items() if name not in OURS_OR_NOBODYS}
    assert filled == {case.outcome}
    assert not any("value" in field for field in fields.values())


@pytest.mark.parametrize("deadline", [0.3, 1.0, 8.0])
def test_whatever_time_the_caller_has_is_kept(service: Service, deadline: float) -> None:
    break_register(service, "*", latency=SLOW)
    answer = prefilled(service, deadline)
    assert answer.body["pending"] == ["civil_status", "population"]


def test_a_redirect_is_never_followed(service: Service) -> None:
    break_register(service, "*", redirect=True)
    prefilled(service)
    assert sorted(asked(service)) == sorted(REGISTERS)


def test_another_persons_record_leaves_no_trace(service: Service) -> None:
    break_register(service, "*", wrong_person=True)
    assert "001090999999" not in prefilled(service).text


def test_a_slow_register_does_not_keep_a_fast_one_waiting(service: Service) -> None:
    break_register(service, "population", latency={"kind": "uniform", "low": 1_900, "high": 1_900})
    break_register(service, "civil_status", latency={"kind": "uniform", "low": 1_800, "high": 1_800})
    start = service.clock.elapsed
    assert prefilled(service).body["status"] == "final"
    assert service.clock.elapsed - start == pytest.approx(1.9)
