"""The integration bus's own language: what a question looks like, and what can be believed of a reply.

Pure: bytes in, values out. A reply is believed only when it answers this very question about this very subject; a
register that fails, lies or babbles costs an outcome, never an exception.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from chalicelib.kernel.canonical import Json, JsonObject, canonical
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import SubjectId, code_of, is_organisation
from chalicelib.sources.model import Call, Reply, failure_of

RECEIVER = "motlan"
_LONGEST_WAIT_S = 86_400
_LONGEST_ID = 200
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back over HTTP, headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Timing:
    """When the reply was in, and how many milliseconds it took."""

    at: datetime
    ms: int


class _Unusable(Exception):
    """The reply cannot be believed; the argument is the code of why."""


_Body: TypeAlias = Mapping[str, Json]


def question(call: Call, request_id: str) -> bytes:
    """Return the body to send: the only place where the subject's id goes, so that no URL or header carries it."""
    return canonical(
        {
            "request_id": request_id,
            "subject": _named(call.subject),
            "fields": list(call.fields),
            "purpose": call.purpose,
            "receiver": RECEIVER,
        }
    )


def interpret(call: Call, request_id: str, heard: Heard, timing: Timing) -> Reply:
    """Return how the call ended. Total: whatever was heard, there is an outcome.

    An error is read by the register's own map (`failure_of`). 504 is the bus giving up (`source_unavailable`);
    `timed_out` is our own deadline, which a late answer may overrule.
    """
    try:
        if heard.status == 200:
            return _answer(call, request_id, _json(heard), timing)
        code, fault = _error_code(heard), None
    except _Unusable as unusable:
        code, fault = None, str(unusable)
    outcome = "source_invalid" if heard.status == 200 else failure_of(call.register.errors, heard.status, code)
    return Reply(outcome, timing.ms, timing.at, retry_after=_retry_after(heard, timing.at), fault=fault)


def _named(subject: SubjectId) -> dict[str, Json]:
    """Name the subject as the bus does: an organisation by its code, under a key that no person is named by."""
    if is_organisation(subject):
        return {"organisation_id": code_of(subject)}
    return {"personal_id": subject}


def _json(heard: Heard) -> _Body:
    if heard.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Unusable("content_type")
    if heard.headers.get("content-encoding", "identity").lower() != "identity":
        raise _Unusable("content_encoding")
    try:
        # Fractions keep their written form: what we store has one form per value, and floats do not.
        body = json.loads(heard.body, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _Unusable("not_json") from error
    return _object(body, "not_an_object")


def _refuse(_constant: str) -> None:
    raise ValueError


def _answer(call: Call, request_id: str, body: _Body, timing: Timing) -> Reply:
    record, data = _object(body.get("record"), "record"), _object(body.get("data"), "data")
    subject = _object(record.get("subject"), "subject")
    _same(body.get("request_id"), request_id, "request_id")
    _same(body.get("register"), call.register.code, "register")
    for kind, meant in _named(call.subject).items():
        _same(subject.get(kind), meant, "wrong_subject")
    return Reply(
        "answered",
        timing.ms,
        timing.at,
        data={name: _storable(data[name]) for name in call.fields if name in data},
        record=_identifier(record.get("id")),
        as_of=_instant(record.get("as_of")),
        under_review=_names(body.get("under_review", [])) & frozenset(call.fields),
    )


def _error_code(heard: Heard) -> str:
    if heard.status < 400:
        raise _Unusable("status")
    code = _object(_json(heard).get("error"), "no_error_code").get("code")
    if not isinstance(code, str):
        raise _Unusable("no_error_code")
    return code


def _retry_after(heard: Heard, now: datetime) -> int | None:
    """Read Retry-After, seconds or a date (RFC 9110 §10.2.3); None when there is none that makes sense."""
    text = heard.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), _LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(text)
        seconds = int((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0), _LONGEST_WAIT_S)


def _object(value: object, fault: str) -> JsonObject:
    if not isinstance(value, dict):
        raise _Unusable(fault)
    return value


def _same(said: Json, meant: Json, fault: str) -> None:
    if said != meant:
        raise _Unusable(fault)


def _identifier(value: Json) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID or not value.isprintable():
        raise _Unusable("record")
    return value


def _instant(value: Json) -> str:
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        parsed = None
    if not isinstance(value, str) or parsed is None or parsed.tzinfo is None:
        raise _Unusable("as_of")
    return value


def _names(value: Json) -> frozenset[str]:
    if not isinstance(value, list):
        raise _Unusable("under_review")
    return frozenset(name for name in value if isinstance(name, str))


def _storable(value: Json) -> Json:
    """Refuse what JSON can spell and we could not write again: half a surrogate pair, a tower of brackets."""
    if not _is_shallow(value, _DEEPEST):
        raise _Unusable("too_deep")
    try:
        canonical(value)
    except UnicodeEncodeError as error:
        raise _Unusable("not_utf8") from error
    return value


def _is_shallow(value: Json, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)
