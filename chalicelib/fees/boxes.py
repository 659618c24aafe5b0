"""Rows as boxes over their inputs: do two overlap, what do they leave open, and at which point. Pure geometry.

A box has a side for each dimension: a set of values, or a stretch of whole numbers. A witness is one point of a box.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from chalicelib.fees.model import Among, Cell, Condition, Input, Within

Side: TypeAlias = frozenset[bool | str] | tuple[int, int]
Box: TypeAlias = tuple[Side, ...]
Point: TypeAlias = tuple[bool | str | int, ...]
OTHER: Final = "any other"
"""Stands for every value of an open input that no row names."""


def domain(input_: Input, conditions: Iterable[Condition]) -> Side:
    """Return the side that a whole domain is; of open text, the values that conditions name and all others."""
    match input_.type:
        case "bool":
            return frozenset({True, False})
        case "enum":
            return frozenset(input_.values)
        case "text":
            named = (each.cell.values for each in conditions if isinstance(each.cell, Among))
            return frozenset({OTHER}).union(*named)
        case _:
            return input_.low, input_.high


def side(cell: Cell, whole: Side) -> Side:
    """Return the part of a domain that a cell takes."""
    if isinstance(cell, Within):
        return cell.low, cell.high
    if isinstance(whole, tuple):
        return whole
    return whole - cell.values if cell.others else whole & cell.values


def box(conditions: Mapping[str, Cell], dimensions: Mapping[str, Side]) -> Box:
    """Return the box of some conditions; a dimension that has none is taken whole."""
    return tuple(side(conditions[name], whole) if name in conditions else whole for name, whole in dimensions.items())


def common(one: Box, other: Box) -> Box | None:
    """Return what two boxes share, or None."""
    found = []
    for left, right in zip(one, other, strict=True):
        both = _meet(left, right)
        if both is None:
            return None
        found.append(both)
    return tuple(found)


def covers(one: Box, other: Box) -> bool:
    """Say whether the other lies wholly in the one."""
    return common(one, other) == other


def left_open(whole: Box, taken: Sequence[Box]) -> list[Box]:
    """Return boxes that make up what nobody takes of the whole."""
    rest = [whole]
    for each in taken:
        rest = [piece for held in rest for piece in _minus(held, each)]
        if not rest:
            break
    return rest


def witness(found: Box) -> Point:
    """Return one point of a box: the lowest."""
    return tuple(held[0] if isinstance(held, tuple) else min(held, key=str) for held in found)


def _meet(one: Side, other: Side) -> Side | None:
    if isinstance(one, tuple) and isinstance(other, tuple):
        low, high = max(one[0], other[0]), min(one[1], other[1])
        return (low, high) if low <= high else None
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one & other or None
    return None


def _minus(held: Box, taken: Box) -> Iterator[Box]:
    """Yield the pieces of a box outside another: one dimension at a time, the part before it already shared."""
    shared = common(held, taken)
    if shared is None:
        yield held
        return
    for place, (mine, both) in enumerate(zip(held, shared, strict=True)):
        for piece in _outside(mine, both):
            yield (*shared[:place], piece, *held[place + 1 :])


def _outside(mine: Side, both: Side) -> Iterator[Side]:
    if isinstance(mine, frozenset) and isinstance(both, frozenset):
        if mine - both:
            yield mine - both
    elif isinstance(mine, tuple) and isinstance(both, tuple):
        if mine[0] < both[0]:
            yield mine[0], both[0] - 1
        if both[1] < mine[1]:
            yield both[1] + 1, mine[1]
