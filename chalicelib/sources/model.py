"""What a register is, what one call asks and how it ended. Pure: no HTTP, no store, no form."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Final, Literal, Self, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, RegisterCode, SubjectId
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.paths import Getter

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
ANY_PROVINCE: Final = "{province}"
"""Stands in the route of a register that each province keeps for itself, for the province's code."""

Scope: TypeAlias = Literal["national", "sector", "shared"]
"""CSDL quốc gia, CSDL chuyên ngành, CSDL dùng chung: of the last each province has its own, chosen by jurisdiction."""

PERSON: Final = ItemId("person.personal_id")
"""What names a person to a register."""


@dataclass(frozen=True, slots=True)
class Column:
    """One cell of a row: where it stands in the row's element, and the item it is."""

    path: str
    item: ItemId
    read: Getter
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One mapped piece of a reply: the field it asks for, where its value stands, and the item it is.

    Several attributes may read one field of the reply. `absent_means` is the outcome when an answered reply has
    no value there: a person who never divorced has no divorce decision, which is not the same as not found.
    Where there are `columns` the item is a list and each value at the path one row; otherwise `several` says that
    the path may lead to more than one value. `key` is the item that names the subject when this is asked for: an
    enterprise's attributes are asked for by its code, not by a person's id.
    """

    asks: str
    path: str
    item: ItemId
    read: Getter
    absent_means: Literal["not_found", "not_applicable"] = "not_found"
    codes: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    several: bool = False
    key: ItemId = PERSON

    def values(self, data: Json) -> list[Json]:
        """Return the values at the path in the dictionary's codes; what has no translation stays as it is."""
        return [_ours(self.codes, value) for value in self.read(data)]

    def rows(self, data: Json) -> list[dict[ItemId, Json]]:
        """Return the rows of a list: of each element what its columns hold; an empty cell is not there."""
        return [dict(self._cells(element)) for element in self.read(data)]

    def _cells(self, element: Json) -> Iterable[tuple[ItemId, Json]]:
        for column in self.columns:
            values = column.read(element)
            if values and values[0] is not None:
                yield column.item, _ours(column.codes, values[0])


def _ours(codes: Mapping[str, str], value: Json) -> Json:
    return codes.get(value, value) if isinstance(value, str) else value


def extracted(attributes: Iterable[Attribute], data: Mapping[str, Json]) -> dict[ItemId, Json]:
    """Return what the mappings read from the `data` of a reply, uncast.

    One value of a path that leads to one, a list of any other, and of a list item its rows by column.
    """
    found: dict[ItemId, Json] = {}
    for attribute in attributes:
        if not (values := attribute.values(dict(data))):
            continue
        if attribute.columns:
            found[attribute.item] = [
                {str(item): cell for item, cell in row.items()} for row in attribute.rows(dict(data))
            ]
        else:
            found[attribute.item] = values if attribute.several else values[0]
    return found


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
    scope: Scope = "national"
    key_item: ItemId = PERSON
    quota_per_minute: int | None = None
    own_data_only: bool = False
    """It answers about the caller alone: nobody's consent opens it."""

    @property
    def is_placed(self) -> bool:
        """Say whether it is known where to ask: a province's own register needs the province (jurisdiction)."""
        return ANY_PROVINCE not in self.route

    def of(self, province: str) -> Self:
        """Return the register as one province keeps it; the same where there is only one."""
        return self if self.is_placed else replace(self, route=self.route.replace(ANY_PROVINCE, province))

    def supplies(self, item: ItemId) -> bool:
        """Say whether the register has the item, by itself or in the rows of a list."""
        return item in self.items

    @property
    def items(self) -> frozenset[ItemId]:
        """Return every item it supplies, those in the rows of lists too."""
        columns = {column.item for attribute in self.attributes for column in attribute.columns}
        return frozenset({attribute.item for attribute in self.attributes} | columns)

    def answers_about(self, key: ItemId) -> frozenset[ItemId]:
        """Return the items it has of a subject that is named by this item: a person, or an enterprise by its code."""
        return frozenset(attribute.item for attribute in self.attributes if attribute.key == key)

    def fields_for(self, items: frozenset[ItemId]) -> tuple[str, ...]:
        """Return the mask of reply fields that those items need: nothing else is asked (data minimisation)."""
        return tuple(sorted({each.asks for each in self.attributes if each.item in items}))


def own_only(registers: Iterable[Register]) -> frozenset[ItemId]:
    """Return the items that only registers have which answer about the caller alone: no consent opens them."""
    every = [(each.own_data_only, each.items) for each in registers]
    shared = frozenset(item for is_own, items in every if not is_own for item in items)
    return frozenset(item for is_own, items in every if is_own for item in items) - shared


def failure_of(errors: Mapping[str, CallOutcome], status: int, code: str | None) -> CallOutcome:
    """Return what a refusal means: by its code, then by its HTTP status (`http:503`), then by what statuses mean.

    What the map does not know says nothing about the person, for any gateway may answer 404: busy, unavailable or
    invalid.
    """
    mapped = errors.get(code) if code is not None else None
    mapped = mapped or errors.get(f"http:{status}")
    if mapped is not None and mapped != "answered":
        return mapped
    if status == 429:
        return "source_busy"
    return "source_unavailable" if status >= 500 else "source_invalid"


@dataclass(frozen=True, slots=True)
class CallId:
    """What tells one call from the others: in one wave a register is asked about a subject once."""

    register: RegisterCode
    subject: SubjectId
    wave: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One bulk question to one register about one subject; `wave` 2 asks by a key that a first reply gave."""

    register: Register
    subject: SubjectId
    fields: tuple[str, ...]
    purpose: str
    wave: int = 1

    @property
    def id(self) -> CallId:
        """Return the key that its reply is kept under."""
        return CallId(self.register.code, self.subject, self.wave)


NOT_ASKED: Final = frozenset({"breaker_open", "quota", "bulkhead"})
"""Faults of replies that are this process's own: it spared the register, or had no room for the call."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How a call ended.

    `data` only when answered; `retry_after` in seconds when the source said so; `fault` tells an operator, in one
    code, what was wrong with a reply that could not be used. `asked` are the fields of the question, None where that is
    not known: then they are those of the call it is held against.
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
    asked: frozenset[str] | None = None

    def leaves(self, call: Call) -> tuple[str, ...]:
        """Return the fields of a call that were not in the question which this is the reply to."""
        return () if self.asked is None else tuple(name for name in call.fields if name not in self.asked)

    @property
    def is_presumed(self) -> bool:
        """Say whether a late answer may overrule the outcome, for the register itself has said nothing yet."""
        return self.outcome == "timed_out" or self.fault in NOT_ASKED
