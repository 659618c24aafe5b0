"""What is due and why, as values: lines, totals, the trace, what would change it. Must not know how it is found."""

from typing import Literal, NamedTuple, TypeAlias

from chalicelib.fees.effect import Zero
from chalicelib.fees.model import Case, Channel, Condition, Line, Role, RowRef
from chalicelib.kernel.frozen import dataclass

Outcome: TypeAlias = Literal["amount", "zero", "unknown", "needs_review", "conflict"]


class Missing(NamedTuple):
    """What has to be known before the amount is: an input, a rate (of a row), a schedule, the year's history."""

    what: Literal["fact", "rate", "schedule", "history", "rounding"]
    name: str
    row: RowRef | None = None


class Priced(NamedTuple):
    """What is due for one line. `amount` is None where it is unknown or in conflict.

    `low` and `high` bound it: what would be due were every open question answered for the payer, or against; None where
    there is no bound. `rows`: what it rests on, base first; of a conflict, the rows that contradict.
    `uses`: đồng that yearly benefits took off, by the benefit's code.
    """

    schedule: str
    line: Line
    status: Outcome
    amount: int | None
    low: int
    high: int | None
    zero: Zero | None
    rows: tuple[RowRef, ...]
    missing: tuple[Missing, ...]
    reviews: tuple[RowRef, ...]
    declared: tuple[str, ...]
    uses: tuple[tuple[str, int], ...]


class Total(NamedTuple):
    """Lines summed: None where one of them has no amount. The status is the weakest of them."""

    status: Outcome
    amount: int | None
    low: int
    high: int | None


class Pricing(NamedTuple):
    """What is due for a case: to the State (phí, lệ phí), and in all with services and third parties."""

    lines: tuple[Priced, ...]
    state: Total
    payable: Total
    missing: tuple[Missing, ...]


class Checked(NamedTuple):
    """One condition of a row as it came out; None: not known."""

    condition: Condition
    passed: bool | None


class Considered(NamedTuple):
    """One row that was considered for a line, why it counts or does not, and what it alone would make due."""

    row: RowRef
    line: str
    role: Role
    verdict: Literal["applied", "worse", "failed", "undecided", "in_doubt", "overridden", "contradicts", "unknown_rate"]
    due: int | None
    conditions: tuple[Checked, ...]


class Change(NamedTuple):
    """One thing that, had it been otherwise, would alter what is payable."""

    what: Literal["channel", "as_of", "fact", "quantity"]
    name: str
    value: bool | int | str
    status: Outcome
    payable: int | None


class ByChannel(NamedTuple):
    """What is payable in all through one channel."""

    channel: Channel
    status: Outcome
    payable: int | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What must be paid and why: the pricing, every row considered, what would change it, the cheapest channel.

    `cheapest` is None where no channel's total is known. `rules` is the digest of the rules it was made with.
    """

    case: Case
    rules: str
    pricing: Pricing
    trace: tuple[Considered, ...]
    changes: tuple[Change, ...] = ()
    channels: tuple[ByChannel, ...] = ()
    cheapest: ByChannel | None = None
    digest: str = ""
