"""How a route is declared, what its handler gets and what it gives back. Knows no framework."""

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from typing import Final, Generic, Literal, TypeAlias

from pydantic import BaseModel
from typing_extensions import TypeVar

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import AppError, FieldProblem, InvalidRequest, PreconditionFailed
from chalicelib.kernel.frozen import dataclass
from chalicelib.web.caller import Caller
from chalicelib.web.errors import CitizenRequired, ClientRequired, InsufficientScope, LevelTooLow
from chalicelib.web.language import Language

KIB: Final = 1024
B = TypeVar("B", default=None)
P = TypeVar("P", default=None)
Q = TypeVar("Q", default=None)

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Anybody; with `reads_token`, a token that is sent must hold and tells who is calling."""

    reads_token: bool = False

    def check(self, caller: Caller) -> None:
        """Let everybody in."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen of at least this identity level, through a client that holds the scope."""

    level: int = 1
    scope: str | None = None

    def check(self, caller: Caller) -> None:
        """Raise CitizenRequired, LevelTooLow or InsufficientScope."""
        if caller.citizen is None:
            raise CitizenRequired
        if caller.level < self.level:
            raise LevelTooLow(level=self.level)
        _need_scope(caller, self.scope)


@dataclass(frozen=True, slots=True)
class Client:
    """A system on its own account (client credentials), holding the scope."""

    scope: str | None = None

    def check(self, caller: Caller) -> None:
        """Raise ClientRequired or InsufficientScope."""
        if caller.citizen is not None:
            raise ClientRequired
        _need_scope(caller, self.scope)


Auth: TypeAlias = Anonymous | Citizen | Client


@dataclass(frozen=True, slots=True)
class Label:
    """A text of the reference, in both languages."""

    vi: str
    en: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API: what it takes, who may call it, and what it can answer.

    `body`, `path` and `query` are models that subclass `shape.Shape`; `errors` are the narrower problems that the
    reference should name; `if_match` says that it changes what the caller has seen, by its ETag; `cache` is the
    Cache-Control of its good answers.
    """

    id: str
    summary: Label
    auth: Auth
    body: type[BaseModel] | None = None
    path: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    media_type: str = "application/json"
    status: int = 200
    errors: tuple[type[AppError], ...] = ()
    idempotency: Literal["none", "optional", "required"] = "none"
    if_match: bool = False
    max_bytes: int = 64 * KIB
    cache: str = "no-store"
    body_example: JsonObject | None = None
    answer_example: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What the reference says of the whole API."""

    title: str
    version: str
    description: str
    server: str = "/"


@dataclass(frozen=True, slots=True)
class Request(Generic[B, P, Q]):
    """A checked request. Without a token `caller` is `caller.ANONYMOUS`."""

    caller: Caller
    body: B
    path: P
    query: Q
    trace: str
    language: Language
    idempotency_key: str | None = None
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose status or headers differ from the operation's own.

    A `str` body is sent as it is: a stored answer stays equal byte for byte. `etag` is written without quotes.
    """

    body: BaseModel | Mapping[str, object] | str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None


Answer: TypeAlias = Reply | BaseModel | Mapping[str, object]


def require_match(if_match: str | None, etag: str) -> None:
    """Hold If-Match against the present entity tag (RFC 9110 §13.1.1).

    Raises InvalidRequest when the header is missing, PreconditionFailed when the caller saw an older state.
    """
    if if_match is None:
        raise InvalidRequest(FieldProblem("/header/If-Match", "missing"))
    if if_match not in {"*", etag}:
        raise PreconditionFailed


def _need_scope(caller: Caller, scope: str | None) -> None:
    if scope is not None and scope not in caller.scopes:
        raise InsufficientScope(scope=scope)
