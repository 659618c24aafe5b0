"""What must hold of a fee file within its set before it may price anything: a fault names file, row, column, reason.

The columns of a row are the inputs of its conditions; that rows leave no gap and do not contradict is in `proofs`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from chalicelib.definitions.model import Envelope, Fault, View, pointer
from chalicelib.fees.cells import BadCell, cell_of, day_bounds
from chalicelib.fees.effects_checks import check_effect
from chalicelib.fees.inputs import OF_EVERY_CASE, inputs_of
from chalicelib.fees.model import Input
from chalicelib.fees.proofs import Read, prove
from chalicelib.fees.references import check_inputs, check_named, check_places, check_selector
from chalicelib.fees.written import BasisBody, FeesBody, PolicyRowBody, ScheduleRowBody

RowBody: TypeAlias = ScheduleRowBody | PolicyRowBody
_OWN: Final = frozenset({"as_of", "place"})


def check_fees(envelope: Envelope, body: FeesBody, view: View) -> Iterator[Fault]:
    """Yield what is wrong with a schedule or policy; its rows are held against each other once each is right."""
    found = list(_Checked(envelope.file, body).faults(view, envelope.code))
    yield from found
    if not found:
        for place, column, reason in prove(_read(body)):
            row = body["rows"][place]["id"]
            yield Fault(envelope.file, pointer("body", "rows", place, *column), f"{row}: {reason}")


class _Checked:
    """A file while it is checked."""

    def __init__(self, file: str, body: FeesBody) -> None:
        self.file, self.body = file, body
        self.inputs = inputs_of(body)
        self.columns: set[str] = set()

    def fault(self, at: tuple[str | int, ...], reason: str) -> Fault:
        return Fault(self.file, pointer("body", *at), reason)

    def faults(self, view: View, code: str) -> Iterator[Fault]:
        for at, reason in check_inputs(self.body, view, code):
            yield self.fault(at, reason)
        seen: set[str] = set()
        rows: list[Any] = list(self.body["rows"])
        for place, row in enumerate(rows):
            if row["id"] in seen:
                yield self.fault(("rows", place, "id"), f"{row['id']}: another row has this id")
            seen.add(row["id"])
            for at, reason in self._row(row, view):
                yield self.fault(("rows", place, *at), f"{row['id']}: {reason}")
        yield from self._parts(view)
        yield from self._unused()

    def _row(self, row: RowBody, view: View) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for name, cell in row["when"].items():
            if name not in self.inputs:
                yield ("when", name), "no such input"
                continue
            self.columns.add(name)
            try:
                found = cell_of(self.inputs[name], cell)
            except BadCell as error:
                yield ("when", name), error.reason
            else:
                yield from ((("when", name), reason) for reason in check_named(name, found, view))
        for at, reason in check_effect(row, self.body, self.inputs):
            yield at, reason
        for at, reason in wrong_basis(row["basis"]):
            yield ("basis", *at), reason
        yield from self._about(row, view)
        for name in ("per", "of", "times"):
            used = row["effect"].get(name)
            self.columns |= {used} if isinstance(used, str) else set()

    def _about(
        self,
        row: Any,  # noqa: ANN401 - a row of either
        view: View,
    ) -> Iterator[tuple[tuple[str | int, ...], str]]:
        line, selector, yearly = row.get("line"), row.get("lines"), row.get("yearly")
        if self.body["type"] == "schedule" and line not in self.body["lines"]:
            yield ("line",), f"no such line: {line}"
        if selector is not None:
            for at, reason in check_selector(selector, view):
                yield ("lines", *at), reason
        if yearly is not None and yearly not in self.body.get("yearly", {}):
            yield ("yearly",), f"no such yearly benefit: {yearly}"
        if yearly is not None and row["role"] == "base":
            yield ("yearly",), "only a benefit is limited by the year"

    def _parts(self, view: View) -> Iterator[Fault]:
        for name, limit in self.body.get("yearly", {}).items():
            if "times" not in limit and "amount" not in limit:
                yield self.fault(("yearly", name), "limits nothing")
        for name, parameter in self.body.get("parameters", {}).items():
            ends: list[tuple[int, int]] = []
            for place, value in enumerate(parameter["values"]):
                at = ("parameters", name, "values", place)
                yield from (self.fault((*at, "basis", *where), why) for where, why in wrong_basis(value["basis"]))
                low, high = _days(value["basis"])
                if any(low <= end and start <= high for start, end in ends):
                    yield self.fault((*at, "basis"), "another value is in force on some of these days")
                ends.append((low, high))
        if self.body["type"] == "policy":
            for where, why in (*check_selector(self.body["lines"], view, ("lines",)), *check_places(self.body, view)):
                yield self.fault(where, why)

    def _unused(self) -> Iterator[Fault]:
        for name in self.body["inputs"]:
            if name in OF_EVERY_CASE or name in _OWN:
                yield self.fault(("inputs", name), "every case has this already")
            elif name not in self.columns:
                yield self.fault(("inputs", name), "no row goes by it")
        if self.body["type"] == "schedule":
            based = {row["line"] for row in self.body["rows"] if row["role"] == "base"}
            for name in self.body["lines"]:
                if name not in based:
                    yield self.fault(("lines", name), "no base row says what it costs")


def wrong_basis(written: BasisBody) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what is wrong with the days of a basis."""
    since, until = written["effective_from"], written.get("effective_to")
    if until is not None and until < since:
        yield ("effective_to",), "ends before it begins"


def _days(basis: BasisBody) -> tuple[int, int]:
    return day_bounds(basis["effective_from"], basis.get("effective_to"))


def _read(body: FeesBody) -> Read:
    """Return the rows as `proofs` holds them against each other."""
    inputs: Mapping[str, Input] = inputs_of(body)
    rows: list[Any] = list(body["rows"])
    cells = [{name: cell_of(inputs[name], cell) for name, cell in row["when"].items()} for row in rows]
    return Read(inputs, rows, cells, [_days(row["basis"]) for row in rows])
