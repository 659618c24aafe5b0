"""What is said on the bus of documents that agencies issue: ids, codes and counts; no number, no holder. Pure."""

from typing import Final

from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.warehouse.model import Document, Revoked

REVOKED: Final = "warehouse.document_revoked"


def revoked(document: Document, at: Revoked, event: EventId) -> Event:
    """Return the event of a document that does not hold any more."""
    return Event(
        event,
        REVOKED,
        document.id,
        at.at,
        {
            "type": document.type,
            "version": document.version,
            "issuer": document.issuer or "",
            "reason": at.reason,
        },
    )
