"""What is said on the bus of a back-file import: codes and counts; no row, no number, nobody's name. Pure."""

from datetime import datetime
from typing import Final

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.warehouse.import_model import Import

STARTED: Final = "warehouse.import_started"
ADVANCED: Final = "warehouse.import_advanced"
FINISHED: Final = "warehouse.import_finished"


def started(import_: Import, event: EventId) -> Event:
    """Return the event that sets the worker going: no row is done."""
    at = import_.started_at or import_.opened_at
    return Event(event, STARTED, import_.id, at, {"issuer": import_.client, "done": import_.done})


def advanced(import_: Import, event: EventId, at: datetime) -> Event:
    """Return the event that carries on: `done` rows are worked, and whoever works on begins after them."""
    rows = 0 if import_.rows is None else import_.rows
    return Event(event, ADVANCED, import_.id, at, {"issuer": import_.client, "done": import_.done, "rows": rows})


def finished(import_: Import, event: EventId, at: datetime) -> Event:
    """Return the event of the end."""
    counts: dict[str, Json] = {outcome: many for outcome, many in import_.counts.items()}  # noqa: C416 - wider values
    data: dict[str, Json] = {"issuer": import_.client, "state": import_.state, "rows": import_.done, "counts": counts}
    if import_.reason is not None:
        data["reason"] = import_.reason
    return Event(event, FINISHED, import_.id, at, data)
