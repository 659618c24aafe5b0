"""The integration buses: the registers that a query through NGSP or a province's LGSP reaches.

Speaks the bus protocol, returns only the fields asked for, and writes every question into a journal when it arrives,
before any wait: tests read there what was asked and when. The journal holds no personal id and no value.
"""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Self

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from werkzeug.wrappers import Response as Answer

from chalicelib.kernel.clock import Clock, iso
from infra.simulators.faults import ERRORS, FaultBook, subject_digest
from infra.simulators.hostile import ELSEWHERE, respond
from infra.simulators.personas import Holding, Personas

_NATIONAL: Final = "ngsp"


def _fields(*names: str) -> frozenset[str]:
    return frozenset(" ".join(names).split())


FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "population": _fields(
        "name other_name birth gender ethnicity nationality personal_id identity_document old_id_card residence",
        "contact marital_status birth_place birth_registration native_place death father mother spouse children",
        "guardian wards household household_members residence_history",
    ),
    "civil_status": _fields(
        "marital_status divorce divorce_note spouse spouse_ethnicity parents parents_ethnicity birth marriage"
    ),
    "business": _fields("represented household_business enterprise representative lines"),
    "insurance": _fields("social pay contribution history unemployment health health_category household"),
    "land": _fields("parcels owners"),
    "driving_licence": _fields("licence licences standing"),
    "vehicle": _fields("vehicles"),
    "social_protection": _fields("poor_household merit disability"),
    "education": _fields("highest degrees"),
    "health": _fields("driver_certificate birth_notice"),
}
"""What each register can be asked for."""

OF_ORGANISATIONS: Final[Mapping[str, frozenset[str]]] = {"business": _fields("enterprise representative lines")}
"""What is asked about an enterprise, by its code; everything else is asked about a person."""

PROVINCIAL: Final = frozenset({"land", "social_protection"})
"""Registers that each province keeps for itself: on its own bus only, and about what is in the province."""

_JOURNAL = 10_000
_RETRY_AFTER = 30


class _Subject(BaseModel):
    """A person or an enterprise."""

    model_config = ConfigDict(extra="forbid")
    personal_id: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    organisation_id: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.personal_id is None) == (self.organisation_id is None):
            raise ValueError("name one subject")
        return self

    @property
    def id(self) -> str:
        """Return the id, whoever it names."""
        return self.personal_id or self.organisation_id or ""


class Query(BaseModel):
    """One question on the bus."""

    model_config = ConfigDict(strict=True)
    request_id: Annotated[str, Field(min_length=1, max_length=64)]
    subject: _Subject
    fields: Annotated[list[str], Field(min_length=1, max_length=100)]
    purpose: Annotated[str, Field(min_length=1, max_length=100)]
    receiver: Annotated[str, Field(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the journal: `at` is when the question came in (RFC 3339, UTC)."""

    at: str
    bus: str
    register: str
    request_id: str
    subject: str
    fields: tuple[str, ...]
    purpose: str


class Journal:
    """The last questions asked, oldest first; bounded."""

    def __init__(self, size: int = _JOURNAL) -> None:
        self._lines: deque[Asked] = deque(maxlen=size)
        self._lock = threading.Lock()

    def add(self, line: Asked) -> None:
        """Keep a line; the oldest gives way when there are too many."""
        with self._lock:
            self._lines.append(line)

    def read(self, register: str | None = None) -> list[Asked]:
        """Return the lines, of one register or of all."""
        with self._lock:
            return [line for line in self._lines if register in (None, line.register)]

    def clear(self) -> None:
        """Forget every line."""
        with self._lock:
            self._lines.clear()


class Refused(Exception):
    """An answer other than 200, in the words of the bus."""

    def __init__(self, status: int, message: str, retry_after: int | None = None, *, code: str | None = None) -> None:
        super().__init__(status, message)
        self.status, self.message, self.retry_after = status, message, retry_after
        self.code = code or ERRORS[status]


class Registers:
    """Answers queries from what the personas' files say."""

    def __init__(self, people: Personas, faults: FaultBook, journal: Journal, clock: Clock) -> None:
        self._people = people
        self._faults = faults
        self._journal = journal
        self._clock = clock

    def answer(self, bus: str, register: str, body: bytes) -> Answer:
        """Answer one query, or fail as a fault or the persona's own file says."""
        try:
            query = Query.model_validate_json(body)
        except ValidationError:
            return error(Refused(400, "the query does not have the declared shape"))
        self._note(bus, register, query)
        try:
            return self._asked(bus, register, query)
        except Refused as refused:
            return error(refused)

    def follow(self) -> Answer:
        """Catch a caller that followed a redirect."""
        self._journal.add(Asked(iso(self._clock.now()), "", ELSEWHERE, "", "", (), ""))
        return error(Refused(404, "nobody should follow a redirect of the bus"))

    def _asked(self, bus: str, register: str, query: Query) -> Answer:
        if register not in FIELDS or (bus == _NATIONAL and register in PROVINCIAL):
            raise Refused(404, "no such register on this bus", code="UNKNOWN_REGISTER")
        strike = self._faults.strike(register, query.subject.id)
        if strike.delay:
            self._clock.sleep(strike.delay)
        if strike.status is not None:
            raise Refused(strike.status, "set by a fault", strike.retry_after)
        reply = self._reply(bus, register, query)
        if strike.fault is None:
            return jsonify(reply)
        return respond(reply, strike.fault, self._clock, request.environ.get("werkzeug.socket"))

    def _reply(self, bus: str, register: str, query: Query) -> dict[str, Any]:
        if not _answerable(register, query.subject).issuperset(query.fields):
            raise Refused(400, "a field that this register does not have of such a subject")
        province = bus.partition(":")[2] if register in PROVINCIAL else None
        known = self._people.organisation(query.subject.id) or self._people.get(query.subject.id)
        holding = None if known is None else known.holding(register, province)
        if holding is None:
            raise Refused(404, "no record of this subject")
        if holding.fails is not None:
            raise Refused(holding.fails, "this record always fails", _RETRY_AFTER)
        return _reply(register, query, holding)

    def _note(self, bus: str, register: str, query: Query) -> None:
        at, who = iso(self._clock.now()), subject_digest(query.subject.id)
        self._journal.add(Asked(at, bus, register, query.request_id, who, tuple(query.fields), query.purpose))


def _answerable(register: str, subject: _Subject) -> frozenset[str]:
    of_organisations = OF_ORGANISATIONS.get(register, frozenset())
    return FIELDS[register] - of_organisations if subject.organisation_id is None else of_organisations


def _reply(register: str, query: Query, holding: Holding) -> dict[str, Any]:
    reply = {
        "request_id": query.request_id,
        "register": register,
        "record": {
            "id": holding.record,
            "as_of": holding.as_of,
            "subject": query.subject.model_dump(exclude_none=True),
        },
        "data": {name: holding.data[name] for name in query.fields if name in holding.data},
    }
    reviewed = [name for name in query.fields if name in holding.under_review]
    return {**reply, "under_review": reviewed} if reviewed else reply


def error(refused: Refused) -> Response:
    """Return a refusal in the words of the bus."""
    response = jsonify({"error": {"code": refused.code, "message": refused.message}})
    response.status_code = refused.status
    if refused.retry_after is not None:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def blueprint(registers: Registers) -> Blueprint:
    """Return the routes of both buses."""
    routes = Blueprint("registers", __name__)

    @routes.post("/ngsp/registers/<register>/query")
    def ngsp(register: str) -> Answer:
        return registers.answer(_NATIONAL, register, request.get_data())

    @routes.post("/lgsp/<province>/registers/<register>/query")
    def lgsp(province: str, register: str) -> Answer:
        return registers.answer(f"lgsp:{province}", register, request.get_data())

    routes.add_url_rule(f"/{ELSEWHERE}", view_func=registers.follow, methods=["GET", "POST"])
    return routes


def line_of(asked: Asked) -> dict[str, Any]:
    """Return a journal line as JSON."""
    return asdict(asked)
