"""What day, channel and place leave of the rules about a line: constants where an effect is one. Pure."""

from collections.abc import Mapping
from typing import Final

from chalicelib.fees.effect import NotDue
from chalicelib.fees.effects import due_of, value_on
from chalicelib.fees.model import (
    Policy,
)
from chalicelib.fees.rule import LineRules, Live, Plain, PlanLine, Rule

_UNKNOWN: Final = -1


def alive_line(each: PlanLine, at: tuple[int, int, int]) -> LineRules:
    """Return what is left about a line; `at`: the bits set, all bits that day, channel and place decide, the day."""
    passed, static, day = at
    left = [_live(rule, static, day) for rule in each.rules if not rule.mask & static & ~passed]
    benefits = [live for live in left if live.rule.row.role == "benefit"]
    stacked: dict[str, list[Live]] = {}
    for live in benefits:
        if isinstance(live.rule.file, Policy) and live.rule.file.stacks:
            stacked.setdefault(live.rule.file.code, []).append(live)
    single = tuple(live for live in benefits if live.rule.file.code not in stacked)
    bases = [live for live in left if live.rule.row.role == "base"]
    return LineRules(
        each.schedule.code,
        each.line,
        tuple(live for live in bases if live.rule.is_policy),
        tuple(live for live in bases if not live.rule.is_policy),
        single,
        tuple(tuple(group) for _, group in sorted(stacked.items())),
        None if stacked else _plain(bases, benefits),
        {live.rule.ref: live for live in left},
    )


def _plain(bases: list[Live], benefits: list[Live]) -> Plain | None:
    lives = (*bases, *benefits)
    if any(not live.is_plain or live.review or not live.is_due for live in lives) or any(
        live.rule.is_policy for live in bases
    ):
        return None
    return Plain(_constants(bases), _constants(benefits), {})


def _constants(lives: list[Live]) -> tuple[tuple[int, int, Live], ...]:
    return tuple((live.mask, live.const or 0, live) for live in lives)


def _live(rule: Rule, static: int, day: int) -> Live:
    parameters = {name: value_on(each, day) for name, each in rule.file.parameters.items()}
    row = rule.row
    due = None if rule.is_unknown else due_of(row.effect, rule.file.inputs, parameters)
    is_due = not isinstance(row.effect, NotDue)
    most = _most(rule, parameters)
    unknown = rule.is_unknown or most == _UNKNOWN or (due is None and is_due)
    return Live(
        rule.mask & ~static,
        due if isinstance(due, int) else None,
        None if isinstance(due, int) else due,
        unknown,
        is_due,
        row.review is not None,
        rule,
        isinstance(due, int) and rule.yearly is None and not unknown,
        most,
    )


def _most(rule: Rule, parameters: Mapping[str, int | None]) -> int | None:
    if rule.yearly is None or rule.yearly[1].amount is None:
        return None
    amount = rule.yearly[1].amount
    if isinstance(amount, int):
        return amount
    value = parameters.get(amount.of)
    return _UNKNOWN if value is None else amount.times * value
