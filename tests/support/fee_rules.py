"""Rules made from written bodies, without a catalogue."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.definitions.load import envelope
from chalicelib.definitions.model import Fault, View
from chalicelib.fees.definition import FEES
from chalicelib.fees.model import Case, Fact
from chalicelib.fees.plan import Rules, rules_from
from chalicelib.kernel.canonical import digest
from chalicelib.kernel.ids import ProcedureCode
from tests.support import fee_tables


class Alone(View):
    """A set of fee files alone; other kinds of it have the codes given."""

    def __init__(self, bodies: Mapping[str, Any], codes: Mapping[str, frozenset[str]] | None = None) -> None:
        self._bodies = bodies
        self._codes = codes or {}

    def codes(self, kind: str) -> frozenset[str]:
        return frozenset(self._bodies) if kind == "fees" else self._codes.get(kind, frozenset())

    def body(self, kind: str, code: str) -> Any | None:  # noqa: ANN401 - as in the port
        return self._bodies.get(code) if kind == "fees" else None


def checked(**bodies: Any) -> list[Fault]:  # noqa: ANN401 - bodies as written
    """Parse and check bodies as one set; the names are their codes, with `_` for `-`."""
    named = {name.replace("_", "-"): body for name, body in bodies.items()}
    for body in named.values():
        FEES.parse(body)
    view = Alone(named, {"provinces": frozenset({"01", "75", "79"})})
    opened = {code: envelope(fee_tables.envelope(body, code), f"fees/{code}.json") for code, body in named.items()}
    return [fault for code, each in opened.items() for fault in FEES.check(each, named[code], view)]


def rules_of(**bodies: Any) -> Rules:  # noqa: ANN401 - bodies as written
    """Compile bodies that passed their checks, or that a test knows to be wrong."""
    files = []
    for name, body in bodies.items():
        code = name.replace("_", "-")
        files.append(FEES.compile(envelope(fee_tables.envelope(body, code)), FEES.parse(body)))
    return rules_from(files, digest(sorted(bodies)))


def case(**said: Any) -> Case:  # noqa: ANN401 - any part of a case, and facts by name
    """Return a case of the made-up procedure; what is no part of a case is a verified fact."""
    parts = {name: said.pop(name) for name in list(said) if name in Case.__dataclass_fields__}
    facts = {name: value if isinstance(value, Fact) else Fact(value, "verified") for name, value in said.items()}
    base: dict[str, Any] = {
        "procedure": ProcedureCode("9.000001"),
        "as_of": date(2026, 1, 2),
        "channel": "counter",
        "province": "01",
        "commune": "00004",
        "facts": facts,
    }
    return Case(**{**base, **parts})


def declared(value: Any) -> Fact:  # noqa: ANN401 - any value
    """Return a fact that only the payer vouches for."""
    return Fact(value, "declared")
