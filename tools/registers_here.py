"""The simulators' registers in this process, called without a socket; what an author gave, for registers they lack."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import SystemClock, iso
from chalicelib.kernel.ids import RandomIds, RegisterCode
from chalicelib.sources.manners import Restraint
from chalicelib.sources.model import Call, CallId, Reply
from chalicelib.sources.service import Handle, Pool, Response, Sources, Transport
from infra.simulators import registers
from infra.simulators.faults import FaultBook
from infra.simulators.personas import Personas
from infra.simulators.registers import Journal, Registers

_PATIENCE_S: Final = 60.0


class RegistersHere:
    """Asks the simulators, or answers with the data that was given for a register, by its code."""

    def __init__(self, people: Personas, given: Mapping[str, JsonObject]) -> None:
        self._clock = SystemClock()
        bus = _Bus(people, given, self._clock)
        self._sources = Sources(bus, _Now(), self._clock, RandomIds(self._clock), Restraint(lambda: 0.0))

    def ask(self, calls: tuple[Call, ...]) -> dict[CallId, Reply]:
        """Return the reply to every call."""
        return dict(self._sources.fetch(calls, self._clock.monotonic() + _PATIENCE_S))


class _Bus(Transport):
    def __init__(self, people: Personas, replies: Mapping[str, JsonObject], clock: SystemClock) -> None:
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(registers.blueprint(Registers(people, FaultBook(clock), Journal(), clock)))
        self._client: FlaskClient = app.test_client()
        self._replies = replies
        self._clock = clock

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
        record: JsonObject = {"id": "TRY", "as_of": iso(self._clock.now()), "subject": asked["subject"]}
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

    def submit(self, lane: str, work: Callable[[], Reply]) -> Handle:  # noqa: ARG002 - the port's
        return _Done(work())


class _Done(Handle):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def wait(self, seconds: float) -> Reply | None:  # noqa: ARG002 - the port's
        return self._reply
