"""What the routes of procedures and forms answer: the shapes of the reference, made from the slice's values."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.definitions.model import Status
from chalicelib.forms.model import Condition, Form, Policy, Procedure
from chalicelib.forms.model import Field as FormField
from chalicelib.forms.service import FormView
from chalicelib.vocabulary.model import Item, ItemType, Text
from chalicelib.vocabulary.service import vocabulary


class Answer(BaseModel):
    """Base of an answer; built when first used."""

    model_config = ConfigDict(frozen=True, defer_build=True, serialize_by_alias=True, populate_by_name=True)


class Both(Answer):
    """A text in both languages."""

    vi: str
    en: str


class ProcedureAnswer(Answer):
    """An administrative procedure (thủ tục hành chính)."""

    code: str
    name: Both
    authority: Both
    level: Literal["full", "partial"] = Field(description="full: toàn trình · partial: một phần, with its reason.")
    partial_reason: Both | None = None
    mechanism: str
    forms: list[str]
    status: Status
    notice: Both | None = None
    sources: list[str]


class ProcedureList(Answer):
    """A page of procedures."""

    procedures: list[ProcedureAnswer]
    next: str | None = Field(default=None, description="Cursor of the next page; absent on the last.")


class ConditionAnswer(Answer):
    """Holds when the item of the same person has one of the values."""

    item: str
    one_of: list[str | int | bool]


class RoleAnswer(Answer):
    """A part that somebody plays in the form."""

    label: Both
    requires: ConditionAnswer | None = None


class FieldAnswer(Answer):
    """How one field may be filled."""

    label: Both
    policy: Policy
    necessity: Literal["required", "optional"]
    item: str | None = None
    role: str | None = None
    applies_when: ConditionAnswer | None = None
    status: Status


class ItemAnswer(Answer):
    """A piece of information that fields bind, with the meaning of its codes."""

    type: ItemType
    label: Both
    sensitive: bool
    codes: dict[str, Both] | None = None


class SectionAnswer(Answer):
    """A group of fields under one heading."""

    title: Both
    fields: list[str]


class FormAnswer(Answer):
    """An interactive form (biểu mẫu điện tử tương tác)."""

    code: str
    version: str
    title: Both
    status: Status
    notice: Both | None = Field(default=None, description="Show it: what the form rests on is not fully verified.")
    catalogue: str
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema 2020-12 of the answers.")
    layout: list[SectionAnswer]
    roles: dict[str, RoleAnswer]
    fields: dict[str, FieldAnswer] = Field(description="By RFC 6901 pointer into the answers.")
    items: dict[str, ItemAnswer]


def procedure_answer(procedure: Procedure, notice: Text | None) -> ProcedureAnswer:
    """Write a procedure."""
    return ProcedureAnswer(
        code=procedure.code,
        name=_both(procedure.name),
        authority=_both(procedure.authority),
        level=procedure.level,
        partial_reason=None if procedure.partial_reason is None else _both(procedure.partial_reason),
        mechanism=procedure.mechanism,
        forms=list(procedure.forms),
        status=procedure.status,
        notice=None if notice is None else _both(notice),
        sources=list(procedure.sources),
    )


def form_answer(view: FormView) -> FormAnswer:
    """Write a form."""
    form: Form = view.form
    notice = vocabulary(view.catalogue).notice(form.status)
    return FormAnswer(
        code=form.code,
        version=form.version,
        title=_both(form.title),
        status=form.status,
        notice=None if notice is None else _both(notice),
        catalogue=view.catalogue.hash,
        schema_=form.schema,
        layout=[SectionAnswer.model_validate(section) for section in form.layout],
        roles={
            role: RoleAnswer(label=_both(rule.label), requires=_condition(rule.requires))
            for role, rule in form.roles.items()
        },
        fields={field.pointer: _field(field) for field in form.fields},
        items={id_: _item(item) for id_, item in view.items.items()},
    )


def _field(field: FormField) -> FieldAnswer:
    return FieldAnswer(
        label=_both(field.label),
        policy=field.policy,
        necessity="required" if field.essential else "optional",
        item=field.item,
        role=field.role,
        applies_when=_condition(field.applies_when),
        status=field.status,
    )


def _item(item: Item) -> ItemAnswer:
    codes = {code: _both(text) for code, text in item.codes.items()}
    return ItemAnswer(type=item.type, label=_both(item.label), sensitive=item.sensitive, codes=codes or None)


def _condition(condition: Condition | None) -> ConditionAnswer | None:
    if condition is None:
        return None
    values = [value for value in condition.one_of if isinstance(value, str | int)]
    return ConditionAnswer(item=condition.item, one_of=values)


def _both(text: Text) -> Both:
    return Both(vi=text.vi, en=text.en)
