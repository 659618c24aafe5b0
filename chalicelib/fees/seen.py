"""Which bits a case sets: one look-up for each input that can still matter. Pure."""

from bisect import bisect_right
from typing import NamedTuple

from chalicelib.fees.masks import Readers
from chalicelib.fees.model import Case
from chalicelib.fees.plan import Plan
from chalicelib.fees.rule import Alive


class Seen(NamedTuple):
    """The bits of a case: set, possibly set, and set or not by what was only declared."""

    passed: int
    possible: int
    declared: int


def look(plan: Plan, alive: Alive, case: Case, *, is_whole: bool = False) -> Seen:
    """Return the bits that the case sets: those that can still matter, or those of every row there is."""
    readers = plan.readers if is_whole else alive.readers
    passed, unknown = _numbers(readers, case) if readers.numbers else (0, 0)
    passed |= alive.passed
    declared = 0
    facts = case.facts
    for reader in readers.facts:
        name, mask, finite, others, points, masks, _ = reader
        fact = facts.get(name)
        if fact is None:
            unknown |= mask
            continue
        value = fact.value
        if fact.assurance == "declared":
            declared |= mask
        if finite is not None:
            passed |= finite.get(value, others)
        elif type(value) is int:
            passed |= masks[bisect_right(points, value)]
        else:
            held, open_ = reader.read(value)
            passed |= held
            unknown |= open_
    if plan.bits.limits:
        held, open_ = plan.bits.history(case.used)
        passed |= held
        unknown |= open_
    return Seen(passed, passed | unknown, declared)


def _numbers(readers: Readers, case: Case) -> tuple[int, int]:
    """Return the bits that quantities set, and those of quantities that were not told."""
    passed = unknown = 0
    for name, mask, _, _, points, masks, _ in readers.numbers:
        number = case.quantities.get(name)
        if number is None:
            unknown |= mask
        else:
            passed |= masks[bisect_right(points, number)]
    return passed, unknown
