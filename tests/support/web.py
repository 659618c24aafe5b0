"""A tiny application on `web.route`, with an issuer that tests turn on and off."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from chalice.app import Chalice
from chalice.test import Client as HttpClient
from chalice.test import HTTPResponse
from pydantic import BaseModel, Field

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import Conflict, IdentityUnavailable, StoreUnavailable
from chalicelib.kernel.log import Log
from chalicelib.settings import Issuer
from chalicelib.web.caller import Callers
from chalicelib.web.exchange import Edge
from chalicelib.web.jwks import Fetch, Jwks
from chalicelib.web.language import Language, Texts
from chalicelib.web.limits import Rate, RateLimits
from chalicelib.web.operation import Anonymous, Citizen, Client, Info, Label, Operation, Reply, Request, require_match
from chalicelib.web.paging import PageQuery
from chalicelib.web.reference import reference
from chalicelib.web.route import Router, reshape_errors
from chalicelib.web.shape import Shape, told
from tests.support.clock import VirtualClock
from tests.support.forged import SigningKey, Tokens, ec_key, rsa_key
from tests.support.ids import CountedIds

ISSUER = "https://id.example"
AUDIENCE = "motlan-api"
CANARY = "NGUYỄN VĂN CHIM HOÀNG YẾN 001090999001"
MESSAGES = Path(__file__).parents[2] / "schemas" / "messages" / "web.json"


class FileTexts(Texts):
    """The published texts of the web layer, read from their file."""

    def __init__(self) -> None:
        self.all: dict[str, dict[str, str]] = json.loads(MESSAGES.read_text())["body"]["texts"]

    def text(self, code: str, language: Language, **params: str | int) -> str:
        found = self.all.get(code)
        return code if found is None else found[language].format_map(params)


class FakeIssuer(Fetch):
    """An issuer's key endpoint: answers `body`, or is down when there is none."""

    def __init__(self, *keys: SigningKey) -> None:
        self.asked = 0
        self.body: bytes | None = None
        self.publish(*(key.jwk() for key in keys))

    def publish(self, *keys: Mapping[str, object]) -> None:
        self.body = json.dumps({"keys": keys}).encode()

    def get(self, url: str) -> bytes:
        self.asked += 1
        assert url == f"{ISSUER}/jwks"
        if self.body is None:
            raise IdentityUnavailable
        return self.body


class Nested(Shape):
    """A part of a thing."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    more: "Nested | None" = None


class Thing(Shape):
    """What the tiny application takes."""

    name: Annotated[str, Field(max_length=20, **told("Tên của vật.", "Its name."))]
    amount: Annotated[int, Field(ge=0, le=100)] = 0
    day: date | None = None
    parts: Annotated[tuple[Nested, ...], Field(max_length=3)] = ()
    by_role: Annotated[dict[str, Nested | str], Field(default_factory=dict)]


class Kept(BaseModel):
    """What it answers."""

    id: str
    name: str
    note: str | None = None


class ThingPath(Shape):
    id: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}$", **told("Mã của vật.", "Its id."))]


EXAMPLE: JsonObject = {"name": "Cái bàn", "amount": 2, "parts": [{"code": "AB"}]}


@dataclass
class Tiny:
    """The application with everything tests look at."""

    clock: VirtualClock
    issuer: FakeIssuer
    key: SigningKey
    callers: Callers
    edge: Edge
    app: Chalice
    router: Router
    lines: list[str]
    served: list[Request[Any, Any, Any]] = field(default_factory=list)

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.key, ISSUER, AUDIENCE, self.clock.now())

    def send(self, method: str, path: str, body: object = b"", token: str | None = "", **headers: str) -> HTTPResponse:
        """Send one request; as a citizen of level 2 unless another token, or None, is given."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.tokens.citizen()}"
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json"
        return HttpClient(self.app).http.request(method, path, headers=sent, body=body)


def tiny(*, stage_allows_synthetic: bool = True, rate: Rate = Rate(1000, 1000.0)) -> Tiny:  # noqa: B008 - frozen
    clock, lines, key = VirtualClock(), list[str](), rsa_key()
    issuer = FakeIssuer(key, ec_key())
    described = Issuer(ISSUER, f"{ISSUER}/jwks", ("RS256", "ES256"), "citizen")
    callers = Callers(
        [(described, Jwks(described, issuer, clock))], AUDIENCE, clock, allows_synthetic=stage_allows_synthetic
    )
    edge = Edge(callers, FileTexts(), RateLimits(clock, rate), CountedIds(), Log(clock, lines.append))
    router = Router(lambda: edge)
    made = Tiny(clock, issuer, key, callers, edge, Chalice("tiny"), router, lines)
    _declare(router, made.served.append)
    _declare_others(router, made.served.append)
    described_routes = reference(lambda: edge, lambda: router.operations, Info("Một Lần", "1", "Thử"))
    for each in (router, described_routes):
        made.app.register_blueprint(each.blueprint)
    made.app.register_middleware(reshape_errors(lambda: edge), "http")
    return made


def _declare(router: Router, served: Callable[[Request[Any, Any, Any]], None]) -> None:
    @router.route("POST", "/v1/things", CREATE)
    def create(request: Request[Thing]) -> Reply:
        served(request)
        return Reply(Kept(id="A001", name=request.body.name), headers={"Location": "/v1/things/A001"}, etag="r1")

    @router.route("GET", "/v1/things/{id}", READ)
    def read(request: Request[None, ThingPath, PageQuery]) -> Reply:
        served(request)
        return Reply({"id": request.path.id, "limit": request.query.limit}, etag="r1")

    @router.route("PATCH", "/v1/things/{id}", CHANGE)
    def change(request: Request[Thing, ThingPath]) -> Kept:
        require_match(request.if_match, "r1")
        served(request)
        return Kept(id=request.path.id, name=request.body.name)


def _declare_others(router: Router, served: Callable[[Request[Any, Any, Any]], None]) -> None:
    @router.route("GET", "/v1/mine", Operation(id="mine", summary=_SUMMARY, auth=Citizen(level=2, scope="prefill")))
    def mine(request: Request) -> dict[str, object]:
        served(request)
        return {"subject": request.caller.subject, "id": request.caller.person}

    @router.route("GET", "/v1/systems", Operation(id="systems", summary=_SUMMARY, auth=Client(scope="prefill")))
    def systems(request: Request) -> dict[str, object]:
        return {"client": request.caller.client}

    @router.route("GET", "/v1/open", Operation(id="open", summary=_SUMMARY, auth=Anonymous(reads_token=True)))
    def opened(request: Request) -> dict[str, object]:
        return {"level": request.caller.level, "trace": request.trace}

    @router.route("GET", "/v1/fails", Operation(id="fails", summary=_SUMMARY, auth=Anonymous()))
    def fails(_request: Request) -> dict[str, object]:
        raise RuntimeError(CANARY)

    @router.route("GET", "/v1/busy", Operation(id="busy", summary=_SUMMARY, auth=Anonymous()))
    def busy(_request: Request) -> dict[str, object]:
        raise StoreUnavailable(retry_after=7)


_SUMMARY = Label("Thử", "A trial")
CREATE = Operation(
    id="create_thing",
    summary=Label("Tạo một vật", "Make a thing"),
    auth=Citizen(),
    body=Thing,
    answer=Kept,
    status=201,
    idempotency="required",
    errors=(Conflict,),
    body_example=EXAMPLE,
    answer_example={"id": "A001", "name": "Cái bàn"},
)
READ = Operation(
    id="read_thing", summary=Label("Đọc một vật", "Read a thing"), auth=Citizen(), path=ThingPath, query=PageQuery
)
CHANGE = Operation(id="change_thing", summary=_SUMMARY, auth=Citizen(), path=ThingPath, body=Thing, max_bytes=200)
