"""Conditions as bits: which bits a value of an input sets, found by one look-up. Must not know what rows do."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from chalicelib.fees.model import Among, Case, Condition, FeeFile, Input, Policy, Span, Used, Value, Within, Yearly

_STATIC: Final = frozenset({"as_of", "channel", "province", "commune", "place"})


class Reader(NamedTuple):
    """How one input sets bits: by named value (`finite`, else `others`), or by the stretch a number falls into.

    `known` is the bit that says only that there is a value.
    """

    name: str
    mask: int
    finite: dict[Value, int] | None
    others: int
    points: tuple[int, ...]
    masks: tuple[int, ...]
    known: int

    def read(self, value: Value) -> tuple[int, int]:
        """Return the bits that the value sets, and those that stay open because it is known only within bounds."""
        if self.finite is not None:
            return self.finite.get(value, self.others), 0
        if isinstance(value, Span):
            return self._between(value)
        number = value.toordinal() if isinstance(value, date) else int(value)
        return self.masks[bisect_right(self.points, number)], 0

    def _between(self, span: Span) -> tuple[int, int]:
        held = self.masks[bisect_right(self.points, span.low) : bisect_right(self.points, span.high) + 1]
        every = some = held[0]
        for each in held:
            every &= each
            some |= each
        every &= ~self.known
        return every, (some & ~every) | self.known


class Readers(NamedTuple):
    """The readers of a procedure: those of quantities, and those of facts."""

    numbers: tuple[Reader, ...]
    facts: tuple[Reader, ...]

    def of(self, mask: int) -> "Readers":
        """Return those that set any of these bits."""
        return Readers(*(tuple(each for each in held if each.mask & mask) for held in self))


class Limit(NamedTuple):
    """A yearly benefit's bit."""

    code: str
    bit: int
    limit: Yearly


@dataclass(slots=True)
class Bits:
    """The bits of a procedure's conditions, given out while its rules are read."""

    procedure: str
    provinces: set[str] = field(default_factory=set)
    communes: set[str] = field(default_factory=set)
    limits: list[Limit] = field(default_factory=list)
    _given: dict[object, int] = field(default_factory=dict)
    _cells: dict[str, list[tuple[Condition, int]]] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)
    _policies: list[tuple[Policy, int]] = field(default_factory=list)

    def bit(self, condition: Condition, file: FeeFile) -> int:
        """Return the bit of a condition; equal conditions share one."""
        found = self._given.get(condition)
        if found is None:
            found = self._new(condition)
            self._cells.setdefault(condition.input, []).append((condition, found))
            self._mention(condition, file, found)
        return found

    def known(self, name: str) -> int:
        """Return the bit that says an input's value is known, whatever it is."""
        if name not in self._known:
            self._known[name] = self._new(("known", name))
        return self._known[name]

    def yearly(self, code: str, limit: Yearly) -> int:
        """Return the bit that says a yearly benefit is not used up."""
        key = ("yearly", code)
        if key not in self._given:
            self.limits.append(Limit(code, self._new(key), limit))
        return self._given[key]

    def readers(self, inputs: Mapping[str, Input]) -> Readers:
        """Return how each input that facts or quantities answer sets its bits."""
        names = [name for name in dict.fromkeys((*self._cells, *self._known)) if name not in _STATIC]
        numbers = (name for name in names if inputs[name].source.by == "quantity")
        facts = (name for name in names if inputs[name].source.by != "quantity")
        return Readers(*(tuple(self._reader(inputs[name]) for name in held) for held in (numbers, facts)))

    def static(self, case: Case) -> tuple[int, int]:
        """Return the bits that day, channel and place set, and all those they decide."""
        passed = mask = 0
        values = {"channel": case.channel, "province": case.province, "commune": case.commune}
        for name in ("channel", "province", "commune", "as_of"):
            for condition, bit in self._cells.get(name, ()):
                mask |= bit
                value: object = case.as_of.toordinal() if name == "as_of" else values[name]
                passed |= bit if condition.cell.holds(value) else 0  # type: ignore[arg-type]
        for policy, bit in self._policies:
            mask |= bit
            holds = any(place.holds(case.province, case.commune, case.as_of) for place in policy.places or ())
            passed |= bit if holds else 0
        return passed, mask

    def history(self, used: Mapping[str, Used] | None) -> tuple[int, int]:
        """Return the bits of yearly benefits that are not used up, and those nobody can tell of."""
        passed = unknown = 0
        for code, bit, limit in self.limits:
            if used is None:
                unknown |= bit
            elif limit.times is None or used.get(code, Used()).times < limit.times:
                passed |= bit
        return passed, unknown

    def _new(self, key: object) -> int:
        self._given[key] = 1 << len(self._given)
        return self._given[key]

    def _mention(self, condition: Condition, file: FeeFile, bit: int) -> None:
        cell = condition.cell
        if condition.input == "place" and isinstance(file, Policy):
            self._policies.append((file, bit))
            for place in file.places or ():
                self.communes |= place.communes
                self.provinces |= {place.province} if place.province is not None else set()
        elif condition.input in {"province", "commune"} and isinstance(cell, Among):
            held = self.provinces if condition.input == "province" else self.communes
            held |= {str(each) for each in cell.values}

    def _reader(self, input_: Input) -> Reader:
        cells = self._cells.get(input_.name, [])
        known = self._known.get(input_.name, 0)
        mask = known
        for _, bit in cells:
            mask |= bit
        if input_.type in {"enum", "bool", "text"}:
            values = (True, False) if input_.type == "bool" else tuple(input_.values)
            finite: dict[Value, int] = {value: known | _holding(cells, value) for value in values}
            return Reader(input_.name, mask, finite, known, (), (), known)
        points = sorted({end for condition, _ in cells for end in _ends(condition.cell)})
        firsts = [points[0] - 1 if points else 0, *points]
        masks = tuple(known | _holding(cells, first) for first in firsts)
        return Reader(input_.name, mask, None, known, tuple(points), masks, known)


def _holding(cells: list[tuple[Condition, int]], value: object) -> int:
    found = 0
    for condition, bit in cells:
        found |= bit if condition.cell.holds(value) else 0  # type: ignore[arg-type]
    return found


def _ends(cell: object) -> tuple[int, ...]:
    return (cell.low, cell.high + 1) if isinstance(cell, Within) else ()
