"""What is sealed in a claim and in a revision, as bytes: gzip of canonical JSON. Pure; seals nothing itself."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Self

from chalicelib.consent.model import Grant
from chalicelib.kernel.canonical import Json, JsonObject, canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, SubjectId
from chalicelib.prefill import codec, sheet_codec
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.replies_codec import (
    held_from_json,
    held_to_json,
    papers_from_json,
    papers_to_json,
    replies_from_json,
    replies_to_json,
    subject_id,
)
from chalicelib.prefill.revision import Header, Holdings, Opening, Papers, Replies, Revision
from chalicelib.prefill.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Answered:
    """The sealed part of a revision."""

    opening: Opening
    replies: Replies
    resolution: Resolution
    attempt: int
    held: Holdings
    sheet: Sheet
    grants: Mapping[SubjectId, Grant]
    papers: Papers

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """Return the sealed part of a revision."""
        return cls(
            revision.opening,
            revision.replies,
            revision.resolution,
            revision.attempt,
            revision.held,
            revision.sheet,
            revision.grants,
            revision.papers,
        )

    def revision(self, header: Header, number: int, made_at: datetime) -> Revision:
        """Return the revision that this is the sealed part of."""
        state = (self.attempt, self.held, self.sheet, self.grants, self.papers)
        return Revision(header, self.opening, number, made_at, self.replies, self.resolution, *state)


def opening_to_bytes(opening: Opening) -> bytes:
    """Write an opening."""
    return _pack(_opening(opening))


def opening_from_bytes(packed: bytes) -> Opening:
    """Read what `opening_to_bytes` wrote. Raises Corrupt when it is not that."""
    return _read_opening(_unpack(packed))


def answered_to_bytes(answered: Answered) -> bytes:
    """Write the sealed part of a revision."""
    return _pack(
        {
            "opening": _opening(answered.opening),
            "replies": replies_to_json(answered.replies),
            "resolution": codec.to_json(answered.resolution),
            "attempt": answered.attempt,
            "held": held_to_json(answered.held),
            "sheet": sheet_codec.to_json(answered.sheet),
            "grants": {subject: _grant(grant) for subject, grant in answered.grants.items()},
            "papers": papers_to_json(answered.papers),
        }
    )


def answered_from_bytes(packed: bytes) -> Answered:
    """Read what `answered_to_bytes` wrote. Raises Corrupt when it is not that."""
    document = _unpack(packed)
    # Revisions from before there were papers have no word of them.
    papers = document.get("papers", {})
    match document:
        case {
            "opening": dict(opening),
            "replies": list(replies),
            "resolution": dict(resolution),
            "attempt": int(attempt),
            "held": dict(held),
            "sheet": dict(sheet),
            "grants": dict(grants),
        } if isinstance(papers, dict):
            return Answered(
                _read_opening(opening),
                replies_from_json(replies),
                codec.from_json(resolution),
                attempt,
                held_from_json(held),
                sheet_codec.from_json(sheet),
                {subject_id(subject): _read_grant(each) for subject, each in grants.items()},
                papers_from_json(papers),
            )
        case _:
            raise Corrupt(what="revision")


def _grant(grant: Grant) -> JsonObject:
    return {"id": grant.id, "items": [*sorted(grant.items)], "expires_at": iso(grant.expires_at)}


def _read_grant(document: Json) -> Grant:
    match document:
        case {"id": str(id_), "items": list(items), "expires_at": str(expires_at)}:
            return Grant(ConsentId(id_), frozenset(ItemId(str(each)) for each in items), from_iso(expires_at))
        case _:
            raise Corrupt(what="grant")


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
            people = {role: subject_id(str(each)) for role, each in subjects.items()}
            province = document.get("province")
            return Opening(PersonalId(caller), level, people, None if province is None else str(province))
        case _:
            raise Corrupt(what="opening")
