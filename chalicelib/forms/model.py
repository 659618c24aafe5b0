"""What a form wants and what a procedure needs. Pure; knows items by name and no register at all."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final, Literal, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
from chalicelib.vocabulary.agencies import Basis
from chalicelib.vocabulary.model import Text

Policy: TypeAlias = Literal["auto", "suggest", "user", "never"]
"""auto: filled, locked when verified · suggest: filled, may be changed · user: citizen only · never: not inferred."""

OURS: Final[frozenset[Policy]] = frozenset({"auto", "suggest"})
"""The policies under which we may fill a field."""

DeriveRule: TypeAlias = Literal["province_of", "commune_of", "line_of", "year_of", "date_in_words", "whole_address"]
"""How a value is made: a unit or the street line of an address, the year of a date, a date in Vietnamese words
(ngày, tháng, năm bằng chữ), an address as one line of text."""

Role: TypeAlias = str
SubjectKind: TypeAlias = Literal["person", "organisation"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A plain test on one item of the same subject: it equals one of the values."""

    item: ItemId
    one_of: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class OnAnswer:
    """A plain test on the answers: the field at a pointer (RFC 6901) holds one of the values."""

    pointer: str
    one_of: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Via:
    """How somebody is reached whom the caller need not name: an item of another role says their personal id.

    Without an item it is the same person as plays that role. `when` is the case in which this way is taken; a way
    whose case is not known to hold is not.
    """

    role: Role
    item: ItemId | None = None
    when: OnAnswer | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that the citizen may choose for a field, among others: one item of one role. Never chosen for them.

    `when` is the case in which it is offered; one whose case the answers are known to rule out is not.
    """

    role: Role
    item: ItemId
    when: OnAnswer | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """A value made by rule from items of the same person."""

    rule: DeriveRule
    sources: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A part somebody plays in the form (bên nam, bên nữ), and what must be true of the person who plays it."""

    role: Role
    label: Text
    requires: Condition | None
    via: tuple[Via, ...] = ()
    kind: SubjectKind = "person"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: where it stands (RFC 6901), how it may be filled, and from which item of which role.

    `codes` translates the dictionary's codes into the form's; `offers` are values to choose from, none of them chosen.
    A list of rows is one field, whose columns stand in the form's `lists`.
    """

    pointer: str
    label: Text
    policy: Policy
    item: ItemId | None
    role: Role | None
    essential: bool
    applies_when: Condition | None
    status: Status
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    derive: Derivation | None = None
    visible_when: OnAnswer | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class RowList:
    """Repeating rows: the columns by pointer into a row, each a field whose item is a column of the list's item."""

    pointer: str
    item: ItemId | None
    role: Role | None
    columns: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An interactive form (biểu mẫu điện tử tương tác)."""

    code: FormCode
    version: str
    title: Text
    status: Status
    schema: JsonObject
    layout: tuple[JsonObject, ...]
    roles: Mapping[Role, RoleRule]
    fields: tuple[Field, ...]
    lists: Mapping[str, RowList] = field(default_factory=dict)

    @property
    def items(self) -> frozenset[ItemId]:
        """Return every item that the form binds: by a field, a column, a condition, a derivation or a role."""
        return frozenset({*self._by_fields(), *self._by_roles()})

    def _by_fields(self) -> Iterator[ItemId]:
        columns = (column for rows in self.lists.values() for column in rows.columns)
        for each in (*self.fields, *columns):
            yield from () if each.item is None else (each.item,)
            yield from () if each.applies_when is None else (each.applies_when.item,)
            yield from () if each.derive is None else each.derive.sources
            yield from (offer.item for offer in each.offers)

    def _by_roles(self) -> Iterator[ItemId]:
        for rule in self.roles.values():
            yield from () if rule.requires is None else (rule.requires.item,)
            yield from (via.item for via in rule.via if via.item is not None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that proves a component: a set of items, all of them, or a document of a type.

    `where` names what an item has to say to prove anything: a record that says "not poor" is no proof of poverty.
    """

    items: tuple[ItemId, ...]
    document: str | None
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the dossier (thành phần hồ sơ).

    It is satisfied when any one of `any_of` is, and that when all evidence in it is there. `when` is the case that
    calls for it, by answers; `role` is whose items count, None where only documents do; what is not essential helps.
    """

    code: str
    name: Text
    when: OnAnswer | None
    any_of: tuple[tuple[Evidence, ...], ...]
    essential: bool
    status: Status
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The time the law gives: working days (0: the same day) or hours; `longest` where others must be asked.

    `cutoff` is the local time after which a dossier counts as of the next working day.
    """

    working_days: int | None
    working_hours: int | None
    longest: int | None
    cutoff: str | None
    note: Text | None
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class AgencyRule:
    """Which place decides whose dossier it is: of residence, of the parcel or of the seat, and the items with it."""

    by: Basis
    items: tuple[ItemId, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happens in a life and brings people to procedures."""

    code: str
    name: Text
    about: Text


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure (thủ tục hành chính); its code is also the purpose data is asked for."""

    code: ProcedureCode
    name: Text
    authority: Text
    level: Literal["full", "partial"]
    partial_reason: Text | None
    mechanism: str
    forms: tuple[FormCode, ...]
    status: Status
    sources: tuple[str, ...]
    life_events: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    deadline: Deadline | None = None
    fee_schedule: str | None = None
    survey: str | None = None
    result: str | None = None
    """Code of the document that the citizen gets."""
    agency_rule: AgencyRule | None = None

    @property
    def documents(self) -> frozenset[str]:
        """Return the types of document that it speaks of: as evidence, or as its result."""
        evidence = (each for component in self.components for way in component.any_of for each in way)
        named = {self.result, *(each.document for each in evidence)}
        return frozenset(code for code in named if code is not None)
