"""Every row that was considered for a case: each condition as it came out, and why the row counts or does not. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from chalicelib.fees.answer import Checked, Considered, Priced, Pricing
from chalicelib.fees.best import benefit_due
from chalicelib.fees.model import Case, RowRef
from chalicelib.fees.plan import Rules
from chalicelib.fees.rule import LineRules, Live, PlanLine, Rule
from chalicelib.fees.seen import Seen, look

Verdict: TypeAlias = Literal[
    "applied", "worse", "failed", "undecided", "in_doubt", "overridden", "contradicts", "unknown_rate"
]
_MOST_VIEWS: Final = 256


def traced(rules: Rules, case: Case, pricing: Pricing) -> tuple[Considered, ...]:
    """Return every row about the procedure's lines, line by line, in the order of files."""
    plan = rules.plan(case.procedure)
    alive = plan.alive(case)
    seen = look(plan, alive, case, is_whole=True)
    priced = {(each.schedule, each.line.name): each for each in pricing.lines}
    found: list[Considered] = []
    for each, left in zip(plan.lines, alive.lines, strict=True):
        found += _line(each, left, (priced.get((each.schedule.code, each.line.name)), seen, case))
    return tuple(found)


def _line(each: PlanLine, left: LineRules, about: tuple[Priced | None, Seen, Case]) -> Iterator[Considered]:
    priced, seen, case = about
    base = _base_amount(priced, left.lives, case)
    name = f"{each.schedule.code}/{each.line.name}"
    for rule in each.rules:
        view = _view(rule, name, seen)
        live = left.lives.get(rule.ref)
        if live is None or live.mask & seen.possible != live.mask:
            yield view
        else:
            verdict = _verdict(rule, live, (priced, seen))
            yield Considered(rule.ref, name, rule.row.role, verdict, _due(live, base, case), view.conditions)


def _base_amount(priced: Priced | None, lives: Mapping[RowRef, Live], case: Case) -> int | None:
    """Return what the line costs before benefits, where one amount is known."""
    if priced is None or not priced.rows:
        return None
    first = lives.get(priced.rows[0])
    if first is None or first.rule.row.role != "base" or priced.status == "conflict":
        return None
    return first.const if first.due is None else first.due(None, case)


def _due(live: Live, base: int | None, case: Case) -> int | None:
    if live.rule.row.role == "benefit":
        return benefit_due(live, base, case, {})
    return live.const if live.due is None else live.due(None, case)


def _verdict(rule: Rule, live: Live, about: tuple[Priced | None, Seen]) -> Verdict:
    priced, seen = about
    if priced is not None and rule.ref in priced.rows:
        return "contradicts" if priced.status == "conflict" else "applied"
    if live.mask & seen.passed != live.mask:
        return "undecided"
    if rule.row.role == "base":
        return "overridden" if priced is not None else "applied"
    if live.is_unknown:
        return "unknown_rate"
    return "in_doubt" if rule.row.review is not None else "worse"


def _view(rule: Rule, name: str, seen: Seen) -> Considered:
    """Return the row with its conditions as they came out, failed as most are; the same is not made twice."""
    key = rule.mask & seen.passed, rule.mask & seen.possible
    found = rule.views.get(key)
    if found is None:
        conditions = tuple(Checked(condition, _passed(bit, key)) for bit, condition in rule.checks)
        found = Considered(rule.ref, name, rule.row.role, "failed", None, conditions)
        if len(rule.views) < _MOST_VIEWS:
            rule.views[key] = found
    return found


def _passed(bit: int, key: tuple[int, int]) -> bool | None:
    passed, possible = key
    if bit & passed:
        return True
    return None if bit & possible else False
