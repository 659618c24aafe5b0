"""What a register is, what one call asks and how it ended. Pure: no HTTP, no store, no form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId, PersonalId, RegisterCode
from chalicelib.vocabulary.model import Text

CallOutcome: TypeAlias = Literal[
    "answered",
    "not_found",
    "ambiguous_match",
    "no_right",
    "source_unavailable",
    "source_busy",
    "timed_out",
    "source_invalid",
]
Getter: TypeAlias = Callable[[Json], list[Json]]
"""All values at a path in a reply; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One mapped piece of a reply: the field it asks for, where its value stands, and the item it is.

    Several attributes may read one field of the reply. `absent_means` is the outcome when an answered reply has
    no value there: a person who never divorced has no divorce decision, which is not the same as not found.
    """

    asks: str
    path: str
    item: ItemId
    read: Getter
    absent_means: Literal["not_found", "not_applicable"] = "not_found"
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    """A register as described by data: whose it is, under which law, how it is asked, what it supplies."""

    code: RegisterCode
    name: Text
    owner: Text
    legal_basis: str
    status: Status
    route: str
    timeout_ms: int
    attributes: tuple[Attribute, ...]
    errors: Mapping[str, CallOutcome]
    mapping: str
    """Hash of the definition that the mapping stands in."""

    def supplies(self, item: ItemId) -> bool:
        """Say whether the register has the item."""
        return any(attribute.item == item for attribute in self.attributes)

    def fields_for(self, items: frozenset[ItemId]) -> tuple[str, ...]:
        """Return the mask of reply fields that those items need: nothing else is asked (data minimisation)."""
        return tuple(sorted({each.asks for each in self.attributes if each.item in items}))


@dataclass(frozen=True, slots=True)
class CallId:
    """What tells one call of a wave from the others: a register is asked about a subject once."""

    register: RegisterCode
    subject: PersonalId


@dataclass(frozen=True, slots=True)
class Call:
    """One bulk question to one register about one subject."""

    register: Register
    subject: PersonalId
    fields: tuple[str, ...]
    purpose: str

    @property
    def id(self) -> CallId:
        """Return the key that its reply is kept under."""
        return CallId(self.register.code, self.subject)


@dataclass(frozen=True, slots=True)
class Reply:
    """How a call ended.

    `data` only when answered; `retry_after` in seconds when the source said so; `fault` tells an operator, in one
    code, what was wrong with a reply that could not be used.
    """

    outcome: CallOutcome
    ms: int
    fetched_at: datetime
    data: Mapping[str, Json] = field(default_factory=dict)
    record: str | None = None
    as_of: str | None = None
    under_review: frozenset[str] = frozenset()
    retry_after: int | None = None
    fault: str | None = None

    @property
    def is_presumed(self) -> bool:
        """Say whether the outcome is a presumption that a late answer may overrule."""
        return self.outcome == "timed_out"
