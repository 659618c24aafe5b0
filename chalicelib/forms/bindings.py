"""Where a field's value comes from, as written: does it hold together? Pure; yields reasons, and knows no file.

One field against the items of the set and its own place in the schema; what fields say of each other is in `checks`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chalicelib.forms.model import DeriveRule
from chalicelib.forms.written import ColumnBody, DeriveBody, ListBody, OfferBody
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.frozen import dataclass
from chalicelib.vocabulary.model import Item, ItemType

_WRITTEN_AS: Final[Mapping[ItemType, str]] = {
    "text": "string",
    "date": "string",
    "partial_date": "string",
    "code": "string",
    "decimal": "string",
    "personal_id": "string",
    "boolean": "boolean",
    "integer": "integer",
    "dong": "integer",
    "address": "object",
    "list": "array",
}
_PYTHON: Final[Mapping[str, type]] = {"string": str, "boolean": bool, "integer": int}


@dataclass(frozen=True, slots=True)
class _Made:
    """What a rule takes and how its value is written."""

    of: frozenset[ItemType]
    written_as: str


_RULES: Final[Mapping[DeriveRule, _Made]] = {
    "province_of": _Made(frozenset({"address"}), "string"),
    "commune_of": _Made(frozenset({"address"}), "string"),
    "line_of": _Made(frozenset({"address"}), "string"),
    "whole_address": _Made(frozenset({"address"}), "string"),
    "year_of": _Made(frozenset({"date", "partial_date"}), "string"),
    "date_in_words": _Made(frozenset({"date", "partial_date"}), "string"),
}


def wrong_source(written: ColumnBody, node: JsonObject | None) -> Iterator[str]:
    """Yield how the policy and what is bound contradict each other."""
    policy, is_bound = written["policy"], "item" in written or "derive" in written
    if policy == "auto" and not is_bound:
        yield "policy auto needs an item"
    if policy == "suggest" and not is_bound and "offers" not in written and "default" not in (node or {}):
        yield "policy suggest needs an item, values to offer, or a default in the schema"
    if "offers" in written and (is_bound or policy in {"auto", "never"}):
        yield "where the citizen chooses among offers nothing is filled: policy user or suggest, and no item"
    if policy == "never" and is_bound:
        yield "policy never has no item: nothing may be inferred"
    if "item" in written and "derive" in written:
        yield "either an item or a derivation, not both"
    if "codes" in written and "item" not in written:
        yield "codes translate an item: name it"


def wrong_item(written: ColumnBody, items: Mapping[str, Item], node: JsonObject | None) -> Iterator[str]:
    """Yield what is wrong with the item, its translation or its derivation."""
    if "derive" in written:
        yield from _wrong_derivation(written["derive"], items, node)
    if "item" not in written:
        return
    item = items.get(written["item"])
    if item is None:
        yield f"no such item: {written['item']}"
    elif item.type == "list":
        yield "a list is bound under lists"
    elif node is not None:
        yield from _wrong_type(_WRITTEN_AS[item.type], node)
        yield from _wrong_codes(written, item, node) if "codes" in written else _lost_codes(item, node)


def _wrong_type(wanted: str, node: JsonObject) -> Iterator[str]:
    if node.get("type") != wanted:
        yield f"the item is written as {wanted}, the schema says {node.get('type')}"


def _lost_codes(item: Item, node: JsonObject) -> Iterator[str]:
    allowed = node.get("enum")
    if isinstance(allowed, list) and (lost := sorted(item.codes.keys() - {str(code) for code in allowed})):
        yield f"the schema does not take the item's codes {', '.join(lost)}"


def _wrong_codes(written: ColumnBody, item: Item, node: JsonObject) -> Iterator[str]:
    codes = written.get("codes", {})
    if item.type != "code":
        yield f"a value of type {item.type} has no codes to translate"
    if strange := sorted(codes.keys() - item.codes.keys()):
        yield f"no codes of {item.id}: {', '.join(strange)}"
    if missing := sorted(item.codes.keys() - codes.keys()):
        yield f"leaves codes of {item.id} without translation: {', '.join(missing)}"
    yield from wrong_values([*codes.values()], node)
    if all(code == into for code, into in codes.items()):
        yield "translates every code into itself"


def wrong_values(values: Sequence[Json], node: JsonObject) -> Iterator[str]:
    """Yield the values that the place's schema does not take, as far as its type and enum say."""
    wanted, allowed = _PYTHON.get(str(node.get("type"))), node.get("enum")
    for value in values:
        if wanted is None or type(value) is not wanted or (isinstance(allowed, list) and value not in allowed):
            yield f"{value!r} is no value that the schema takes there"


def _wrong_derivation(written: DeriveBody, items: Mapping[str, Item], node: JsonObject | None) -> Iterator[str]:
    made = _RULES[written["rule"]]
    for name in written["of"]:
        if name not in items:
            yield f"no such item: {name}"
        elif items[name].type not in made.of:
            yield f"{written['rule']} cannot be made of {name}, which is of type {items[name].type}"
    if node is not None and node.get("type") != made.written_as:
        yield f"{written['rule']} is written as {made.written_as}, the schema says {node.get('type')}"


def wrong_list(written: ListBody, items: Mapping[str, Item]) -> Iterator[str]:
    """Yield what is wrong with the rows as a whole: policy, the list's item, columns that are not the list's."""
    if written["policy"] in {"auto", "suggest"} and "list" not in written:
        yield f"policy {written['policy']} needs a list"
    if written["policy"] == "never" and "list" in written:
        yield "policy never has no item: nothing may be inferred"
    if "list" not in written:
        columns = written["columns"].values()
        yield from (f"no list supplies {column['item']}" for column in columns if "item" in column)
        return
    item = items.get(written["list"])
    if item is None or item.type != "list":
        yield f"no such list: {written['list']}"
        return
    for column in written["columns"].values():
        yield from (f"{written['list']} has no column {each}" for each in bound(column) if each not in item.columns)


def bound(written: ColumnBody) -> tuple[str, ...]:
    """Return the items that a value is copied or made from."""
    made_of = written["derive"]["of"] if "derive" in written else ()
    return (written["item"], *made_of) if "item" in written else (*made_of,)


def wrong_offer(written: OfferBody, items: Mapping[str, Item], node: JsonObject | None) -> Iterator[str]:
    """Yield why a value that is offered could not be put into the field."""
    item = items.get(written["item"])
    if item is None:
        yield f"no such item: {written['item']}"
    elif item.type == "list":
        yield "rows are bound under lists, and not offered"
    elif node is not None:
        yield from _wrong_type(_WRITTEN_AS[item.type], node)
        yield from _lost_codes(item, node)
