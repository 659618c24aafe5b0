"""Breaks and mends the simulated registers of a running service."""

from typing import Any, Final

from infra.simulators.faults import Fault
from tests.support.service import Portal

SLOW: Final = {"kind": "uniform", "low": 60_000, "high": 60_000}
"""A minute: longer than anybody waits."""


def break_register(portal: Portal, register: str, **what: Any) -> None:  # noqa: ANN401 - as a fault is written
    """Put a fault in force, as the command line would."""
    portal.simulators.faults.set(Fault.model_validate({"register": register, **what}))


def mend(portal: Portal, register: str | None = None) -> None:
    """Take faults out of force."""
    portal.simulators.faults.clear(register)
