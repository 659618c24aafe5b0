"""Errors as the caller sees them: RFC 9457 problems, in Vietnamese or English. The only renderer there is."""

from collections.abc import Mapping
from typing import Final

import orjson

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import AppError, FieldProblem, Unauthenticated
from chalicelib.kernel.frozen import dataclass
from chalicelib.web.errors import InsufficientScope, InvalidToken, UnknownRoute
from chalicelib.web.language import Language, Texts

MEDIA_TYPE: Final = "application/problem+json"
TRACE_HEADER: Final = "X-Trace-Id"
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}

PROBLEM_SCHEMA: Final[JsonObject] = {
    "type": "object",
    "description": "RFC 9457 problem. `title` says what happened, `detail` what to do next; both follow "
    "Accept-Language (vi by default, or en).",
    "required": ["type", "title", "status", "detail", "code", "errors", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/invalid_request"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; programs decide by this one."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message_vi", "message_en"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "RFC 6901, into the body; parameters stand under /path, /query and /header.",
                    },
                    "code": {"type": "string"},
                    "message_vi": {"type": "string"},
                    "message_en": {"type": "string"},
                },
            },
        },
        "trace_id": {"type": "string"},
    },
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer ready to send."""

    status: int
    headers: Mapping[str, str]
    body: str


def problem(error: AppError, texts: Texts, language: Language, trace: str) -> Rendered:
    """Render an error: what happened (`title`) and what to do next (`detail`), each field's fault in both languages.

    `type` is `/problems/<code>`, which the API serves as a page.
    """
    document = {
        "type": f"/problems/{error.code}",
        "title": say(texts, error.code, language, error.detail),
        "status": error.status,
        "detail": advice(texts, error.code, language, error.detail),
        "code": error.code,
        "errors": [_field(each, texts) for each in error.problems],
        "trace_id": trace,
    }
    headers = {
        **SECURITY_HEADERS,
        "Content-Type": MEDIA_TYPE,
        "Content-Language": language,
        "Cache-Control": "no-store",
        TRACE_HEADER: trace,
    }
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if challenge := _challenge(error):
        headers["WWW-Authenticate"] = challenge
    return Rendered(error.status, headers, orjson.dumps(document).decode())


def unknown_route_problem(texts: Texts, language: Language = "vi", trace: str = "") -> Rendered:
    """Render what an unknown path gives: the gateway answers it before any code of ours, and answers this."""
    return problem(UnknownRoute(), texts, language, trace)


def say(texts: Texts, code: str, language: Language, params: Mapping[str, str | int]) -> str:
    """Return the text of a code, or the code itself: a missing text never hides the problem it describes."""
    try:
        return texts.text(code, language, **params)
    except (AppError, LookupError, ValueError, TypeError):
        # TypeError: a detail named like one of `text`'s own parameters.
        return code


def advice(texts: Texts, code: str, language: Language, params: Mapping[str, str | int]) -> str:
    """Return what to do next, kept under `<code>.detail`; where that is missing, what happened."""
    name = f"{code}.detail"
    found = say(texts, name, language, params)
    return say(texts, code, language, params) if found == name else found


def _field(each: FieldProblem, texts: Texts) -> dict[str, str]:
    name, params = (f"{each.code}.among", {"allowed": each.allowed}) if each.allowed else (each.code, {})
    return {
        "pointer": each.pointer,
        "code": each.code,
        "message_vi": say(texts, name, "vi", params),
        "message_en": say(texts, name, "en", params),
    }


def _challenge(error: AppError) -> str:
    """Write the WWW-Authenticate challenge of RFC 6750 §3; API Gateway renames the header on its way out."""
    if isinstance(error, InsufficientScope):
        return f'Bearer realm="motlan", error="insufficient_scope", scope="{error.detail.get("scope", "")}"'
    if isinstance(error, InvalidToken):
        return 'Bearer realm="motlan", error="invalid_token"'
    return 'Bearer realm="motlan"' if isinstance(error, Unauthenticated) else ""
