"""What is said on the bus of uploads under way: codes, sizes and counts; no owner, no title, no digest. Pure."""

from datetime import datetime
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.warehouse.model import Origin
from chalicelib.warehouse.upload import Upload

OPENED: Final = "warehouse.upload_opened"
RENEWED: Final = "warehouse.upload_renewed"
COMPLETED: Final = "warehouse.upload_completed"


def opened(upload: Upload, event: EventId) -> Event:
    """Return the event of a new upload."""
    size: JsonObject = {"media_type": upload.wish.media_type, "size": upload.wish.size}
    return _told(OPENED, upload, event, upload.opened_at, size)


def renewed(upload: Upload, event: EventId, at: datetime) -> Event:
    """Return the event of a further ticket."""
    return _told(RENEWED, upload, event, at, {"attempt": upload.attempt})


def completed(upload: Upload, event: EventId, at: datetime) -> Event:
    """Return the event that says: the file is there, check it."""
    return _told(COMPLETED, upload, event, at, {"attempt": upload.attempt})


def origin_of(upload: Upload) -> Origin:
    """Return how a document comes in with this upload."""
    return "upload" if upload.issue is None else upload.issue.origin


def _told(kind: str, upload: Upload, event: EventId, at: datetime, more: JsonObject) -> Event:
    said: JsonObject = {"type": upload.wish.type, "origin": origin_of(upload)}
    return Event(event, kind, upload.id, at, {**said, **more})
