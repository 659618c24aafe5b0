"""What is said on the bus of what owners do with their documents: ids, types and states; no title, no owner. Pure."""

from datetime import datetime
from typing import Final

from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.warehouse.model import Document

DELETED: Final = "warehouse.document_deleted"
RESTORED: Final = "warehouse.document_restored"
PURGED: Final = "warehouse.document_purged"
EXPORT_REQUESTED: Final = "warehouse.export_requested"
EXPORT_READY: Final = "warehouse.export_ready"


def deleted(document: Document, event: EventId, at: datetime) -> Event:
    """Return the event of a document that its owner put away."""
    return _of(DELETED, document, event, at)


def restored(document: Document, event: EventId, at: datetime) -> Event:
    """Return the event of a document that its owner brought back."""
    return _of(RESTORED, document, event, at)


def purged(document: Document, event: EventId, at: datetime) -> Event:
    """Return the event of a document that is gone, its files too."""
    return _of(PURGED, document, event, at)


def _of(kind: str, document: Document, event: EventId, at: datetime) -> Event:
    return Event(event, kind, document.id, at, {"type": document.type, "origin": document.origin})


def export_requested(export: str, attempt: int, event: EventId, at: datetime) -> Event:
    """Return the event that sets the worker on an archive."""
    return Event(event, EXPORT_REQUESTED, export, at, {"attempt": attempt})


def export_ready(export: str, documents: int, size: int, said: tuple[EventId, datetime]) -> Event:
    """Return the event of an archive that can be fetched."""
    event, at = said
    return Event(event, EXPORT_READY, export, at, {"documents": documents, "size": size})
