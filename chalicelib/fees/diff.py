"""Whose fee changes between two sets of rules, from what to what, and by which row and article.

Knows pricings and rows; must not know how a case is priced: that is handed in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from chalicelib.fees.answer import Missing, Outcome, Priced, Pricing
from chalicelib.fees.model import Basis, Case, FeeFile, Input, RowRef, Value
from chalicelib.kernel.frozen import dataclass


class By(NamedTuple):
    """A row that an answer rests on, and its basis; None where the set has no such row."""

    row: RowRef
    basis: Basis | None


class Answer(NamedTuple):
    """What is due for a line, or in all: as a quote would say it."""

    status: Outcome
    amount: int | None


class LineChange(NamedTuple):
    """One line that is not due as before; None on a side where the line does not arise.

    `before_by` and `after_by` name the rows each answer rests on, `missing` what the later answer lacks.
    """

    schedule: str
    line: str
    before: Answer | None
    after: Answer | None
    before_by: tuple[By, ...]
    after_by: tuple[By, ...]
    missing: tuple[Missing, ...]


class Changed(NamedTuple):
    """One case whose fee is not what it was: which of the corpus (from 0), the sums due, and the lines."""

    number: int
    case: Case
    before: Answer
    after: Answer
    lines: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The cases that changed, of so many. `dearer` and `cheaper` count those with an amount on both sides."""

    cases: int
    changed: tuple[Changed, ...]
    dearer: int
    cheaper: int


@dataclass(frozen=True, slots=True)
class Rules:
    """One side: how a case is priced, and the rows that pricings name."""

    price: Callable[[Case], Pricing]
    bases: Mapping[RowRef, Basis]


def rules_of(files: Iterable[FeeFile], price: Callable[[Case], Pricing]) -> Rules:
    """Return one side of a comparison. Of a case it takes what its own inputs accept: the rest says nothing there."""
    held = tuple(files)
    inputs = {name: each for file in held for name, each in file.inputs.items()}
    bases = {RowRef(file.code, row.id): row.basis for file in held for row in file.rows}
    return Rules(lambda case: price(_fitting(inputs, case)), bases)


def _fitting(inputs: Mapping[str, Input], case: Case) -> Case:
    quantities = {name: each for name, each in case.quantities.items() if _accepts(inputs, name, each)}
    facts = {name: each for name, each in case.facts.items() if _accepts(inputs, name, each.value)}
    return replace(case, quantities=quantities, facts=facts)


def _accepts(inputs: Mapping[str, Input], name: str, value: Value) -> bool:
    return name in inputs and inputs[name].accepts(value)


def difference(before: Rules, after: Rules, cases: Iterable[Case]) -> Difference:
    """Return every case whose sum, or any line, is not due as before. A row renamed alone is no change."""
    total, found = 0, []
    for number, case in enumerate(cases):
        total += 1
        old, new = before.price(case), after.price(case)
        lines = tuple(_lines((before, old), (after, new)))
        sums = _sum(old), _sum(new)
        if lines or sums[0] != sums[1]:
            found.append(Changed(number, case, *sums, lines))
    rises = [each.after.amount - each.before.amount for each in found if _both(each)]  # type: ignore[operator]
    return Difference(total, tuple(found), sum(rise > 0 for rise in rises), sum(rise < 0 for rise in rises))


def _both(changed: Changed) -> bool:
    return changed.before.amount is not None and changed.after.amount is not None


def _sum(pricing: Pricing) -> Answer:
    return Answer(pricing.payable.status, pricing.payable.amount)


def _lines(before: tuple[Rules, Pricing], after: tuple[Rules, Pricing]) -> Iterator[LineChange]:
    old, new = _by_name(before[1]), _by_name(after[1])
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if _answer(was) != _answer(now) or _zero(was) != _zero(now):
            yield LineChange(
                *name,
                _answer(was),
                _answer(now),
                _by(before[0], was),
                _by(after[0], now),
                () if now is None else now.missing,
            )


def _by_name(pricing: Pricing) -> dict[tuple[str, str], Priced]:
    return {(each.schedule, each.line.name): each for each in pricing.lines}


def _answer(priced: Priced | None) -> Answer | None:
    return None if priced is None else Answer(priced.status, priced.amount)


def _zero(priced: Priced | None) -> str | None:
    return None if priced is None else priced.zero


def _by(rules: Rules, priced: Priced | None) -> tuple[By, ...]:
    return () if priced is None else tuple(By(row, rules.bases.get(row)) for row in priced.rows)
