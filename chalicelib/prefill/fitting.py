"""Does a value stand where the form's schema lets it? Pure: the checker of exactly the profile that forms keep to.

The profile (`forms.schema`) has no alternatives and no references left in a node, so a value has one path through it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from chalicelib.definitions.model import pointer as pointed
from chalicelib.forms.schema import Tree
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no text holds; tabs and line ends may stand in long ones."""
_LINE_END: Final = re.compile(r"[\t\r\n]")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value: the place within it (RFC 6901), and a stable code."""

    at: str
    code: str


def faults(schema: Tree, pointer: str, value: Json) -> Iterator[Fault]:
    """Yield what is wrong with a value at a place of the schema; a place without a node takes none.

    Rows may still lack cells: an object that is one value (an address) may not.
    """
    node = schema.nodes.get(pointer)
    if node is None:
        yield Fault("", "unknown_field")
    elif _kind(value) != node.get("type"):
        yield Fault("", "wrong_type")
    elif pointer in schema.rows and isinstance(value, list):
        yield from _of_rows(schema.rows[pointer], node, value)
    elif isinstance(value, dict):
        yield from _of_object(schema, pointer, value)
    else:
        yield from _of_scalar(node, value)


def _of_rows(row: Tree, node: JsonObject, value: list[Json]) -> Iterator[Fault]:
    if len(value) > _bound(node, "maxItems", len(value)):
        yield Fault("", "too_long")
        return
    if len(value) < _bound(node, "minItems", 0):
        yield Fault("", "too_short")
    for number, each in enumerate(value):
        if isinstance(each, dict):
            yield from _members(row, "", each, pointed(number))
        else:
            yield Fault(pointed(number), "wrong_type")


def _of_object(schema: Tree, pointer: str, value: JsonObject) -> Iterator[Fault]:
    required = schema.nodes[pointer].get("required", [])
    for name in required if isinstance(required, list) else []:
        if str(name) not in value:
            yield Fault(pointed(str(name)), "missing")
    yield from _members(schema, pointer, value, "")


def _members(schema: Tree, pointer: str, value: JsonObject, at: str) -> Iterator[Fault]:
    for name, below in value.items():
        step = pointed(name)
        for fault in faults(schema, pointer + step, below):
            yield Fault(at + step + fault.at, fault.code)


def _of_scalar(node: JsonObject, value: Json) -> Iterator[Fault]:
    choices = node.get("enum")
    if isinstance(choices, list) and not any(_is(value, each) for each in choices):
        yield Fault("", "not_allowed")
    if "const" in node and not _is(value, node["const"]):
        yield Fault("", "not_allowed")
    if isinstance(value, str):
        yield from _of_text(node, value)
    elif type(value) is int and not _bound(node, "minimum", value) <= value <= _bound(node, "maximum", value):
        yield Fault("", "out_of_range")


def _of_text(node: JsonObject, value: str) -> Iterator[Fault]:
    if len(value) > _bound(node, "maxLength", len(value)):
        yield Fault("", "too_long")
        return
    if len(value) < _bound(node, "minLength", 0):
        yield Fault("", "too_short")
    if not _has_pattern(node, value):
        yield Fault("", "pattern")
    read = _FORMATS.get(str(node.get("format", "")))
    if _CONTROL.search(value) or (read is not None and not read(value)):
        yield Fault("", "invalid_value")


def _has_pattern(node: JsonObject, value: str) -> bool:
    """Say whether the pattern is found; Python's `$` would also stand before a line's end, ECMA-262's does not."""
    pattern = node.get("pattern")
    if not isinstance(pattern, str):
        return True
    return not _LINE_END.search(value) and re.search(pattern, value) is not None


def _is_day(text: str) -> bool:
    try:
        return bool(_ISO_DAY.fullmatch(text)) and PartialDate.parse(text).day is not None
    except InvalidValue:
        return False


_FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": _is_day,
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
}
_KINDS: Final[Mapping[type, str]] = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}


def _kind(value: Json) -> str | None:
    return _KINDS.get(type(value))


def _is(value: Json, other: Json) -> bool:
    """Compare with the type, for to Python True equals 1."""
    return type(value) is type(other) and value == other


def _bound(node: JsonObject, keyword: str, otherwise: int) -> int:
    bound = node.get(keyword)
    return bound if isinstance(bound, int) else otherwise
