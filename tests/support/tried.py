"""One prefill of a made-up citizen in this process: the real order, waves and resolution, replies from their files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.consent.model import Grant
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.model import Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import (
    ClientId,
    ConsentId,
    FormCode,
    ItemId,
    PersonalId,
    ProcedureCode,
    SubjectId,
    code_of,
    is_organisation,
)
from chalicelib.prefill.job import Job, Order, Rights, Who, job_of
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.reach import awaits, due, joined, reached
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import Call, CallId, CallOutcome, Reply
from infra.simulators.personas import Organisation, Persona, Personas
from tests.support.clock import START

_FAILS: Mapping[int, CallOutcome] = {403: "no_right", 409: "ambiguous_match"}


@dataclass(frozen=True)
class Try:
    """Who tries what: the form of a procedure, the parts they play, the province whose registers are meant.

    `others` are the roles of others who are named, `answers` what is in the form already, and `consenting` who
    consents to this caller and to which items, by their id.
    """

    procedure: str
    form: str
    persona: Persona
    roles: tuple[Role, ...]
    province: str | None = None
    others: Mapping[Role, SubjectId] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)
    consenting: Mapping[str, Iterable[str]] = field(default_factory=dict)
    at: datetime = START


def tried(catalogue: Catalogue, people: Personas, wanted: Try) -> tuple[Job, Resolution]:
    """Return the job and what came of it after both waves."""
    persona = PersonalId(wanted.persona.personal_id)
    who = Who(persona, wanted.persona.identity_level, ClientId("motlan-portal"))
    order = Order(
        ProcedureCode(wanted.procedure),
        FormCode(wanted.form),
        {**dict.fromkeys(wanted.roles, persona), **wanted.others},
        province=wanted.province,
        answers=wanted.answers,
    )
    rights = Rights(wanted.at, {PersonalId(each): _grant(each, items) for each, items in wanted.consenting.items()})
    job = job_of(catalogue, who, order, rights)
    replies = _asked(people, due(job, {}))
    found = reached(job, replies)
    if found or awaits(job):
        job = joined(job, replies, found, rights)
        replies |= _asked(people, due(job, replies))
    return job, resolve(job.form, job.items, job.plan, replies, job.context({}, {}, wanted.answers))


def _grant(subject: str, items: Iterable[str]) -> Grant:
    return Grant(ConsentId(f"consent-{subject}"), frozenset(map(ItemId, items)), START + timedelta(days=30))


def _asked(people: Personas, calls: Iterable[Call]) -> dict[CallId, Reply]:
    return {call.id: _reply(people, call) for call in calls}


def _reply(people: Personas, call: Call) -> Reply:
    bus, _, province = call.register.route.partition(":")
    known = _file_of(people, call.subject)
    holding = None if known is None else known.holding(call.register.code, province if bus == "lgsp" else None)
    if holding is None:
        return Reply("not_found", 5, START)
    if holding.fails is not None:
        return Reply(_FAILS.get(holding.fails, "source_unavailable"), 5, START)
    data = {name: holding.data[name] for name in call.fields if name in holding.data}
    return Reply("answered", 5, START, data, holding.record, holding.as_of, frozenset(holding.under_review))


def _file_of(people: Personas, subject: SubjectId) -> Persona | Organisation | None:
    return people.organisation(code_of(subject)) if is_organisation(subject) else people.get(subject)
