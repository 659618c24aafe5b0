"""What must hold of a projection within its set. Pure but for the shapes it reads.

Every place is the form's, every key is one place's alone, and every value can be written and read back.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from chalicelib.definitions.model import Envelope, Fault, View, pointer
from chalicelib.forms.schema import Tree, tree
from chalicelib.forms.written import ColumnBody, FormBody, ListBody
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.frozen import dataclass
from chalicelib.prefill.projected_values import is_date
from chalicelib.prefill.projection_written import PlaceBody, ProjectionBody, RowsBody
from chalicelib.vocabulary.definition import ItemBody, items_of

_NO_NAMES: Final = frozenset({"__proto__", "constructor", "prototype"})
"""Steps that no JavaScript portal could put a value under."""
_A_DAY: Final = "1990-05-17"
_Said: TypeAlias = tuple[tuple[str, ...], str]
"""A place in the file, and what is said of it: a reason, or a key that stands there."""
_COUNTED: Final = frozenset({"boolean", "integer"})


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the mapping while it is checked: the form's own fields, or the columns of one list."""

    at: tuple[str, ...]
    found: Tree
    bound: Mapping[str, ColumnBody]
    items: Mapping[str, ItemBody]

    def owner(self, place: str) -> str | None:
        """Return the field that a place is, or is a part of."""
        return next((each for each in self.bound if place == each or place.startswith(f"{each}/")), None)


def check_projection(envelope: Envelope, body: ProjectionBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a projection: dangling, ambiguous, or losing what it cannot write."""
    if body["form"] not in view.codes("forms"):
        yield Fault(envelope.file, "/body/form", f"no such form: {body['form']}")
    if "client" in body and body["client"] not in view.codes("clients"):
        yield Fault(envelope.file, "/body/client", f"no such client: {body['client']}")
    form: FormBody | None = view.body("forms", body["form"])
    if form is None:
        return
    for at, reason in (*_wrong_places(body, form, items_of(view)), *_wrong_keys(body)):
        yield Fault(envelope.file, pointer(*at), reason)


def _wrong_places(body: ProjectionBody, form: FormBody, items: Mapping[str, ItemBody]) -> Iterator[_Said]:
    found, lists = tree(form["schema"]), form.get("lists", {})
    yield from _of_side(_Side(("body", "fields"), found, form["fields"], items), body["fields"])
    for place, rows in body.get("lists", {}).items():
        at = ("body", "lists", place)
        yield from ((at, reason) for reason in _wrong_list(place, lists))
        if place in lists and place in found.rows:
            side = _Side((*at, "columns"), found.rows[place], lists[place]["columns"], items)
            yield from _of_side(side, rows["columns"])


def _wrong_list(place: str, lists: Mapping[str, ListBody]) -> Iterator[str]:
    if place not in lists:
        yield "the form has no such list"
    elif lists[place]["policy"] == "never":
        yield "is never filled: leave it out"


def _of_side(side: _Side, places: Mapping[str, PlaceBody]) -> Iterator[_Said]:
    for place, written in places.items():
        at = (*side.at, place)
        owner = side.owner(place)
        if owner is None or place not in side.found.nodes:
            yield at, "the form has no such field"
            continue
        if side.bound[owner]["policy"] == "never":
            yield at, "is never filled: leave it out"
        if any(place.startswith(f"{other}/") for other in places):
            yield at, "is written twice: what it stands in has a key of its own"
        yield from ((at, reason) for reason in _wrong_writing(side.found.nodes[place], written))
        if "values" in written:
            yield from (((*at, "values"), reason) for reason in _wrong_values(side, place, written))


def _wrong_writing(node: JsonObject, written: PlaceBody) -> Iterator[str]:
    writing, kind = written.get("written_as"), node.get("type")
    if writing == "text" and kind not in _COUNTED:
        yield f"only a number or a yes/no is put into text; the schema says {kind}"
    if is_date(writing) and not _takes_days(node):
        yield "the schema takes no date there"


def _takes_days(node: JsonObject) -> bool:
    expression = node.get("pattern")
    return node.get("type") == "string" and (
        node.get("format") == "date" or (isinstance(expression, str) and re.search(expression, _A_DAY) is not None)
    )


def _wrong_values(side: _Side, place: str, written: PlaceBody) -> Iterator[str]:
    codes, values = _codes(side, place, written), written.get("values", {})
    if codes is None:
        yield "not a closed list of codes; a number or a yes/no is written as text first"
        return
    if strange := sorted(values.keys() - codes):
        yield f"no codes of this field: {', '.join(strange)}"
    if missing := sorted(codes - values.keys()):
        yield f"leaves codes without a value: {', '.join(missing)}"
    # With the type: to Python 1 equals True.
    if len({(type(each), each) for each in values.values()}) != len(values):
        yield "gives one value to several codes: what is read back would be a guess"
    if "" in values.values():
        yield "an empty text is an empty box over there"


def _codes(side: _Side, place: str, written: PlaceBody) -> frozenset[str] | None:
    """Return the codes that the place's value can be, as `values` meets them; None where they are not closed."""
    node, is_text = side.found.nodes[place], written.get("written_as") == "text"
    if is_date(written.get("written_as")) or (node.get("type") in _COUNTED) != is_text:
        return None
    if node.get("type") == "boolean":
        return frozenset({"true", "false"})
    allowed = node.get("enum")
    if isinstance(allowed, list):
        return frozenset(map(str, allowed))
    return _codes_of_item(side.bound.get(place), side.items) if node.get("type") == "string" else None


def _codes_of_item(bound: ColumnBody | None, items: Mapping[str, ItemBody]) -> frozenset[str] | None:
    if bound is None or bound.get("item") not in items:
        return None
    if "codes" in bound:
        return frozenset(bound["codes"].values())
    return frozenset(items[bound["item"]].get("codes", {})) or None


def _wrong_keys(body: ProjectionBody) -> Iterator[_Said]:
    lists: Mapping[str, RowsBody] = body.get("lists", {})
    own: list[_Said] = [(("body", "fields", place), written["key"]) for place, written in body["fields"].items()]
    own += [(("body", "lists", place), rows["key"]) for place, rows in lists.items()]
    groups = [own]
    for place, rows in lists.items():
        at = ("body", "lists", place, "columns")
        groups.append([((*at, cell), column["key"]) for cell, column in rows["columns"].items()])
    for group in groups:
        yield from _clashing(group, is_nested=body["style"] == "nested")


def _clashing(group: list[_Said], *, is_nested: bool) -> Iterator[_Said]:
    taken: set[str] = set()
    for at, key in group:
        if key in taken:
            yield (*at, "key"), f"{key} is another place's key"
        taken.add(key)
        if not _NO_NAMES.isdisjoint(key.split(".")):
            yield (*at, "key"), f"{key} is a name that JavaScript keeps for itself"
    for at, key in group if is_nested else []:
        if any(key.startswith(f"{other}.") for other in taken):
            yield (*at, "key"), f"{key} stands inside another place's key"
