"""`try`: one form filled for one made-up citizen, in this process: what fills, from where, and why the rest does not.

The real plan, the real questions and the real resolution; only the registers are the simulators, called without a
socket, and nothing is stored.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Field
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import SystemClock, iso
from chalicelib.kernel.errors import AppError
from chalicelib.kernel.ids import ClientId, FormCode, PersonalId, ProcedureCode, RandomIds, RegisterCode
from chalicelib.prefill.codec import plain
from chalicelib.prefill.job import Job, Order, Who, job_of
from chalicelib.prefill.model import Absent, FieldAnswer, Resolution
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import Reply
from chalicelib.sources.service import Handle, Pool, Response, Sources, Transport
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary, vocabulary
from infra.simulators import registers
from infra.simulators.faults import FaultBook
from infra.simulators.personas import Persona, Personas
from infra.simulators.registers import Journal, Registers
from tools.mistakes import Mistake

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try: a form, a made-up citizen, the part they play and the province whose registers are meant.

    `replies` holds the data of registers that the simulators do not have yet, by register.
    """

    form: str
    persona: str
    role: str | None = None
    province: str | None = None
    replies: Mapping[str, JsonObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    job: Job
    role: str
    persona: Persona
    resolution: Resolution

    def as_json(self) -> str:
        """Return every field with its answer, and how each register did."""
        fields = {each.pointer: _plain(each, self.resolution.fields[each.pointer], self.words) for each in self._fields}
        told = {
            "form": self.job.form.code,
            "procedure": self.job.procedure.code,
            "persona": self.persona.personal_id,
            "role": self.role,
            "province": self.job.province,
            "catalogue": self.job.catalogue.hash,
            "fields": fields,
            "sources": [{"register": each.register, "outcome": each.outcome} for each in self.resolution.sources],
            "counts": self.resolution.counts,
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """Return the same for reading: one field a line, then the sums."""
        title = f"{self.job.form.code} ({self.job.procedure.code}), {self.persona.personal_id} as {self.role}"
        lines = [title, *(self._line(each) for each in self._fields)]
        lines += [f"register {each.register}: {each.outcome}" for each in self.resolution.sources]
        counts = Counter(_sum(self.resolution.fields[each.pointer]) for each in self._fields)
        return "\n".join([*lines, ", ".join(f"{how} {number}" for how, number in sorted(counts.items()))])

    @property
    def words(self) -> Vocabulary:
        """Return the texts of the set that was tried."""
        return vocabulary(self.job.catalogue)

    @property
    def _fields(self) -> tuple[Field, ...]:
        return self.job.form.fields

    def _line(self, asked: Field) -> str:
        answer = self.resolution.fields[asked.pointer]
        if isinstance(answer.value, Absent):
            return f"  {asked.pointer}  -- {_sum(answer)}: {_why(answer, self.words).en}{_needed(asked)}"
        value = json.dumps(answer.value, ensure_ascii=False)
        lock = ", locked" if answer.locked else ""
        return f"  {asked.pointer}  = {value}  [{answer.outcome} from {_from(answer)}{lock}]"


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
    roles = [asked.role] if asked.role else [role for role, rule in form.roles.items() if rule.via is None]
    tried = [_try(catalogue, asked, persona, role) for role in roles]
    return next((each for each in tried if not _is_mismatch(each)), tried[0])


def _try(catalogue: Catalogue, asked: Trial, persona: Persona, role: str) -> Tried:
    who = Who(PersonalId(persona.personal_id), persona.identity_level, ClientId("definitions-try"))
    order = Order(_procedure(catalogue, asked.form), FormCode(asked.form), {role: who.person}, province=asked.province)
    try:
        job = job_of(catalogue, who, order)
    except AppError as error:
        raise Mistake(f"{error.code} {', '.join(each.pointer for each in error.problems)}") from error
    clock = SystemClock()
    replies = Sources(_Bus(asked.replies), _Now(), clock, RandomIds(clock)).fetch(
        job.plan.calls, clock.monotonic() + _PATIENCE_S
    )
    return Tried(job, role, persona, resolve(job.form, job.items, job.plan, replies))


def _procedure(catalogue: Catalogue, form: str) -> ProcedureCode:
    for procedure in catalogue.all(PROCEDURES):
        if form in procedure.forms:
            return procedure.code
    raise Mistake(f"no procedure has the form {form}")


def _is_mismatch(tried: Tried) -> bool:
    return any(answer.detail == "role_mismatch" for answer in tried.resolution.fields.values())


def _sum(answer: FieldAnswer) -> str:
    return answer.outcome if answer.detail is None else f"{answer.outcome} ({answer.detail})"


def _why(answer: FieldAnswer, words: Vocabulary) -> Text:
    general, narrow = f"outcome.{answer.outcome}", f"outcome.{answer.outcome}.{answer.detail}"
    code = narrow if narrow in words.texts else general
    source = answer.provenance.register if answer.provenance else "?"
    return Text(*(words.text(code, language, source=source, seconds=60) for language in ("vi", "en")))


def _needed(asked: Field) -> str:
    return f" [{asked.item} of {asked.role}]" if asked.item else ""


def _from(answer: FieldAnswer) -> str:
    return f"{answer.provenance.register} {answer.provenance.path}" if answer.provenance else "nobody"


def _plain(asked: Field, answer: FieldAnswer, words: Vocabulary) -> JsonObject:
    why = _why(answer, words)
    told: JsonObject = {"label": asked.label.vi, "policy": asked.policy, "item": asked.item, "role": asked.role}
    needs: Json = asked.needs
    return told | plain(answer) | {"needs": needs, "why": {"vi": why.vi, "en": why.en}}


class _Bus(Transport):
    """The simulators' own answer to a query, without a socket; what the author gave, for registers they lack."""

    def __init__(self, replies: Mapping[str, JsonObject]) -> None:
        clock = SystemClock()
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(registers.blueprint(Registers(Personas.load(), FaultBook(clock), Journal(), clock)))
        self._client: FlaskClient = app.test_client()
        self._replies = replies

    @contextmanager
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Iterator[Response]:  # noqa: ARG002 - the port's
        if register in self._replies:
            yield _Given(json.dumps(self._given(register, json.loads(body))).encode())
        else:
            path = f"/{route.replace(':', '/')}/registers/{register}/query"
            yield _Answer(self._client.post(path, data=body, content_type="application/json"))

    def _given(self, register: RegisterCode, asked: JsonObject) -> JsonObject:
        fields, data = asked["fields"], self._replies[register]
        wanted = fields if isinstance(fields, list) else []
        record: JsonObject = {"id": "TRY", "as_of": iso(SystemClock().now()), "subject": asked["subject"]}
        found: JsonObject = {str(name): data[str(name)] for name in wanted if str(name) in data}
        return {"request_id": asked["request_id"], "register": register, "record": record, "data": found}


class _Given(Response):
    def __init__(self, body: bytes) -> None:
        self._body = body

    @property
    def status(self) -> int:
        return 200

    @property
    def headers(self) -> Mapping[str, str]:
        return {"content-type": "application/json"}

    def pieces(self) -> Iterator[bytes]:
        yield self._body


class _Answer(Response):
    def __init__(self, answer: TestResponse) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self._answer.headers.items()}

    def pieces(self) -> Iterator[bytes]:
        yield self._answer.data


class _Now(Pool):
    """Does the work where it is handed over."""

    def submit(self, work: Callable[[], Reply]) -> Handle:
        return _Done(work())


class _Done(Handle):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def wait(self, seconds: float) -> Reply | None:  # noqa: ARG002 - the port's
        return self._reply
