"""The population register's matching question: who may be meant by what an old paper says of somebody.

Speaks of nobody but by their id, and compares names as people spell them. The journal holds no name and no day.
"""

from typing import Annotated, Final

from flask import Blueprint, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.wrappers import Response as Answer

from chalicelib.kernel.clock import Clock, iso
from chalicelib.kernel.text import comparable
from infra.simulators.faults import FaultBook, subject_digest
from infra.simulators.hostile import respond
from infra.simulators.personas import Persona, Personas
from infra.simulators.registers import Asked, Journal, Refused, error

NATIONAL: Final = "ngsp"
MATCHING: Final = "population"
"""The register that says who may be meant."""
MATCH: Final = "match"


class Description(BaseModel):
    """A matching question: who may be meant by what an old paper says."""

    model_config = ConfigDict(strict=True, extra="forbid")
    request_id: Annotated[str, Field(min_length=1, max_length=64)]
    full_name: Annotated[str, Field(min_length=1, max_length=200)]
    birth_date: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
    old_number: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    purpose: Annotated[str, Field(min_length=1, max_length=100)]
    receiver: Annotated[str, Field(min_length=1, max_length=100)]


def _is_meant(person: Persona, asked: Description) -> bool:
    """Say whether somebody fits: the name as it is spelt, the birth as far as both are known, the old number."""
    holding = person.holding(MATCHING)
    if holding is None or holding.fails is not None:
        return False
    born = str(holding.data.get("birth", {}).get("date", ""))
    if comparable(person.name) != comparable(asked.full_name) or not born:
        return False
    if not (born.startswith(asked.birth_date) or asked.birth_date.startswith(born)):
        return False
    old = holding.data.get("old_id_card", {}).get("number")
    return asked.old_number is None or old is None or str(old) == asked.old_number


class Matching:
    """Answers the question from what the personas' files say."""

    def __init__(self, people: Personas, faults: FaultBook, journal: Journal, clock: Clock) -> None:
        self._people = people
        self._faults = faults
        self._journal = journal
        self._clock = clock

    def answer(self, register: str, body: bytes) -> Answer:
        """Answer who may be meant by a description, or fail as a fault says."""
        try:
            asked = Description.model_validate_json(body)
        except ValidationError:
            return error(Refused(400, "the question does not have the declared shape"))
        at, who = iso(self._clock.now()), subject_digest("")
        self._journal.add(Asked(at, NATIONAL, register, asked.request_id, who, (MATCH,), asked.purpose))
        if register != MATCHING:
            return error(Refused(404, "no such register on this bus", code="UNKNOWN_REGISTER"))
        strike = self._faults.strike(register, "")
        if strike.delay:
            self._clock.sleep(strike.delay)
        if strike.status is not None:
            return error(Refused(strike.status, "set by a fault", strike.retry_after))
        found = [{"personal_id": each.personal_id} for each in self._people if _is_meant(each, asked)]
        reply = {"request_id": asked.request_id, "matches": found}
        if strike.fault is None:
            return jsonify(reply)
        return respond(reply, strike.fault, self._clock, request.environ.get("werkzeug.socket"))


def blueprint(matching: Matching) -> Blueprint:
    """Return the route; only the national bus has it."""
    routes = Blueprint("matching", __name__)

    @routes.post("/ngsp/registers/<register>/match")
    def match(register: str) -> Answer:
        return matching.answer(register, request.get_data())

    return routes
