"""An upload, and what an owner uses, as items of the table and back. Asks nothing.

In the clear: whose by reference, type, state, size and times, for sweeps and operators. Owner, title, file name, digest
and what an agency said of it are sealed under the owner's data key, bound to the upload's place.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, get_args

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey
from chalicelib.aws.writes import Delete, Expect, Key, Put, Stored, Write
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ClientId, DocumentId, PersonalId, SubjectId, UploadId
from chalicelib.papers.model import MEDIA_TYPES
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import due_item, upload_item
from chalicelib.warehouse.port import KeptUpload, Usage
from chalicelib.warehouse.quota import LIMITS, Limits, admitted, closed, is_limited
from chalicelib.warehouse.stored import Written, items_json, items_of, seal, unsealed
from chalicelib.warehouse.upload import ENDED, Issue, Rejection, Upload, UploadState, Wish, look_again_at

KEPT_AFTER_END: Final = timedelta(days=30)
_STATES: Final[dict[str, UploadState]] = {each: each for each in get_args(UploadState)}
_REJECTIONS: Final[dict[str, Rejection]] = {
    each: each for part in get_args(Rejection) for each in (get_args(part) or (part,))
}
_ORIGINS: Final[dict[str, Literal["issued", "back_file"]]] = {"issued": "issued", "back_file": "back_file"}


class Refs(Protocol):
    """What stands for owners in keys."""

    def ref(self, subject: SubjectId) -> CitizenRef:
        """Return the keyed reference."""
        ...


class UploadItems:
    """Writes of uploads and of usage, for every store that changes them in a transaction of its own."""

    def __init__(self, refs: Refs, limits: Limits = LIMITS) -> None:
        self._refs = refs
        self._limits = limits

    def beginning(self, upload: Upload, key: DataKey) -> list[Write]:
        """Return the writes of a new upload, its due note with it."""
        return [self._put(upload, key, Expect.ABSENT), *_notes(None, upload)]

    def ending(self, kept: KeptUpload, after: Upload, key: DataKey) -> list[Write]:
        """Return the writes of an upload's next state, its due note with it."""
        return [self._put(after, key, Expect.unchanged(kept.version)), *_notes(kept.upload, after)]

    def usage(self, stored: Stored | None) -> Usage:
        """Read what an owner uses. Raises Corrupt."""
        if stored is None:
            return Usage()
        written = Written(stored.fields)
        open_ = stored.fields.get("open")
        if not isinstance(open_, Mapping):
            raise Corrupt(what="usage")
        return Usage(
            written.number("documents"),
            written.number("bytes"),
            {UploadId(upload): _open_of(each) for upload, each in open_.items()},
            written.text("hour"),
            written.number("tickets"),
        )

    def using(self, place: Key, usage: Usage, expect: Expect) -> Put:
        """Return the write of what an owner uses."""
        fields: dict[str, Value] = {
            "documents": usage.documents,
            "bytes": usage.bytes,
            "open": {upload: [size, iso(until)] for upload, (size, until) in usage.open.items()},
            "hour": usage.hour,
            "tickets": usage.tickets,
        }
        return Put(place, fields, expect)

    def admitted(self, usage: Usage, document: Document, upload: UploadId | None) -> Usage:
        """Count a document in place of its upload. Raises QuotaExceeded for one of its owner's own that has no room."""
        size = 0 if document.file is None else document.file.size
        if is_limited(document.origin):
            return admitted(usage, upload, size, self._limits)
        rest = usage if upload is None else closed(usage, upload)
        return replace(rest, documents=rest.documents + 1, bytes=rest.bytes + size)

    def _put(self, upload: Upload, key: DataKey, expect: Expect) -> Put:
        place = upload_item(upload.id)
        fields: dict[str, Value] = {
            "ref": self._refs.ref(upload.owner),
            "client": upload.client,
            "type": upload.wish.type,
            "media_type": upload.wish.media_type,
            "size": upload.wish.size,
            "catalogue": upload.catalogue,
            "state": upload.state,
            "opened_at": iso(upload.opened_at),
            "ticket_until": iso(upload.ticket_until),
            "attempt": upload.attempt,
            "key": upload.key,
            "version": upload.version,
            "rejection": upload.rejection,
            "changed_at": None if upload.changed_at is None else iso(upload.changed_at),
            "looks": upload.looks or None,
            "sealed": seal(_inside(upload), key, place),
        }
        is_over = upload.state in ENDED or upload.state == "expired"
        until = (upload.changed_at or upload.opened_at) + KEPT_AFTER_END if is_over else None
        return Put(place, {name: value for name, value in fields.items() if value is not None}, expect, until)


def ref_of(stored: Stored) -> CitizenRef:
    """Return whose upload an item is, by reference. Raises Corrupt."""
    return CitizenRef(Written(stored.fields).text("ref"))


def upload_from(upload: UploadId, stored: Stored, key: DataKey) -> Upload:
    """Read an upload. Raises Corrupt."""
    clear, inside = Written(stored.fields), unsealed(stored, key)
    issue = inside.part("issue")
    rejection = clear.maybe("rejection")
    return Upload(
        id=upload,
        owner=PersonalId(inside.text("owner")),
        client=ClientId(clear.text("client")),
        wish=_wish(clear, inside),
        catalogue=CatalogueHash(clear.text("catalogue")),
        state=clear.one_of("state", _STATES),
        opened_at=from_iso(clear.text("opened_at")),
        ticket_until=from_iso(clear.text("ticket_until")),
        attempt=clear.number("attempt"),
        key=clear.maybe("key"),
        version=clear.maybe("version"),
        rejection=None if rejection is None else clear.one_of("rejection", _REJECTIONS),
        changed_at=clear.instant("changed_at"),
        issue=None if issue is None else _issue(issue),
        looks=clear.number("looks") if "looks" in stored.fields else 0,
    )


def _notes(before: Upload | None, after: Upload) -> list[Write]:
    was = None if before is None else look_again_at(before)
    will = look_again_at(after)
    if was == will:
        return []
    gone: list[Write] = [] if was is None else [Delete(due_item(was, "upload", after.id), Expect.ANY)]
    return gone if will is None else [*gone, Put(due_item(will, "upload", after.id), {}, Expect.ANY)]


def _open_of(written: Value) -> tuple[int, datetime]:
    match written:
        case [int(size), str(until)]:
            return size, from_iso(until)
        case _:
            raise Corrupt(what="usage")


def _inside(upload: Upload) -> JsonObject:
    return {
        "owner": upload.owner,
        "title": upload.wish.title,
        "file_name": upload.wish.file_name,
        "sha256": upload.wish.sha256,
        "issue": None if upload.issue is None else _issue_json(upload.issue),
    }


def _wish(clear: Written, inside: Written) -> Wish:
    return Wish(
        type=clear.text("type"),
        title=inside.text("title"),
        media_type=clear.one_of("media_type", MEDIA_TYPES),
        size=clear.number("size"),
        sha256=inside.text("sha256"),
        file_name=inside.maybe("file_name"),
    )


def _issue_json(issue: Issue) -> JsonObject:
    return {
        "origin": issue.origin,
        "number": issue.number,
        "issued_on": issue.issued_on,
        "valid_until": issue.valid_until,
        "items": items_json(issue.items),
        "version": issue.version,
        "series": issue.series,
        "supersedes": issue.supersedes,
    }


def _issue(written: Written) -> Issue:
    series, supersedes = written.maybe("series"), written.maybe("supersedes")
    return Issue(
        origin=written.one_of("origin", _ORIGINS),
        number=written.text("number"),
        issued_on=written.text("issued_on"),
        valid_until=written.maybe("valid_until"),
        items=items_of(written.fields.get("items")),
        version=written.number("version"),
        series=None if series is None else DocumentId(series),
        supersedes=None if supersedes is None else DocumentId(supersedes),
    )
