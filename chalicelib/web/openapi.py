"""The API's description, OpenAPI 3.1, made from the declared operations and their models, so that it cannot lag.

Knows no operation by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import (
    AppError,
    Forbidden,
    IdentityUnavailable,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unprocessable,
    UnsupportedMedia,
)
from chalicelib.web.errors import (
    BadIdempotencyKey,
    CitizenRequired,
    ClientRequired,
    InsufficientScope,
    InvalidToken,
    LevelTooLow,
    MalformedJson,
    TokenExpired,
    TooDeep,
    UnknownRoute,
)
from chalicelib.web.operation import Anonymous, Citizen, Client, Info, Operation
from chalicelib.web.problem import MEDIA_TYPE, PROBLEM_SCHEMA, TRACE_HEADER
from chalicelib.web.route import Declared

Schemas: TypeAlias = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]

_REF = "#/components/schemas/{model}"
_ALWAYS: Final[tuple[type[AppError], ...]] = (
    InvalidRequest,
    Forbidden,
    NotFound,
    UnknownRoute,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMedia,
    Unprocessable,
    TooManyRequests,
    AppError,
    IdentityUnavailable,
)
_WHEN: Final[Mapping[int, str]] = {
    400: "The request is not of the declared shape.",
    401: "No token, or one that does not hold.",
    403: "The caller may not do this; the bare gateway also answers an unknown path so.",
    404: "Nothing there that this caller may know of, or no such path.",
    405: "The path is known, the method is not.",
    409: "The state of the thing does not allow it now.",
    410: "It was here and its time is over.",
    412: "The caller saw an older state.",
    413: "More bytes than the operation takes.",
    415: "The body is not said to be JSON.",
    422: "Well-formed, but its values cannot be worked with.",
    429: "Too many requests from this caller.",
    500: "We failed; quote the trace id.",
    503: "Somebody needed did not answer; try again later.",
}


def document(declared: Sequence[Declared], info: Info) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the operations."""
    schemas, definitions = _schemas(each.operation for each in declared)
    paths: dict[str, dict[str, Any]] = {}
    for each in declared:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each.operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": info.title, "version": info.version, "description": info.description},
        "servers": [{"url": info.server}],
        "paths": paths,
        "components": {
            "schemas": {**definitions, "Problem": PROBLEM_SCHEMA},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"}},
        },
    }


def problems_of(operation: Operation) -> dict[int, list[str]]:
    """Return the problem codes that an operation can answer, by status."""
    found: dict[int, list[str]] = {}
    for error in dict.fromkeys((*_ALWAYS, *_by_auth(operation), *_by_body(operation), *operation.errors)):
        found.setdefault(error.status, []).append(error.code)
    return dict(sorted(found.items()))


def _by_auth(operation: Operation) -> Iterable[type[AppError]]:
    auth = operation.auth
    if not isinstance(auth, Anonymous):
        yield Unauthenticated
    if not isinstance(auth, Anonymous) or auth.reads_token:
        yield from (InvalidToken, TokenExpired)
    if isinstance(auth, Citizen):
        yield from (CitizenRequired, LevelTooLow) if auth.level > 1 else (CitizenRequired,)
    if isinstance(auth, Client):
        yield ClientRequired
    if isinstance(auth, Citizen | Client) and auth.scope is not None:
        yield InsufficientScope


def _by_body(operation: Operation) -> Iterable[type[AppError]]:
    if operation.body is not None:
        yield from (MalformedJson, TooDeep)
    if operation.idempotency != "none":
        yield BadIdempotencyKey


def _schemas(operations: Iterable[Operation]) -> tuple[Schemas, Mapping[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for each in operations:
        wanted |= {(model, "validation"): None for model in (each.body, each.path, each.query) if model is not None}
        if each.answer is not None:
            wanted[each.answer, "serialization"] = None
    schemas, definitions = models_json_schema(list(wanted), ref_template=_REF)
    return schemas, definitions.get("$defs", {})


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary.vi,
        "description": operation.summary.en,
        "parameters": _parameters(operation),
        "responses": _responses(operation, schemas),
        "security": _security(operation),
        "x-caller": _who(operation),
    }
    if operation.body is not None:
        content = {"schema": schemas[operation.body, "validation"], **_example(operation.body_example)}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def _who(operation: Operation) -> str:
    auth = operation.auth
    return f"citizen_{auth.level}" if isinstance(auth, Citizen) else type(auth).__name__.lower()


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if not isinstance(operation.auth, Anonymous):
        return [{"bearer": []}]
    return [{}, {"bearer": []}] if operation.auth.reads_token else []


_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the state that the caller has seen, or * (RFC 9110).",
    "x-vi": "ETag của bản mà bên gọi đang có, hoặc *.",
    "schema": {"type": "string", "pattern": r"^(\*|\"[!#-~]{1,200}\")$"},
}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [*_of(operation.path, "path"), *_of(operation.query, "query")]
    if operation.idempotency != "none":
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": operation.idempotency == "required",
                "description": "The same key with the same body has one effect and one answer.",
                "x-vi": "Cùng khoá, cùng nội dung: chỉ một tác động và một câu trả lời.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            }
        )
    if operation.if_match:
        found.append(_IF_MATCH)
    return found


def _of(model: type[BaseModel] | None, where: str) -> Iterable[dict[str, Any]]:
    if model is None:
        return
    schema = model.model_json_schema(ref_template=_REF)
    for name, each in schema["properties"].items():
        yield {
            "name": name,
            "in": where,
            "required": name in schema.get("required", ()),
            "description": each.get("description", ""),
            "schema": {key: value for key, value in each.items() if key != "description"},
        }


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    shape = {"type": "string"} if operation.answer is None else schemas[operation.answer, "serialization"]
    if operation.answer is None and operation.media_type == "application/json":
        shape = {"type": "object"}
    good = {
        "description": operation.summary.en,
        "headers": {TRACE_HEADER: {"schema": {"type": "string"}}},
        "content": {operation.media_type: {"schema": shape, **_example(operation.answer_example)}},
    }
    bad = {str(status): _bad(status, codes) for status, codes in problems_of(operation).items()}
    return {str(operation.status): good, **bad}


def _bad(status: int, codes: list[str]) -> dict[str, Any]:
    names = {401: {"WWW-Authenticate"}, 429: {"Retry-After"}, 503: {"Retry-After"}}.get(status, set())
    return {
        "description": f"{_WHEN.get(status, 'Problem.')} Codes: {', '.join(codes)}.",
        "headers": {name: {"schema": {"type": "string"}} for name in sorted(names)},
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        "x-codes": codes,
    }


def _example(value: JsonObject | None) -> dict[str, Any]:
    return {} if value is None else {"examples": {"example": {"value": value}}}
