"""The process set that is measured: embedded AWS, simulators, the app; on free loopback ports, with state of its own.

Started and ended by its own handles. Also the client's side: keep-alive calls, tokens, faults of registers.
"""

import http.client
import json
import os
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench.serve import account
from chalicelib.aws.clients import Clients
from infra.local.children import CannotStart, Child, need_free
from infra.local.home import Home, Running
from infra.local.lambdas import REGION

PROCEDURE = "1.000894"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and the seconds that the client waited for it."""

    status: int
    body: Any
    seconds: float


class Caller:
    """One keep-alive connection of one thread."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> Answered:
        """Make one request. The time includes reading the answer, not parsing it."""
        headers = {"content-type": "application/json", "idempotency-key": uuid.uuid4().hex} if body else {}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        raw = json.dumps(body).encode() if body is not None else None
        start = time.perf_counter()
        self._connection.request(method, path, raw, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        taken = time.perf_counter() - start
        return Answered(answer.status, json.loads(text), taken)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Citizen:
    """A persona who may open prefills, with a token."""

    personal_id: str
    role: str
    token: str

    def order(self, deadline_ms: int = 2_500) -> dict[str, Any]:
        """Return the body that asks for one's own half of the marriage form: two registers."""
        subjects = {self.role: {"personal_id": self.personal_id}}
        return {"procedure": PROCEDURE, "subjects": subjects, "deadline_ms": deadline_ms}


@dataclass
class Stand:
    """The running set."""

    home: Home
    environment: Mapping[str, str]
    clients: Clients
    citizens: list[Citizen] = field(default_factory=list)

    def caller(self) -> Caller:
        """Return a new connection to the API."""
        return Caller(self.home.port)

    def prefill(self, caller: Caller, citizen: Citizen, deadline_ms: int = 2_500) -> Answered:
        """Open a prefill that must succeed."""
        return self.open(caller, citizen.order(deadline_ms), citizen.token)

    def open(self, caller: Caller, order: Mapping[str, object], token: str) -> Answered:
        """Open a prefill by an order of any kind; it must succeed."""
        answered = caller.call("POST", "/v1/prefills", order, token)
        if answered.status != 201:
            raise CannotStart(f"prefill answered {answered.status}: {answered.body}")
        return answered

    def fault(self, register: str, **fault: object) -> None:
        """Set what is wrong with a register from now on."""
        self._admin("faults", {"register": register, **fault})

    def latency(self, **milliseconds: float) -> None:
        """Give each register a fixed latency."""
        for register, each in milliseconds.items():
            self.fault(register, latency={"kind": "uniform", "low": each, "high": each})

    def heal(self) -> None:
        """Take every fault out."""
        self._admin("faults/clear", {})

    def meet(self) -> None:
        """Get a token for every persona whose two registers answer for their own half of the form."""
        self.heal()
        with Caller(self.home.port + 1) as admin, self.caller() as caller:
            for person in admin.call("GET", "/admin/personas").body["personas"]:
                token = admin.call("POST", "/admin/token", {"personal_id": person["personal_id"]}).body["access_token"]
                role = "bride" if int(person["personal_id"][3]) % 2 else "groom"
                citizen = Citizen(person["personal_id"], role, token)
                answered = caller.call("POST", "/v1/prefills", citizen.order(), token)
                outcomes = [each["outcome"] for each in answered.body.get("sources", [])]
                if answered.status == 201 and outcomes == ["answered", "answered"]:
                    self.citizens.append(citizen)

    def _admin(self, path: str, body: Mapping[str, object]) -> None:
        with Caller(self.home.port + 1) as admin:
            answered = admin.call("POST", f"/admin/{path}", body or None)
        if answered.status not in {200, 201}:
            raise CannotStart(f"{path}: {answered.body}")


@contextmanager
def running() -> Iterator[Stand]:
    """Start everything, and end it by its own handles whatever happens."""
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as folder:
        home = Home(three_free_ports(), Path(folder))
        children: list[Child] = []
        try:
            _start(home, children)
            stand = Stand(home, _environment(home), account(home))
            stand.meet()
            yield stand
            stand.clients.close()
        finally:
            for child in reversed(children):
                child.end()


def _start(home: Home, children: list[Child]) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTLAN_"))}
    pause = threading.Event().wait
    aws = {
        "GATEWAY_PORT": str(home.port + 2),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(home.state),
    }
    simulators = ["infra.simulators", "serve", "--port", str(home.port + 1), "--state", str(home.state / "simulators")]
    children.append(Child("ministack", ["ministack"], {**env, **aws}, home.state / "ministack.log"))
    children.append(Child("simulators", simulators, env, home.state / "simulators.log"))
    children[0].await_answer(f"{home.aws}/_ministack/health", pause)
    children[1].await_answer(f"{home.simulators}/vneid/jwks", pause)
    app = ["bench.serve", str(home.port), str(home.state)]
    children.append(Child("app", app, env, home.state / "app.log"))
    children[2].await_answer(f"{home.api}/v1/procedures", pause)


def _environment(home: Home) -> Mapping[str, str]:
    running = Running.read(home.record)
    if running is None:
        raise CannotStart("the app left no record of its environment")
    return running.environment


def three_free_ports() -> int:
    """Return the first of three ports that nobody listens on. Raises CannotStart."""
    for _ in range(50):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        try:
            need_free({"API": port, "simulators": port + 1, "embedded AWS": port + 2})
        except CannotStart:
            continue
        return port
    raise CannotStart("no three free ports in a row")
