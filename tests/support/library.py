"""Documents put into a running service's warehouse by the side, with their files, as ingest leaves them."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import ClientId, DocumentId, EventId, PersonalId, SubjectId
from chalicelib.warehouse.library_port import Acting
from chalicelib.warehouse.model import Document, File
from chalicelib.warehouse.places import document_key
from tests.support.service import AN, Portal
from tests.support.shelves import a_document

ORIGINAL: Final = b"\x89PNG original"
SERVED: Final = b"\x89PNG served"
THUMBNAIL: Final = b"\xff\xd8\xff thumbnail"
TITLE: Final = "Thẻ Tường Vi 739158260"


def own(portal: Portal, person: SubjectId = AN, **changes: object) -> Document:
    """Return a document that could be put on the shelf now."""
    services = portal.services
    made: dict[str, object] = {
        "id": DocumentId(portal.ids.new()),
        "owner": person,
        "title": TITLE,
        "created_at": services.warehouse.around.clock.now(),
        "catalogue": services.definitions.current().hash,
        "file": a_file(),
    }
    return replace(a_document(), **{**made, **changes})  # type: ignore[arg-type]


def a_file(body: bytes = ORIGINAL) -> File:
    sha256 = hashlib.sha256(body).hexdigest()
    return File("image/png", len(body), sha256, "v1", "clean", has_thumbnail=True, is_redacted=True)


def shelved(portal: Portal, person: SubjectId = AN, *, body: bytes = ORIGINAL, **changes: object) -> Document:
    """Put a document on the shelf, its files first; return it."""
    document = own(portal, person, **{"file": a_file(body), **changes})
    warehouse = portal.services.warehouse
    if document.file is not None:
        for copy, kept in (("original", body), ("served", SERVED), ("thumbnail", THUMBNAIL)):
            warehouse.files.keep(document_key(document.id, copy), kept, "image/png")  # type: ignore[arg-type]
    data: JsonObject = {
        "type": document.type,
        "origin": document.origin,
        "assurance": document.assurance,
        "scan": "clean",
        "items": len(document.items),
    }
    event = Event(EventId(portal.ids.new()), "warehouse.document_available", document.id, document.created_at, data)
    warehouse.shelf.admit(document, event)
    return document


def shelved_id(portal: Portal, person: PersonalId) -> str:
    """Return the id of a document of somebody's."""
    return str(shelved(portal, person).id)


def deleted_id(portal: Portal, person: PersonalId) -> str:
    """Return the id of a document that its owner deleted."""
    document = shelved(portal, person)
    portal.services.warehouse.library.delete(acting(person), document.id)
    return str(document.id)


def export_id(portal: Portal, person: PersonalId) -> str:
    """Return the id of an export of somebody's, however short a while ago they asked for the last one."""
    exports = portal.services.warehouse.exports
    unhurried = replace(exports, rules=replace(exports.rules, every=timedelta()))
    return str(unhurried.request(acting(person), None).id)


def acting(person: PersonalId = AN) -> Acting:
    """Return the owner acting in their own warehouse."""
    return Acting(person, ClientId("motlan-portal"))


GRACE: Final = timedelta(days=7)
