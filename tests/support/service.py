"""The whole service in one process: real app, real slices, embedded AWS, simulated registers on virtual time.

Only what is outside is stood in for: the clock, the wire to registers (the simulators' own app, called without a
socket) and the identity issuer's key endpoint. Everything else is what runs in Lambda.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client as WsgiClient
from werkzeug.test import TestResponse

import app as entry
from chalicelib.bootstrap import Services, World, build, services
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import IdentityUnavailable
from chalicelib.kernel.ids import IdSource, PersonalId, RandomIds, RegisterCode
from chalicelib.kernel.log import Log
from chalicelib.sources.service import Pool, Response, TooSlow, Transport, Unreachable
from chalicelib.warehouse.port import Malware
from chalicelib.web.jwks import Fetch
from chalicelib.web.limits import Rate
from infra.local.front import Gateway, thread_safe
from infra.local.pump import Pump
from infra.simulators import server as simulators
from infra.simulators.server import Simulators
from tests.support.aws import Home, fresh_home
from tests.support.clock import VirtualClock
from tests.support.pool import CALM, VirtualPool
from tests.support.signing import key_ring

SIMULATORS = "http://simulators.invalid"
PARAMETERS = {
    "Issuers": json.dumps(
        [
            {
                "iss": f"{SIMULATORS}/vneid",
                "jwks_uri": f"{SIMULATORS}/vneid/jwks",
                "algs": ["RS256"],
                "kind": "citizen",
            }
        ]
    ),
    "NgspUrl": f"{SIMULATORS}/ngsp",
    "LgspUrl": f"{SIMULATORS}/lgsp",
}
AN = PersonalId("001090999001")
"""Level 2, full data, male."""
BINH = PersonalId("079193999002")
"""Level 2, An's fiancée."""
LEVEL_ONE = PersonalId("048201999003")
NO_LIMIT = Rate(burst=1_000_000, per_second=1_000_000.0)


class SimulatedBus(Transport):
    """The integration buses' own app, its delays on the virtual clock; `watchers` look on before each question."""

    def __init__(self, app: WsgiClient, clock: VirtualClock, asks: str = "query") -> None:
        self._app = app
        self._clock = clock
        self._asks = asks
        self.posts = 0
        self.watchers: list[Callable[[RegisterCode], None]] = []

    @contextmanager
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Iterator[Response]:
        self.posts += 1
        for watch in self.watchers:
            watch(register)
        until = self._clock.elapsed + timeout
        answer = self._app.post(
            place(route, register, self._asks), data=body, content_type="application/json", buffered=False
        )
        if self._clock.elapsed > until:
            self._clock.elapsed = until
            raise TooSlow
        yield BusAnswer(answer)


def place(route: str, register: RegisterCode, asks: str = "query") -> str:
    """Return where on the simulators a register is asked."""
    return f"/{route.replace(':', '/')}/registers/{register}/{asks}"


class BusAnswer(Response):
    def __init__(self, answer: TestResponse) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self._answer.headers.items()}

    def pieces(self) -> Iterator[bytes]:
        try:
            yield from self._answer.response  # type: ignore[misc]
        except ConnectionError as error:
            raise Unreachable from error


class SimulatedIssuer(Fetch):
    """The issuer's key endpoint; `down` makes it fail."""

    def __init__(self, app: WsgiClient) -> None:
        self._app = app
        self.down = False

    def get(self, url: str) -> bytes:
        if self.down:
            raise IdentityUnavailable
        return bytes(self._app.get(url.removeprefix(SIMULATORS)).data)


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:  # noqa: ANN401 - tests look into JSON freely
        return json.loads(self.text)

    @property
    def fields(self) -> dict[str, JsonObject]:
        found: dict[str, JsonObject] = self.body["fields"]
        return found


@dataclass
class Portal:
    """The service as a portal calls it; `pump` does what AWS does between calls."""

    home: Home
    ids: IdSource
    simulators: Simulators
    services: Services
    gateway: Gateway
    pump: Pump
    lines: list[str]

    def token(self, person: PersonalId = AN, *, level: int | None = None, client: str = "motlan-portal") -> str:
        """Return a token as the issuer's code flow gives it."""
        vneid = self.simulators.vneid
        known = vneid.people.need(person)
        issued = vneid.citizen_token(vneid.clients[client], known, known.identity_level if level is None else level)
        return str(issued["access_token"])

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **headers: str
    ) -> Answered:
        """Make one request; header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        raw = b""
        if body is not None:
            sent.setdefault("content-type", "application/json")
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.gateway.handle_request(method, path, sent, raw)
        text = answer["body"] if isinstance(answer["body"], str) else answer["body"].decode()
        return Answered(answer["statusCode"], answer["headers"], text)

    def prefill(
        self, person: PersonalId = AN, role: str = "groom", *, deadline_ms: int = 2_500, **headers: str
    ) -> Answered:
        """Open a prefill of the marriage form for one's own side."""
        return self.call("POST", "/v1/prefills", order(person, role, deadline_ms), token=self.token(person), **headers)

    def show(self, prefill: str, person: PersonalId = AN, query: str = "") -> Answered:
        """Read a prefill again."""
        return self.call("GET", f"/v1/prefills/{prefill}{query}", token=self.token(person))


def order(person: str, role: str, deadline_ms: int = 2_500) -> JsonObject:
    """Return the body that opens a prefill of the marriage form for one side."""
    return {"procedure": "1.000894", "subjects": {role: {"personal_id": person}}, "deadline_ms": deadline_ms}


@dataclass
class Service(Portal):
    """The service on virtual time: one thread only."""

    clock: VirtualClock
    issuer: SimulatedIssuer
    bus: SimulatedBus


@contextmanager
def running(
    endpoint_url: str,
    clock: VirtualClock,
    *,
    pool: Pool | None = None,
    rate: Rate = NO_LIMIT,
    malware: Malware | str = "none",
) -> Iterator[Service]:
    """Put the service together in an account of its own, and take it apart; `malware` is a scanner, or the setting."""
    setting, scanner = (malware, None) if isinstance(malware, str) else ("none", malware)
    with fresh_home(endpoint_url, **PARAMETERS, Malware=setting) as home:
        held = simulators.build(SIMULATORS, clock=clock, keys=key_ring())
        wsgi = WsgiClient(simulators.create_app(held), TestResponse)
        lines: list[str] = []
        bus, issuer, ids = SimulatedBus(wsgi, clock), SimulatedIssuer(wsgi), RandomIds(clock)
        log = Log(clock, lines.append)
        around = World(
            clock,
            ids,
            log,
            home.clients,
            bus,
            pool or VirtualPool(clock),
            issuer,
            rate,
            restraint=CALM,
            malware=scanner,
            matching=SimulatedBus(wsgi, clock, "match"),
        )
        built = build(home.settings, around)
        services.put(built)
        gateway = Gateway(thread_safe(entry.app), timeout=29)
        streams = home.client("dynamodbstreams")
        pump = Pump(entry.app, (home.clients.sqs, streams), home.provisioned, clock)
        try:
            yield Service(home, ids, held, built, gateway, pump, lines, clock, issuer, bus)
        finally:
            services.put(None)
