"""What stands between a line and its amount, by name: facts, rates, the year's history, a rounding. Pure."""

from chalicelib.fees.answer import Missing
from chalicelib.fees.model import Case, RowRef, Span
from chalicelib.fees.rule import Live
from chalicelib.fees.seen import Seen
from chalicelib.fees.standing import Base


def declared_of(rules: tuple[Live, ...], seen: Seen, case: Case) -> tuple[str, ...]:
    """Return the inputs that some rule counts by and only the payer vouches for."""
    names: dict[str, None] = {}
    for live in rules:
        if live.mask & seen.declared:
            names.update(dict.fromkeys(name for name in inputs_of(live) if _is_declared(case, name)))
    return tuple(names)


def inputs_of(live: Live) -> tuple[str, ...]:
    """Return the inputs that facts answer and the rule goes by."""
    rule = live.rule
    named = [condition.input for bit, condition in rule.checks if bit & live.mask]
    return tuple(dict.fromkeys((*named, *rule.reckons)))


def _is_declared(case: Case, name: str) -> bool:
    fact = case.facts.get(name)
    return fact is not None and fact.assurance == "declared"


def missing_of(base: Base, undecided: list[tuple[Live, int]], around: tuple[Seen, Case]) -> tuple[Missing, ...]:
    """Return what would settle the base where it is open, and the benefits that could lower the amount."""
    found: dict[Missing, None] = {}
    if base.amount is None:
        for live in (*base.rules, *base.open):
            found.update(dict.fromkeys(_lacking(live, around, is_base=True)))
    for live, _ in undecided:
        found.update(dict.fromkeys(_lacking(live, around, is_base=False)))
    return tuple(found)


def _lacking(live: Live, around: tuple[Seen, Case], *, is_base: bool) -> list[Missing]:
    """Return what would have to be known of a rule: facts first; of one that holds, its rate, or how to round."""
    seen, case = around
    ref: RowRef = live.rule.ref
    if live.mask & seen.passed != live.mask:
        return [_lack(name, ref) for name in inputs_of(live) if _is_lacking(case, name, live, seen)]
    if live.is_unknown:
        return [Missing("rate", live.rule.row.name.vi, ref)]
    return [Missing("rounding", live.rule.row.name.vi, ref)] if live.due is not None or not is_base else []


def _lack(name: str, ref: RowRef) -> Missing:
    return Missing("history" if name.startswith("yearly:") else "fact", name.removeprefix("yearly:"), ref)


def _is_lacking(case: Case, name: str, live: Live, seen: Seen) -> bool:
    if name.startswith("yearly:"):
        return case.used is None
    if name in case.quantities:
        return False
    fact = case.facts.get(name)
    if fact is None:
        return True
    bits = [bit for bit, condition in live.rule.checks if condition.input == name]
    return isinstance(fact.value, Span) and (not bits or any(bit & ~seen.passed for bit in bits))
