"""Which typed answers may be kept as the citizen's own word, and as which items. Pure.

Only what the citizen typed themselves, of their own part, into fields that hold an item just as the dictionary has it,
and only items that may rest on a citizen's word alone (the type's `typed`). Each field that is not so is named with its
reason; then nothing is kept.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from chalicelib.forms.model import Field, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import FieldProblem, InvalidValue, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.hand import Desk
from chalicelib.prefill.model import Absent
from chalicelib.prefill.sheet import HIDDEN
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.model import Item

Reason: TypeAlias = Literal["not_yours", "not_typed", "not_savable"]
"""Of a part that the caller does not play · nothing is typed there, or it is hidden · not an item that may be kept on
somebody's word, or not just one, or not in its form."""


class CannotSave(Unprocessable):
    """Some of the fields cannot be kept; each problem names one and why: not_yours, not_typed, not_savable."""

    code = "cannot_save"


@dataclass(frozen=True, slots=True)
class Savable:
    """A typed answer as it may be kept."""

    pointer: str
    item: ItemId
    value: Json


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be kept: which roles are the caller's own, and which items may rest on their word."""

    roles: frozenset[Role]
    items: frozenset[ItemId]


def savable(desk: Desk, pointers: Iterable[str], allowed: Allowed) -> tuple[Savable, ...]:
    """Return the answers at these pointers, in the items' own form, each item once. Raises CannotSave."""
    known = {field.pointer: field for field in desk.form.fields}
    seen = desk.seen.fields
    found: dict[ItemId, Savable] = {}
    problems: list[FieldProblem] = []
    for at in dict.fromkeys(pointers):
        hidden = at in seen and seen[at].detail == HIDDEN
        one = _one(desk, known.get(at), allowed, is_hidden=hidden)
        if isinstance(one, Savable) and found.setdefault(one.item, one).value != one.value:
            one = "not_savable"
        if not isinstance(one, Savable):
            problems.append(FieldProblem(at, one))
    if problems:
        raise CannotSave(*problems)
    return tuple(found.values())


def _one(desk: Desk, field: Field | None, allowed: Allowed, *, is_hidden: bool) -> Savable | Reason:
    if field is None:
        return "not_savable"
    if field.role is not None and field.role not in allowed.roles:
        return "not_yours"
    entry = desk.sheet.entries.get(field.pointer)
    if entry is None or isinstance(entry.value, Absent) or is_hidden:
        return "not_typed"
    if field.role is None or field.item not in allowed.items or field.codes or field.derive is not None:
        return "not_savable"
    return _kept(field.pointer, desk.items, field.item, entry.value)


def _kept(pointer: str, items: Mapping[ItemId, Item], item: ItemId | None, value: Json) -> Savable | Reason:
    if item is None:
        return "not_savable"
    try:
        return Savable(pointer, item, cast(items[item], value))
    except InvalidValue:
        return "not_savable"
