"""Who plays a role and how they are reached, as written: does it hold together? Pure; yields reasons, knows no file.

Knows items by name and whose they are; must not know which register supplies what.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from chalicelib.forms.model import SubjectKind
from chalicelib.forms.written import FormBody, RoleBody, ViaBody
from chalicelib.vocabulary.model import Item

_ENTERPRISE: Final = "business.code"
_OF_ENTERPRISES: Final = "business."
_READ_OF_A_PERSON: Final = "business.represented[]"
"""The enterprises that somebody represents: read in the person's record, and so a person's item."""


def kind_of(roles: Mapping[str, RoleBody], role: str) -> SubjectKind:
    """Return who may play a role."""
    return roles[role].get("kind", "person")


def wrong_ways(body: FormBody, role: str, items: Mapping[str, Item]) -> Iterator[tuple[int, str]]:
    """Yield by its number what is wrong with a way to whoever plays the role.

    Whoever is reached in the second wave leads on to nobody, so a way starts at a role that has none itself.
    """
    ways = body["roles"][role].get("via", [])
    for place, way in enumerate(ways):
        for reason in _wrong_way(body, role, way, items):
            yield place, reason
        for reason in _never_taken(ways[:place], way):
            yield place, reason


def _wrong_way(body: FormBody, role: str, way: ViaBody, items: Mapping[str, Item]) -> Iterator[str]:
    roles, start = body["roles"], way["role"]
    if start == role:
        yield "a role is not reached through itself"
    elif start not in roles:
        yield f"no such role: {start}"
    else:
        yield from _wrong_start(roles, role, start)
        yield from _wrong_leader(roles, role, way, items)
    case = body["fields"].get(way["when"]["pointer"]) if "when" in way else None
    if case is not None and case.get("role") == role:
        yield "hangs on a field that is filled for the role itself"


def _wrong_start(roles: Mapping[str, RoleBody], role: str, start: str) -> Iterator[str]:
    onward = roles[start].get("via", [])
    if any(each["role"] == role for each in onward):
        yield f"goes round in a circle: {role} → {start} → {role}"
    elif onward:
        yield f"{start} is reached through another role itself: that would take a third wave"


def _wrong_leader(roles: Mapping[str, RoleBody], role: str, way: ViaBody, items: Mapping[str, Item]) -> Iterator[str]:
    kind, leading = kind_of(roles, role), kind_of(roles, way["role"])
    if "item" not in way:
        if kind != leading:
            yield f"{way['role']} is of another kind: they cannot be the same"
        return
    item = items.get(way["item"])
    if item is None:
        yield f"no such item: {way['item']}"
        return
    yield from not_of(leading, (way["item"],))
    if kind == "person" and item.type != "personal_id":
        yield f"{way['item']} is no personal id"
    if kind == "organisation" and not (item.type == "text" and _names_an_enterprise(way["item"])):
        yield f"{way['item']} is no enterprise's code"


def _names_an_enterprise(item: str) -> bool:
    return item == _ENTERPRISE or item.endswith(".business_code")


def _never_taken(earlier: Sequence[ViaBody], way: ViaBody) -> Iterator[str]:
    """Yield why a way is not taken in some case it names: of several that fit, the first is."""
    if any("when" not in each for each in earlier):
        yield "is never taken: an earlier way fits in every case"
    for each in earlier:
        if "when" not in each or "when" not in way or each["when"]["pointer"] != way["when"]["pointer"]:
            continue
        for value in way["when"]["one_of"]:
            if any(type(value) is type(other) and value == other for other in each["when"]["one_of"]):
                yield f"an earlier way is taken for {value!r}"


def not_of(kind: SubjectKind, items: Iterable[str]) -> Iterator[str]:
    """Yield the items that subjects of a kind do not have: an enterprise has no birth date, a person no capital."""
    article = "an organisation" if kind == "organisation" else "a person"
    for item in items:
        if (item.startswith(_OF_ENTERPRISES) and item != _READ_OF_A_PERSON) != (kind == "organisation"):
            yield f"{item} is no item of {article}"


def wrong_owner(roles: Mapping[str, RoleBody], role: str | None, bound: Sequence[str]) -> Iterator[str]:
    """Yield why whoever plays the role cannot have the items that are bound to it."""
    if role is None and bound:
        yield "an item is somebody's: name the role"
    elif role is not None and role not in roles:
        yield f"no such role: {role}"
    elif role is not None:
        yield from not_of(kind_of(roles, role), bound)
