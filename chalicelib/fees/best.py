"""The benefit that is best for the payer, and the open questions that could still beat it. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.fees.model import Case, Used
from chalicelib.fees.rule import Live
from chalicelib.fees.seen import Seen

_NOTHING: Final[Mapping[str, Used]] = {}


class Step(NamedTuple):
    """The best benefit from an amount: what is left, and the questions that could still lower it."""

    amount: int | None
    sure: int | None
    rule: Live | None
    undecided: tuple[tuple[Live, int], ...]
    doubts: tuple[tuple[Live, int], ...]


def best(rules: tuple[Live, ...], start: int | None, around: tuple[Seen, Case, dict[str, int]]) -> Step:
    """Return what the best of the benefits leaves of an amount; None is an amount that nobody knows."""
    (passed, possible, declared), case, spent = around
    sure, rule = start, None
    others: list[tuple[Live, int | None]] = []
    for live in rules:
        mask = live.mask
        if mask & possible != mask:
            continue
        due = live.const if live.is_plain else benefit_due(live, start, case, spent)
        if due is None or live.review or mask & passed != mask or mask & declared:
            others.append((live, due))
        elif _lowers(due, sure):
            sure, rule = due, live
    if not others:
        return Step(sure, sure, rule, (), ())
    return _among_others(others, Step(sure, sure, rule, (), ()), (start, passed))


def _among_others(others: list[tuple[Live, int | None]], step: Step, around: tuple[int | None, int]) -> Step:
    """Weigh what is declared, open or in doubt beside the best that is sure."""
    start, passed = around
    amount, rule = step.sure, step.rule
    open_: list[tuple[Live, int]] = []
    doubts: list[tuple[Live, int]] = []
    for live, due in others:
        if due is None:
            # A part of an amount that nobody knows adds no question of its own.
            open_ += [(live, 0)] if start is not None or live.is_unknown else []
        elif live.review:
            doubts.append((live, due))
        elif live.mask & passed != live.mask:
            open_.append((live, due))
        elif _lowers(due, amount):
            amount, rule = due, live
    return Step(amount, step.sure, rule, _below(open_, amount), _below(doubts, amount))


def _lowers(due: int, amount: int | None) -> bool:
    """Say whether a benefit counts: of an amount that nobody knows, only one that leaves nothing surely does."""
    return due == 0 if amount is None else due < amount


def _below(found: list[tuple[Live, int]], amount: int | None) -> tuple[tuple[Live, int], ...]:
    return tuple(each for each in found if amount is None or each[1] < amount) if found else ()


def benefit_due(live: Live, start: int | None, case: Case, spent: Mapping[str, int]) -> int | None:
    """Return what a benefit leaves, within what is left of its year."""
    due = live.const if live.due is None else live.due(start, case)
    if live.most is None or due is None or live.is_unknown:
        return None if live.is_unknown else due
    if start is None:
        return None
    yearly = live.rule.yearly
    code = "" if yearly is None else yearly[0]
    used = (case.used or _NOTHING).get(code, Used()).amount + spent.get(code, 0)
    return max(due, start - max(live.most - used, 0))


def uses_of(base: int | None, steps: list[Step], spent: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what yearly benefits took off, and note it, so that another line of the case cannot take it again."""
    found = []
    before = base
    for step in steps:
        yearly = None if step.rule is None else step.rule.rule.yearly
        if yearly is not None and before is not None and step.amount is not None:
            found.append((yearly[0], before - step.amount))
            spent[yearly[0]] = spent.get(yearly[0], 0) + before - step.amount
        before = step.amount
    return tuple(found)
