"""How much one owner may put into a warehouse, and how fast. Pure: usage and time are passed in.

An upload under way counts with all that it may bring until its ticket and the grace are over; after that, should its
file come all the same, room is looked for again when it is admitted. So nobody passes the limit by what they bring
themselves. What agencies open counts for nothing until it is a document: a holder's limits are the holder's.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from chalicelib.kernel.errors import Conflict, TooManyRequests
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import UploadId
from chalicelib.warehouse.model import Origin
from chalicelib.warehouse.port import QuotaExceeded, Usage
from chalicelib.warehouse.upload import GRACE, Upload

_HOUR_SECONDS: Final = 3600


class TooManyOpenUploads(Conflict):
    """The owner has as many uploads under way as there may be at once."""

    code = "too_many_open_uploads"


class TooManyTickets(TooManyRequests):
    """The owner got as many tickets as there are in an hour."""

    code = "too_many_tickets"


class TicketsUsedUp(Conflict):
    """The upload got as many tickets as there are for one: no wait brings another."""

    code = "tickets_used_up"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one owner may have; `bytes` and `documents` are of what is kept, deleted ones until their grace is over."""

    bytes: int = 5_000_000_000
    documents: int = 20_000
    open: int = 60
    tickets_an_hour: int = 600
    attempts: int = 20
    """Tickets of one upload."""


LIMITS: Final = Limits()
_OWN: Final[frozenset[Origin]] = frozenset({"upload", "typed"})


def under_way(usage: Usage, now: datetime) -> Mapping[UploadId, tuple[int, datetime]]:
    """Return the open uploads that still count."""
    return {upload: each for upload, each in usage.open.items() if each[1] > now}


def has_room(usage: Usage, size: int, limits: Limits = LIMITS) -> bool:
    """Say whether one more document of that size fits in beside those that are kept and all that room is held for."""
    held = [each for each, _ in usage.open.values()]
    return usage.documents + len(held) < limits.documents and usage.bytes + sum(held) + size <= limits.bytes


def opened(usage: Usage, upload: Upload, now: datetime, limits: Limits = LIMITS) -> Usage:
    """Count a ticket of an upload, its first or a further one.

    Raises TooManyTickets with the seconds until there are more, TooManyOpenUploads, QuotaExceeded.
    """
    hour = hour_of(now)
    tickets = usage.tickets if usage.hour == hour else 0
    if tickets >= limits.tickets_an_hour:
        raise TooManyTickets(retry_after=_HOUR_SECONDS - int(now.timestamp()) % _HOUR_SECONDS)
    others = {other: each for other, each in under_way(usage, now).items() if other != upload.id}
    if len(others) >= limits.open:
        raise TooManyOpenUploads
    if not has_room(replace(usage, open=others), upload.wish.size, limits):
        raise QuotaExceeded
    counted = {**others, upload.id: (upload.wish.size, upload.ticket_until + GRACE)}
    return replace(usage, open=counted, hour=hour, tickets=tickets + 1)


def closed(usage: Usage, upload: UploadId) -> Usage:
    """Give back what an upload held that ended without a document."""
    return replace(usage, open={other: each for other, each in usage.open.items() if other != upload})


def is_limited(origin: Origin) -> bool:
    """Say whether a document is its owner's own doing. What agencies put in is counted, and never refused for room."""
    return origin in _OWN


def admitted(usage: Usage, upload: UploadId | None, size: int, limits: Limits = LIMITS) -> Usage:
    """Count a document, in place of its upload where one held room for it. Raises QuotaExceeded."""
    if upload not in usage.open and not has_room(usage, size, limits):
        raise QuotaExceeded
    rest = usage if upload is None else closed(usage, upload)
    return replace(rest, documents=rest.documents + 1, bytes=rest.bytes + size)


def released(usage: Usage, size: int) -> Usage:
    """Give back the room of a document that is gone."""
    return replace(usage, documents=max(0, usage.documents - 1), bytes=max(0, usage.bytes - size))


def hour_of(now: datetime) -> str:
    """Return the hour (UTC) that tickets are counted in."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")
