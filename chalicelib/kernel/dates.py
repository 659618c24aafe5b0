"""Dates that may be known only to the month or the year; what is unknown is never padded."""

import re
from datetime import date

from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_VIETNAMESE = re.compile(r"(?:(?:([0-9]{1,2})/)?([0-9]{1,2})/)?([0-9]{4})")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month of a year, or a year: elders' papers often hold only the year."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse a date that no calendar has, and a day without its month."""
        if self.day is not None and self.month is None:
            raise InvalidValue(what="date")
        try:
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError as error:
            raise InvalidValue(what="date") from error

    def __str__(self) -> str:
        """Write ISO 8601 in the precision that is known: 1950, 1950-03 or 1950-03-12."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ISO 8601 (1950-03-12) or the Vietnamese order (12/03/1950), each in any precision.

        Raises InvalidValue when the text is neither.
        """
        stripped = text.strip()
        if found := _ISO.fullmatch(stripped):
            return cls(*(int(part) if part else None for part in found.groups()))  # type: ignore[arg-type]
        if found := _VIETNAMESE.fullmatch(stripped):
            day, month, year = (int(part) if part else None for part in found.groups())
            return cls(year or 0, month, day)
        raise InvalidValue(what="date")
