"""A document as an item of the table and back. Knows no key of the table, and asks nothing.

In the clear: what lists filter by and what sweeps need. The rest is one JSON text under the owner's data key, bound to
the place where it stands.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar, get_args

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey
from chalicelib.aws.writes import Key, Stored
from chalicelib.kernel.canonical import Json, JsonObject, canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, ClientId, DocumentId, ItemId, PersonalId, PrefillId
from chalicelib.papers.model import MEDIA_TYPES, Integrity, Scan, Signature, Signer, SignerKind, Trust
from chalicelib.warehouse.model import Agreed, Assurance, Document, File, Holder, Origin, ReadItem, Revoked, State

T = TypeVar("T", bound=str)
_ASSURANCES: Final[dict[str, Assurance]] = {each: each for each in get_args(Assurance)}
_ORIGINS: Final[dict[str, Origin]] = {each: each for each in get_args(Origin)}
_HOLDERS: Final[dict[str, Holder]] = {each: each for each in get_args(Holder)}
_STATES: Final[dict[str, State]] = {each: each for each in get_args(State)}
_SCANS: Final[dict[str, Scan]] = {each: each for each in get_args(Scan)}
_INTEGRITY: Final[dict[str, Integrity]] = {each: each for each in get_args(Integrity)}
_TRUST: Final[dict[str, Trust]] = {each: each for each in get_args(Trust)}
_KINDS: Final[dict[str, SignerKind]] = {each: each for each in get_args(SignerKind)}


@dataclass(frozen=True, slots=True)
class Written:
    """Fields of something that was stored, read by name. What is not as it was written is Corrupt."""

    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise Corrupt(what=name)
        return value

    def json(self, name: str) -> Json:
        """Return a value of whatever kind."""
        value: Json = self.fields.get(name)
        return value

    def maybe(self, name: str) -> str | None:
        """Return a text, or None where there is none."""
        return None if self.fields.get(name) is None else self.text(name)

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self.fields.get(name)
        if not isinstance(value, int):
            raise Corrupt(what=name)
        return value

    def maybe_number(self, name: str) -> int | None:
        """Return a whole number, or None where there is none."""
        return None if self.fields.get(name) is None else self.number(name)

    def instant(self, name: str) -> datetime | None:
        """Return an instant, or None where there is none."""
        text = self.maybe(name)
        return None if text is None else from_iso(text)

    def one_of(self, name: str, known: Mapping[str, T]) -> T:
        """Return a code of a closed set."""
        found = known.get(self.text(name))
        if found is None:
            raise Corrupt(what=name)
        return found

    def part(self, name: str) -> "Written | None":
        """Return what is written within, or None where there is nothing."""
        value = self.fields.get(name)
        return Written(value) if isinstance(value, Mapping) else None

    def parts(self, name: str) -> "list[Written]":
        """Return a list of what is written within."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            raise Corrupt(what=name)
        return [Written(each) for each in value if isinstance(each, Mapping)]


def seal(plain: JsonObject, key: DataKey, place: Key) -> bytes:
    """Return a JSON object under a data key, readable at that place alone."""
    return key.seal(canonical(plain), (place.pk, place.sk))


def unsealed(stored: Stored, key: DataKey) -> Written:
    """Return what was sealed into an item's field `sealed`. Raises Corrupt when it was changed or moved."""
    sealed = stored.fields.get("sealed")
    if not isinstance(sealed, bytes):
        raise Corrupt(what="sealed")
    document = json.loads(key.open(sealed, (stored.key.pk, stored.key.sk)))
    if not isinstance(document, dict):
        raise Corrupt(what="sealed")
    return Written(document)


def document_fields(document: Document, key: DataKey, place: Key) -> dict[str, Value]:
    """Write a document for its place."""
    fields: dict[str, Value] = {
        "type": document.type,
        "state": document.state,
        "origin": document.origin,
        "assurance": document.assurance,
        "created_at": iso(document.created_at),
        "size": 0 if document.file is None else document.file.size,
        "version": document.version,
        "deleted_at": _at(document.deleted_at),
        "purge_at": _at(document.purge_at),
        "sealed": seal(_inside(document), key, place),
    }
    return {name: value for name, value in fields.items() if value is not None}


def document_of(document: DocumentId, stored: Stored, key: DataKey) -> Document:
    """Read a document. Raises Corrupt."""
    clear, inside = Written(stored.fields), unsealed(stored, key)
    file, revoked, agreed = (inside.part(name) for name in ("file", "revoked", "agreed"))
    issuer, series, by = (inside.maybe(name) for name in ("issuer", "series", "superseded_by"))
    return Document(
        id=document,
        owner=PersonalId(inside.text("owner")),
        type=clear.text("type"),
        title=inside.text("title"),
        origin=clear.one_of("origin", _ORIGINS),
        state=clear.one_of("state", _STATES),
        assurance=clear.one_of("assurance", _ASSURANCES),
        created_at=from_iso(clear.text("created_at")),
        mapping=inside.text("mapping"),
        catalogue=CatalogueHash(inside.text("catalogue")),
        holder=inside.one_of("holder", _HOLDERS),
        items=items_of(inside.fields.get("items")),
        file=None if file is None else _file(file),
        signatures=tuple(map(_signature, inside.parts("signatures"))),
        number=inside.maybe("number"),
        issued_on=inside.maybe("issued_on"),
        valid_until=inside.maybe("valid_until"),
        issuer=None if issuer is None else ClientId(issuer),
        version=clear.number("version"),
        series=None if series is None else DocumentId(series),
        superseded_by=None if by is None else DocumentId(by),
        revoked=None if revoked is None else _revoked(revoked),
        deleted_at=clear.instant("deleted_at"),
        purge_at=clear.instant("purge_at"),
        agreed=None if agreed is None else _agreed(agreed),
    )


def items_json(items: tuple[ReadItem, ...]) -> list[Json]:
    """Write what was read: item, value, path."""
    return [[each.item, each.value, each.path] for each in items]


def items_of(written: object) -> tuple[ReadItem, ...]:
    """Read what `items_json` wrote. Raises Corrupt."""
    if not isinstance(written, list):
        raise Corrupt(what="items")
    return tuple(ReadItem(ItemId(item), value, path) for item, value, path in written)


def _inside(document: Document) -> JsonObject:
    file, revoked = document.file, document.revoked
    return {
        "owner": document.owner,
        "title": document.title,
        "mapping": document.mapping,
        "catalogue": document.catalogue,
        "holder": document.holder,
        "items": items_json(document.items),
        "file": None if file is None else _file_json(file),
        "signatures": [_signature_json(each) for each in document.signatures],
        "number": document.number,
        "issued_on": document.issued_on,
        "valid_until": document.valid_until,
        "issuer": document.issuer,
        "series": document.series,
        "superseded_by": document.superseded_by,
        "revoked": None if revoked is None else _revoked_json(revoked),
        "agreed": None if document.agreed is None else _agreed_json(document.agreed),
    }


def _agreed_json(agreed: Agreed) -> JsonObject:
    return {"purpose": agreed.purpose, "at": iso(agreed.at), "prefill": agreed.prefill}


def _agreed(written: Written) -> Agreed:
    return Agreed("profile", from_iso(written.text("at")), PrefillId(written.text("prefill")))


def _file_json(file: File) -> JsonObject:
    return {
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "version": file.version,
        "scan": file.scan,
        "has_thumbnail": file.has_thumbnail,
        "is_redacted": file.is_redacted,
        "pages": file.pages,
    }


def _file(written: Written) -> File:
    return File(
        media_type=written.one_of("media_type", MEDIA_TYPES),
        size=written.number("size"),
        sha256=written.text("sha256"),
        version=written.text("version"),
        scan=written.one_of("scan", _SCANS),
        has_thumbnail=bool(written.number("has_thumbnail")),
        is_redacted=bool(written.number("is_redacted")),
        pages=written.maybe_number("pages"),
    )


def _signature_json(signature: Signature) -> JsonObject:
    return {
        "integrity": signature.integrity,
        "trust": signature.trust,
        "signer": None if signature.signer is None else _signer_json(signature.signer),
        "at": _at(signature.at),
        "at_proved": signature.at_proved,
        "detail": signature.detail,
    }


def _signer_json(signer: Signer) -> JsonObject:
    return {
        "kind": signer.kind,
        "name": signer.name,
        "organisation": signer.organisation,
        "certificate": signer.certificate,
        "issuer": signer.issuer,
    }


def _signature(written: Written) -> Signature:
    signer = written.part("signer")
    return Signature(
        integrity=written.one_of("integrity", _INTEGRITY),
        trust=written.one_of("trust", _TRUST),
        signer=None if signer is None else _signer(signer),
        at=written.instant("at"),
        at_proved=bool(written.number("at_proved")),
        detail=written.text("detail"),
    )


def _signer(written: Written) -> Signer:
    return Signer(
        kind=written.one_of("kind", _KINDS),
        name=written.text("name"),
        organisation=written.maybe("organisation"),
        certificate=written.text("certificate"),
        issuer=written.text("issuer"),
    )


def _revoked_json(revoked: Revoked) -> JsonObject:
    return {"at": iso(revoked.at), "reason": revoked.reason, "note": revoked.note}


def _revoked(written: Written) -> Revoked:
    return Revoked(from_iso(written.text("at")), written.text("reason"), written.maybe("note"))


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else iso(instant)
