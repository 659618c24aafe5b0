"""What a cell means as a value: đồng, day, yes or no, words, lists; each either read or refused with a reason.

Knows no sheet and no column. Numbers may stand as text, as spreadsheets often keep them, with thousands grouped by
dots, commas or spaces; what could be read in two ways is refused.
"""

import re
from datetime import date
from typing import Final

from tools.cells import Plain


class Unreadable(Exception):
    """The cell's value is not of the kind its column wants; the text says what was wanted."""


MOST_DONG: Final = 10**15
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:([., \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_DIGITS: Final = re.compile(r"[0-9]{1,16}")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YES: Final = frozenset({"yes", "có", "true", "x", "1"})
_NO: Final = frozenset({"no", "không", "false", "0"})


def text(value: Plain) -> str:
    """Return words; a number that is whole is its digits, since codes are often kept as numbers."""
    match value:
        case bool() | date():
            raise Unreadable("text is wanted")
        case float() if value.is_integer():
            return str(int(value))
        case float():
            raise Unreadable("text is wanted, this is a number with a fraction")
        case _:
            return str(value)


def whole(value: Plain, most: int = MOST_DONG) -> int:
    """Return a whole number that is not negative: đồng, pages, copies."""
    found = _number(value)
    if not 0 <= found <= most:
        raise Unreadable(f"a whole number from 0 to {most} is wanted")
    return found


def day(value: Plain) -> str:
    """Return a day as ISO 8601 from a date cell, `2026-08-15` or `15/08/2026`."""
    match value:
        case date():
            return value.isoformat()
        case str():
            return _day(value)
        case _:
            raise Unreadable("a day is wanted: 2026-08-15 or 15/08/2026")


def yes(value: Plain) -> bool:
    """Return yes or no from a truth cell, or the usual words."""
    if isinstance(value, bool):
        return value
    written = text(value).casefold()
    if written in _YES | _NO:
        return written in _YES
    raise Unreadable("yes or no is wanted (có / không)")


def listed(value: Plain) -> list[str]:
    """Return the parts of a list divided by semicolons or line breaks; an empty part is refused."""
    parts = [each.strip() for each in re.split(r"[;\n]", text(value))]
    if not all(parts):
        raise Unreadable("an empty part in a list divided by ;")
    if len(set(parts)) != len(parts):
        raise Unreadable("the same part twice in a list")
    return parts


def _number(value: Plain) -> int:
    match value:
        case bool() | date():
            pass
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case float():
            pass
        case str():
            written = re.sub(r"\s*(đ|₫|đồng|VND|VNĐ)$", "", value, flags=re.IGNORECASE)
            if _DIGITS.fullmatch(written) or _GROUPED.fullmatch(written):
                return int(re.sub(r"[^0-9]", "", written))
    raise Unreadable("a whole number is wanted")


def _day(written: str) -> str:
    found = _DAY.fullmatch(written)
    try:
        if found is not None:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise Unreadable(f"no such day: {written}") from error
    raise Unreadable("a day is wanted: 2026-08-15 or 15/08/2026")
