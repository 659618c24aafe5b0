"""Does a value from outside have the type its item says? Pure; the one gate between a register's JSON and ours.

A cast checks and gives one form per type; it never guesses, pads or repairs, and text stays as it was written.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ItemId, is_personal_id
from chalicelib.kernel.money import dong
from chalicelib.vocabulary.model import Item, ItemType

_LONGEST = 1000
_HOME = "VN"
_WIDEST = 2**53 - 1
"""The largest whole number that every reader of JSON reads as it was written (RFC 8259, section 6)."""
_DECIMAL = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?", re.ASCII)
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Control characters, halves of surrogate pairs, ends of lines, and what turns the order of letters or hides them."""


def cast(item: Item, value: Json) -> Json:
    """Return the value in the item's own form.

    Dates are ISO 8601 in the precision known; codes are of the item's list; an address at home names its province
    and commune by code and name; a decimal is text without trailing zeros, for JSON's own fractions have no one form.
    Raises InvalidValue for anything else, and for a list: its rows have items of their own (`cast_row`).
    """
    if item.type == "code":
        return _code(item, value)
    return _CASTS[item.type](value)


def cast_row(columns: Mapping[ItemId, Item], row: Mapping[ItemId, Json]) -> dict[str, Json]:
    """Return one row of a list with each cell in its own item's form. Raises InvalidValue for the first that is not."""
    if not columns.keys() >= row.keys():
        raise InvalidValue(what="column")
    return {id_: cast(columns[id_], value) for id_, value in row.items()}


def _text(value: Json) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise InvalidValue(what="text")
    if _UNWRITABLE.search(value):
        raise InvalidValue(what="text")
    return value


def _partial_date(value: Json) -> str:
    return str(PartialDate.parse(_text(value)))


def _date(value: Json) -> str:
    parsed = PartialDate.parse(_text(value))
    if parsed.day is None:
        raise InvalidValue(what="date")
    return str(parsed)


def _code(item: Item, value: Json) -> str:
    code = _text(value)
    if item.codes and code not in item.codes:
        raise InvalidValue(what="code")
    return code


def _boolean(value: Json) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(what="boolean")
    return value


def _integer(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_WIDEST <= value <= _WIDEST:
        raise InvalidValue(what="integer")
    return value


def _dong(value: Json) -> int:
    return _integer(dong(value))


def _decimal(value: Json) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    if not _DECIMAL.fullmatch(text):
        raise InvalidValue(what="decimal")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _list(_value: Json) -> Json:
    raise InvalidValue(what="list")


def _personal_id(value: Json) -> str:
    text = _text(value)
    if not is_personal_id(text):
        raise InvalidValue(what="personal_id")
    return text


def _address(value: Json) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidValue(what="address")
    country = _text(value.get("country"))
    units = {unit: _unit(value[unit]) for unit in ("province", "commune") if value.get(unit) is not None}
    if country == _HOME and len(units) < 2:
        raise InvalidValue(what="address")
    line: JsonObject = {} if value.get("line") is None else {"line": _text(value["line"])}
    return {"country": country, **units, **line}


def _unit(value: Json) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidValue(what="address")
    return {"code": _text(value.get("code")), "name": _text(value.get("name"))}


_CASTS: Final[Mapping[ItemType, Callable[[Json], Json]]] = {
    "text": _text,
    "date": _date,
    "partial_date": _partial_date,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "dong": _dong,
    "address": _address,
    "personal_id": _personal_id,
    "list": _list,
}
