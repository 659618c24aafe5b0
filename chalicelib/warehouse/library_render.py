"""Documents in words: names of types and items, what a signature says, what a document is worth. Pure."""

from datetime import datetime

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso, spoken
from chalicelib.kernel.ids import ClientId, ItemId
from chalicelib.papers.model import Signature, Signer
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.model import Agreed, Document, File, ReadItem, Revoked


def brief(document: Document, words: Vocabulary) -> JsonObject:
    """Return a document as it is listed."""
    file = document.file
    optional: JsonObject = {
        "number": document.number,
        "issued_on": document.issued_on,
        "valid_until": document.valid_until,
        "issuer": None if document.issuer is None else _issuer(document.issuer, words),
        "media_type": None if file is None else file.media_type,
        "size": None if file is None else file.size,
        "purge_at": None if document.purge_at is None else iso(document.purge_at),
    }
    return {
        "id": document.id,
        "type": _type(document.type, words),
        "title": document.title,
        "origin": document.origin,
        "state": document.state,
        "assurance": document.assurance,
        "worth": _told(f"document.assurance.{document.assurance}", words),
        "created_at": iso(document.created_at),
        "version": document.version,
        "has_thumbnail": file is not None and file.has_thumbnail,
        **_present(optional),
    }


def whole(document: Document, words: Vocabulary) -> JsonObject:
    """Return all that is known of a document."""
    optional: JsonObject = {
        "file": None if document.file is None else _file(document.file),
        "series": document.series,
        "superseded_by": document.superseded_by,
        "revoked": None if document.revoked is None else _revoked(document.revoked),
        "agreed": None if document.agreed is None else _agreed(document.agreed, words),
        "deleted_at": None if document.deleted_at is None else iso(document.deleted_at),
    }
    return {
        **brief(document, words),
        "holder": document.holder,
        "counts": document.counts,
        "items": [_item(each, words) for each in document.items],
        "signatures": [_signature(each, words) for each in document.signatures],
        "mapping": document.mapping,
        "catalogue": document.catalogue,
        **_present(optional),
    }


def _agreed(agreed: Agreed, words: Vocabulary) -> JsonObject:
    return {
        "purpose": agreed.purpose,
        "at": iso(agreed.at),
        "prefill": agreed.prefill,
        "in_words": _told(f"document.agreed.{agreed.purpose}", words),
    }


def _item(read: ReadItem, words: Vocabulary) -> JsonObject:
    known = words.items.get(ItemId(read.item))
    return {"item": _named(read.item, None if known is None else known.label), "value": read.value, "path": read.path}


def _file(file: File) -> JsonObject:
    return {
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "scan": file.scan,
        "redacted": file.is_redacted,
        **_present({"pages": file.pages}),
    }


def _signature(signature: Signature, words: Vocabulary) -> JsonObject:
    optional: JsonObject = {
        "signer": None if signature.signer is None else _signer(signature.signer),
        "at": None if signature.at is None else iso(signature.at),
    }
    return {
        "valid": signature.is_valid,
        "integrity": signature.integrity,
        "trust": signature.trust,
        "at_proved": signature.at_proved,
        "in_words": _in_words(signature, words),
        **_present(optional),
    }


def _signer(signer: Signer) -> JsonObject:
    return {
        "kind": signer.kind,
        "name": signer.name,
        "issuer": signer.issuer,
        "certificate": signer.certificate,
        **_present({"organisation": signer.organisation}),
    }


def _in_words(signature: Signature, words: Vocabulary) -> list[Json]:
    signer, at = signature.signer, signature.at
    when = "unknown" if at is None else "proved" if signature.at_proved else "claimed"
    named = {} if signer is None else {"name": signer.name, "organisation": signer.organisation or ""}
    return [
        _told(f"signature.integrity.{signature.integrity}", words),
        _told(f"signature.by.{'nobody' if signer is None else signer.kind}", words, **named),
        _told(f"signature.trust.{signature.trust}", words),
        _when(f"signature.at.{when}", words, at),
    ]


def _when(code: str, words: Vocabulary, at: datetime | None) -> JsonObject:
    vi, en = ("", "") if at is None else spoken(at)
    return {"vi": words.text(code, "vi", at=vi), "en": words.text(code, "en", at=en)}


def _revoked(revoked: Revoked) -> JsonObject:
    return {"at": iso(revoked.at), "reason": revoked.reason, **_present({"note": revoked.note})}


def _type(code: str, words: Vocabulary) -> JsonObject:
    known = words.catalogue.find(DOCUMENT_TYPES, code)
    return _named(code, None if known is None else known.name)


def _issuer(issuer: ClientId, words: Vocabulary) -> JsonObject:
    known = words.client(issuer)
    return _named(issuer, None if known is None else known.name)


def _named(code: str, name: Text | None) -> JsonObject:
    return {"code": code, "vi": code if name is None else name.vi, "en": code if name is None else name.en}


def _told(code: str, words: Vocabulary, **params: str) -> JsonObject:
    return {"vi": words.text(code, "vi", **params), "en": words.text(code, "en", **params)}


def _present(optional: JsonObject) -> JsonObject:
    return {name: value for name, value in optional.items() if value is not None}
