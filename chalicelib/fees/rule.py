"""A row as it is about one line, and what there is for a line once day, channel and place are known: values only."""

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from typing import NamedTuple

from chalicelib.fees.answer import Considered, Priced, Pricing
from chalicelib.fees.effect import OffEffect, UnknownEffect, Zero, ZeroEffect
from chalicelib.fees.effects import Due
from chalicelib.fees.masks import Readers
from chalicelib.fees.model import (
    Condition,
    FeeFile,
    Line,
    Policy,
    Row,
    RowRef,
    Schedule,
    Yearly,
)
from chalicelib.kernel.frozen import dataclass


@dataclasses.dataclass(slots=True)
class Rule:
    """A row as it is about one line: its bits, and the conditions they stand for."""

    ref: RowRef
    row: Row
    file: FeeFile
    mask: int
    checks: tuple[tuple[int, Condition], ...]
    yearly: tuple[str, Yearly] | None
    reckons: tuple[str, ...] = ()
    views: dict[tuple[int, int], Considered] = field(default_factory=dict)

    @property
    def is_policy(self) -> bool:
        """Say whether it stands in a policy."""
        return isinstance(self.file, Policy)

    @property
    def is_unknown(self) -> bool:
        """Say whether nobody can rely on its rate: it is not known, or not verified."""
        return self.row.basis.status == "unverified" or isinstance(self.row.effect, UnknownEffect)

    @property
    def meaning(self) -> Zero:
        """Return what a zero of it means."""
        effect = self.row.effect
        if isinstance(effect, ZeroEffect | OffEffect):
            return effect.meaning
        return "zero_rated" if self.row.role == "base" else "reduced"


class Live(NamedTuple):
    """A rule that day, channel and place leave open: the bits that facts still have to set, and what it makes due."""

    mask: int
    const: int | None
    due: Due | None
    is_unknown: bool
    is_due: bool
    review: bool
    rule: Rule
    is_plain: bool
    """Its due is a constant, and nothing limits it."""
    most: int | None
    """What is left of a yearly benefit's amount before any was used; None: no such limit."""


class LineRules(NamedTuple):
    """What there is for one line at one time, channel and place."""

    schedule: str
    line: Line
    overrides: tuple[Live, ...]
    bases: tuple[Live, ...]
    benefits: tuple[Live, ...]
    stacked: tuple[tuple[Live, ...], ...]
    plain: "Plain | None"
    lives: Mapping[RowRef, Live]


class Plain(NamedTuple):
    """A line of constants with nothing in doubt: each rule's mask and amount, and answers made before.

    `settled` holds an answer for each pair of base and benefit, so it never outgrows the rules.
    """

    bases: tuple[tuple[int, int, Live], ...]
    benefits: tuple[tuple[int, int, Live], ...]
    settled: dict[tuple[RowRef, RowRef | None], Priced]


class Alive(NamedTuple):
    """What day, channel and place decide: the bits they set, and the rules they leave."""

    passed: int
    readers: Readers
    lines: tuple[LineRules, ...]
    reckons: tuple[str, ...]
    """Inputs whose values, beyond their bits, decide what is due."""
    kept: dict[tuple[object, ...], Pricing]
    """Answers made before, by all that decides them: bits, values reckoned with, what was used of the year."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a procedure with every row about it."""

    schedule: Schedule
    line: Line
    rules: tuple[Rule, ...]
