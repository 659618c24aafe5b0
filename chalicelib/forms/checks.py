"""What must hold of a form within its set. Pure but for the shapes it reads.

Knows items and their types; must not know which register supplies what.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from chalicelib.definitions.model import Envelope, Fault, Status, View, pointer
from chalicelib.forms import bindings, roles
from chalicelib.forms.schema import Tree, tree
from chalicelib.forms.written import ColumnBody, ConditionBody, FieldBody, FormBody, ListBody, OnAnswerBody
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.definition import compile_item, items_of
from chalicelib.vocabulary.model import Item

_WEAKNESS: Final[Mapping[Status, int]] = {"confirmed": 0, "single_source": 1, "unverified": 2}


@dataclass(frozen=True, slots=True)
class _Checked:
    """A form while it is checked: as written, its schema's places, and the items of the set."""

    envelope: Envelope
    body: FormBody
    found: Tree
    items: Mapping[str, Item]

    @property
    def lists(self) -> Mapping[str, ListBody]:
        return self.body.get("lists", {})

    def faults(self, at: tuple[str | int, ...], reasons: Iterator[str]) -> Iterator[Fault]:
        return (Fault(self.envelope.file, pointer(*at), reason) for reason in reasons)


def check_form(envelope: Envelope, body: FormBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a form: outside the schema's profile, dangling, contradicting, left out or unseen."""
    form = _Checked(envelope, body, tree(body["schema"]), all_items(view))
    for problem in form.found.problems:
        yield Fault(envelope.file, f"/body/schema{problem.at}", problem.reason)
    yield from _roles(form)
    for place, field in body["fields"].items():
        yield from _field(form, place, field)
    for place, rows in form.lists.items():
        yield from _list(form, place, rows)
    yield from _cycles(form)
    yield from _uncovered(form)
    yield from _layout(form)


def all_items(view: View) -> dict[str, Item]:
    """Return every item of the set."""
    return {id_: compile_item(ItemId(id_), item, "confirmed") for id_, item in items_of(view).items()}


def _roles(form: _Checked) -> Iterator[Fault]:
    for role, rule in form.body["roles"].items():
        at = ("body", "roles", role)
        yield from form.faults((*at, "requires"), _wrong_condition(rule.get("requires"), form.items))
        yield from form.faults((*at, "requires"), _wrong_requirement(form, role))
        for place, reason in roles.wrong_ways(form.body, role, form.items):
            yield Fault(form.envelope.file, pointer(*at, "via", place), reason)
        for place, way in enumerate(rule.get("via", ())):
            yield from form.faults((*at, "via", place, "when"), _wrong_case(form, way.get("when")))


def _wrong_requirement(form: _Checked, role: str) -> Iterator[str]:
    required = form.body["roles"][role].get("requires")
    yield from () if required is None else roles.not_of(roles.kind_of(form.body["roles"], role), (required["item"],))


def _field(form: _Checked, place: str, written: FieldBody) -> Iterator[Fault]:
    at, node = ("body", "fields", place), form.found.nodes.get(place)
    yield from form.faults(at, _wrong_place(form, place, written))
    yield from form.faults(at, bindings.wrong_source(written, node))
    owned = (*bindings.bound(written), *_tested(written))
    yield from form.faults(at, roles.wrong_owner(form.body["roles"], written.get("role"), owned))
    yield from form.faults(at, bindings.wrong_item(written, form.items, node))
    yield from _offers(form, place, written)
    yield from _common(form, at, written)
    if node is not None and node.get("type") == "array":
        yield Fault(form.envelope.file, pointer(*at), "rows are bound under lists")


def _offers(form: _Checked, place: str, written: FieldBody) -> Iterator[Fault]:
    offers, played = written.get("offers", []), form.body["roles"]
    for number, offer in enumerate(offers):
        at = ("body", "fields", place, "offers", number)
        yield from form.faults(at, bindings.wrong_offer(offer, form.items, form.found.nodes.get(place)))
        if offer["role"] not in played:
            yield Fault(form.envelope.file, pointer(*at), f"no such role: {offer['role']}")
        else:
            yield from form.faults(at, roles.not_of(roles.kind_of(played, offer["role"]), (offer["item"],)))
        if any((each["role"], each["item"]) == (offer["role"], offer["item"]) for each in offers[:number]):
            yield Fault(form.envelope.file, pointer(*at), "is offered twice")
        yield from form.faults((*at, "when"), _wrong_visibility(form, offer.get("when"), place))


def _list(form: _Checked, place: str, written: ListBody) -> Iterator[Fault]:
    at, rows = ("body", "lists", place), form.found.rows.get(place)
    yield from form.faults(at, _wrong_place(form, place, written))
    owned = (*((written["list"],) if "list" in written else ()), *_tested(written))
    yield from form.faults(at, roles.wrong_owner(form.body["roles"], written.get("role"), owned))
    yield from form.faults(at, bindings.wrong_list(written, form.items))
    yield from _common(form, at, written)
    if rows is None:
        yield Fault(form.envelope.file, pointer(*at), "the schema has no rows here")
        return
    for name, column in written["columns"].items():
        yield from form.faults((*at, "columns", name), _wrong_column(form, (name, column), rows))
    for leaf in rows.leaves():
        if leaf not in written["columns"]:
            yield Fault(form.envelope.file, pointer(*at, "columns"), f"no column for {leaf}")


def _tested(written: FieldBody | ListBody) -> tuple[str, ...]:
    return (written["applies_when"]["item"],) if "applies_when" in written else ()


def _common(form: _Checked, at: tuple[str, ...], written: FieldBody | ListBody) -> Iterator[Fault]:
    yield from form.faults((*at, "applies_when"), _wrong_condition(written.get("applies_when"), form.items))
    yield from form.faults((*at, "visible_when"), _wrong_visibility(form, written.get("visible_when"), at[-1]))
    yield from form.faults((*at, "status"), _wrong_status(form, written.get("status", form.envelope.status)))


def _wrong_column(form: _Checked, named: tuple[str, ColumnBody], rows: Tree) -> Iterator[str]:
    name, column = named
    node = rows.nodes.get(name)
    if node is None:
        yield "a row has no such place"
    elif (name in rows.required) != (column["necessity"] == "required"):
        yield "necessity and the schema's required do not agree"
    yield from bindings.wrong_source(column, node)
    yield from bindings.wrong_item(column, form.items, node)
    yield from _wrong_status(form, column.get("status", form.envelope.status))


def _wrong_place(form: _Checked, place: str, written: FieldBody | ListBody) -> Iterator[str]:
    if place not in form.found.nodes:
        yield "the schema has no such place"
    elif (place in form.found.required) != (written["necessity"] == "required"):
        yield "necessity and the schema's required do not agree"
    if any(place.startswith(f"{other}/") for other in (*form.body["fields"], *form.lists)):
        yield "stands inside another field"
    if place in form.body["fields"] and place in form.lists:
        yield "is bound twice, as a field and as a list"
    if "visible_when" in written and written["necessity"] == "required":
        yield "a field that may be hidden cannot be required in whatever answers"


def _wrong_status(form: _Checked, status: Status) -> Iterator[str]:
    if _WEAKNESS[status] > _WEAKNESS[form.envelope.status]:
        yield f"weaker than the form's own: {form.envelope.status}"


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


def _wrong_visibility(form: _Checked, written: OnAnswerBody | None, place: str) -> Iterator[str]:
    if written is not None and written["pointer"] == place:
        yield "a field cannot decide whether it is shown itself"
    yield from _wrong_case(form, written)


def _wrong_case(form: _Checked, written: OnAnswerBody | None) -> Iterator[str]:
    """Yield why a test on the answers can never hold: no such field, or not such a value of it."""
    if written is None:
        return
    if written["pointer"] not in form.body["fields"]:
        yield f"no such field: {written['pointer']}"
    yield from bindings.wrong_values(written["one_of"], form.found.nodes.get(written["pointer"], {}))


def _cycles(form: _Checked) -> Iterator[Fault]:
    """Yield the fields whose showing hangs on themselves by way of others."""
    fields: Mapping[str, FieldBody] = form.body["fields"]
    for place in fields:
        seen, after = [place], place
        while (condition := fields[after].get("visible_when") if after in fields else None) is not None:
            after = condition["pointer"]
            if after in seen:
                break
            seen.append(after)
        if condition is not None and after == place and len(seen) > 1:
            at = pointer("body", "fields", place, "visible_when")
            yield Fault(form.envelope.file, at, f"goes round in a circle: {' → '.join([*seen, place])}")


def _uncovered(form: _Checked) -> Iterator[Fault]:
    covered = {leaf for place in (*form.body["fields"], *form.lists) for leaf in form.found.under(place)}
    for leaf in form.found.leaves():
        if leaf not in covered:
            yield Fault(form.envelope.file, "/body/fields", f"no field for {leaf}")


def _layout(form: _Checked) -> Iterator[Fault]:
    declared, shown = {*form.body["fields"], *form.lists}, set[str]()
    for place, section in enumerate(form.body["layout"]):
        for position, name in enumerate(section["fields"]):
            at = pointer("body", "layout", place, "fields", position)
            if name not in declared:
                yield Fault(form.envelope.file, at, f"no such field: {name}")
            if name in shown:
                yield Fault(form.envelope.file, at, f"shown twice: {name}")
            shown.add(name)
    for name in sorted(declared - shown):
        yield Fault(form.envelope.file, "/body/layout", f"does not show {name}")
