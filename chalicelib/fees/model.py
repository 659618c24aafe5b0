"""What fee rules, a case and what is due are; must not know how rules are written, kept or evaluated.

Days are ordinals (`date.toordinal`) where rules compare them, amounts whole đồng, parts of something exact fractions.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.fees.effect import Effect, Limit
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.model import Text

LineKind: TypeAlias = Literal["phi", "le_phi", "gia_dich_vu", "third_party"]
Authority: TypeAlias = Literal["mof", "hdnd", "government", "provider"]
Channel: TypeAlias = Literal["online", "assisted", "counter", "post"]
Role: TypeAlias = Literal["base", "benefit"]
InputType: TypeAlias = Literal["enum", "int", "money", "date", "bool", "text"]

CHANNELS: Final[tuple[Channel, ...]] = ("online", "assisted", "counter", "post")
STATE_KINDS: Final[frozenset[str]] = frozenset({"phi", "le_phi"})
"""What is due to the State; prices of services and third parties' costs stand outside that total."""
FOREVER: Final = date.max.toordinal()
NEVER: Final = date.min.toordinal()


class Span(NamedTuple):
    """A number or day known only to lie between these, both included: the age of somebody born in 1950."""

    low: int
    high: int


Value: TypeAlias = bool | int | str | date | Span


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one input, and who vouches for it."""

    value: Value
    assurance: Literal["verified", "declared"]
    provenance: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """How often a yearly benefit was used in the year, and how many đồng it took off in all."""

    times: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """What a quote is asked for. A fact that is not there is absent, which is not false.

    `used`: what the payer used of yearly benefits in the year of `as_of`, by the benefit's code; None: nobody knows.
    """

    procedure: ProcedureCode
    as_of: date
    channel: Channel
    province: str
    commune: str
    quantities: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    used: Mapping[str, Used] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from: asked as a quantity, fact or choice, the identity level, or an item."""

    by: Literal["quantity", "fact", "choice", "identity_level", "item", "case"]
    item: str = ""
    read: Literal["value", "age", "present", "one_of"] = "value"
    one_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Input:
    """An input with its domain: `values` of an enum, `low` to `high` of numbers and days (ordinals)."""

    name: str
    type: InputType
    label: Text
    source: Source
    values: Mapping[str, Text] = field(default_factory=dict)
    low: int = 0
    high: int = 0

    def accepts(self, value: Value) -> bool:
        """Say whether the value is of the input's type and domain."""
        match self.type:
            case "bool":
                return isinstance(value, bool)
            case "enum":
                return isinstance(value, str) and value in self.values
            case "text":
                return isinstance(value, str)
            case "date":
                return isinstance(value, date) and self.low <= value.toordinal() <= self.high
        if isinstance(value, Span):
            return self.low <= value.low <= value.high <= self.high
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Among:
    """One of these values, or (`others`) any but these."""

    values: frozenset[bool | str]
    others: bool = False

    def holds(self, value: object) -> bool:
        """Say whether the value is one."""
        return (value in self.values) != self.others


@dataclass(frozen=True, slots=True)
class Within:
    """From low to high, both included."""

    low: int
    high: int

    def holds(self, value: int) -> bool:
        """Say whether the number or ordinal lies within."""
        return self.low <= value <= self.high


Cell: TypeAlias = Among | Within


@dataclass(frozen=True, slots=True)
class Condition:
    """What one input must be."""

    input: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Basis:
    """The legal basis of a row, in force from `since` to `until`, both included."""

    document: str
    article: str
    since: date
    until: date | None
    status: Status
    source: str
    last_verified_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Say whether it is in force on the day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Selector:
    """Which lines: None is any."""

    kinds: frozenset[str]
    authorities: frozenset[str] | None = None
    schedules: frozenset[str] | None = None
    lines: frozenset[str] | None = None
    procedures: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    not_tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: where its conditions hold and its basis is in force, it has its effect."""

    id: str
    name: Text
    role: Role
    when: tuple[Condition, ...]
    effect: Effect
    basis: Basis
    line: str | None = None
    lines: Selector | None = None
    review: Text | None = None
    yearly: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a schedule."""

    name: str
    title: Text
    kind: LineKind
    authority: Authority
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parameter:
    """An amount by time."""

    name: Text
    values: tuple[tuple[int, Basis], ...]


@dataclass(frozen=True, slots=True)
class Yearly:
    """The most that a person gets of a benefit in a year."""

    name: Text
    times: int | None
    amount: Limit | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a policy holds, and from when to when."""

    province: str | None
    communes: frozenset[str]
    since: date | None = None
    until: date | None = None

    def holds(self, province: str, commune: str, day: date) -> bool:
        """Say whether the place is in it on the day."""
        if (self.since is not None and day < self.since) or (self.until is not None and day > self.until):
            return False
        return commune in self.communes or (self.province is not None and province == self.province)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the lines of some procedures cost; `procedures` is None for lines that any procedure may have."""

    code: str
    title: Text
    procedures: Mapping[ProcedureCode, Text] | None
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    yearly: Mapping[str, Yearly]
    lines: Mapping[str, Line]
    rows: tuple[Row, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class Policy:
    """What changes lines of schedules; `places` is None for the whole country."""

    code: str
    title: Text
    lines: Selector
    places: tuple[Place, ...] | None
    channels: frozenset[str] | None
    stacks: bool
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    yearly: Mapping[str, Yearly]
    rows: tuple[Row, ...]
    status: Status


FeeFile: TypeAlias = Schedule | Policy


class RowRef(NamedTuple):
    """Names a row: the file's code and the row's id."""

    file: str
    row: str
