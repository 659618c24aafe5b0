"""Days as people and papers write them, some known only by year (sources.md §2.7). Pure.

Wider than `PartialDate.parse`, which reads what systems send; the order is always day, month, year.
"""

import re
from typing import Final

from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.vocabulary.reading import Unread, refused

_SEPARATED: Final = re.compile(r"(?:(\d{1,2})[/.\-\s]+)?(?:(\d{1,2})[/.\-\s]+)(\d{2,4})")
_IN_WORDS: Final = re.compile(
    r"(?:ngày\s+(\d{1,2})\s*[,]?\s+)?(?:tháng\s+(\d{1,2})\s*[,]?\s+)?năm\s+(\d{2,4})", re.IGNORECASE
)
_PACKED: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")


def read_day(text: str) -> PartialDate | Unread:
    """Read 05/03/1950, 5-3-1950, 5.3.1950, 03/1950, 1950, 1950-03-05, or 'ngày 5 tháng 3 năm 1950'.

    A year of two digits is refused: nothing tells the century.
    """
    if (no := refused(text)) is not None:
        return no
    stripped = text.strip()
    try:
        return PartialDate.parse(stripped)
    except InvalidValue:
        found = _SEPARATED.fullmatch(stripped) or _IN_WORDS.fullmatch(stripped)
    return Unread("unreadable") if found is None else _day(*found.groups())


def read_packed_day(text: str) -> PartialDate | Unread:
    """Read ddMMyyyy, as cards carry it in their QR code; a bare year is read too."""
    stripped = text.strip()
    if re.fullmatch(r"\d{4}", stripped):
        return _day(None, None, stripped)
    found = _PACKED.fullmatch(stripped)
    return Unread("bad_date") if found is None else _day(*found.groups())


def _day(day: str | None, month: str | None, year: str) -> PartialDate | Unread:
    if len(year) != 4:
        return Unread("two_digit_year")
    try:
        return PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    except InvalidValue:
        return Unread("no_such_day")
