"""What a form wants and what a procedure needs. Pure; knows items by name and no register at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
from chalicelib.vocabulary.model import Text

Policy: TypeAlias = Literal["auto", "suggest", "user", "never"]
"""auto: filled, locked when verified · suggest: filled, may be changed · user: citizen only · never: not inferred."""

Role: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Condition:
    """A plain test on one item of the same subject: it equals one of the values."""

    item: ItemId
    one_of: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A part somebody plays in the form (bên nam, bên nữ), and what must be true of the person who plays it."""

    role: Role
    label: Text
    requires: Condition | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: where it stands (RFC 6901), how it may be filled, and from which item of which role."""

    pointer: str
    label: Text
    policy: Policy
    item: ItemId | None
    role: Role | None
    essential: bool
    applies_when: Condition | None
    status: Status


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

    @property
    def items(self) -> frozenset[ItemId]:
        """Return every item that the form binds: by a field, by a field's condition or by a role's."""
        rules = [rule.requires for rule in self.roles.values()] + [field.applies_when for field in self.fields]
        bound = {field.item for field in self.fields if field.item is not None}
        return frozenset(bound | {rule.item for rule in rules if rule is not None})


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
