"""What a prefill says of each field: a value with its provenance, or a named reason why there is none.

Pure. Knows neither how registers are asked nor how an answer is stored or put into words.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.consent.model import Right
from chalicelib.forms.model import Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId, PersonalId, RegisterCode
from chalicelib.sources.model import CallOutcome

Outcome: TypeAlias = Literal[
    "filled_verified",
    "filled_issued",
    "filled_declared",
    "filled_stale",
    "conflict",
    "not_applicable",
    "not_found",
    "ambiguous_match",
    "no_consent",
    "no_right",
    "source_unavailable",
    "source_busy",
    "timed_out",
    "source_invalid",
    "cast_failed",
    "under_review",
    "user_only",
    "skipped",
]
"""How a field ended, a closed set.

A value may stand beside `filled_*`, `conflict` (the master's, if it spoke) and `under_review`, and beside nothing
else. `user_only`: the citizen fills it in. `skipped`: we did not try, and the detail says why (`never` ours to
fill, `no_subject` named, `no_supplier` of the item, `no_jurisdiction` named for a province's own register, or
`not_yet.` and what the field needs beyond one value copied).
"""

Origin: TypeAlias = Literal["auto"]
"""Who put the value there; a citizen's own hand comes with editing."""

Rule: TypeAlias = Literal["master_decides", "citizen_decides"]
"""How a conflict was settled: the master register's word was taken, or it has none and nobody's was."""

OUTCOMES: Final[Mapping[str, Outcome]] = {name: name for name in get_args(Outcome)}
FILLED: Final[frozenset[Outcome]] = frozenset({"filled_verified", "filled_issued", "filled_declared", "filled_stale"})
MAY_HOLD_VALUE: Final[frozenset[Outcome]] = FILLED | {"conflict", "under_review"}
MAY_STILL_COME: Final[frozenset[Outcome]] = frozenset({"timed_out", "source_busy", "source_unavailable"})
"""No answer yet, rather than the answer no."""


class Absent(Enum):
    """No value, which is not the same as the JSON value null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class SubjectRight:
    """Who plays a role, and whether the caller may have that person's data; a name alone grants nothing."""

    subject: PersonalId
    right: Right


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer is from, down to record, path and mapping; times are RFC 3339.

    `as_of` is the register's own date of the record, `mapping` the hash of the definition that was read with.
    """

    register: RegisterCode
    record: str | None
    path: str
    item: ItemId
    mapping: str
    fetched_at: str
    as_of: str | None
    legal_basis: str
    assurance: Literal["register"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several values that do not agree."""

    value: Json
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """What is said of one field.

    A value always has its provenance; so has a "no" that a register answered, for that too comes from a record.
    `retry_after` in seconds; `detail` narrows the outcome for the text shown.
    """

    outcome: Outcome
    value: Json | Absent = ABSENT
    origin: Origin | None = None
    locked: bool = False
    provenance: Provenance | None = None
    candidates: tuple[Candidate, ...] = ()
    policy: Rule | None = None
    retry_after: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """How one register's call ended for one role, and in how many milliseconds."""

    register: RegisterCode
    role: Role
    outcome: CallOutcome
    ms: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """An answer for every field of the form, by pointer, in the form's order."""

    fields: Mapping[str, FieldAnswer]
    sources: tuple[SourceSummary, ...] = field(default=())

    @property
    def counts(self) -> dict[Outcome, int]:
        """Return how many fields ended in each way that occurred."""
        return dict(Counter(answer.outcome for answer in self.fields.values()))


def delta(old: Resolution, new: Resolution) -> tuple[str, ...]:
    """Return the pointers whose answer differs between two resolutions, sorted."""
    pointers = old.fields.keys() | new.fields.keys()
    return tuple(sorted(each for each in pointers if old.fields.get(each) != new.fields.get(each)))
