"""What is said of consents on the bus: ids, codes and counts; never who, what of them, or why. Pure."""

from datetime import datetime

from chalicelib.consent.chain import Consent
from chalicelib.consent.request import Decision, Request
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId

REQUESTED = "consent.requested"
GRANTED = "consent.granted"
REFUSED = "consent.refused"
BLOCKED = "consent.blocked"
UNBLOCKED = "consent.unblocked"
WITHDRAWN = "consent.withdrawn"


def requested(request: Request, event: EventId) -> Event:
    """Return the event of a new request."""
    return Event(event, REQUESTED, request.id, request.asked_at, _of(request) | {"items": len(request.items)})


def granted(consent: Consent, event: EventId) -> Event:
    """Return the event of a consent granted or granted anew; the prefill it was asked for, if any, may go on."""
    return Event(event, GRANTED, consent.id, consent.at, _about(consent))


def withdrawn(consent: Consent, event: EventId) -> Event:
    """Return the event of a consent withdrawn."""
    return Event(event, WITHDRAWN, consent.id, consent.at, _about(consent))


def declined(request: Request, decision: Decision, event: EventId, at: datetime) -> Event:
    """Return the event of a request refused, or of its asker blocked."""
    return Event(event, BLOCKED if decision == "block" else REFUSED, request.id, at, _of(request))


def unblocked(block: str, event: EventId, at: datetime) -> Event:
    """Return the event of a block lifted."""
    return Event(event, UNBLOCKED, block, at)


def _of(request: Request) -> JsonObject:
    return {"request": request.id, "procedure": request.procedure} | _prefill(request.prefill)


def _about(consent: Consent) -> JsonObject:
    return {
        "consent": consent.id,
        "revision": consent.number,
        "request": consent.request,
        "procedure": consent.procedure,
        "items": len(consent.items),
        **_prefill(consent.prefill),
    }


def _prefill(prefill: str | None) -> JsonObject:
    return {} if prefill is None else {"prefill": prefill}
