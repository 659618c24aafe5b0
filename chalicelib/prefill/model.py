"""What a prefill says of each field: a value with its provenance, or a named reason why there is none.

Pure. Knows neither how registers are asked nor how an answer is stored or put into words.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.consent.model import Basis, Right
from chalicelib.forms.model import Component, DeriveRule, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ConsentId, ItemId, RegisterCode, SubjectId
from chalicelib.sources.model import CallOutcome
from chalicelib.vocabulary.units import Units

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
fill, `no_subject` named, `no_supplier` of the item, `no_jurisdiction` named for a province's own register).
"""

Origin: TypeAlias = Literal["auto", "override", "manual"]
"""Who put the value there (HL7 DTR information-origin): we did · the citizen, in place of ours · the citizen alone."""

Assurance: TypeAlias = Literal["register", "issued", "dossier", "scan", "typed"]
"""What vouches for a value, the best first: a register · a signed document that an agency issued · an earlier dossier
that was accepted · a scan · the citizen's word."""

Standing: TypeAlias = Literal["issued", "dossier", "scan", "typed"]
"""The assurances of what is held outside registers."""

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

    subject: SubjectId
    right: Right


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer is from, down to record, path and mapping; times are RFC 3339.

    `register` is None for what is held outside registers; `document` is then the type of paper, if it is one. `as_of`
    is the source's own date of the record, `mapping` the hash of the definition that was read with. `basis` is the
    ground of the right it was asked under, `consent` the consent where that was it. `rule` made the value from the
    item's; `original` is what the source wrote where units of before were put into today's.
    """

    register: RegisterCode | None
    record: str | None
    path: str
    item: ItemId
    mapping: str
    fetched_at: str
    as_of: str | None
    legal_basis: str
    assurance: Assurance
    document: str | None = None
    basis: Basis = "own"
    consent: ConsentId | None = None
    rule: DeriveRule | None = None
    original: Json = None


@dataclass(frozen=True, slots=True)
class Held:
    """An item of a subject that is held outside registers: by the warehouse, or in an earlier dossier.

    `record` is the document's or dossier's id, `read_at` when the item was taken from it (RFC 3339), `until` when it
    loses its validity, None where it does not.
    """

    item: ItemId
    value: Json
    assurance: Standing
    record: str
    path: str
    mapping: str
    read_at: str
    legal_basis: str
    as_of: str | None = None
    document: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A paper that is held of a subject, by the code of evidence (as components of procedures name it) that it is.

    `record` is the document's id, `document` its type, `read_at` when it came in (RFC 3339), `as_of` when it was
    issued, `until` when it loses its validity, None where it does not.
    """

    evidence: str
    assurance: Standing
    record: str
    document: str
    mapping: str
    read_at: str
    legal_basis: str
    as_of: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive holds of a subject, of what was looked for: every version of each item, and papers."""

    items: tuple[Held, ...] = ()
    papers: tuple[HeldPaper, ...] = ()


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


Row: TypeAlias = Mapping[str, FieldAnswer]
"""One row of a list: an answer for every column, by its pointer into the row."""


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """How one register's call ended for one role, and in how many milliseconds."""

    register: RegisterCode
    role: Role
    outcome: CallOutcome
    ms: int
    wave: int = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence as it was found: an item's value with where it is from, or a document held.

    `paper` is a document that can be attached by its id; one that is known only by an item read from it, has that
    item's provenance.
    """

    item: ItemId | None
    document: str | None
    provenance: Provenance | None
    paper: HeldPaper | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """One piece of evidence that is not there, and why: the outcome and detail of the item, or `no_document`."""

    item: ItemId | None
    document: str | None
    outcome: Outcome | Literal["no_document"]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    """What is said of one part of the dossier (thành phần hồ sơ).

    `needed`: whether its case holds by the answers so far, None where they do not say. `way` is the number (from 0) of
    the evidence that was chosen, None where none is whole; `proofs` are its pieces, `lacks` what each other way misses.
    """

    code: str
    needed: bool | None
    way: int | None
    proofs: tuple[Proof, ...] = ()
    lacks: tuple[tuple[Lack, ...], ...] = ()

    @property
    def is_satisfied(self) -> bool:
        """Say whether nothing has to be attached for it."""
        return self.way is not None


@dataclass(frozen=True, slots=True)
class Usage:
    """How sparing the asking was: items in the fields of replies that were asked for, and how many no answer used."""

    fetched: int = 0
    unused: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """An answer for every field of the form, by pointer, in the form's order; a list has its rows beside it."""

    fields: Mapping[str, FieldAnswer]
    sources: tuple[SourceSummary, ...] = field(default=())
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    components: tuple[ComponentAnswer, ...] = ()
    usage: Usage = Usage()

    @property
    def counts(self) -> dict[Outcome, int]:
        """Return how many fields ended in each way that occurred."""
        return dict(Counter(answer.outcome for answer in self.fields.values()))


@dataclass(frozen=True, slots=True)
class Context:
    """What a resolution stands on besides replies.

    `held` is what is held of each subject outside registers, `papers` likewise; `answers` what is in the form now, by
    pointer (typed or filled before), for conditions on answers; `components` the procedure's; `units` puts units of
    before into today's. `at` is the moment it is made, which papers have to be valid at; None where nothing expired is
    in `held`.
    """

    held: Mapping[SubjectId, tuple[Held, ...]] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    units: Units | None = None
    at: datetime | None = None
    papers: Mapping[SubjectId, tuple[HeldPaper, ...]] = field(default_factory=dict)


NOTHING_ELSE: Final = Context()


def delta(old: Resolution, new: Resolution) -> tuple[str, ...]:
    """Return the pointers whose answer differs between two resolutions, sorted."""
    pointers = old.fields.keys() | new.fields.keys()
    return tuple(sorted(each for each in pointers if old.fields.get(each) != new.fields.get(each)))
