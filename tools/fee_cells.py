"""Cells that say more than one value: limits, tiers, named values, conditions. Written as an author would say them.

- limit: `200000`, `5 x luong_co_so`
- tiers: `1: 2000; 3: 1000`: each unit from the first costs 2,000 đ, from the third 1,000
- condition: `yes`, `online; post`, `not poor`, `>= 60`, `10..20`, `> 15000000; <= 40000000`
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from chalicelib.kernel.canonical import Json, JsonObject
from tools.cell_values import Unreadable, day, listed, text, whole, yes
from tools.cells import Plain

_TIMES: Final = re.compile(r"([0-9]{1,9}) ?[x×*] ?([a-z][a-z0-9_]{0,63})")
_BOUND: Final = re.compile(r"(>=|≥|<=|≤|>|<) ?(.+)")
_SPAN: Final = re.compile(r"(.+?) ?\.\. ?(.+)")
_NOT: Final = re.compile(r"(?:(?:not|không phải) +|!= ?|≠ ?)(.+)", re.IGNORECASE)
_WORDS: Final[Mapping[str, str]] = {
    ">=": "at_least",
    "≥": "at_least",
    "<=": "at_most",
    "≤": "at_most",
    ">": "above",
    "<": "below",
}
_SHARE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})? ?%|[1-9][0-9]{0,8}/[1-9][0-9]{0,8}")


def share(value: Plain) -> str:
    """Return a part, exact: 50%, 0.5 %, 0,5%, 1/3. A bare number is refused: 0.5 may be a half or half a percent."""
    written = value.replace(",", ".") if isinstance(value, str) else ""
    if not _SHARE.fullmatch(written):
        raise Unreadable('a part is wanted, as text: "50%" or "1/3"')
    return written.replace(" ", "")


def limit(value: Plain) -> Json:
    """Return so many đồng, or a multiple of a parameter."""
    found = _TIMES.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        return {"times": int(found[1]), "of": found[2]}
    try:
        return whole(value)
    except Unreadable as error:
        raise Unreadable('đồng, or a multiple of a parameter is wanted: "5 x luong_co_so"') from error


def bound(value: Plain) -> Json:
    """Return an end of what an input may be: a whole number, or a day."""
    try:
        return whole(value)
    except Unreadable:
        return day(value)


def parts(value: Plain) -> Json:
    """Return the parts of a list."""
    return [*listed(value)]


def lines(value: Plain) -> Json:
    """Return the lines of a cell: sentences, in which a semicolon divides nothing."""
    return [each.strip() for each in text(value).splitlines() if each.strip()]


def tiers(value: Plain) -> Json:
    """Return what each unit costs, from which one on."""
    found: list[Json] = []
    for part in listed(value):
        since, colon, amount = part.partition(":")
        if not colon:
            raise Unreadable('tiers are wanted as "1: 2000; 3: 1000"')
        found.append({"since": whole(since.strip()), "amount": whole(amount.strip())})
    return found


def named(value: Plain) -> Json:
    """Return named values with their words: `car = Ô tô | Car; bike = Mô tô | Motorcycle`."""
    found: JsonObject = {}
    for part in listed(value):
        code, equals, words = part.partition("=")
        vi, bar, en = words.partition("|")
        if not (equals and bar and code.strip() not in found):
            raise Unreadable('named values are wanted, each once, as "car = Ô tô | Car; bike = Mô tô | Motorcycle"')
        found[code.strip()] = {"vi": vi.strip(), "en": en.strip()}
    return found


def condition(sort: str, value: Plain) -> JsonObject:
    """Return what an input of that type must be. Raises Unreadable."""
    one = _ONE.get(sort, text)
    if sort == "bool" or not isinstance(value, str):
        return {"is": one(value)}
    denied = _NOT.fullmatch(value)
    if denied is not None:
        return _one_or_more("is_not", "none_of", denied[1], one)
    if _BOUND.match(value):
        return _bounds(value, one)
    span = _SPAN.fullmatch(value)
    if span is not None:
        return {"between": [one(span[1]), one(span[2])]}
    return _one_or_more("is", "one_of", value, one)


def _one_or_more(alone: str, together: str, written: str, one: Callable[[Plain], Json]) -> JsonObject:
    parts = [one(each) for each in listed(written)]
    return {alone: parts[0]} if len(parts) == 1 else {together: list(parts)}


def _bounds(written: str, one: Callable[[Plain], Json]) -> JsonObject:
    found: JsonObject = {}
    for part in listed(written):
        bound = _BOUND.fullmatch(part)
        if bound is None or _WORDS[bound[1]] in found:
            raise Unreadable('bounds are wanted, each once, as "> 15000000; <= 40000000"')
        found[_WORDS[bound[1]]] = one(bound[2])
    return found


_ONE: Final[Mapping[str, Callable[[Plain], Json]]] = {
    "bool": yes,
    "int": partial(whole, most=10**15),
    "money": whole,
    "date": day,
}
