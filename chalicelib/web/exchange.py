"""One request and its answer: every check in its order, every failure a problem. Knows no framework."""

import re
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, TypeAlias

import orjson
from pydantic import BaseModel

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import AppError, FieldProblem, TooLarge, UnsupportedMedia
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import IdSource, RandomIds
from chalicelib.kernel.log import Log
from chalicelib.web.caller import ANONYMOUS, Caller, Callers
from chalicelib.web.errors import BadIdempotencyKey
from chalicelib.web.incoming import Incoming
from chalicelib.web.language import CodesOnly, Language, Texts
from chalicelib.web.limits import RateLimits
from chalicelib.web.operation import Anonymous, Answer, Operation, Reply, Request
from chalicelib.web.problem import SECURITY_HEADERS, TRACE_HEADER, Rendered, problem
from chalicelib.web.shape import read_body, read_strings

_JSON: Final = re.compile(r'application/json(?:\s*;\s*charset="?utf-8"?)?\s*', re.IGNORECASE)
_OURS = "chalicelib"


@dataclass(frozen=True, slots=True)
class Edge:
    """What every route needs, built once."""

    callers: Callers
    texts: Texts
    limits: RateLimits
    ids: IdSource
    log: Log


GetEdge: TypeAlias = Callable[[], Edge]
Handler: TypeAlias = Callable[[Request[Any, Any, Any]], Answer]


@dataclass(frozen=True, slots=True)
class _Voice:
    """How a failure of this request is told, to the caller and to the operator."""

    texts: Texts
    language: Language
    log: Log
    trace: str


def exchange(operation: Operation, handler: Handler, incoming: Incoming, get_edge: GetEdge) -> Rendered:
    """Check, call the handler, render; whatever is raised becomes a problem."""
    machine = SystemClock()
    voice = _Voice(CodesOnly(), incoming.language, Log(machine), incoming.trace(RandomIds(machine)))
    try:
        edge = get_edge()
        voice = _Voice(edge.texts, incoming.language, edge.log, incoming.trace(edge.ids))
        return _render(operation, handler(_checked(operation, incoming, edge, voice.trace)), incoming, voice.trace)
    except Exception as error:  # noqa: BLE001 - let through, Chalice would log its text, which may hold personal data
        return _failed(error, operation, voice)


def _failed(error: Exception, operation: Operation, voice: _Voice) -> Rendered:
    """Render the error; when the caller could not have avoided it, log its type and place, never its text."""
    known = error if isinstance(error, AppError) else AppError()
    if known.status >= 500:
        voice.log.error(
            "request failed",
            route=operation.id,
            exception=type(error).__name__,
            where=_where(error.__traceback__),
            trace=voice.trace,
            status=known.status,
            code=known.code,
        )
    return problem(known, voice.texts, voice.language, voice.trace)


def _checked(operation: Operation, incoming: Incoming, edge: Edge, trace: str) -> Request[Any, Any, Any]:
    if len(incoming.raw) > operation.max_bytes:
        raise TooLarge(limit=operation.max_bytes)
    caller = _caller(operation, incoming, edge)
    key = incoming.idempotency_key()
    if key is None and operation.idempotency == "required":
        raise BadIdempotencyKey(FieldProblem("/header/Idempotency-Key", "missing"))
    return Request(
        caller=caller,
        path=None if operation.path is None else read_strings(operation.path, _lists(incoming.path), "path"),
        query=None if operation.query is None else read_strings(operation.query, incoming.query, "query"),
        body=None if operation.body is None else _body(operation.body, incoming),
        trace=trace,
        language=incoming.language,
        idempotency_key=key,
        if_match=incoming.if_match(),
    )


def _caller(operation: Operation, incoming: Incoming, edge: Edge) -> Caller:
    authorization = incoming.headers.get("authorization", [])
    anonymous = isinstance(operation.auth, Anonymous) and not (operation.auth.reads_token and authorization)
    caller = ANONYMOUS if anonymous else edge.callers.identify(authorization)
    edge.limits.take((caller.client, incoming.source if anonymous else caller.citizen))
    operation.auth.check(caller)
    return caller


def _body(model: type[BaseModel], incoming: Incoming) -> BaseModel:
    kind = incoming.headers.get("content-type", [])
    encoding = incoming.header("content-encoding").lower()
    if len(kind) != 1 or _JSON.fullmatch(kind[0]) is None or encoding not in {"", "identity"}:
        raise UnsupportedMedia
    return read_body(model, incoming.raw)


def _lists(single: object) -> dict[str, list[str]]:
    return {name: [value] for name, value in dict(single).items()}  # type: ignore[call-overload]


def _render(operation: Operation, answer: Answer, incoming: Incoming, trace: str) -> Rendered:
    reply = answer if isinstance(answer, Reply) else Reply(answer)
    headers = {
        **SECURITY_HEADERS,
        "Content-Type": operation.media_type,
        "Content-Language": incoming.language,
        "Cache-Control": operation.cache,
        "Vary": "Accept-Language",
        TRACE_HEADER: trace,
        **reply.headers,
    }
    if reply.etag is not None:
        headers["ETag"] = f'"{reply.etag}"'
        if incoming.header("if-none-match") == headers["ETag"] and operation.body is None:
            return Rendered(304, headers, "")
    status = operation.status if reply.status is None else reply.status
    return Rendered(status, headers, _text(reply))


def _text(reply: Reply) -> str:
    if isinstance(reply.body, str):
        return reply.body
    if isinstance(reply.body, BaseModel):
        return reply.body.model_dump_json(by_alias=True, exclude_none=True)
    return orjson.dumps(reply.body).decode()


def _where(traceback: TracebackType | None) -> str:
    """Return module and line of the innermost frame of ours."""
    place = ""
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if not place or module.startswith(_OURS):
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
