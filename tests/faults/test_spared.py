"""A register that is left in peace for a while: its fields say so, nobody else's change, and the worker fills them."""

from typing import Final

from tests.support.looks import asked
from tests.support.registers import break_register, mend
from tests.support.service import Service

BACK_OFF: Final = 30.0
"""Seconds before the worker's last attempt: more than a register is left in peace for."""


def test_what_a_register_left_in_peace_did_not_give_is_filled_once_it_is_back(service: Service) -> None:
    healthy = service.prefill()
    break_register(service, "civil_status", errors=[{"status": 500}])
    failing = [service.prefill() for _ in range(5)]
    assert {(each.body["status"], *each.body["pending"]) for each in failing} == {("final",)}
    questions = len(asked(service, "civil_status"))

    spared = service.prefill()
    assert (spared.body["status"], spared.body["pending"]) == ("open", ["civil_status"])
    assert {each["register"]: each["outcome"] for each in spared.body["sources"]} == {
        "population": "answered",
        "civil_status": "source_unavailable",
    }
    assert spared.fields["/BenNam/HoTen"]["value"] == healthy.fields["/BenNam/HoTen"]["value"]
    assert len(asked(service, "civil_status")) == questions == 1 + 2 * 5

    mend(service)
    for name in ("relay", "complete_prefill", "relay"):
        service.pump.step(name)
    service.clock.advance(BACK_OFF)
    service.pump.step("complete_prefill")
    filled = service.show(spared.body["id"]).body
    assert (filled["status"], filled["pending"]) == ("final", [])
    assert {name: field.get("value") for name, field in filled["fields"].items()} == {
        name: field.get("value") for name, field in healthy.fields.items()
    }
