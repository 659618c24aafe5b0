"""What a row makes due, as a function of the line's base and the case: whole đồng, exact, rounded only where told."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from chalicelib.fees.effect import (
    AmountEffect,
    Effect,
    Fraction,
    Limit,
    OffEffect,
    Rounding,
    ShareEffect,
    Times,
    ZeroEffect,
)
from chalicelib.fees.model import Case, Fact, Input, Parameter

Due: TypeAlias = Callable[[int | None, Case], int | None]
"""From the base (None: not known) and the case to đồng; None where that is no whole number, or not known."""
NO_LIMIT: Final = 10**18


class Unsettled(Exception):
    """A parameter has no value that can be used on the day: its name."""


def due_of(effect: Effect, inputs: Mapping[str, Input], parameters: Mapping[str, int | None]) -> Due | int | None:
    """Return what is due: a constant where it is one, None where nobody can tell. `parameters` are those of the day."""
    try:
        match effect:
            case ZeroEffect():
                return 0
            case AmountEffect():
                return _amount(effect, inputs, parameters)
            case ShareEffect():
                return _share(effect, inputs, parameters)
            case OffEffect():
                return _left(effect, parameters)
            case _:
                return None
    except Unsettled:
        return None


def uses(effect: Effect) -> tuple[str, ...]:
    """Return the inputs whose values the effect reckons with."""
    match effect:
        case AmountEffect(per=per, times=times):
            return tuple(name for name in (per, times) if name is not None)
        case ShareEffect(of=of):
            return (of,)
        case _:
            return ()


def parameters_of(effect: Effect) -> frozenset[str]:
    """Return the parameters that the effect's limits are multiples of."""
    limits = (getattr(effect, name, None) for name in ("least", "most", "most_off"))
    return frozenset(each.of for each in limits if isinstance(each, Times))


def value_on(parameter: Parameter, day: int) -> int | None:
    """Return what a parameter is on a day; None where nothing is in force, or what is was not verified."""
    for amount, basis in parameter.values:
        if basis.since.toordinal() <= day and (basis.until is None or day <= basis.until.toordinal()):
            return None if basis.status == "unverified" else amount
    return None


def limit_on(limit: Limit | None, parameters: Mapping[str, int | None], default: int) -> int:
    """Return a limit in đồng. Raises Unsettled when its parameter is not known."""
    if limit is None:
        return default
    if isinstance(limit, int):
        return limit
    value = parameters.get(limit.of)
    if value is None:
        raise Unsettled(limit.of)
    return limit.times * value


def part(value: int, share: Fraction, rounding: Rounding | None) -> int | None:
    """Return so much of the value; None where that is no whole number of đồng and no rounding is told."""
    return _round(value * share.over, share.under, rounding)


def _round(over: int, under: int, rounding: Rounding | None) -> int | None:
    if rounding is None:
        whole, rest = divmod(over, under)
        return None if rest else whole
    step = under * rounding.to
    whole, rest = divmod(over, step)
    up = (rounding.mode == "up" and rest > 0) or (rounding.mode == "half_up" and 2 * rest >= step)
    return (whole + up) * rounding.to


def _amount(effect: AmountEffect, inputs: Mapping[str, Input], parameters: Mapping[str, int | None]) -> Due | int:
    least, most = limit_on(effect.least, parameters, 0), limit_on(effect.most, parameters, NO_LIMIT)
    fixed = effect.amount
    if effect.per is None and effect.times is None:
        return min(max(fixed, least), most)
    per = None if effect.per is None else _number(inputs[effect.per])
    times = None if effect.times is None else _number(inputs[effect.times])
    tiers = _tiers(effect.tiers)

    def due(_base: int | None, case: Case) -> int | None:
        found = fixed
        if per is not None:
            count = per(case)
            if count is None:
                return None
            found += tiers(count)
        found = min(max(found, least), most)
        if times is None:
            return found
        often = times(case)
        return None if often is None else found * often

    return due


def _tiers(tiers: tuple[tuple[int, int], ...]) -> Callable[[int], int]:
    """Return what so many units cost: sums up to each tier are kept, so that the last tier alone is multiplied."""
    starts = [since for since, _ in tiers]
    before, sums = 0, []
    for place, (since, amount) in enumerate(tiers):
        sums.append((before, since, amount))
        if place + 1 < len(tiers):
            before += (tiers[place + 1][0] - since) * amount

    def cost(count: int) -> int:
        place = bisect_right(starts, count) - 1
        if place < 0:
            return 0
        below, since, amount = sums[place]
        return below + (count - since + 1) * amount

    return cost


def _number(input_: Input) -> Callable[[Case], int | None]:
    name = input_.name
    if input_.source.by == "quantity":
        return lambda case: case.quantities.get(name)

    def of_fact(case: Case) -> int | None:
        fact: Fact | None = case.facts.get(name)
        return fact.value if fact is not None and type(fact.value) is int else None

    return of_fact


def _share(effect: ShareEffect, inputs: Mapping[str, Input], parameters: Mapping[str, int | None]) -> Due:
    least, most = limit_on(effect.least, parameters, 0), limit_on(effect.most, parameters, NO_LIMIT)
    of, share, rounding = _number(inputs[effect.of]), effect.share, effect.rounding

    def due(_base: int | None, case: Case) -> int | None:
        value = of(case)
        found = None if value is None else part(value, share, rounding)
        return None if found is None else min(max(found, least), most)

    return due


def _left(effect: OffEffect, parameters: Mapping[str, int | None]) -> Due | int:
    if effect.left.over == 0 and effect.most_off is None and effect.least is None:
        return 0
    least, most = limit_on(effect.least, parameters, 0), limit_on(effect.most, parameters, NO_LIMIT)
    most_off = limit_on(effect.most_off, parameters, NO_LIMIT)
    share, rounding = effect.left, effect.rounding

    def due(base: int | None, _case: Case) -> int | None:
        left = None if base is None else part(base, share, rounding)
        if base is None or left is None:
            return None
        return min(base, max(min(max(left, least), most), base - most_off))

    return due
