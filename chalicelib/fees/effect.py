"""What a row does to a line, as exact values: amounts, tiers, shares, limits. Must not know rows."""

from typing import Literal, TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.vocabulary.model import Text

Zero: TypeAlias = Literal["exempt", "zero_rated", "reduced", "subsidised"]


@dataclass(frozen=True, slots=True)
class Fraction:
    """An exact part: numerator over denominator."""

    over: int
    under: int


@dataclass(frozen=True, slots=True)
class Times:
    """A multiple of a parameter."""

    times: int
    of: str


Limit: TypeAlias = int | Times


@dataclass(frozen=True, slots=True)
class Rounding:
    """To a multiple of so many đồng."""

    to: int
    mode: Literal["down", "up", "half_up"]


@dataclass(frozen=True, slots=True)
class AmountEffect:
    """(amount + Σ tiers over `per`, within least and most) × `times`; a tier is (from which unit, đồng each)."""

    amount: int
    per: str | None = None
    tiers: tuple[tuple[int, int], ...] = ()
    least: Limit | None = None
    most: Limit | None = None
    times: str | None = None


@dataclass(frozen=True, slots=True)
class ShareEffect:
    """A part of an input."""

    share: Fraction
    of: str
    least: Limit | None = None
    most: Limit | None = None
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class OffEffect:
    """What is left of the line (`left`), with a limit of what goes off and limits of what is left."""

    left: Fraction
    meaning: Zero = "reduced"
    most_off: Limit | None = None
    least: Limit | None = None
    most: Limit | None = None
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class ZeroEffect:
    """Nothing is paid."""

    meaning: Zero


@dataclass(frozen=True, slots=True)
class UnknownEffect:
    """Nobody could read or find the rate."""

    rate: Text


@dataclass(frozen=True, slots=True)
class NotDue:
    """The line does not arise."""


Effect: TypeAlias = AmountEffect | ShareEffect | OffEffect | ZeroEffect | UnknownEffect | NotDue
