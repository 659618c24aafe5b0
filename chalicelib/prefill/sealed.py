"""What is sealed in a claim and in a revision, as bytes: gzip of canonical JSON. Pure; seals nothing itself."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from chalicelib.kernel.canonical import Json, JsonObject, canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import PersonalId, RegisterCode
from chalicelib.prefill import codec
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.revision import Opening, Replies
from chalicelib.sources.model import CallId, CallOutcome, Reply

_OUTCOMES: Final[Mapping[str, CallOutcome]] = {name: name for name in get_args(CallOutcome)}


@dataclass(frozen=True, slots=True)
class Answered:
    """The sealed part of a revision."""

    opening: Opening
    replies: Replies
    resolution: Resolution


def opening_to_bytes(opening: Opening) -> bytes:
    """Write an opening."""
    return _pack(_opening(opening))


def opening_from_bytes(packed: bytes) -> Opening:
    """Read what `opening_to_bytes` wrote. Raises Corrupt when it is not that."""
    return _read_opening(_unpack(packed))


def answered_to_bytes(answered: Answered) -> bytes:
    """Write the sealed part of a revision."""
    replies: list[Json] = [
        {"register": call.register, "subject": call.subject, **_reply(reply)}
        for call, reply in sorted(answered.replies.items(), key=lambda each: (each[0].register, each[0].subject))
    ]
    return _pack(
        {"opening": _opening(answered.opening), "replies": replies, "resolution": codec.to_json(answered.resolution)}
    )


def answered_from_bytes(packed: bytes) -> Answered:
    """Read what `answered_to_bytes` wrote. Raises Corrupt when it is not that."""
    match _unpack(packed):
        case {"opening": dict(opening), "replies": list(replies), "resolution": dict(resolution)}:
            read = dict(_read_reply(each) for each in replies)
            return Answered(_read_opening(opening), read, codec.from_json(resolution))
        case _:
            raise Corrupt(what="revision")


def _pack(document: JsonObject) -> bytes:
    # No time in the gzip header: the same value is the same bytes.
    return gzip.compress(canonical(document), compresslevel=6, mtime=0)


def _unpack(packed: bytes) -> JsonObject:
    try:
        document = json.loads(gzip.decompress(packed))
    except (OSError, EOFError, ValueError) as error:
        raise Corrupt(what="revision") from error
    if not isinstance(document, dict):
        raise Corrupt(what="revision")
    return document


def _opening(opening: Opening) -> JsonObject:
    written: JsonObject = {"caller": opening.caller, "level": opening.level, "subjects": dict(opening.subjects)}
    return written if opening.province is None else written | {"province": opening.province}


def _read_opening(document: JsonObject) -> Opening:
    match document:
        case {"caller": str(caller), "level": int(level), "subjects": dict(subjects)}:
            people = {role: PersonalId(str(each)) for role, each in subjects.items()}
            province = document.get("province")
            return Opening(PersonalId(caller), level, people, None if province is None else str(province))
        case _:
            raise Corrupt(what="opening")


def _reply(reply: Reply) -> JsonObject:
    under_review: list[Json] = [*sorted(reply.under_review)]
    return {
        "outcome": reply.outcome,
        "ms": reply.ms,
        "fetched_at": iso(reply.fetched_at),
        "data": dict(reply.data),
        "record": reply.record,
        "as_of": reply.as_of,
        "under_review": under_review,
        "retry_after": reply.retry_after,
        "fault": reply.fault,
    }


def _read_reply(document: Json) -> tuple[CallId, Reply]:
    match document:
        case {
            "register": str(register),
            "subject": str(subject),
            "outcome": str(outcome),
            "ms": int(ms),
            "fetched_at": str(fetched_at),
            "data": dict(data),
            "record": str() | None as record,
            "as_of": str() | None as as_of,
            "under_review": list(under_review),
            "retry_after": int() | None as retry_after,
            "fault": str() | None as fault,
        } if outcome in _OUTCOMES:
            return CallId(RegisterCode(register), PersonalId(subject)), Reply(
                outcome=_OUTCOMES[outcome],
                ms=ms,
                fetched_at=from_iso(fetched_at),
                data=data,
                record=record,
                as_of=as_of,
                under_review=frozenset(str(each) for each in under_review),
                retry_after=retry_after,
                fault=fault,
            )
        case _:
            raise Corrupt(what="reply")
