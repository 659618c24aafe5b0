"""Rows of one file held against each other: duplicates, contradictions, rows that never count, cases left open.

What two documents say against each other is no fault of an author: a quote tells it as a conflict. Must not know files.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Final, TypeAlias

from chalicelib.fees.boxes import OTHER, Box, Point, Side, box, common, covers, domain, left_open, witness
from chalicelib.fees.model import Cell, Condition, Input
from chalicelib.kernel.frozen import dataclass

Found: TypeAlias = tuple[int, tuple[str | int, ...], str]
"""The row's number, the column, and the reason."""
_AS_OF: Final = "as_of"
_SAME: Final = ("when", "effect", "review", "yearly")


@dataclass(frozen=True, slots=True)
class Read:
    """Rows as written, with their cells and the days of their bases."""

    inputs: Mapping[str, Input]
    rows: list[Any]
    cells: list[dict[str, Cell]]
    days: list[tuple[int, int]]


def prove(read: Read) -> Iterator[Found]:
    """Yield what is wrong between rows, each with a witness where it takes a case to see it."""
    for places in _groups(read).values():
        whole = _dimensions(read, places)
        boxes = {place: (read.days[place], *box(read.cells[place], whole)) for place in places}
        names = (_AS_OF, *whole)
        bases = [place for place in places if read.rows[place]["role"] == "base"]
        benefits = [place for place in places if read.rows[place]["role"] == "benefit"]
        yield from _bases(read, boxes, (names, bases))
        yield from _benefits(read, boxes, benefits)
        if bases and "line" in read.rows[bases[0]]:
            days = [read.days[place] for place in bases]
            stretch = min(low for low, _ in days), max(high for _, high in days)
            yield from _gaps((names, tuple(whole.values()), stretch), boxes, bases)


def _groups(read: Read) -> dict[str, list[int]]:
    """Return the rows that are about the same lines."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(read.rows):
        found.setdefault(str(row.get("line") or row.get("lines")), []).append(place)
    return found


def _dimensions(read: Read, places: list[int]) -> dict[str, Side]:
    named: dict[str, list[Condition]] = {}
    for place in places:
        for name, cell in read.cells[place].items():
            named.setdefault(name, []).append(Condition(name, cell))
    return {name: domain(read.inputs[name], found) for name, found in named.items()}


def _bases(read: Read, boxes: dict[int, Box], about: tuple[tuple[str, ...], list[int]]) -> Iterator[Found]:
    names, places = about
    for one, other in combinations(places, 2):
        shared = common(boxes[one], boxes[other])
        if shared is None:
            continue
        left, right = read.rows[one], read.rows[other]
        if left["effect"] != right["effect"]:
            yield other, (), f"contradicts {left['id']}, for instance where {told(names, witness(shared))}"
        elif covers(boxes[one], boxes[other]) or covers(boxes[other], boxes[one]):
            inner, outer = (other, one) if covers(boxes[one], boxes[other]) else (one, other)
            yield inner, (), f"says again what {read.rows[outer]['id']} says"


def _benefits(read: Read, boxes: dict[int, Box], places: list[int]) -> Iterator[Found]:
    for one, other in combinations(places, 2):
        left, right = read.rows[one], read.rows[other]
        if common(boxes[one], boxes[other]) is not None and all(left.get(name) == right.get(name) for name in _SAME):
            yield other, (), f"says again what {left['id']} says"
        elif covers(boxes[one], boxes[other]) and _is_better(left, right):
            yield other, (), f"never counts: {left['id']} holds wherever it does, and leaves no more"
        elif covers(boxes[other], boxes[one]) and _is_better(right, left):
            yield one, (), f"never counts: {right['id']} holds wherever it does, and leaves no more"


def _is_better(one: Any, other: Any) -> bool:  # noqa: ANN401 - rows as written
    """Say whether the one always leaves as little as the other, and can be relied on."""
    if one.get("review") or one.get("yearly") or one["basis"]["status"] == "unverified":
        return False
    if one["effect"]["type"] == "unknown" or other.get("review"):
        return False
    return bool(one["effect"]["type"] == "zero" or one["effect"] == other["effect"])


def _gaps(
    whole: tuple[tuple[str, ...], Box, tuple[int, int]], boxes: dict[int, Box], places: list[int]
) -> Iterator[Found]:
    names, sides, days = whole
    space: Box = (days, *sides)
    rest = left_open(space, [boxes[place] for place in places])
    if rest:
        point = min(map(witness, rest), key=str)
        yield places[0], (), f"no base row of this line holds where {told(names, point)}"


def told(names: tuple[str, ...], point: Point) -> str:
    """Say a witness in words."""
    return ", ".join(f"{name} is {_shown(name, value)}" for name, value in zip(names, point, strict=True))


def _shown(name: str, value: bool | int | str) -> str:
    if name == _AS_OF and isinstance(value, int):
        return date.fromordinal(value).isoformat()
    return str(value).lower() if isinstance(value, bool) else (value if value == OTHER else str(value))
