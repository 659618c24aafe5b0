"""The kinds `forms` and `procedures`: how they are written, and what must hold of them within their set.

Knows items and their types; must not know which register supplies what.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field as Bound
from pydantic import StringConstraints

from chalicelib.definitions.body import Body, Code
from chalicelib.definitions.model import Envelope, Fault, Kind, Status, View, pointer
from chalicelib.forms.model import Condition, Field, Form, Policy, Procedure, RoleRule
from chalicelib.forms.schema import Tree, tree
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.definition import ItemName, TextBody, compile_item
from chalicelib.vocabulary.model import Item, ItemType

Pointer: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(/[^/]+)+$", max_length=300)]
RoleName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
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


class ConditionBody(Body):
    """A plain test on one item of the same person."""

    item: ItemName
    one_of: Annotated[list[str | int | bool], Bound(min_length=1)]

    def condition(self) -> Condition:
        """Return the value."""
        return Condition(ItemId(self.item), tuple(self.one_of))


class RoleBody(Body):
    """A part that somebody plays in the form."""

    label: TextBody
    requires: ConditionBody | None = None


class FieldBody(Body):
    """How one field may be filled."""

    label: TextBody
    policy: Policy
    necessity: Literal["required", "optional"]
    item: ItemName | None = None
    role: RoleName | None = None
    applies_when: ConditionBody | None = None
    status: Status | None = None


class SectionBody(Body):
    """A group of fields under one heading, in the order they are shown."""

    title: TextBody
    fields: Annotated[list[Pointer], Bound(min_length=1)]


class FormBody(Body):
    """A form as written."""

    title: TextBody
    schema_: Annotated[dict[str, Any], Bound(alias="schema")]
    layout: Annotated[list[SectionBody], Bound(min_length=1)]
    roles: Annotated[dict[RoleName, RoleBody], Bound(min_length=1)]
    fields: Annotated[dict[Pointer, FieldBody], Bound(min_length=1)]


class ProcedureBody(Body):
    """A procedure as written."""

    name: TextBody
    authority: TextBody
    level: Literal["full", "partial"]
    partial_reason: TextBody | None = None
    mechanism: Literal["one_stop", "interagency_one_stop"]
    forms: Annotated[list[Code], Bound(min_length=1)]


def _compile_form(envelope: Envelope, body: FormBody) -> Form:
    return Form(
        code=FormCode(envelope.code),
        version=envelope.version,
        title=body.title.text(),
        status=envelope.status,
        schema=body.schema_,
        layout=tuple(section.model_dump() for section in body.layout),
        roles={role: RoleRule(role, rule.label.text(), _condition(rule.requires)) for role, rule in body.roles.items()},
        fields=tuple(_field(place, written, envelope.status) for place, written in body.fields.items()),
    )


def _field(place: str, written: FieldBody, status: Status) -> Field:
    return Field(
        pointer=place,
        label=written.label.text(),
        policy=written.policy,
        item=None if written.item is None else ItemId(written.item),
        role=written.role,
        essential=written.necessity == "required",
        applies_when=_condition(written.applies_when),
        status=written.status or status,
    )


def _condition(written: ConditionBody | None) -> Condition | None:
    return None if written is None else written.condition()


def _check_form(envelope: Envelope, body: FormBody, view: View) -> Iterator[Fault]:
    found, items = tree(body.schema_), _items(view)
    for problem in found.problems:
        yield Fault(envelope.file, f"/body/schema{problem.at}", problem.reason)
    for role, rule in body.roles.items():
        yield from _faults(envelope, ("body", "roles", role, "requires"), _wrong_condition(rule.requires, items))
    for place, written in body.fields.items():
        at = ("body", "fields", place)
        yield from _faults(envelope, at, _wrong_place(place, body, found))
        yield from _faults(envelope, at, _wrong_binding(written, body, found.nodes.get(place)))
        yield from _faults(envelope, at, _wrong_item(written, items, found.nodes.get(place)))
        yield from _faults(envelope, (*at, "applies_when"), _wrong_condition(written.applies_when, items))
        if written.status is not None and _WEAKNESS[written.status] > _WEAKNESS[envelope.status]:
            yield Fault(envelope.file, pointer(*at, "status"), f"weaker than the form's own: {envelope.status}")
    covered = {leaf for place in body.fields for leaf in found.under(place)}
    for leaf in found.leaves():
        if leaf not in covered:
            yield Fault(envelope.file, "/body/fields", f"no field for {leaf}")
    yield from _check_layout(envelope, body)


def _faults(envelope: Envelope, at: tuple[str | int, ...], reasons: Iterator[str]) -> Iterator[Fault]:
    return (Fault(envelope.file, pointer(*at), reason) for reason in reasons)


def _wrong_place(place: str, body: FormBody, found: Tree) -> Iterator[str]:
    if place not in found.nodes:
        yield "the schema has no such place"
    elif (place in found.required) != (body.fields[place].necessity == "required"):
        yield "necessity and the schema's required do not agree"
    if any(place.startswith(f"{other}/") for other in body.fields):
        yield "stands inside another field"


def _wrong_binding(written: FieldBody, body: FormBody, node: JsonObject | None) -> Iterator[str]:
    if written.policy == "auto" and written.item is None:
        yield "policy auto needs an item"
    if written.policy == "suggest" and written.item is None and "default" not in (node or {}):
        yield "policy suggest needs an item, or a default in the schema"
    if written.policy == "never" and written.item is not None:
        yield "policy never has no item: nothing may be inferred"
    if written.role is None and (written.item is not None or written.applies_when is not None):
        yield "an item is somebody's: name the role"
    if written.role is not None and written.role not in body.roles:
        yield f"no such role: {written.role}"


def _wrong_item(written: FieldBody, items: Mapping[str, Item], node: JsonObject | None) -> Iterator[str]:
    if written.item is None:
        return
    item = items.get(written.item)
    if item is None:
        yield f"no such item: {written.item}"
    elif node is not None:
        if node.get("type") != _WRITTEN_AS[item.type]:
            yield f"the item is written as {_WRITTEN_AS[item.type]}, the schema says {node.get('type')}"
        allowed = node.get("enum")
        if isinstance(allowed, list) and (lost := sorted(item.codes.keys() - {str(code) for code in allowed})):
            yield f"the schema does not take the item's codes {', '.join(lost)}"


def _wrong_condition(written: ConditionBody | None, items: Mapping[str, Item]) -> Iterator[str]:
    if written is None:
        return
    item = items.get(written.item)
    if item is None:
        yield f"no such item: {written.item}"
        return
    for value in written.one_of:
        try:
            cast(item, value)
        except InvalidValue:
            yield f"{value!r} is no value of {written.item}"


def _check_layout(envelope: Envelope, body: FormBody) -> Iterator[Fault]:
    shown: set[str] = set()
    for place, section in enumerate(body.layout):
        for position, name in enumerate(section.fields):
            at = pointer("body", "layout", place, "fields", position)
            if name not in body.fields:
                yield Fault(envelope.file, at, f"no such field: {name}")
            if name in shown:
                yield Fault(envelope.file, at, f"shown twice: {name}")
            shown.add(name)
    for name in body.fields:
        if name not in shown:
            yield Fault(envelope.file, "/body/layout", f"does not show {name}")


def _items(view: View) -> dict[str, Item]:
    bodies = (view.body("dictionary", code) for code in sorted(view.codes("dictionary")))
    written = {id_: item for body in bodies if body is not None for id_, item in body.items.items()}
    return {id_: compile_item(ItemId(id_), item, "confirmed") for id_, item in written.items()}


def _compile_procedure(envelope: Envelope, body: ProcedureBody) -> Procedure:
    return Procedure(
        code=ProcedureCode(envelope.code),
        name=body.name.text(),
        authority=body.authority.text(),
        level=body.level,
        partial_reason=None if body.partial_reason is None else body.partial_reason.text(),
        mechanism=body.mechanism,
        forms=tuple(FormCode(code) for code in body.forms),
        status=envelope.status,
        sources=envelope.sources,
    )


def _check_procedure(envelope: Envelope, body: ProcedureBody, view: View) -> Iterator[Fault]:
    for place, form in enumerate(body.forms):
        if form not in view.codes("forms"):
            yield Fault(envelope.file, pointer("body", "forms", place), f"no such form: {form}")
    if len(set(body.forms)) != len(body.forms):
        yield Fault(envelope.file, "/body/forms", "names a form twice")
    if (body.level == "partial") != (body.partial_reason is not None):
        yield Fault(envelope.file, "/body/partial_reason", "is published exactly where the level is partial")


FORMS: Final[Kind[Form]] = Kind("forms", FormBody.model_validate, _compile_form, _check_form)
PROCEDURES: Final[Kind[Procedure]] = Kind(
    "procedures", ProcedureBody.model_validate, _compile_procedure, _check_procedure
)
KINDS: Final[tuple[Kind[object], ...]] = (FORMS, PROCEDURES)
