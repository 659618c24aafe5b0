"""Lines summed: what is due to the State, and what is payable in all. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from chalicelib.fees.answer import Missing, Outcome, Priced, Pricing, Total
from chalicelib.fees.model import STATE_KINDS

_WEAKEST: Final[Mapping[Outcome, int]] = {"zero": 0, "amount": 1, "needs_review": 2, "unknown": 3, "conflict": 4}
_FREE: Final = Total("zero", 0, 0, 0)


def pricing_of(lines: tuple[Priced, ...], missing: tuple[Missing, ...]) -> Pricing:
    """Return lines with their totals; where a schedule is missing no total is known."""
    if len(lines) == 1 and not missing and lines[0].line.kind in STATE_KINDS:
        one = lines[0]
        total = Total(one.status, one.amount, one.low, one.high)
        return Pricing(lines, total, total, one.missing)
    state = _total([each for each in lines if each.line.kind in STATE_KINDS])
    payable = _total(lines)
    if missing:
        state, payable = (Total("unknown", None, each.low, None) for each in (state, payable))
    for each in lines:
        missing += each.missing
    return Pricing(lines, state, payable, tuple(dict.fromkeys(missing)))


def _total(lines: Iterable[Priced]) -> Total:
    held = tuple(lines)
    if not held:
        return _FREE
    status = max((each.status for each in held), key=_WEAKEST.__getitem__)
    amount, high = _sum([each.amount for each in held]), _sum([each.high for each in held])
    return Total(status, amount, sum(each.low for each in held), high)


def _sum(amounts: list[int | None]) -> int | None:
    known = [each for each in amounts if each is not None]
    return sum(known) if len(known) == len(amounts) else None
