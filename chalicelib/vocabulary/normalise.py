"""When are two values the same to people? Pure; compares, and never alters what is shown.

Each normaliser maps a value to a key; equal keys mean agreement. The traps are those of real registers: composed
and decomposed letters, hòa / hoà, capitals, stray spaces, +84 for 0, dd/mm/yyyy for yyyy-mm-dd.
"""

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.kernel.canonical import Json, canonical
from chalicelib.kernel.text import comparable
from chalicelib.vocabulary.days import read_day
from chalicelib.vocabulary.model import Normaliser
from chalicelib.vocabulary.phones import read_phone
from chalicelib.vocabulary.reading import Unread


def key(normaliser: Normaliser, value: Json) -> str:
    """Return what equal values have in common. Total: a value that the normaliser cannot read equals only itself."""
    return _KEYS[normaliser](value)


def _exact(value: Json) -> str:
    return canonical(value).decode()


def _text(value: Json) -> str:
    return comparable(value) if isinstance(value, str) else _exact(value)


def _date(value: Json) -> str:
    found = read_day(value) if isinstance(value, str) else Unread("unreadable")
    return _exact(value) if isinstance(found, Unread) else str(found)


def _phone(value: Json) -> str:
    found = read_phone(value) if isinstance(value, str) else Unread("not_a_number")
    return _exact(value) if isinstance(found, Unread) else found.number


def _address(value: Json) -> str:
    """Compare units by code (names are spelt in many ways) and the street line as text."""
    if not isinstance(value, dict):
        return _exact(value)
    units = [_code(value.get(unit)) for unit in ("province", "commune")]
    return _exact([value.get("country"), *units, _text(value.get("line"))])


def _code(unit: Json) -> Json:
    return unit.get("code") if isinstance(unit, dict) else unit


_KEYS: Final[Mapping[Normaliser, Callable[[Json], str]]] = {
    "exact": _exact,
    "text": _text,
    "name": _text,
    "date": _date,
    "phone": _phone,
    "address": _address,
}
