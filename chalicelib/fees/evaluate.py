"""What is due for a case under rules: one amount a line, and what is not known where there is none. Pure.

For each line: the base row that holds; the one benefit that is best for the payer; then policies that come on top.
A verified fact counts; a declared one counts and asks for review; an absent one leaves its rows open, and where they
could lower the amount it is unknown. What is in doubt by law lowers nothing and asks for review.
"""

from collections.abc import Sequence
from typing import Final

from chalicelib.fees.answer import Missing, Outcome, Priced, Pricing
from chalicelib.fees.best import Step, best, uses_of
from chalicelib.fees.effect import Zero
from chalicelib.fees.lacking import declared_of, missing_of
from chalicelib.fees.model import Case
from chalicelib.fees.plan import Plan, Rules
from chalicelib.fees.rule import Alive, LineRules, Live, Plain
from chalicelib.fees.seen import Seen, look
from chalicelib.fees.standing import Base, base_of
from chalicelib.fees.totals import pricing_of

_MOST_KEPT: Final = 512


def price(rules: Rules, case: Case) -> Pricing:
    """Return what is due. The case's values must be of their inputs' domains: `quoting.problems` says which are not."""
    plan = rules.plan(case.procedure)
    alive = plan.alive(case)
    seen = look(plan, alive, case)
    key = (case.procedure, *seen, *[_value(case, name) for name in alive.reckons], *_history(plan, case))
    found = alive.kept.get(key)
    if found is None:
        found = _priced(alive, seen, case, () if plan.is_known else (Missing("schedule", case.procedure),))
        if len(alive.kept) >= _MOST_KEPT:
            alive.kept.clear()
        alive.kept[key] = found
    return found


def _value(case: Case, name: str) -> object:
    if name in case.quantities:
        return case.quantities[name]
    fact = case.facts.get(name)
    return None if fact is None else fact.value


def _history(plan: Plan, case: Case) -> list[object]:
    """Return what was used of the yearly benefits that the procedure's rules go by."""
    limits = plan.bits.limits
    return [(case.used or {}).get(each.code) for each in limits] if limits else []


def _priced(alive: Alive, seen: Seen, case: Case, missing: tuple[Missing, ...]) -> Pricing:
    spent: dict[str, int] = {}
    lines = []
    for each in alive.lines:
        plain = each.plain
        found = (None if plain is None else _quick(each, plain, seen)) or _line(each, seen, case, spent)
        if found is not None:
            lines.append(found)
    return pricing_of(tuple(lines), missing)


def _line(line: LineRules, seen: Seen, case: Case, spent: dict[str, int]) -> Priced | None:
    base = base_of(line, seen, case)
    if not base.is_due:
        return None
    if not base.rules and not base.open:
        missing = Missing("rate", f"{line.schedule}/{line.line.name}")
        return Priced(line.schedule, line.line, "unknown", None, 0, None, None, (), (missing,), (), (), ())
    step = best(line.benefits, base.amount, (seen, case, spent))
    quick = None
    if not (line.stacked or base.open or step.undecided or step.doubts):
        quick = _settled(line, base, step, seen)
    if quick is not None:
        return quick
    steps = [step]
    for group in line.stacked:
        steps.append(best(group, steps[-1].amount, (seen, case, spent)))
    return _weighed(line, base, steps, (seen, case, spent))


def _quick(line: LineRules, plain: Plain, seen: Seen) -> Priced | None:
    """Return the line where constants settle it with nothing open or declared; None where they do not."""
    passed, possible, declared = seen
    rule: Live | None = None
    held = [each for each in plain.bases if each[0] & possible == each[0]]
    if len(held) != 1:
        return None
    mask, amount, base = held[0]
    if mask & passed != mask or mask & declared:
        return None
    for mask, due, live in plain.benefits:
        if due < amount and mask & possible == mask:
            if mask & passed != mask or mask & declared:
                return None
            rule, amount = live, due
    refs = base.rule.ref, None if rule is None else rule.rule.ref
    found = plain.settled.get(refs)
    if found is None:
        status: Outcome = "amount" if amount else "zero"
        zero = None if amount else (rule or base).rule.meaning
        rows = tuple(ref for ref in refs if ref is not None)
        found = Priced(line.schedule, line.line, status, amount, amount, amount, zero, rows, (), (), (), ())
        plain.settled[refs] = found
    return found


def _settled(line: LineRules, base: Base, step: Step, seen: Seen) -> Priced | None:
    """Return the line where nothing is open, declared or in doubt; None where something is."""
    amount, rule = step.amount, step.rule
    if amount is None or base.conflict or (rule is not None and rule.rule.yearly is not None):
        return None
    taken = () if rule is None else (rule,)
    for live in taken if amount == 0 and taken else (*base.rules, *taken):
        if live.mask & seen.declared or live.review:
            return None
    refs = tuple([live.rule.ref for live in (*base.rules, *taken)])
    zero = None if amount else _zero(base, taken)
    status: Outcome = "amount" if amount else "zero"
    return Priced(line.schedule, line.line, status, amount, amount, amount, zero, refs, (), (), (), ())


def _weighed(line: LineRules, base: Base, steps: list[Step], around: tuple[Seen, Case, dict[str, int]]) -> Priced:
    """Return the line with all that is open, declared, in doubt or in conflict about it."""
    seen, case, spent = around
    amount = steps[-1].amount
    undecided = [each for step in steps for each in step.undecided]
    doubts = [each for step in steps for each in step.doubts]
    taken = [step.rule for step in steps if step.rule is not None]
    bases = () if amount == 0 and taken else base.rules
    refs = tuple(live.rule.ref for live in (*(base.rules if base.amount is not None else bases), *taken))
    declared = declared_of((*bases, *taken), seen, case)
    reviews = tuple(live.rule.ref for live in (*bases, *(each for each, _ in doubts)) if live.review)
    low, high = _low(base, steps, [due for _, due in (*undecided, *doubts)]), _high(base, steps)
    status, missing = _status(base, amount, (bool(reviews or declared), undecided, seen, case))
    if status in {"conflict", "unknown"}:
        return Priced(line.schedule, line.line, status, None, low, high, None, refs, missing, reviews, declared, ())
    zero, used = None if amount else _zero(base, taken), uses_of(base.amount, steps, spent)
    return Priced(line.schedule, line.line, status, amount, low, high, zero, refs, (), reviews, declared, used)


def _status(
    base: Base, amount: int | None, about: tuple[bool, list[tuple[Live, int]], Seen, Case]
) -> tuple[Outcome, tuple[Missing, ...]]:
    """Return the status of a line, with what would have to be known of it."""
    is_reviewed, undecided, seen, case = about
    if base.conflict and amount is None:
        return "conflict", ()
    if amount is None or undecided:
        return "unknown", missing_of(base, undecided, (seen, case))
    if is_reviewed:
        return "needs_review", ()
    return ("amount" if amount else "zero"), ()


def _low(base: Base, steps: list[Step], others: list[int]) -> int:
    """Return the least that could be due: of an open question before a policy that comes on top, nothing is sure."""
    amount = steps[-1].amount
    if len(steps) > 1 and others:
        return 0
    return min([base.low if amount is None else amount, *others])


def _high(base: Base, steps: list[Step]) -> int | None:
    """Return the most that could be due: no benefit but the verified ones, and of open bases the highest."""
    if len(steps) > 1 and any(step.sure != step.amount for step in steps):
        return base.high
    return steps[-1].sure if steps[-1].sure is not None else base.high


def _zero(base: Base, taken: Sequence[Live]) -> Zero:
    return taken[-1].rule.meaning if taken else base.rules[0].rule.meaning
