"""The citizen's sheet as canonical JSON and back, as it is sealed with each revision. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, get_args

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, RegisterCode
from chalicelib.prefill import codec
from chalicelib.prefill.model import ABSENT, Absent, Resolution
from chalicelib.prefill.sheet import Contest, Entry, Kept, Proposal, Sheet, Typed

_ORIGINS: Final[Mapping[str, Typed]] = {name: name for name in get_args(Typed)}


def to_json(sheet: Sheet) -> JsonObject:
    """Write a sheet; what is not there is left out."""
    written: JsonObject = {
        "entries": {at: _entry(each) for at, each in sheet.entries.items()},
        "contests": {at: _contest(each) for at, each in sheet.contests.items()},
        "kept": _kept(sheet.kept),
    }
    return written if sheet.proposal is None else written | {"proposal": _proposal(sheet.proposal)}


def from_json(document: Json) -> Sheet:
    """Read what `to_json` wrote. Raises Corrupt when it is not that."""
    if not isinstance(document, dict):
        raise Corrupt(what="sheet")
    match document:
        case {"entries": dict(entries), "contests": dict(contests), "kept": dict(kept)}:
            proposal = document.get("proposal")
            return Sheet(
                {at: _read_entry(each) for at, each in entries.items()},
                {at: _read_contest(each) for at, each in contests.items()},
                _read_kept(kept),
                None if proposal is None else _read_proposal(proposal),
            )
        case _:
            raise Corrupt(what="sheet")


def _entry(entry: Entry) -> JsonObject:
    written: JsonObject = {"origin": entry.origin, "author": entry.author, "at": iso(entry.at)}
    return written if isinstance(entry.value, Absent) else written | {"value": entry.value}


def _read_entry(document: Json) -> Entry:
    if not isinstance(document, dict):
        raise Corrupt(what="sheet")
    match document:
        case {"origin": str(origin), "author": str(author), "at": str(at)} if origin in _ORIGINS:
            return Entry(document.get("value", ABSENT), _ORIGINS[origin], PersonalId(author), _moment(at))
        case _:
            raise Corrupt(what="sheet")


def _contest(contest: Contest) -> JsonObject:
    return {
        "id": contest.id,
        "pointer": contest.pointer,
        "value": contest.value,
        "reason": contest.reason,
        "at": iso(contest.at),
        "register": contest.register,
        "record": contest.record,
        "item": contest.item,
        "consent": contest.consent,
    }


def _read_contest(document: Json) -> Contest:
    match document:
        case {
            "id": str(id_),
            "pointer": str(pointer),
            "value": value,
            "reason": str() | None as reason,
            "at": str(at),
            "register": str(register),
            "record": str() | None as record,
            "item": str(item),
            "consent": str() | None as consent,
        }:
            under = None if consent is None else ConsentId(consent)
            known = (RegisterCode(register), record, ItemId(item), under)
            return Contest(id_, pointer, value, reason, _moment(at), *known)
        case _:
            raise Corrupt(what="sheet")


def _kept(kept: Mapping[str, Kept]) -> JsonObject:
    """Write what is kept as a resolution is written: it is part of one."""
    fields = {at: each.answer for at, each in kept.items()}
    return codec.to_json(Resolution(fields, rows={at: each.rows for at, each in kept.items() if each.rows}))


def _read_kept(document: Json) -> dict[str, Kept]:
    read = codec.from_json(document)
    return {at: Kept(answer, read.rows.get(at, ())) for at, answer in read.fields.items()}


def _proposal(proposal: Proposal) -> JsonObject:
    return {
        "id": proposal.id,
        "at": iso(proposal.at),
        "proposed": [*sorted(proposal.proposed)],
        "decided_at": None if proposal.decided_at is None else iso(proposal.decided_at),
        "accepted": [*sorted(proposal.accepted)],
        "refused": [*sorted(proposal.refused)],
    }


def _read_proposal(document: Json) -> Proposal:
    match document:
        case {
            "id": str(id_),
            "at": str(at),
            "proposed": list(proposed),
            "decided_at": str() | None as decided_at,
            "accepted": list(accepted),
            "refused": list(refused),
        }:
            sets = (_names(accepted), _names(refused))
            return Proposal(
                id_, _moment(at), _names(proposed), None if decided_at is None else _moment(decided_at), *sets
            )
        case _:
            raise Corrupt(what="sheet")


def _names(written: list[Json]) -> frozenset[str]:
    return frozenset(str(each) for each in written)


def _moment(written: str) -> datetime:
    try:
        return from_iso(written)
    except ValueError as error:
        raise Corrupt(what="sheet") from error
