"""What must hold of a form and of a procedure within their set. Pure but for the shapes it reads.

Knows items and their types; must not know which register supplies what.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from chalicelib.definitions.model import Envelope, Fault, Status, View, pointer
from chalicelib.forms.schema import Tree, tree
from chalicelib.forms.written import ConditionBody, FieldBody, FormBody, ProcedureBody
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.definition import compile_item
from chalicelib.vocabulary.model import Item, ItemType

_WEAKNESS: Final[Mapping[Status, int]] = {"confirmed": 0, "single_source": 1, "unverified": 2}
_WRITTEN_AS: Final[Mapping[ItemType, str]] = {
    "text": "string",
    "date": "string",
    "partial_date": "string",
    "code": "string",
    "personal_id": "string",
    "boolean": "boolean",
    "integer": "integer",
    "dong": "integer",
    "address": "object",
}


def check_form(envelope: Envelope, body: FormBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a form: outside the schema's profile, dangling, contradicting, left out or unseen."""
    found, items = tree(body["schema"]), _items(view)
    for problem in found.problems:
        yield Fault(envelope.file, f"/body/schema{problem.at}", problem.reason)
    for role, rule in body["roles"].items():
        yield from _faults(envelope, ("body", "roles", role, "requires"), _wrong_condition(rule.get("requires"), items))
    for place, written in body["fields"].items():
        at = ("body", "fields", place)
        yield from _faults(envelope, at, _wrong_place(place, body, found))
        yield from _faults(envelope, at, _wrong_binding(written, body, found.nodes.get(place)))
        yield from _faults(envelope, at, _wrong_item(written, items, found.nodes.get(place)))
        yield from _faults(envelope, (*at, "applies_when"), _wrong_condition(written.get("applies_when"), items))
        if _WEAKNESS[written.get("status", envelope.status)] > _WEAKNESS[envelope.status]:
            yield Fault(envelope.file, pointer(*at, "status"), f"weaker than the form's own: {envelope.status}")
    covered = {leaf for place in body["fields"] for leaf in found.under(place)}
    for leaf in found.leaves():
        if leaf not in covered:
            yield Fault(envelope.file, "/body/fields", f"no field for {leaf}")
    yield from _check_layout(envelope, body)


def _faults(envelope: Envelope, at: tuple[str | int, ...], reasons: Iterator[str]) -> Iterator[Fault]:
    return (Fault(envelope.file, pointer(*at), reason) for reason in reasons)


def _wrong_place(place: str, body: FormBody, found: Tree) -> Iterator[str]:
    if place not in found.nodes:
        yield "the schema has no such place"
    elif (place in found.required) != (body["fields"][place]["necessity"] == "required"):
        yield "necessity and the schema's required do not agree"
    if any(place.startswith(f"{other}/") for other in body["fields"]):
        yield "stands inside another field"


def _wrong_binding(written: FieldBody, body: FormBody, node: JsonObject | None) -> Iterator[str]:
    policy, item, role = written["policy"], written.get("item"), written.get("role")
    if policy == "auto" and item is None:
        yield "policy auto needs an item"
    if policy == "suggest" and item is None and "default" not in (node or {}):
        yield "policy suggest needs an item, or a default in the schema"
    if policy == "never" and item is not None:
        yield "policy never has no item: nothing may be inferred"
    if role is None and (item is not None or "applies_when" in written):
        yield "an item is somebody's: name the role"
    if role is not None and role not in body["roles"]:
        yield f"no such role: {role}"


def _wrong_item(written: FieldBody, items: Mapping[str, Item], node: JsonObject | None) -> Iterator[str]:
    if "item" not in written:
        return
    item = items.get(written["item"])
    if item is None:
        yield f"no such item: {written['item']}"
    elif node is not None:
        if node.get("type") != _WRITTEN_AS[item.type]:
            yield f"the item is written as {_WRITTEN_AS[item.type]}, the schema says {node.get('type')}"
        allowed = node.get("enum")
        if isinstance(allowed, list) and (lost := sorted(item.codes.keys() - {str(code) for code in allowed})):
            yield f"the schema does not take the item's codes {', '.join(lost)}"


def _wrong_condition(written: ConditionBody | None, items: Mapping[str, Item]) -> Iterator[str]:
    if written is None:
        return
    item = items.get(written["item"])
    if item is None:
        yield f"no such item: {written['item']}"
        return
    for value in written["one_of"]:
        try:
            cast(item, value)
        except InvalidValue:
            yield f"{value!r} is no value of {written['item']}"


def _check_layout(envelope: Envelope, body: FormBody) -> Iterator[Fault]:
    shown: set[str] = set()
    for place, section in enumerate(body["layout"]):
        for position, name in enumerate(section["fields"]):
            at = pointer("body", "layout", place, "fields", position)
            if name not in body["fields"]:
                yield Fault(envelope.file, at, f"no such field: {name}")
            if name in shown:
                yield Fault(envelope.file, at, f"shown twice: {name}")
            shown.add(name)
    for name in body["fields"]:
        if name not in shown:
            yield Fault(envelope.file, "/body/layout", f"does not show {name}")


def _items(view: View) -> dict[str, Item]:
    bodies = (view.body("dictionary", code) for code in sorted(view.codes("dictionary")))
    written = {id_: item for body in bodies if body is not None for id_, item in body["items"].items()}
    return {id_: compile_item(ItemId(id_), item, "confirmed") for id_, item in written.items()}


def check_procedure(envelope: Envelope, body: ProcedureBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a procedure."""
    for place, form in enumerate(body["forms"]):
        if form not in view.codes("forms"):
            yield Fault(envelope.file, pointer("body", "forms", place), f"no such form: {form}")
    if len(set(body["forms"])) != len(body["forms"]):
        yield Fault(envelope.file, "/body/forms", "names a form twice")
    if (body["level"] == "partial") != ("partial_reason" in body):
        yield Fault(envelope.file, "/body/partial_reason", "is published exactly where the level is partial")
