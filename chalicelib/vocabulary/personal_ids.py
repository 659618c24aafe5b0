"""What the twelve digits of a personal id hint at: PPP G YY RRRRRR (sources.md §2.1, NĐ 137/2015/NĐ-CP). Pure.

There is no check digit, and the parts prove nothing: people are corrected, numbers are issued anew (NĐ 70/2024). So
a mismatch is a warning, never a refusal.
"""

from typing import Final, Literal, TypeAlias

from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import is_personal_id
from chalicelib.vocabulary.reading import Unread
from chalicelib.vocabulary.units import Province, Units

Gender: TypeAlias = Literal["male", "female"]
Hint: TypeAlias = Literal["unknown_province", "gender_differs", "century_differs", "year_differs"]
_FIRST_CENTURY: Final = 1900


@dataclass(frozen=True, slots=True)
class Hints:
    """What the digits say. `province` is of the 63, None for a birth registered abroad or an unknown code."""

    province: Province | None
    registered_abroad: bool
    gender: Gender
    birth_year: int


def read_personal_id(text: str, units: Units) -> Hints | Unread:
    """Return what the digits hint at. A code from 100 on is taken for a country's [M]."""
    if not is_personal_id(text):
        return Unread("bad_personal_id")
    return Hints(
        province=units.birth_province(text),
        registered_abroad=text[0] != "0",
        gender="female" if int(text[3]) % 2 else "male",
        birth_year=birth_year(text),
    )


def birth_year(personal_id: str) -> int:
    """Return the year of birth that a well-formed id hints at."""
    return _FIRST_CENTURY + 100 * (int(personal_id[3]) // 2) + int(personal_id[4:6])


def warnings(hints: Hints, gender: str | None = None, birth: PartialDate | None = None) -> tuple[Hint, ...]:
    """Return in what the digits differ from what is known of the person; nothing known, nothing differs."""
    found: list[Hint] = []
    if hints.province is None and not hints.registered_abroad:
        found.append("unknown_province")
    if gender in {"male", "female"} and gender != hints.gender:
        found.append("gender_differs")
    if birth is not None and birth.year // 100 != hints.birth_year // 100:
        found.append("century_differs")
    if birth is not None and birth.year % 100 != hints.birth_year % 100:
        found.append("year_differs")
    return tuple(found)
