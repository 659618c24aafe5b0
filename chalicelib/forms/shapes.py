"""The answers of procedures and forms as the API declares them; the description of the API is made from these."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.definitions.model import Status
from chalicelib.forms.model import DeriveRule, Policy, SubjectKind
from chalicelib.vocabulary.agencies import Basis
from chalicelib.vocabulary.model import ItemType


class Answer(BaseModel):
    """Base of an answer; built when first used."""

    model_config = ConfigDict(frozen=True, defer_build=True, serialize_by_alias=True, populate_by_name=True)


class Both(Answer):
    """A text in both languages."""

    vi: str
    en: str


class Named(Answer):
    """A code with what it is called."""

    code: str
    name: Both


class ProcedureAnswer(Answer):
    """An administrative procedure (thủ tục hành chính)."""

    code: str
    name: Both
    authority: Both
    level: Literal["full", "partial"] = Field(description="full: toàn trình · partial: một phần, with its reason.")
    partial_reason: Both | None = None
    mechanism: str
    forms: list[str]
    life_events: list[Named]
    status: Status
    notice: Both | None = None
    sources: list[str]


class OnAnswerShown(Answer):
    """Holds when the field of the answers at a pointer has one of the values."""

    pointer: str
    one_of: list[str | int | bool]


class ConditionAnswer(Answer):
    """Holds when the item of the same person has one of the values."""

    item: str
    one_of: list[str | int | bool]


class EvidenceAnswer(Answer):
    """Either items, all of them, or a document."""

    items: list[str] | None = None
    where: list[ConditionAnswer] | None = Field(default=None, description="The values of items that prove it.")
    document: Named | None = None


class ComponentAnswer(Answer):
    """A part of the dossier (thành phần hồ sơ): any one way proves it, and takes all that it names."""

    code: str
    name: Both
    needed: Literal["essential", "helpful"]
    when: OnAnswerShown | None = None
    role: str | None = Field(default=None, description="Whose items count.")
    any_of: list[list[EvidenceAnswer]]
    status: Status


class DeadlineAnswer(Answer):
    """The time that the law gives; what is left out is not known. 0 working days: the same day."""

    working_days: int | None = None
    working_hours: int | None = None
    longest_working_days: int | None = None
    cutoff: str | None = Field(default=None, description="Local time; what comes later counts as of the next day.")
    note: Both | None = None
    source: str
    status: Status


class AgencyRuleAnswer(Answer):
    """Which place decides whose dossier it is, and the items that hold it."""

    by: Basis
    items: list[str]
    note: Both | None = None


class ProcedureDetail(ProcedureAnswer):
    """A procedure with what it takes, how long it lasts and what one gets."""

    components: list[ComponentAnswer]
    deadline: DeadlineAnswer | None = Field(default=None, description="Absent: not known.")
    fee_schedule: str | None = Field(default=None, description="Absent: none is published, which is not free.")
    survey: str | None = None
    result: Named | None = None
    agency_rule: AgencyRuleAnswer | None = None


class ProcedureList(Answer):
    """A page of procedures."""

    procedures: list[ProcedureAnswer]
    next: str | None = Field(default=None, description="Cursor of the next page; absent on the last.")


class ViaAnswer(Answer):
    """A way to somebody who is not named: an item of another role holds their id, or it is the same person."""

    role: str
    item: str | None = None
    when: OnAnswerShown | None = None


class OfferAnswer(Answer):
    """A value to choose from: an item of a role, in the case named if one is."""

    role: str
    item: str
    when: OnAnswerShown | None = None


class RoleAnswer(Answer):
    """A part that somebody plays in the form."""

    label: Both
    requires: ConditionAnswer | None = None
    kind: SubjectKind = Field(description="Who may play it.")
    via: list[ViaAnswer] | None = Field(default=None, description="Ways to whoever plays it, the first that fits.")


class DerivationAnswer(Answer):
    """A value made by rule from items of the same person."""

    rule: DeriveRule
    of: list[str]


class ColumnAnswer(Answer):
    """How one column of repeating rows may be filled."""

    label: Both
    policy: Policy
    necessity: Literal["required", "optional"]
    item: str | None = None
    codes: dict[str, str] | None = Field(default=None, description="The dictionary's code → the form's.")
    derive: DerivationAnswer | None = None
    status: Status


class FieldAnswer(ColumnAnswer):
    """How one field may be filled."""

    role: str | None = None
    applies_when: ConditionAnswer | None = None
    visible_when: OnAnswerShown | None = None
    offers: list[OfferAnswer] | None = Field(default=None, description="Values to choose from; none is chosen.")


class ListAnswer(Answer):
    """Repeating rows: their columns by pointer into a row."""

    list: str | None = None
    columns: dict[str, ColumnAnswer]


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
    fields: dict[str, FieldAnswer] = Field(description="By RFC 6901 pointer into the answers; rows are one field.")
    lists: dict[str, ListAnswer] | None = Field(default=None, description="Columns of the fields that hold rows.")
    items: dict[str, ItemAnswer]
