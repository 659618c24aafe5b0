"""Written cells and shares to typed values, against the input they are about. Must not know rows or files."""

from datetime import date
from typing import Final

from chalicelib.fees.effect import Fraction
from chalicelib.fees.model import FOREVER, NEVER, Among, Cell, Input, Within
from chalicelib.fees.written import CellBody
from chalicelib.kernel.errors import InvalidValue

_ORDERED: Final = frozenset({"int", "money", "date"})
_WIDEST: Final = 10**18


class BadCell(InvalidValue):
    """A cell that does not fit its input: the reason in words for its author."""

    code = "bad_cell"

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__()
        self.reason = reason


def cell_of(input_: Input, written: CellBody) -> Cell:
    """Return the cell. Raises BadCell for a wrong type, a value outside the domain, and what nothing can satisfy."""
    if not written:
        raise BadCell("says nothing")
    return _within(input_, written) if input_.type in _ORDERED else _among(input_, written)


def fraction_of(share: str) -> Fraction:
    """Return a written share (0.5%, 1/3) exactly. Raises BadCell when it is above one."""
    if share.endswith("%"):
        whole, _, part = share[:-1].partition(".")
        over, under = int(whole + part), 100 * 10 ** len(part)
    else:
        left, _, right = share.partition("/")
        over, under = int(left), int(right)
    if over > under:
        raise BadCell(f"{share} is more than the whole")
    return Fraction(over, under)


def _among(input_: Input, written: CellBody) -> Among:
    if len(written) > 1:
        raise BadCell("says two things at once")
    (how, value), *_ = written.items()
    if how not in {"is", "is_not", "one_of", "none_of"}:
        raise BadCell(f"{how} is for numbers and days; {input_.name} is {input_.type}")
    values = value if isinstance(value, list) else [value]
    for each in values:
        _fits(input_, each)
    if len(set(values)) != len(values):
        raise BadCell("names a value twice")
    others = how in {"is_not", "none_of"}
    if input_.type != "text":
        known = {True, False} if input_.type == "bool" else set(input_.values)
        left = known - set(values) if others else set(values)
        if not left:
            raise BadCell("no value is left")
    return Among(frozenset(each for each in values if isinstance(each, bool | str)), others)


def _fits(input_: Input, value: object) -> None:
    wanted = bool if input_.type == "bool" else str
    if type(value) is not wanted:
        raise BadCell(f"{value!r} is no {input_.type}")
    if input_.type == "enum" and value not in input_.values:
        raise BadCell(f"{value!r} is no value of {input_.name}")


def _within(input_: Input, written: CellBody) -> Within:
    low, high = -_WIDEST, _WIDEST
    for how, value in written.items():
        below, above = _ends(input_, how, value)
        low, high = max(low, below), min(high, above)
    if low > high:
        raise BadCell("nothing lies between")
    if high < input_.low or low > input_.high:
        raise BadCell(f"lies outside the bounds of {input_.name}")
    return Within(max(low, input_.low), min(high, input_.high))


def _ends(input_: Input, how: str, value: object) -> tuple[int, int]:
    match how, value:
        case "between", [low, high]:
            return _number(input_, low), _number(input_, high)
        case "is", _:
            return _number(input_, value), _number(input_, value)
        case "at_least", _:
            return _number(input_, value), _WIDEST
        case "above", _:
            return _number(input_, value) + 1, _WIDEST
        case "at_most", _:
            return -_WIDEST, _number(input_, value)
        case "below", _:
            return -_WIDEST, _number(input_, value) - 1
    raise BadCell(f"{how} is for named values; {input_.name} is {input_.type}")


def _number(input_: Input, value: object) -> int:
    if input_.type == "date":
        if type(value) is not str:
            raise BadCell(f"{value!r} is no day")
        try:
            found = date.fromisoformat(value).toordinal()
        except ValueError as error:
            raise BadCell(f"{value!r} is no day") from error
    elif type(value) is int:
        found = value
    else:
        raise BadCell(f"{value!r} is no {input_.type}")
    if not input_.low <= found <= input_.high:
        raise BadCell(f"{value!r} lies outside the bounds of {input_.name}")
    return found


def day_bounds(since: str | None, until: str | None) -> tuple[int, int]:
    """Return written days as ordinals; what is left out has no bound."""
    return (
        NEVER if since is None else date.fromisoformat(since).toordinal(),
        FOREVER if until is None else date.fromisoformat(until).toordinal(),
    )
