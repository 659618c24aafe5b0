"""What must hold of a register within its set: its items, its examples, its errors. Pure but for the shapes it reads.

Knows items and paths; must not know HTTP, or any register by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.definitions.model import Envelope, Fault, View, pointer
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.sources.model import Attribute, extracted, failure_of
from chalicelib.sources.reading import attribute_of
from chalicelib.sources.written import AttributeBody, ExampleBody, RegisterBody
from chalicelib.vocabulary.cast import cast, cast_row
from chalicelib.vocabulary.definition import ItemBody, compile_item, items_of
from chalicelib.vocabulary.model import Item

BUS_ERRORS: Final = frozenset(
    {
        "NOT_FOUND",
        "AMBIGUOUS",
        "BAD_REQUEST",
        "FORBIDDEN",
        "QUOTA",
        "MAINTENANCE",
        "INTERNAL",
        "UPSTREAM_TIMEOUT",
        "UNKNOWN_REGISTER",
    }
)
"""What an integration bus may answer for any register."""
_Items = Mapping[str, ItemBody]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One example of a register and its place in the file."""

    at: tuple[str | int, ...]
    example: ExampleBody


def check_register(envelope: Envelope, body: RegisterBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a register: dangling, mapped wrongly or twice, not shown by example, an error forgotten."""
    items = items_of(view)
    yield from _check_route(envelope, body)
    yield from _check_items(envelope, body, items)
    yield from _check_errors(envelope, body)
    attributes = [attribute_of(each, body["key_item"]) for each in body["attributes"]]
    for place, example in enumerate(body["examples"]):
        shown = _Shown(("body", "examples", place), example)
        yield from _check_example(envelope, attributes, shown)
        yield from _check_values(envelope, attributes, items, shown)
    yield from _check_cover(envelope, attributes, [each["reply"] for each in body["examples"]])


def _check_route(envelope: Envelope, body: RegisterBody) -> Iterator[Fault]:
    if (body["scope"] == "shared") != body["route"].startswith("lgsp:"):
        yield Fault(envelope.file, "/body/route", "a province's shared register, and no other, is reached by its LGSP")


def _check_items(envelope: Envelope, body: RegisterBody, items: _Items) -> Iterator[Fault]:
    if body["key_item"] not in items:
        yield Fault(envelope.file, "/body/key_item", f"no such item: {body['key_item']}")
    seen: set[str] = set()
    for place, attribute in enumerate(body["attributes"]):
        at = ("body", "attributes", place)
        for step, reason in _wrong_attribute(envelope.code, attribute, items):
            yield Fault(envelope.file, pointer(*at, step), reason)
        if attribute["item"] in seen:
            yield Fault(envelope.file, pointer(*at, "item"), f"{attribute['item']} is mapped twice")
        seen.add(attribute["item"])


def _wrong_attribute(register: str, attribute: AttributeBody, items: _Items) -> Iterator[tuple[str, str]]:
    item = items.get(attribute["item"])
    if item is None:
        yield "item", f"no such item: {attribute['item']}"
    else:
        if register not in item.get("precedence", []):
            yield "item", f"{attribute['item']} does not rank this register"
        yield from (("columns", reason) for reason in _wrong_columns(attribute, item))
    if not _starts_at(attribute["path"], attribute["asks"]):
        yield "path", f"does not start at what it asks for: {attribute['asks']}"
    if "key" in attribute and attribute["key"] not in items:
        yield "key", f"no such item: {attribute['key']}"


def _wrong_columns(attribute: AttributeBody, item: ItemBody) -> Iterator[str]:
    named = [column["item"] for column in attribute.get("columns", [])]
    if (item["type"] == "list") != bool(named):
        yield "columns go with an item of type list, and with no other"
    if len(set(named)) != len(named):
        yield "names a column twice"
    for column in named:
        if column not in item.get("columns", []):
            yield f"{attribute['item']} has no column {column}"


def _starts_at(path: str, asked: str) -> bool:
    """Say whether a path reads the field that is asked for; any other would never be in the reply."""
    start = f"$.{asked}"
    return path == start or path.startswith((f"{start}.", f"{start}["))


def _check_errors(envelope: Envelope, body: RegisterBody) -> Iterator[Fault]:
    for error, outcome in body["errors"].items():
        if outcome == "answered":
            yield Fault(envelope.file, pointer("body", "errors", error), "an error is no answer")
    for error in sorted(BUS_ERRORS - body["errors"].keys()):
        yield Fault(envelope.file, "/body/errors", f"does not say what {error} means")
    shown: set[str] = set()
    for place, failure in enumerate(body["failures"]):
        code = failure.get("error")
        shown.add(code or f"http:{failure['status']}")
        if (outcome := failure_of(body["errors"], failure["status"], code)) != failure["outcome"]:
            yield Fault(envelope.file, pointer("body", "failures", place, "outcome"), f"it is {outcome}")
    for error in sorted(body["errors"].keys() - shown):
        yield Fault(envelope.file, "/body/failures", f"none shows {error}")


def _check_example(envelope: Envelope, attributes: Sequence[Attribute], shown: _Shown) -> Iterator[Fault]:
    found = {str(item): value for item, value in extracted(attributes, shown.example["reply"]).items()}
    stated = shown.example["extracts"]
    for item in sorted(found.keys() | stated.keys()):
        if item not in found:
            yield Fault(envelope.file, pointer(*shown.at, "extracts", item), "the reply has no such value")
        elif item not in stated:
            yield Fault(envelope.file, pointer(*shown.at, "extracts"), f"does not state {item}, which the reply has")
        elif found[item] != stated[item]:
            yield Fault(envelope.file, pointer(*shown.at, "extracts", item), "the reply has another value")


def _check_values(envelope: Envelope, attributes: Sequence[Attribute], items: _Items, shown: _Shown) -> Iterator[Fault]:
    several = {str(each.item) for each in attributes if each.several}
    for id_, value in shown.example["extracts"].items():
        if id_ not in items:
            continue
        item = compile_item(ItemId(id_), items[id_], envelope.status)
        at = pointer(*shown.at, "extracts", id_)
        try:
            if item.type == "list":
                _cast_rows(item, items, value)
            elif id_ in several:
                _ = [cast(item, each) for each in _listed(value)]
            else:
                cast(item, value)
        except InvalidValue:
            yield Fault(envelope.file, at, f"not of the item's type: {item.type}")


def _cast_rows(item: Item, items: _Items, rows: Json) -> None:
    known = (column for column in item.columns if column in items)
    columns = {column: compile_item(column, items[column], item.status) for column in known}
    for row in _listed(rows):
        if not isinstance(row, dict):
            raise InvalidValue(what="row")
        cast_row(columns, {ItemId(id_): value for id_, value in row.items()})


def _listed(value: Any) -> list[Json]:  # noqa: ANN401 - an example as written
    if not isinstance(value, list):
        raise InvalidValue(what="list")
    return value


def _check_cover(
    envelope: Envelope, attributes: Sequence[Attribute], replies: Sequence[Mapping[str, Json]]
) -> Iterator[Fault]:
    """Yield what no example shows with a value, and what none shows without one."""
    for place, attribute in enumerate(attributes):
        at = pointer("body", "attributes", place)
        values = [attribute.read(dict(reply)) for reply in replies]
        if not any(values):
            yield Fault(envelope.file, at, "no example has a value of it")
        if all(values):
            yield Fault(envelope.file, at, "every example has a value of it: show a reply without")
        rows = [row for found in values for row in found]
        for column in attribute.columns:
            if rows and not any(column.read(row) for row in rows):
                yield Fault(envelope.file, at, f"no example has a value of its column {column.item}")
