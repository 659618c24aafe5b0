"""What a line costs before benefits: the base row that holds, a province's own first. Two that differ conflict."""

from typing import NamedTuple

from chalicelib.fees.model import Case
from chalicelib.fees.rule import LineRules, Live
from chalicelib.fees.seen import Seen


class Base(NamedTuple):
    """What a line costs before benefits: an amount, or several that it could be (`open` says between which)."""

    amount: int | None
    low: int
    high: int | None
    rules: tuple[Live, ...]
    open: tuple[Live, ...]
    conflict: bool
    is_due: bool


def standing(rules: tuple[Live, ...], seen: Seen) -> tuple[list[Live], list[Live]]:
    """Return the rules that hold, and those that may."""
    passed, possible, _ = seen
    sure, open_ = [], []
    for live in rules:
        mask = live.mask
        if mask & passed == mask:
            sure.append(live)
        elif mask & possible == mask:
            open_.append(live)
    return sure, open_


def base_of(line: LineRules, seen: Seen, case: Case) -> Base:
    """Return the base of a line; a row of a policy overrides those of the schedule."""
    sure, open_ = standing(line.overrides, seen) if line.overrides else ([], [])
    if not sure:
        sure, own_open = standing(line.bases, seen)
        open_ += own_open
    if len(sure) == 1 and not open_:
        live = sure[0]
        amount = live.const if live.due is None else live.due(None, case)
        return Base(amount, amount or 0, amount, (live,), (), False, live.is_due)
    return _open_base(sure, open_, case)


def _open_base(sure: list[Live], open_: list[Live], case: Case) -> Base:
    """Weigh bases where several hold, or may: two that hold and differ are a conflict."""
    dues = {_due(live, None, case) for live in sure}
    due_at_all = {live.is_due for live in sure}
    if len(dues) > 1 or len(due_at_all) > 1:
        known = [each for each in dues if each is not None]
        high = max(known) if len(known) == len(dues) else None
        low = 0 if False in due_at_all or len(known) < len(dues) else min(known)
        return Base(None, low, high, tuple(sure), (), True, True)
    if sure and all(_due(live, None, case) in dues and live.is_due in due_at_all for live in open_):
        amount = next(iter(dues))
        return Base(amount, amount or 0, amount, tuple(sure), (), False, sure[0].is_due)
    every = [_due(live, None, case) if live.is_due else 0 for live in (*sure, *open_)]
    known = [each for each in every if each is not None]
    whole = bool(every) and len(known) == len(every)
    low, high = (min(known), max(known)) if whole else (0, None)
    return Base(None, low, high, tuple(sure), tuple(open_), False, True)


def _due(live: Live, base: int | None, case: Case) -> int | None:
    return live.const if live.due is None else live.due(base, case)
