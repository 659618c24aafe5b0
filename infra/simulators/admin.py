"""The operator's side of the simulators: faults, journal, keys, tokens. Answers the loopback only, and never a page.

`/admin/token` gives any persona's token to whoever asks: fit for made-up citizens on one's own machine, nothing else.
"""

import ipaddress
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.simulators.faults import Fault, FaultBook, SubjectNumber
from infra.simulators.personas import Persona
from infra.simulators.registers import FIELDS, Journal, line_of
from infra.simulators.vneid import OAuthError, VNeID

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


_TARGETS = FIELDS.keys() | {"*"}


class _TokenRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    client: str = "motlan-portal"
    personal_id: str | None = None
    level: Literal[1, 2] | None = None


class _Clear(BaseModel):
    model_config = ConfigDict(extra="forbid")
    target: str | None = Field(default=None, alias="register")
    subject: SubjectNumber | None = None


def blueprint(faults: FaultBook, journal: Journal, vneid: VNeID) -> Blueprint:
    """Return the routes under /admin."""
    routes = Blueprint("admin", __name__, url_prefix="/admin")
    routes.before_request(_loopback_only)
    routes.register_error_handler(ValidationError, _unreadable)
    routes.register_error_handler(OAuthError, lambda error: _refuse(error.status, error.code, error.why))
    _fault_routes(routes, faults)
    _journal_routes(routes, journal)
    _identity_routes(routes, vneid)
    return routes


def _fault_routes(routes: Blueprint, faults: FaultBook) -> None:
    @routes.get("/faults")
    def list_faults() -> Response:
        return jsonify({"faults": [fault.shown() for fault in faults.all()]})

    @routes.post("/faults")
    def set_fault() -> tuple[Response, int]:
        fault = Fault.model_validate_json(request.get_data())
        if fault.target not in _TARGETS:
            return _refuse(
                400, "unknown_register", f"no register {fault.target}; there are {', '.join(sorted(_TARGETS))}"
            )
        faults.set(fault)
        return jsonify(fault.shown()), 201

    @routes.post("/faults/clear")
    def clear_faults() -> Response:
        which = _Clear.model_validate_json(request.get_data() or b"{}")
        return jsonify({"cleared": faults.clear(which.target, which.subject)})


def _journal_routes(routes: Blueprint, journal: Journal) -> None:
    @routes.get("/journal")
    def read_journal() -> Response:
        return jsonify({"asked": [line_of(line) for line in journal.read(request.args.get("register"))]})

    @routes.post("/journal/clear")
    def clear_journal() -> Response:
        journal.clear()
        return jsonify({})


def _identity_routes(routes: Blueprint, vneid: VNeID) -> None:
    @routes.get("/personas")
    def personas() -> Response:
        return jsonify({"personas": [_shown(person) for person in vneid.people]})

    @routes.post("/token")
    def token() -> tuple[Response, int] | Response:
        asked = _TokenRequest.model_validate_json(request.get_data())
        if (client := vneid.clients.get(asked.client)) is None:
            known = ", ".join(sorted(vneid.clients))
            return _refuse(404, "unknown_client", f"no client {asked.client!r} is registered; there are: {known}")
        if asked.personal_id is None:
            return jsonify(vneid.system_token(client))
        if (person := vneid.people.get(asked.personal_id)) is None:
            why = "no persona has that personal id; see `python -m infra.simulators personas`"
            return _refuse(404, "unknown_persona", why)
        return jsonify(vneid.citizen_token(client, person, asked.level or person.identity_level))

    @routes.post("/rotate")
    def rotate() -> Response:
        return jsonify({"kid": vneid.keys.rotate().kid})

    @routes.post("/retire")
    def retire() -> Response:
        return jsonify({"retired": vneid.keys.retire()})


def _shown(person: Persona) -> dict[str, Any]:
    return {
        "personal_id": person.personal_id,
        "name": person.name,
        "identity_level": person.identity_level,
        "title": person.title.model_dump(),
    }


def _loopback_only() -> tuple[Response, int] | None:
    """Refuse other machines, other host names (DNS rebinding) and pages of other origins."""
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    local = ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - stands for nobody
    if not local or name not in _LOOPBACK_NAMES or "Origin" in request.headers:
        return _refuse(403, "loopback_only", "the admin API answers local tools only: loopback, no browser page")
    return None


def _unreadable(error: ValidationError) -> tuple[Response, int]:
    problems = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
    return _refuse(400, "bad_request", "; ".join(problems))


def _refuse(status: int, code: str, message: str) -> tuple[Response, int]:
    return jsonify({"error": {"code": code, "message": message}}), status
