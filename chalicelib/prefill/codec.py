"""A resolution as canonical JSON and back, as each revision is stored. Pure; texts are not stored, they are rendered.

What is absent is left out, so a value that is there is never mistaken for null.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.consent.model import Basis
from chalicelib.forms.model import DeriveRule
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ConsentId, ItemId, RegisterCode
from chalicelib.prefill.model import (
    ABSENT,
    OUTCOMES,
    Assurance,
    Candidate,
    ComponentAnswer,
    FieldAnswer,
    HeldPaper,
    Lack,
    Origin,
    Outcome,
    Proof,
    Provenance,
    Resolution,
    Row,
    Rule,
    SourceSummary,
    Standing,
    Usage,
)
from chalicelib.sources.model import CallOutcome

_RULES: Final[Mapping[str, Rule]] = {name: name for name in get_args(Rule)}
_ORIGINS: Final[Mapping[str, Origin]] = {name: name for name in get_args(Origin)}
_ASSURANCES: Final[Mapping[str, Assurance]] = {name: name for name in get_args(Assurance)}
_STANDINGS: Final[Mapping[str, Standing]] = {name: name for name in get_args(Standing)}
_BASES: Final[Mapping[str, Basis]] = {name: name for name in get_args(Basis)}
_RULES_MADE: Final[Mapping[str, DeriveRule]] = {name: name for name in get_args(DeriveRule)}
_ENDS: Final[Mapping[str, CallOutcome]] = {name: name for name in get_args(CallOutcome)}
_LACKS: Final[Mapping[str, Outcome | Literal["no_document"]]] = {**OUTCOMES, "no_document": "no_document"}
_Record: TypeAlias = (
    FieldAnswer | Provenance | Candidate | SourceSummary | ComponentAnswer | Proof | Lack | Usage | HeldPaper
)


def to_json(resolution: Resolution) -> JsonObject:
    """Write a resolution; counts and pending registers follow from it and are not written."""
    rows: JsonObject = {pointer: [_row(each) for each in rows] for pointer, rows in resolution.rows.items()}
    return {
        "fields": {pointer: plain(answer) for pointer, answer in resolution.fields.items()},
        "sources": [plain(each) for each in resolution.sources],
        "rows": rows,
        "components": [plain(each) for each in resolution.components],
        "usage": plain(resolution.usage),
    }


def from_json(document: Json) -> Resolution:
    """Read what `to_json` wrote. Raises Corrupt when it is not that."""
    try:
        whole = _object(document)
        return Resolution(
            _fields(whole["fields"]),
            tuple(_source(_object(each)) for each in _list(whole["sources"])),
            {pointer: tuple(map(_fields, _list(each))) for pointer, each in _object(whole["rows"]).items()},
            tuple(_component(_object(each)) for each in _list(whole["components"])),
            _usage(_object(whole["usage"])),
        )
    except KeyError as error:
        raise Corrupt(what="resolution") from error


def plain(record: _Record) -> JsonObject:
    """Write what is there of a record: not the absent, the false and the empty that it starts with."""
    written: JsonObject = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if value is ABSENT or (each.name != "value" and (value is None or value == each.default)):
            continue
        written[each.name] = _value(value)
    return written


def _row(row: Row) -> JsonObject:
    return {column: plain(cell) for column, cell in row.items()}


def _value(value: object) -> Json:
    if isinstance(value, _Record):
        return plain(value)
    return [_value(each) for each in value] if isinstance(value, tuple) else value  # type: ignore[return-value]


def _fields(document: Json) -> dict[str, FieldAnswer]:
    return {pointer: _field(_object(each)) for pointer, each in _object(document).items()}


def _field(document: JsonObject) -> FieldAnswer:
    origin, policy = document.get("origin"), document.get("policy")
    return FieldAnswer(
        outcome=OUTCOMES[_text(document["outcome"])],
        value=document.get("value", ABSENT),
        origin=None if origin is None else _ORIGINS[_text(origin)],
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
    register, consent = _optional(read, "register"), _optional(read, "consent")
    return Provenance(
        register=None if register is None else RegisterCode(register),
        record=_optional(read, "record"),
        path=_text(read["path"]),
        item=ItemId(_text(read["item"])),
        mapping=_text(read["mapping"]),
        fetched_at=_text(read["fetched_at"]),
        as_of=_optional(read, "as_of"),
        legal_basis=_text(read["legal_basis"]),
        assurance=_ASSURANCES[_text(read["assurance"])],
        document=_optional(read, "document"),
        basis=_BASES[_text(read.get("basis", "own"))],
        consent=None if consent is None else ConsentId(consent),
        rule=_RULES_MADE[_text(read["rule"])] if "rule" in read else None,
        original=read.get("original"),
    )


def _source(document: JsonObject) -> SourceSummary:
    return SourceSummary(
        RegisterCode(_text(document["register"])),
        _text(document["role"]),
        _ENDS[_text(document["outcome"])],
        _number(document["ms"]),
        _number(document.get("wave", 1)),
    )


def _component(document: JsonObject) -> ComponentAnswer:
    needed = document.get("needed")
    return ComponentAnswer(
        code=_text(document["code"]),
        needed=None if needed is None else needed is True,
        way=None if document.get("way") is None else _number(document["way"]),
        proofs=tuple(_proof(_object(each)) for each in _list(document.get("proofs", []))),
        lacks=tuple(tuple(_lack(_object(each)) for each in _list(way)) for way in _list(document.get("lacks", []))),
    )


def _proof(document: JsonObject) -> Proof:
    provenance = _provenance(document["provenance"]) if "provenance" in document else None
    paper = read_paper(document["paper"]) if "paper" in document else None
    return Proof(_item(document), _optional(document, "document"), provenance, paper)


def read_paper(document: Json) -> HeldPaper:
    """Read a paper as `plain` wrote it. Raises Corrupt when it is not that."""
    read = _object(document)
    try:
        return HeldPaper(
            evidence=_text(read["evidence"]),
            assurance=_STANDINGS[_text(read["assurance"])],
            record=_text(read["record"]),
            document=_text(read["document"]),
            mapping=_text(read["mapping"]),
            read_at=_text(read["read_at"]),
            legal_basis=_text(read["legal_basis"]),
            as_of=_optional(read, "as_of"),
            until=_optional(read, "until"),
        )
    except KeyError as error:
        raise Corrupt(what="paper") from error


def _lack(document: JsonObject) -> Lack:
    outcome = _LACKS[_text(document["outcome"])]
    return Lack(_item(document), _optional(document, "document"), outcome, _optional(document, "detail"))


def _item(document: JsonObject) -> ItemId | None:
    item = _optional(document, "item")
    return None if item is None else ItemId(item)


def _usage(document: JsonObject) -> Usage:
    unused = tuple(ItemId(_text(each)) for each in _list(document.get("unused", [])))
    return Usage(_number(document.get("fetched", 0)), unused)


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
