"""What is said of a prefill on the bus: codes, counts and outcomes, never a value or a person. Pure."""

from datetime import datetime

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.prefill.revision import Revision

INCOMPLETE = "prefill.incomplete"
COMPLETED = "prefill.completed"


def told(revision: Revision, event: EventId, at: datetime, cause: str | None = None) -> Event:
    """Return the event of a new revision: completed, or incomplete while registers are still open."""
    header = revision.header
    pending: list[Json] = list(revision.pending)
    counts: dict[str, Json] = dict(sorted(revision.resolution.counts.items()))
    return Event(
        event,
        INCOMPLETE if revision.pending else COMPLETED,
        header.id,
        at,
        {
            "procedure": header.procedure,
            "form": header.form,
            "catalogue": header.catalogue,
            "revision": revision.number,
            "attempt": revision.attempt,
            "status": revision.status,
            "pending": pending,
            "counts": counts,
            "fetched": revision.resolution.usage.fetched,
            "unused": len(revision.resolution.usage.unused),
        },
        cause=cause,
    )
