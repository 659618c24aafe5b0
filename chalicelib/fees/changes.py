"""What would alter an amount: another channel, another day, one fact otherwise; the cheapest channel. Pure, bounded.

Each answer is the case priced again with that one thing changed, so none can say what a quote would not.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from chalicelib.fees.answer import ByChannel, Change, Pricing, Total
from chalicelib.fees.evaluate import price
from chalicelib.fees.masks import Reader
from chalicelib.fees.model import CHANNELS, Case, Fact, Input, Value
from chalicelib.fees.plan import Plan, Rules

_MOST_TRIES: Final = 60
_DAYS: Final = 2
"""Turns of the rules looked at before the day and after it."""
_MOST_VALUES: Final = 6


def by_channel(rules: Rules, case: Case) -> tuple[ByChannel, ...]:
    """Return what is payable in all through each channel, services and third parties included."""
    found = []
    for channel in CHANNELS:
        total = price(rules, replace(case, channel=channel)).payable
        found.append(ByChannel(channel, total.status, total.amount))
    return tuple(found)


def cheapest(case: Case, channels: tuple[ByChannel, ...]) -> ByChannel | None:
    """Return the channel with the least payable; among equals the one asked for, then in order. None: none is known."""
    known = [each for each in channels if each.payable is not None]
    return min(known, key=lambda each: (each.payable, each.channel != case.channel), default=None)


def what_would_change(rules: Rules, case: Case, pricing: Pricing) -> tuple[Change, ...]:
    """Return what, changed alone, would alter what is payable: at most one day each way and a few values a fact."""
    plan = rules.plan(case.procedure)
    found: list[Change] = []
    for tries, (change, other) in enumerate(_others(plan, case)):
        if tries >= _MOST_TRIES:
            break
        total = price(rules, other).payable
        if _is_other(total, pricing.payable):
            found.append(change._replace(status=total.status, payable=total.amount))
    return tuple(found)


def _is_other(one: Total, other: Total) -> bool:
    return one.amount != other.amount or (one.status in {"unknown", "conflict"}) != (
        other.status in {"unknown", "conflict"}
    )


def _others(plan: Plan, case: Case) -> Iterator[tuple[Change, Case]]:
    for channel in CHANNELS:
        if channel != case.channel:
            yield _change("channel", "channel", channel), replace(case, channel=channel)
    for day in _days(plan, case.as_of):
        yield _change("as_of", "as_of", day.isoformat()), replace(case, as_of=day)
    readers = plan.alive(case).readers
    for reader in readers.numbers:
        for value in _values(reader, plan.inputs[reader.name], case.quantities.get(reader.name)):
            yield _with(plan.inputs[reader.name], value, case)
    for reader in readers.facts:
        fact = case.facts.get(reader.name)
        for value in _other_facts(reader, plan.inputs[reader.name], fact):
            yield _with(plan.inputs[reader.name], value, case)


def _other_facts(reader: Reader, input_: Input, fact: Fact | None) -> list[Value]:
    """Return other values of a fact; none of a choice that was made, for to apply for something else pays for it."""
    if fact is not None and input_.source.by == "choice":
        return []
    return _values(reader, input_, None if fact is None else fact.value)


def _change(what: str, name: str, value: bool | int | str) -> Change:
    return Change(what, name, value, "unknown", None)  # type: ignore[arg-type]


def _days(plan: Plan, day: date) -> Iterator[date]:
    """Yield the last days before the rules last turned, and the first days on which they turn next."""
    place = bisect_right(plan.points, day.toordinal())
    for point in plan.points[place : place + _DAYS]:
        yield date.fromordinal(point)
    for point in reversed(plan.points[max(place - _DAYS, 0) : place]):
        yield date.fromordinal(point - 1)


def _values(reader: Reader, input_: Input, now: Value | None) -> list[Value]:
    """Return other values of an input: one for each stretch that rows tell apart."""
    if reader.finite is not None:
        seen = None if now is None else reader.finite.get(now)
        return [value for value, mask in reader.finite.items() if mask != seen][:_MOST_VALUES]
    firsts = (first for first in (input_.low, *reader.points) if input_.low <= first <= input_.high)
    others: list[Value] = [first for first in dict.fromkeys(firsts) if not _is_alike(reader, first, now)]
    return others[:_MOST_VALUES]


def _is_alike(reader: Reader, first: int, now: Value | None) -> bool:
    """Say whether rows cannot tell two numbers or days apart."""
    number = now.toordinal() if isinstance(now, date) else now
    return isinstance(number, int) and bisect_right(reader.points, first) == bisect_right(reader.points, number)


def _with(input_: Input, value: Value, case: Case) -> tuple[Change, Case]:
    name = input_.name
    if input_.source.by == "quantity" and isinstance(value, int):
        return _change("quantity", name, value), replace(case, quantities={**case.quantities, name: value})
    is_day = input_.type == "date" and isinstance(value, int)
    held: Value = date.fromordinal(int(value)) if is_day else value  # type: ignore[arg-type]
    shown = held if isinstance(held, bool | int | str) else str(held)
    return _change("fact", name, shown), replace(case, facts={**case.facts, name: Fact(held, "verified")})
