"""A small set to check one form, procedure or agency against: only what the check may look at."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.definitions.model import Envelope, Fault, Kind, View
from chalicelib.kernel.canonical import JsonObject

LABEL: Mapping[str, str] = {"vi": "nhãn", "en": "label"}


class SmallSet(View):
    """Bodies by kind and code, taken for parsed; a kind's codes may be given alone."""

    def __init__(self, bodies: Mapping[str, Mapping[str, Any]]) -> None:
        self._bodies = bodies

    def codes(self, kind: str) -> frozenset[str]:
        """Return the codes of a kind."""
        return frozenset(self._bodies.get(kind, {}))

    def body(self, kind: str, code: str) -> Any | None:  # noqa: ANN401 - as in the port
        """Return a body; an empty one stands for code alone."""
        return self._bodies.get(kind, {}).get(code) or None


def reasons(kind: Kind[object], body: JsonObject, view: View, code: str = "x") -> list[str]:
    """Return what the kind's own parser and check say of a body: `pointer: reason`. A body must parse first."""
    parsed = kind.parse(body)
    envelope = Envelope(
        kind.name, code, "1", "2026-11-22", "unverified", ("test",), body, "hash", f"{kind.name}/{code}.json"
    )
    found: Iterator[Fault] = kind.check(envelope, parsed, view)
    return [f"{each.pointer}: {each.reason}" for each in found]
