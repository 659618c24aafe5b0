"""Replies, held items and papers as JSON and back, as a revision keeps them to be resolved again. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final, get_args

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ItemId, OrganisationId, PersonalId, RegisterCode, SubjectId, is_personal_id
from chalicelib.prefill.codec import plain, read_paper
from chalicelib.prefill.model import Held, HeldPaper, Standing
from chalicelib.sources.model import CallId, CallOutcome, Reply

_OUTCOMES: Final[Mapping[str, CallOutcome]] = {name: name for name in get_args(CallOutcome)}
_STANDINGS: Final[Mapping[str, Standing]] = {name: name for name in get_args(Standing)}


def replies_to_json(replies: Mapping[CallId, Reply]) -> list[Json]:
    """Write replies in one order, whatever theirs is."""
    in_order = sorted(replies.items(), key=lambda each: (each[0].register, each[0].subject, each[0].wave))
    return [
        {"register": call.register, "subject": call.subject, "wave": call.wave, **_reply(reply)}
        for call, reply in in_order
    ]


def replies_from_json(document: list[Json]) -> dict[CallId, Reply]:
    """Read what `replies_to_json` wrote. Raises Corrupt when it is not that."""
    return dict(_read_reply(each) for each in document)


def held_to_json(held: Mapping[SubjectId, tuple[Held, ...]]) -> JsonObject:
    """Write held items by subject."""
    return {subject: [_held(each) for each in items] for subject, items in held.items() if items}


def held_from_json(document: JsonObject) -> dict[SubjectId, tuple[Held, ...]]:
    """Read what `held_to_json` wrote. Raises Corrupt when it is not that."""
    return {
        subject_id(subject): tuple(_read_held(each) for each in items)
        for subject, items in document.items()
        if isinstance(items, list)
    }


def papers_to_json(papers: Mapping[SubjectId, tuple[HeldPaper, ...]]) -> JsonObject:
    """Write held papers by subject."""
    return {subject: [plain(each) for each in found] for subject, found in papers.items() if found}


def papers_from_json(document: JsonObject) -> dict[SubjectId, tuple[HeldPaper, ...]]:
    """Read what `papers_to_json` wrote. Raises Corrupt when it is not that."""
    return {
        subject_id(subject): tuple(read_paper(each) for each in found)
        for subject, found in document.items()
        if isinstance(found, list)
    }


def subject_id(text: str) -> SubjectId:
    """Return a stored subject's id as what it is."""
    return PersonalId(text) if is_personal_id(text) else OrganisationId(text)


def _held(held: Held) -> JsonObject:
    written = {each.name: getattr(held, each.name) for each in fields(held)}
    return {name: value for name, value in written.items() if value is not None or name == "value"}


def _read_held(document: Json) -> Held:
    if not isinstance(document, dict):
        raise Corrupt(what="held")
    match document:
        case {
            "item": str(item),
            "value": value,
            "assurance": str(assurance),
            "record": str(record),
            "path": str(path),
            "mapping": str(mapping),
            "read_at": str(read_at),
            "legal_basis": str(legal_basis),
        } if assurance in _STANDINGS:
            optional = {name: str(document[name]) for name in ("as_of", "document", "until") if name in document}
            standing = _STANDINGS[assurance]
            return Held(ItemId(item), value, standing, record, path, mapping, read_at, legal_basis, **optional)
        case _:
            raise Corrupt(what="held")


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
        "asked": None if reply.asked is None else [*sorted(reply.asked)],
    }


def _read_reply(document: Json) -> tuple[CallId, Reply]:
    match document:
        case {
            "register": str(register),
            "subject": str(subject),
            "wave": int(wave),
            "outcome": str(outcome),
            "ms": int(ms),
            "fetched_at": str(fetched_at),
            "data": dict(data),
            "record": str() | None as record,
            "as_of": str() | None as as_of,
            "under_review": list(under_review),
            "retry_after": int() | None as retry_after,
            "fault": str() | None as fault,
            "asked": list() | None as asked,
        } if outcome in _OUTCOMES:
            return CallId(RegisterCode(register), subject_id(subject), wave), Reply(
                outcome=_OUTCOMES[outcome],
                ms=ms,
                fetched_at=from_iso(fetched_at),
                data=data,
                record=record,
                as_of=as_of,
                under_review=frozenset(str(each) for each in under_review),
                retry_after=retry_after,
                fault=fault,
                asked=None if asked is None else frozenset(str(each) for each in asked),
            )
        case _:
            raise Corrupt(what="reply")
