"""How forms are written under `schemas/`: their shapes, and nothing of what they mean."""

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field as Bound
from pydantic import StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, written
from chalicelib.definitions.model import Status
from chalicelib.forms.model import DeriveRule, Policy, SubjectKind
from chalicelib.vocabulary.definition import ItemName, TextBody

Pointer: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(/[^/]+)+$", max_length=300)]
RoleName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
Values: TypeAlias = Annotated[list[str | int | bool], Bound(min_length=1)]
Necessity: TypeAlias = Literal["required", "optional"]


@written
class ConditionBody(TypedDict):
    """A plain test on one item of the same person."""

    item: ItemName
    one_of: Values


@written
class OnAnswerBody(TypedDict):
    """A plain test on one field of the answers."""

    pointer: Pointer
    one_of: Values


@written
class ViaBody(TypedDict):
    """A way to whoever plays a role: the item of another role that holds their id, or without one the same person.

    `when` is the case, by answers, in which this way is taken.
    """

    role: RoleName
    item: NotRequired[ItemName]
    when: NotRequired[OnAnswerBody]


@written
class OfferBody(TypedDict):
    """A value to choose from: an item of a role. `when` is the case, by answers, in which it is offered."""

    role: RoleName
    item: ItemName
    when: NotRequired[OnAnswerBody]


@written
class DeriveBody(TypedDict):
    """A value made by rule from items of the same person."""

    rule: DeriveRule
    of: Annotated[list[ItemName], Bound(min_length=1, max_length=5)]


@written
class RoleBody(TypedDict):
    """A part that somebody plays in the form."""

    label: TextBody
    requires: NotRequired[ConditionBody]
    via: NotRequired[Annotated[list[ViaBody], Bound(min_length=1, max_length=4)]]
    kind: NotRequired[SubjectKind]


@written
class ColumnBody(TypedDict):
    """How one column of repeating rows may be filled."""

    label: TextBody
    policy: Policy
    necessity: Necessity
    item: NotRequired[ItemName]
    codes: NotRequired[Annotated[dict[Code, str], Bound(min_length=1)]]
    derive: NotRequired[DeriveBody]
    status: NotRequired[Status]


@written
class FieldBody(ColumnBody):
    """How one field may be filled."""

    role: NotRequired[RoleName]
    applies_when: NotRequired[ConditionBody]
    visible_when: NotRequired[OnAnswerBody]
    offers: NotRequired[Annotated[list[OfferBody], Bound(min_length=1, max_length=5)]]


@written
class ListBody(TypedDict):
    """Repeating rows at one array of the answers: the list's item, whose it is, and the columns of a row."""

    label: TextBody
    policy: Policy
    necessity: Necessity
    list: NotRequired[ItemName]
    role: NotRequired[RoleName]
    applies_when: NotRequired[ConditionBody]
    visible_when: NotRequired[OnAnswerBody]
    status: NotRequired[Status]
    columns: Annotated[dict[Pointer, ColumnBody], Bound(min_length=1)]


@written
class SectionBody(TypedDict):
    """A group of fields under one heading, in the order they are shown."""

    title: TextBody
    fields: Annotated[list[Pointer], Bound(min_length=1)]


@written
class FormBody(TypedDict):
    """A form as written."""

    title: TextBody
    schema: dict[str, Any]
    layout: Annotated[list[SectionBody], Bound(min_length=1)]
    roles: Annotated[dict[RoleName, RoleBody], Bound(min_length=1)]
    fields: Annotated[dict[Pointer, FieldBody], Bound(min_length=1)]
    lists: NotRequired[dict[Pointer, ListBody]]
