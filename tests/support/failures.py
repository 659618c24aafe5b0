"""Every way in which a simulated register can fail, and how a field of its own must end."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tests.support.registers import SLOW


class Case(NamedTuple):
    """A fault as it is set, and how each of the register's own fields must end."""

    fault: Mapping[str, Any]
    outcome: str
    retry_after: int | None = None


def status(code: int, outcome: str, retry_after: int | None = None) -> Case:
    """Return the fault of always answering with a status."""
    return Case({"errors": [{"status": code}]}, outcome, retry_after)


FAULTS: Final[Mapping[str, Case]] = {
    "400": status(400, "source_invalid"),
    "403": status(403, "no_right"),
    "404": status(404, "not_found"),
    "409": status(409, "ambiguous_match"),
    "429": status(429, "source_busy", 30),
    "500": status(500, "source_unavailable"),
    "502": status(502, "source_unavailable"),
    "503": status(503, "source_unavailable", 30),
    "504": status(504, "source_unavailable"),
    "slow": Case({"latency": SLOW}, "timed_out"),
    "just too slow": Case({"latency": {"kind": "uniform", "low": 2_001, "high": 2_001}}, "timed_out"),
    "slow to fail": Case({"latency": SLOW, "errors": [{"status": 500}]}, "timed_out"),
    "drip": Case({"drip_seconds": 16}, "timed_out"),
    "slow drip": Case({"drip_seconds": 120}, "timed_out"),
    "huge": Case({"huge_mb": 2}, "source_invalid"),
    "html": Case({"wrong": "html"}, "source_invalid"),
    "another shape": Case({"wrong": "shape"}, "source_invalid"),
    "a list": Case({"wrong": "list"}, "source_invalid"),
    "wrong types": Case({"wrong": "types"}, "cast_failed"),
    "another person": Case({"wrong_person": True}, "source_invalid"),
    "a redirect": Case({"redirect": True}, "source_invalid"),
    "over quota": Case({"quota": {"calls": 0, "seconds": 60}}, "source_busy", 60),
    "maintenance": Case({"maintenance": True, "retry_after": 600}, "source_unavailable", 600),
    "cut off": Case({"reset": True}, "source_unavailable"),
}
