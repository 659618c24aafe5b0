"""One prefill of a made-up citizen in this process: the real order, plan and resolution, replies from their files."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.model import Role
from chalicelib.kernel.ids import ClientId, FormCode, PersonalId, ProcedureCode
from chalicelib.prefill.job import Job, Order, Who, job_of
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import Call, CallOutcome, Reply
from infra.simulators.personas import Persona, Personas
from tests.support.clock import START

_FAILS: Mapping[int, CallOutcome] = {403: "no_right", 409: "ambiguous_match"}


@dataclass(frozen=True)
class Try:
    """Who tries what: the form of a procedure, the parts they play, the province whose registers are meant."""

    procedure: str
    form: str
    persona: Persona
    roles: tuple[Role, ...]
    province: str | None = None


def tried(catalogue: Catalogue, people: Personas, wanted: Try) -> tuple[Job, Resolution]:
    """Return the job and what came of it."""
    persona = PersonalId(wanted.persona.personal_id)
    who = Who(persona, wanted.persona.identity_level, ClientId("motlan-portal"))
    subjects = dict.fromkeys(wanted.roles, persona)
    order = Order(ProcedureCode(wanted.procedure), FormCode(wanted.form), subjects, province=wanted.province)
    job = job_of(catalogue, who, order)
    replies = {call.id: _reply(people, call) for call in job.plan.calls}
    return job, resolve(job.form, job.items, job.plan, replies)


def _reply(people: Personas, call: Call) -> Reply:
    bus, _, province = call.register.route.partition(":")
    person = people.need(call.subject)
    holding = person.holding(call.register.code, province if bus == "lgsp" else None)
    if holding is None:
        return Reply("not_found", 5, START)
    if holding.fails is not None:
        return Reply(_FAILS.get(holding.fails, "source_unavailable"), 5, START)
    data = {name: holding.data[name] for name in call.fields if name in holding.data}
    return Reply("answered", 5, START, data, holding.record, holding.as_of, frozenset(holding.under_review))
