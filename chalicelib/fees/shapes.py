"""The answers of fees as the API declares them; the description of the API is made from these."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.definitions.model import Status
from chalicelib.fees.answer import Outcome
from chalicelib.fees.coverage import Grade
from chalicelib.fees.effect import Zero
from chalicelib.fees.model import Authority, Channel, LineKind, Role

_Verdict = Literal["applied", "worse", "failed", "undecided", "in_doubt", "overridden", "contradicts", "unknown_rate"]


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Words(_Answered):
    """A text in both languages."""

    vi: str
    en: str


class SumShown(_Answered):
    """A sum in đồng; where it is not known, what bounds it."""

    status: Outcome
    amount: int | None = None
    low: Annotated[int, Field(description="Due were every open question answered for the payer.")]
    high: Annotated[int | None, Field(description="Due were every one answered against; left out: no bound.")] = None


class RuleRef(_Answered):
    """A row of a published file."""

    file: str
    row: str


class BasisShown(RuleRef):
    """A rule, and the article it rests on."""

    name: Words
    document: str
    article: str
    effective_from: str
    effective_to: str | None = None
    status: Status
    source: str


class ReviewShown(BasisShown):
    """A rule that the law leaves in doubt."""

    why: Words | None = None


class MissingShown(_Answered):
    """What has to be known before the amount is."""

    what: Literal["fact", "rate", "schedule", "history", "rounding"]
    name: str
    label: Words
    row: RuleRef | None = None
    message: Words


class NamedInput(_Answered):
    """What rules go by, with its name."""

    name: str
    label: Words


class BenefitShown(_Answered):
    """Đồng that a benefit limited by year took off."""

    code: str
    amount: int


class LineShown(_Answered):
    """What is due for one line. Lines of services and third parties are in `payable` and never in `state`."""

    schedule: str
    line: str
    name: Words
    kind: LineKind
    authority: Authority
    status: Outcome
    amount: int | None = None
    low: int
    high: int | None = None
    zero: Zero | None = None
    message: Words
    basis: Annotated[list[BasisShown], Field(description="What it rests on, base first; of a conflict, both rules.")]
    missing: list[MissingShown]
    reviews: list[ReviewShown]
    declared: Annotated[list[NamedInput], Field(description="What nobody vouches for but the one who declared it.")]
    benefits: list[BenefitShown]


class FactShown(NamedInput):
    """A fact that was used, and who vouches for it."""

    value: Any
    assurance: Literal["verified", "declared"]
    provenance: dict[str, Any]
    disputed: Annotated[Any, Field(description="What the caller declared instead.")] = None


class ConditionShown(NamedInput):
    """One condition of a rule as it came out."""

    outcome: Literal["passed", "failed", "unknown"]
    wants: dict[str, Any]


class ConsideredShown(BasisShown):
    """A rule that was considered, and why it counts or does not."""

    line: str
    role: Role
    verdict: _Verdict
    due: int | None = None
    message: Words
    conditions: list[ConditionShown]


class ChangeShown(NamedInput):
    """One thing that, had it been otherwise, would alter what is payable."""

    what: Literal["channel", "as_of", "fact", "quantity"]
    value: bool | int | str
    status: Outcome
    payable: int | None = None
    message: Words


class ChannelShown(_Answered):
    """What is payable in all through one channel."""

    channel: Channel
    name: Words
    status: Outcome
    payable: int | None = None


class QuoteAnswer(_Answered):
    """What must be paid, why, and what would change it. Without an id it is not kept."""

    id: str | None = None
    procedure: str
    name: Words | None = None
    channel: Channel
    province: str
    commune: str
    as_of: str
    known_at: str
    quoted_at: str
    catalogue: str
    rules: Annotated[str, Field(description="Digest of the rules that it was made with.")]
    digest: Annotated[str, Field(description="Digest of facts, rules and result: the same wherever it is worked out.")]
    status: Annotated[
        Outcome, Field(description="Of what is due to the State; in all where nothing of it is the State's.")
    ]
    message: Words
    state: Annotated[SumShown, Field(description="Due to the State: phí and lệ phí.")]
    payable: Annotated[SumShown, Field(description="In all, with services and third parties.")]
    lines: list[LineShown]
    missing: list[MissingShown]
    facts: list[FactShown]
    quantities: dict[str, int]
    trace: list[ConsideredShown]
    changes: list[ChangeShown]
    channels: list[ChannelShown]
    cheapest: ChannelShown | None = None


class VerifiedAnswer(_Answered):
    """Whether the same facts and the same published set still give the same digest."""

    id: str
    catalogue: str
    digest: str
    worked_out: Annotated[str, Field(description="The digest as it was worked out now.")]
    same: bool
    verified_at: str


class ProcedureGrade(_Answered):
    """How well the fee of a procedure is known in a province: as its least known part."""

    procedure: str
    name: Words
    grade: Grade
    lines: dict[str, Grade]
    policies: list[str]


class ProvinceGrades(_Answered):
    """How many procedures are known how well in one province; `procedures` where one province is asked for."""

    province: str
    counts: dict[Grade, int]
    procedures: list[ProcedureGrade] | None = None


class CoverageAnswer(_Answered):
    """Of each province, what is confirmed, of a single source, unverified, and unknown."""

    as_of: str
    catalogue: str
    provinces: list[ProvinceGrades]


class EndingShown(_Answered):
    """A basis whose last day is near, and the rules after which nothing follows."""

    document: str
    article: str
    effective_to: str
    days: int
    status: Status
    rows: list[RuleRef]
    unfollowed: list[RuleRef]


class RadarAnswer(_Answered):
    """Legal bases in force today that end within so many days."""

    as_of: str
    days: int
    catalogue: str
    ending: list[EndingShown]


class FaultShown(_Answered):
    """One thing wrong in a file: where, and why."""

    pointer: str
    reason: str


class CheckAnswer(_Answered):
    """What is wrong with a fee file beside the live set; nothing, where it could be published with it."""

    code: str
    catalogue: str
    ok: bool
    faults: list[FaultShown]


class SumOf(_Answered):
    """What is due by one of the two sets."""

    status: Outcome
    amount: int | None = None


class ChangedLine(_Answered):
    """A line that is not due as before, and the articles on both sides."""

    schedule: str
    line: str
    before: SumOf | None = None
    after: SumOf | None = None
    before_by: list[str]
    after_by: list[str]


class ChangedCase(_Answered):
    """A case whose fee is another by the later set; `case` is its place in the request."""

    case: int
    before: SumOf
    after: SumOf
    lines: list[ChangedLine]


class DiffAnswer(_Answered):
    """Whose fee changes between two published sets."""

    before: str
    after: str
    cases: int
    dearer: int
    cheaper: int
    changed: list[ChangedCase]
