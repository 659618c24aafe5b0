"""How forms and procedures are written under `schemas/`: their shapes, and nothing of what they mean."""

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field as Bound
from pydantic import StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, written
from chalicelib.definitions.model import Status
from chalicelib.forms.model import Policy
from chalicelib.vocabulary.definition import ItemName, TextBody

Pointer: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(/[^/]+)+$", max_length=300)]
RoleName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]


@written
class ConditionBody(TypedDict):
    """A plain test on one item of the same person."""

    item: ItemName
    one_of: Annotated[list[str | int | bool], Bound(min_length=1)]


@written
class RoleBody(TypedDict):
    """A part that somebody plays in the form."""

    label: TextBody
    requires: NotRequired[ConditionBody]


@written
class FieldBody(TypedDict):
    """How one field may be filled."""

    label: TextBody
    policy: Policy
    necessity: Literal["required", "optional"]
    item: NotRequired[ItemName]
    role: NotRequired[RoleName]
    applies_when: NotRequired[ConditionBody]
    status: NotRequired[Status]


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


@written
class ProcedureBody(TypedDict):
    """A procedure as written."""

    name: TextBody
    authority: TextBody
    level: Literal["full", "partial"]
    partial_reason: NotRequired[TextBody]
    mechanism: Literal["one_stop", "interagency_one_stop"]
    forms: Annotated[list[Code], Bound(min_length=1)]
