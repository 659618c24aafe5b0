"""What must hold of a row's effect: it belongs to its role, and what it reckons with is declared and a number."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, TypeAlias

from chalicelib.fees.cells import BadCell, fraction_of
from chalicelib.fees.model import Input
from chalicelib.fees.written import FeesBody, PolicyRowBody, ScheduleRowBody

Wrong: TypeAlias = tuple[tuple[str | int, ...], str]
_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "amount": frozenset({"base", "benefit"}),
    "share": frozenset({"base", "benefit"}),
    "off": frozenset({"benefit"}),
    "pay": frozenset({"benefit"}),
    "zero": frozenset({"base", "benefit"}),
    "unknown": frozenset({"base", "benefit"}),
    "not_due": frozenset({"base"}),
}
_LIMITS: Final = ("least", "most", "most_off")


def check_effect(row: ScheduleRowBody | PolicyRowBody, body: FeesBody, inputs: Mapping[str, Input]) -> Iterator[Wrong]:
    """Yield what is wrong with the effect of a row."""
    effect: Any = row["effect"]
    if row["role"] not in _ROLES[effect["type"]]:
        yield ("effect", "type"), f"{effect['type']} is no effect of a {row['role']} row"
    for name in ("per", "of", "times"):
        yield from _reckoned(effect, name, inputs)
    for name in _LIMITS:
        yield from _limited(effect, name, body)
    if "share" in effect:
        yield from _shared(effect["share"])
    yield from _ends(effect)
    if effect["type"] == "amount":
        yield from _tiers(effect)


def _reckoned(effect: Any, name: str, inputs: Mapping[str, Input]) -> Iterator[Wrong]:  # noqa: ANN401 - any effect
    used = effect.get(name)
    if used is None:
        return
    if used not in inputs:
        yield ("effect", name), f"no such input: {used}"
    elif inputs[used].type not in {"int", "money"}:
        yield ("effect", name), f"{used} is {inputs[used].type}, no number"


def _limited(effect: Any, name: str, body: FeesBody) -> Iterator[Wrong]:  # noqa: ANN401 - any effect
    limit = effect.get(name)
    if isinstance(limit, dict) and limit["of"] not in body.get("parameters", {}):
        yield ("effect", name, "of"), f"no such parameter: {limit['of']}"


def _shared(share: str) -> Iterator[Wrong]:
    try:
        found = fraction_of(share)
    except BadCell as error:
        yield ("effect", "share"), error.reason
    else:
        if found.over == 0:
            yield ("effect", "share"), "no part at all: say zero, or leave the row out"


def _ends(effect: Any) -> Iterator[Wrong]:  # noqa: ANN401 - any effect
    least, most = effect.get("least"), effect.get("most")
    if isinstance(least, int) and isinstance(most, int) and most < least:
        yield ("effect", "most"), "is less than the least"


def _tiers(effect: Any) -> Iterator[Wrong]:  # noqa: ANN401 - an amount
    tiers = effect.get("tiers")
    if (tiers is None) != ("per" not in effect):
        yield ("effect",), "`per` and `tiers` stand together"
        return
    if tiers is None and "amount" not in effect:
        yield ("effect",), "says no amount"
    if tiers is not None:
        starts = [each["since"] for each in tiers]
        if starts[0] != 1:
            yield ("effect", "tiers", 0, "since"), "the first tier begins with unit 1"
        for place, (one, other) in enumerate(pairwise(starts)):
            if other <= one:
                yield ("effect", "tiers", place + 1, "since"), "tiers go upwards"
