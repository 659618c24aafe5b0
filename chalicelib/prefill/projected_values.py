"""One value as another form writes it, and back. Pure, and one to one: what was written is read as it was.

form.io keeps a date picked part by part (`day`) as text, zeros standing for the parts that nobody knows, and an empty
box as an empty text (help.form.io, Form Building: Day component).
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.prefill.model import ABSENT, Absent

Writing: TypeAlias = Literal["text", "date_dmy", "day"]
"""text: a number or a yes/no as text · date_dmy: 12/03/1950, 03/1950, 1950 · day: 12/03/1950, 00/03/1950, 00/00/1950
(form.io's `day` component with the day first)."""

Theirs: TypeAlias = str | int | bool
"""What may stand for one of our codes."""

WRITINGS: Final[tuple[Writing, ...]] = get_args(Writing)
_DATES: Final[frozenset[Writing]] = frozenset({"date_dmy", "day"})
_UNKNOWN: Final = "00"
_NO_DAY: Final = "00/00/0000"
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def write(value: Json, writing: Writing | None, values: Mapping[str, Theirs]) -> Json | Absent:
    """Return our value as they write it, ABSENT where they cannot: a code they lack, a date that is none."""
    text = value if writing is None else _WRITERS[writing](value)
    if not values or isinstance(text, Absent):
        return text
    return values.get(text, ABSENT) if isinstance(text, str) else ABSENT


def read(given: Json, writing: Writing | None, values: Mapping[str, Theirs]) -> Json | Absent:
    """Return their value as we write it; ABSENT for an empty box. Raises InvalidValue for what they never write."""
    if given is None or given == "" or (writing == "day" and given == _NO_DAY):
        return ABSENT
    text = _ours(given, values) if values else given
    return text if writing is None else _READERS[writing](text)


def is_date(writing: Writing | None) -> bool:
    """Say whether a value written so is a date."""
    return writing in _DATES


def _ours(given: Json, values: Mapping[str, Theirs]) -> str:
    for code, theirs in values.items():
        # With the type: to Python 1 equals True.
        if type(theirs) is type(given) and theirs == given:
            return code
    raise InvalidValue(what="code")


def _write_text(value: Json) -> str | Absent:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else ABSENT


def _read_text(given: Json) -> Json:
    if isinstance(given, str) and given in _TRUTHS:
        return _TRUTHS[given]
    if not isinstance(given, str) or not _NUMBER.fullmatch(given):
        raise InvalidValue(what="number")
    return int(given)


def _write_dmy(value: Json) -> str | Absent:
    parts = _parts(value)
    return ABSENT if parts is None else "/".join(reversed(parts))


def _read_dmy(given: Json) -> Json:
    if not isinstance(given, str):
        raise InvalidValue(what="date")
    return str(PartialDate.parse(given))


def _write_day(value: Json) -> str | Absent:
    parts = _parts(value)
    return ABSENT if parts is None else "/".join(reversed([*parts, _UNKNOWN, _UNKNOWN][:3]))


def _read_day(given: Json) -> Json:
    if not isinstance(given, str) or given.count("/") != 2:
        raise InvalidValue(what="date")
    day, month, year = given.split("/")
    known = [year] if month == day == _UNKNOWN else [month, year] if day == _UNKNOWN else [day, month, year]
    return _read_dmy("/".join(known))


def _parts(value: Json) -> list[str] | None:
    """Return year, month and day of an ISO date as far as they are known; None for what is none."""
    try:
        is_iso = isinstance(value, str) and str(PartialDate.parse(value)) == value
    except InvalidValue:
        return None
    return str(value).split("-") if is_iso else None


_WRITERS: Final[Mapping[Writing, Callable[[Json], str | Absent]]] = {
    "text": _write_text,
    "date_dmy": _write_dmy,
    "day": _write_day,
}
_READERS: Final[Mapping[Writing, Callable[[Json], Json]]] = {
    "text": _read_text,
    "date_dmy": _read_dmy,
    "day": _read_day,
}
