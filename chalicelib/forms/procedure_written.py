"""How procedures and life events are written under `schemas/`: their shapes, and nothing of what they mean."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field as Bound
from pydantic import StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, Words, written
from chalicelib.definitions.model import Status
from chalicelib.forms.written import ConditionBody, OnAnswerBody, RoleName
from chalicelib.vocabulary.agencies import Basis
from chalicelib.vocabulary.definition import ItemName, TextBody


@written
class EvidenceBody(TypedDict):
    """One thing that proves a component: all of these items, or a document of this type.

    `where` says which values of an item prove it; without, any value does.
    """

    items: NotRequired[Annotated[list[ItemName], Bound(min_length=1)]]
    where: NotRequired[Annotated[list[ConditionBody], Bound(min_length=1)]]
    document: NotRequired[Code]


@written
class AllOfBody(TypedDict):
    """Evidence that counts together."""

    all_of: Annotated[list[EvidenceBody], Bound(min_length=1)]


@written
class AnyOfBody(TypedDict):
    """Ways to prove a component, the one that asks least of the citizen first."""

    any_of: Annotated[list[AllOfBody], Bound(min_length=1)]


@written
class ComponentBody(TypedDict):
    """A part of the dossier; `role` is whose items count as evidence."""

    code: Code
    name: TextBody
    needed: Literal["essential", "helpful"]
    when: NotRequired[OnAnswerBody]
    role: NotRequired[RoleName]
    evidence: AnyOfBody
    status: NotRequired[Status]


@written
class DeadlineBody(TypedDict):
    """The time that the law gives, with where it is from; what is left out is not known."""

    working_days: NotRequired[Annotated[int, Bound(ge=0, le=400)]]
    working_hours: NotRequired[Annotated[int, Bound(ge=1, le=400)]]
    longest_working_days: NotRequired[Annotated[int, Bound(ge=1, le=400)]]
    cutoff: NotRequired[Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]]
    note: NotRequired[TextBody]
    source: Words
    status: NotRequired[Status]


@written
class AgencyRuleBody(TypedDict):
    """Which place decides whose dossier it is."""

    by: Basis
    items: Annotated[list[ItemName], Bound(min_length=1)]
    note: NotRequired[TextBody]


@written
class ResultBody(TypedDict):
    """What the citizen gets."""

    document: Code


@written
class ProcedureBody(TypedDict):
    """A procedure as written; `null` where a schedule or survey is not published yet."""

    name: TextBody
    authority: TextBody
    level: Literal["full", "partial"]
    partial_reason: NotRequired[TextBody]
    mechanism: Literal["one_stop", "interagency_one_stop"]
    forms: Annotated[list[Code], Bound(min_length=1)]
    life_events: Annotated[list[Code], Bound(min_length=1)]
    components: Annotated[list[ComponentBody], Bound(min_length=1)]
    deadline: DeadlineBody | None
    fee_schedule: Code | None
    survey: Code | None
    result: ResultBody
    agency_rule: AgencyRuleBody


@written
class LifeEventBody(TypedDict):
    """A life event as written."""

    name: TextBody
    about: TextBody
