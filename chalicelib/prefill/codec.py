"""A resolution as canonical JSON and back, as each revision is stored. Pure; texts are not stored, they are rendered.

What is absent is left out, so a value that is there is never mistaken for null.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final, TypeAlias, get_args

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.prefill.model import (
    ABSENT,
    OUTCOMES,
    Candidate,
    FieldAnswer,
    Provenance,
    Resolution,
    Rule,
    SourceSummary,
)
from chalicelib.sources.model import CallOutcome

_RULES: Final[Mapping[str, Rule]] = {name: name for name in get_args(Rule)}
_ENDS: Final[Mapping[str, CallOutcome]] = {name: name for name in get_args(CallOutcome)}
_Record: TypeAlias = FieldAnswer | Provenance | Candidate | SourceSummary


def to_json(resolution: Resolution) -> JsonObject:
    """Write a resolution; counts and pending registers follow from it and are not written."""
    return {
        "fields": {pointer: plain(answer) for pointer, answer in resolution.fields.items()},
        "sources": [plain(each) for each in resolution.sources],
    }


def from_json(document: Json) -> Resolution:
    """Read what `to_json` wrote. Raises Corrupt when it is not that."""
    try:
        whole = _object(document)
        return Resolution(
            {pointer: _field(_object(each)) for pointer, each in _object(whole["fields"]).items()},
            tuple(_source(_object(each)) for each in _list(whole["sources"])),
        )
    except KeyError as error:
        raise Corrupt(what="resolution") from error


def plain(record: _Record) -> JsonObject:
    """Write what is there of a record: not the absent, the false and the empty that it starts with."""
    written: JsonObject = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if value is ABSENT or (value == each.default and each.name != "value"):
            continue
        written[each.name] = _value(value)
    return written


def _value(value: object) -> Json:
    if isinstance(value, FieldAnswer | Provenance | Candidate | SourceSummary):
        return plain(value)
    return [_value(each) for each in value] if isinstance(value, tuple) else value  # type: ignore[return-value]


def _field(document: JsonObject) -> FieldAnswer:
    origin, policy = document.get("origin"), document.get("policy")
    return FieldAnswer(
        outcome=OUTCOMES[_text(document["outcome"])],
        value=document.get("value", ABSENT),
        origin=None if origin is None else "auto",
        locked=document.get("locked") is True,
        provenance=_provenance(document["provenance"]) if "provenance" in document else None,
        candidates=tuple(_candidate(_object(each)) for each in _list(document.get("candidates", []))),
        policy=None if policy is None else _RULES[_text(policy)],
        retry_after=_number(document["retry_after"]) if "retry_after" in document else None,
        detail=_optional(document, "detail"),
    )


def _candidate(document: JsonObject) -> Candidate:
    return Candidate(document["value"], _provenance(document["provenance"]))


def _provenance(document: Json) -> Provenance:
    read = _object(document)
    return Provenance(
        register=RegisterCode(_text(read["register"])),
        record=_optional(read, "record"),
        path=_text(read["path"]),
        item=ItemId(_text(read["item"])),
        mapping=_text(read["mapping"]),
        fetched_at=_text(read["fetched_at"]),
        as_of=_optional(read, "as_of"),
        legal_basis=_text(read["legal_basis"]),
        assurance="register",
    )


def _source(document: JsonObject) -> SourceSummary:
    return SourceSummary(
        RegisterCode(_text(document["register"])),
        _text(document["role"]),
        _ENDS[_text(document["outcome"])],
        _number(document["ms"]),
    )


def _object(value: Json) -> JsonObject:
    if not isinstance(value, dict):
        raise Corrupt(what="resolution")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise Corrupt(what="resolution")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Corrupt(what="resolution")
    return value


def _optional(document: JsonObject, name: str) -> str | None:
    return None if document.get(name) is None else _text(document[name])


def _number(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Corrupt(what="resolution")
    return value
