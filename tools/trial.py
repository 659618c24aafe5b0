"""`try`: one form filled for one made-up citizen, in this process: what fills, from where, and why the rest does not.

The real plan, the real questions of both waves and the real resolution; only the registers are the simulators, called
without a socket, and nothing is stored.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.consent.model import Grant
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import AppError
from chalicelib.kernel.ids import ClientId, ConsentId, FormCode, PersonalId, ProcedureCode, SubjectId
from chalicelib.prefill.job import Job, Order, Rights, Who, job_of
from chalicelib.prefill.reach import awaits, due, joined, reached
from chalicelib.prefill.resolve import resolve
from infra.simulators.personas import Persona, Personas
from tools.mistakes import Mistake
from tools.registers_here import RegistersHere
from tools.tried import Tried, is_mismatch

_CONSENT_LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try: a form, a made-up citizen, the part they play and the province whose registers are meant.

    `answers` are what is in the form already, by pointer; `is_consented` has everybody whom the first wave leads to
    consent to everything. `replies` holds the data of registers that the simulators do not have yet, by register.
    """

    form: str
    persona: str
    role: str | None = None
    province: str | None = None
    replies: Mapping[str, JsonObject] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)
    is_consented: bool = False


def trial(catalogue: Catalogue, asked: Trial) -> Tried:
    """Try it. Raises Mistake when form, persona, role or province is not there."""
    people = Personas.load()
    persona = people.get(asked.persona)
    if persona is None:
        known = "\n".join(f"  {each.personal_id} {each.title.vi}" for each in people)
        raise Mistake(f"no such persona: {asked.persona}; there are\n{known}")
    form = catalogue.find(FORMS, asked.form)
    if form is None:
        raise Mistake(f"no such form: {asked.form}; there are {', '.join(catalogue.codes(FORMS))}")
    if strange := sorted(asked.answers.keys() - {each.pointer for each in form.fields}):
        raise Mistake(f"the form has no field {', '.join(strange)}")
    bus = RegistersHere(people, asked.replies)
    roles = [asked.role] if asked.role else [role for role, rule in form.roles.items() if not rule.via]
    tried = [_try(_job(catalogue, asked, persona, role), asked, bus, role, persona) for role in roles]
    return next((each for each in tried if not is_mismatch(each)), tried[0])


def answer_of(written: str) -> tuple[str, Json]:
    """Read `pointer=value`: JSON, or plain text for what is none."""
    pointer, _, value = written.partition("=")
    try:
        return pointer, json.loads(value)
    except ValueError:
        return pointer, value


def _job(catalogue: Catalogue, asked: Trial, persona: Persona, role: str) -> Job:
    who = Who(PersonalId(persona.personal_id), persona.identity_level, ClientId("definitions-try"))
    order = Order(
        _procedure(catalogue, asked.form),
        FormCode(asked.form),
        {role: who.person},
        province=asked.province,
        answers=asked.answers,
    )
    try:
        return job_of(catalogue, who, order, Rights(SystemClock().now()))
    except AppError as error:
        raise Mistake(f"{error.code} {', '.join(each.pointer for each in error.problems)}") from error


def _try(job: Job, asked: Trial, bus: RegistersHere, role: str, persona: Persona) -> Tried:
    replies = bus.ask(due(job, {}))
    people = reached(job, replies)
    if people or awaits(job):
        job = joined(job, replies, people, _rights(job, people.values(), is_consented=asked.is_consented))
        replies |= bus.ask(due(job, replies))
    context = job.context({}, {}, asked.answers)
    return Tried(job, role, persona, resolve(job.form, job.items, job.plan, replies, context))


def _rights(job: Job, people: Iterable[SubjectId], *, is_consented: bool) -> Rights:
    at = SystemClock().now()
    if not is_consented:
        return Rights(at)
    items = frozenset(job.items)
    return Rights(at, {each: Grant(ConsentId("definitions-try"), items, at + _CONSENT_LIFE) for each in people})


def _procedure(catalogue: Catalogue, form: str) -> ProcedureCode:
    for procedure in catalogue.all(PROCEDURES):
        if form in procedure.forms:
            return procedure.code
    raise Mistake(f"no procedure has the form {form}")
