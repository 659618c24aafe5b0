"""How schedules and policies of fees are written under `schemas/fees/`: their shapes, and nothing of what they mean.

A schedule says what the lines of some procedures cost; a policy (a resolution or circular) changes lines of schedules.
"""

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, Day, Words, written
from chalicelib.definitions.model import Status
from chalicelib.vocabulary.definition import ItemName, TextBody

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A line, an input, a parameter or a yearly benefit, within its file; an input's name means the same in every file."""
RowId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
Procedure: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d\.\d{6}$")]
LineName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}/[a-z][a-z0-9_]{0,63}$")]
"""A line of another file: schedule/line."""
ProvinceCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
CommuneCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
Tag: TypeAlias = Name
Amount: TypeAlias = Annotated[int, Field(ge=0, le=10**13)]
"""Whole đồng."""
Count: TypeAlias = Annotated[int, Field(ge=1, le=10**9)]
Share: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(\d{1,3}(\.\d{1,6})?%|[1-9]\d{0,8}/[1-9]\d{0,8})$")]
"""A part of something, exact: 0.5%, 50%, 1/3."""
LineKind: TypeAlias = Literal["phi", "le_phi", "gia_dich_vu", "third_party"]
Authority: TypeAlias = Literal["mof", "hdnd", "government", "provider"]
Channel: TypeAlias = Literal["online", "assisted", "counter", "post"]
Zero: TypeAlias = Literal["exempt", "zero_rated", "reduced", "subsidised"]
Scalar: TypeAlias = bool | int | Annotated[str, StringConstraints(min_length=1, max_length=100)]
Bound: TypeAlias = int | Day


@written
class BySourceBody(TypedDict):
    """Asked of the payer as a quantity, a fact or a choice, or shown by the token as the identity level.

    A choice is what is applied for (which paper, issued or replaced): it is the applicant's own to say, and nothing
    that anybody could vouch for. A fact is about the world, and declared until somebody does (mức độ định danh: level).
    """

    by: Literal["quantity", "fact", "choice", "identity_level"]


@written
class ByItemBody(TypedDict):
    """Read from an item of the dictionary, or declared where it is not there.

    As it stands (`value`), the full years from it to the day of reception (`age`), that it has a value (`present`), or
    that its value is one of these (`one_of`).
    """

    by: Literal["item"]
    item: ItemName
    read: Literal["value", "age", "present", "one_of"]
    one_of: NotRequired[Annotated[list[Words], Field(min_length=1)]]


FromBody: TypeAlias = Annotated[BySourceBody | ByItemBody, Field(discriminator="by")]


@written
class EnumInputBody(TypedDict):
    """One of named values."""

    type: Literal["enum"]
    label: TextBody
    values: Annotated[dict[Code, TextBody], Field(min_length=1)]
    source: FromBody


@written
class NumberInputBody(TypedDict):
    """A whole number, or whole đồng, within bounds that belong to it."""

    type: Literal["int", "money"]
    label: TextBody
    min: Annotated[int, Field(ge=0)]
    max: Annotated[int, Field(le=10**15)]
    source: FromBody


@written
class DateInputBody(TypedDict):
    """A day within bounds that belong to it."""

    type: Literal["date"]
    label: TextBody
    min: Day
    max: Day
    source: FromBody


@written
class BoolInputBody(TypedDict):
    """True, false, or not known: what is absent is not false."""

    type: Literal["bool"]
    label: TextBody
    source: FromBody


InputBody: TypeAlias = Annotated[
    EnumInputBody | NumberInputBody | DateInputBody | BoolInputBody, Field(discriminator="type")
]

CellBody = TypedDict(
    "CellBody",
    {
        "is": NotRequired[Scalar],
        "is_not": NotRequired[Scalar],
        "one_of": NotRequired[Annotated[list[Scalar], Field(min_length=1)]],
        "none_of": NotRequired[Annotated[list[Scalar], Field(min_length=1)]],
        "at_least": NotRequired[Bound],
        "at_most": NotRequired[Bound],
        "above": NotRequired[Bound],
        "below": NotRequired[Bound],
        "between": NotRequired[Annotated[list[Bound], Field(min_length=2, max_length=2)]],
    },
)
"""What one input must be, ends included in `between`. More than one of these together must all hold."""
written(CellBody)


@written
class BasisBody(TypedDict):
    """The legal basis of a row: in force from and to these days, both included; `source` cites where it was read."""

    document: Words
    article: Words
    effective_from: Day
    effective_to: NotRequired[Day]
    status: Status
    source: Words
    last_verified_on: NotRequired[Day]


@written
class TimesBody(TypedDict):
    """A multiple of a parameter: 5 × lương cơ sở."""

    times: Count
    of: Name


Limit: TypeAlias = Amount | TimesBody


@written
class RoundBody(TypedDict):
    """To a multiple of so many đồng. Where a row has none, what is no whole number of đồng is unknown."""

    to: Annotated[int, Field(ge=1, le=10**6)]
    mode: Literal["down", "up", "half_up"]


@written
class TierBody(TypedDict):
    """Each unit from this one on costs so much, until the next tier."""

    since: Annotated[int, Field(ge=1, le=10**9)]
    amount: Amount


@written
class AmountBody(TypedDict):
    """So many đồng, once; or for each unit of an input, by tiers; at least and at most so much; so many times over.

    (amount + the tiers' sum over `per`, within least and most) × `times`.
    """

    type: Literal["amount"]
    amount: NotRequired[Amount]
    per: NotRequired[Name]
    tiers: NotRequired[Annotated[list[TierBody], Field(min_length=1)]]
    least: NotRequired[Limit]
    most: NotRequired[Limit]
    times: NotRequired[Name]


@written
class ShareBody(TypedDict):
    """A part of a value or an area that is an input: lệ phí trước bạ, 0.5% of the price."""

    type: Literal["share"]
    share: Share
    of: Name
    least: NotRequired[Limit]
    most: NotRequired[Limit]
    round: NotRequired[RoundBody]


@written
class OffBody(TypedDict):
    """A part of the line is taken off (50%): at most `most_off`, and what is left is within least and most."""

    type: Literal["off"]
    share: Share
    meaning: NotRequired[Literal["exempt", "reduced", "subsidised"]]
    most_off: NotRequired[Limit]
    least: NotRequired[Limit]
    most: NotRequired[Limit]
    round: NotRequired[RoundBody]


@written
class PayBody(TypedDict):
    """A part of the line is paid (90%)."""

    type: Literal["pay"]
    share: Share
    round: NotRequired[RoundBody]


@written
class ZeroBody(TypedDict):
    """Nothing is paid, and why."""

    type: Literal["zero"]
    meaning: Zero


@written
class UnknownBody(TypedDict):
    """The rate is not known: which one."""

    type: Literal["unknown"]
    rate: TextBody


@written
class NotDueBody(TypedDict):
    """The line does not arise: no return by post, no transfer."""

    type: Literal["not_due"]


EffectBody: TypeAlias = Annotated[
    AmountBody | ShareBody | OffBody | PayBody | ZeroBody | UnknownBody | NotDueBody, Field(discriminator="type")
]


class _RowBody(TypedDict):
    """What rows of schedules and of policies share.

    `base` rows say what a line costs; exactly one may hold. `benefit` rows lower it; the best one for the payer counts.
    `review`: in doubt by law. A base row then gives its amount, a benefit row does not lower it; either way the line
    is to be reviewed, and says why. `yearly` names a benefit that is limited for each person and year.
    """

    id: RowId
    name: TextBody
    role: Literal["base", "benefit"]
    when: dict[Name, CellBody]
    effect: EffectBody
    basis: BasisBody
    review: NotRequired[TextBody]
    yearly: NotRequired[Name]
    note: NotRequired[TextBody]


@written
class ScheduleRowBody(_RowBody):
    """A row about one line of the same file."""

    line: Name


@written
class SelectorBody(TypedDict):
    """Which lines: those for which all that is said here holds.

    `kinds` is never left out: what is taken off phí and lệ phí does not touch prices of services or third parties
    unless it says so. `lines` are named schedule/line.
    """

    kinds: Annotated[list[LineKind], Field(min_length=1)]
    authorities: NotRequired[Annotated[list[Authority], Field(min_length=1)]]
    schedules: NotRequired[Annotated[list[Code], Field(min_length=1)]]
    lines: NotRequired[Annotated[list[LineName], Field(min_length=1)]]
    procedures: NotRequired[Annotated[list[Procedure], Field(min_length=1)]]
    tags: NotRequired[Annotated[list[Tag], Field(min_length=1)]]
    not_tags: NotRequired[Annotated[list[Tag], Field(min_length=1)]]


@written
class PolicyRowBody(_RowBody):
    """A row about lines of other files: of those that the policy is about, these, or all."""

    lines: NotRequired[SelectorBody]


@written
class LineBody(TypedDict):
    """A line: what it is by law, who sets it, and tags that policies go by (ho_tich, appraisal)."""

    name: TextBody
    kind: LineKind
    authority: Authority
    tags: NotRequired[list[Tag]]


@written
class PlaceBody(TypedDict):
    """Where a policy holds: a whole province, or these communes; and when, if not always."""

    province: NotRequired[ProvinceCode]
    communes: NotRequired[Annotated[list[CommuneCode], Field(min_length=1)]]
    since: NotRequired[Day]
    until: NotRequired[Day]


@written
class YearlyBody(TypedDict):
    """The most that one person gets of a benefit in a calendar year: so often, and so many đồng in all."""

    name: TextBody
    times: NotRequired[Count]
    amount: NotRequired[Limit]


@written
class ValueBody(TypedDict):
    """What a parameter is, from its basis's first day to its last."""

    amount: Amount
    basis: BasisBody


@written
class ParameterBody(TypedDict):
    """An amount that other amounts are multiples of: lương cơ sở."""

    name: TextBody
    values: Annotated[list[ValueBody], Field(min_length=1)]


@written
class ScheduleBody(TypedDict):
    """A schedule as written: `procedures` by code and name, or the mark for lines that any procedure may have."""

    type: Literal["schedule"]
    title: TextBody
    procedures: Annotated[dict[Procedure, TextBody], Field(min_length=1)] | Literal["every"]
    inputs: dict[Name, InputBody]
    parameters: NotRequired[dict[Name, ParameterBody]]
    yearly: NotRequired[dict[Name, YearlyBody]]
    lines: Annotated[dict[Name, LineBody], Field(min_length=1)]
    rows: Annotated[list[ScheduleRowBody], Field(min_length=1)]


@written
class PolicyBody(TypedDict):
    """A policy as written.

    `stacks`: its benefits come on top of the best other one, of what that leaves; otherwise the single best counts.
    `channels` left out is all of them.
    """

    type: Literal["policy"]
    title: TextBody
    lines: SelectorBody
    places: Literal["everywhere"] | Annotated[list[PlaceBody], Field(min_length=1)]
    channels: NotRequired[Annotated[list[Channel], Field(min_length=1)]]
    stacks: bool
    inputs: dict[Name, InputBody]
    parameters: NotRequired[dict[Name, ParameterBody]]
    yearly: NotRequired[dict[Name, YearlyBody]]
    rows: Annotated[list[PolicyRowBody], Field(min_length=1)]


FeesBody: TypeAlias = Annotated[ScheduleBody | PolicyBody, Field(discriminator="type")]
