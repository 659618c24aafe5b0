"""What is said on the bus of documents that come in: ids, codes and counts. Pure."""

from datetime import datetime
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.upload import Upload

AVAILABLE: Final = "warehouse.document_available"
ISSUED: Final = "warehouse.document_issued"
REJECTED: Final = "warehouse.upload_rejected"
EXPIRED: Final = "warehouse.upload_expired"


def came(document: Document, upload: Upload, event: EventId, at: datetime) -> Event:
    """Return the event of a document that came in by a file: an agency's is issued, a citizen's available."""
    data: JsonObject = {
        "upload": upload.id,
        "type": document.type,
        "origin": document.origin,
        "assurance": document.assurance,
        "scan": "not_scanned" if document.file is None else document.file.scan,
        "items": len(document.items),
    }
    if document.issuer is None:
        return Event(event, AVAILABLE, document.id, at, data)
    return Event(event, ISSUED, document.id, at, {**data, "issuer": document.issuer, "version": document.version})


def rejected(upload: Upload, event: EventId, at: datetime) -> Event:
    """Return the event of an upload whose file was not taken, and why."""
    return Event(event, REJECTED, upload.id, at, {"type": upload.wish.type, "reason": upload.rejection})


def expired(upload: Upload, event: EventId, at: datetime) -> Event:
    """Return the event of an upload that no file came for in time."""
    return Event(event, EXPIRED, upload.id, at, {"type": upload.wish.type, "attempt": upload.attempt})
