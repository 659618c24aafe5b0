"""Where requests, consents and blocks stand: the only place that builds their keys. They carry references alone."""

from typing import Final

from chalicelib.aws.writes import Key
from chalicelib.consent.port import Side
from chalicelib.consent.request import MOST_OPEN, RequestId
from chalicelib.kernel.ids import CitizenRef, ConsentId, ProcedureCode

RECEIVED: Final = "R#"
SENT: Final = "S#"
SIDES: Final[dict[Side, str]] = {"given": "G#", "received": "R#"}


def requests_of(person: CitizenRef) -> str:
    """Return the partition of what a person was asked and asked."""
    return f"Q#{person}"


def request_item(subject: CitizenRef, request: RequestId) -> Key:
    """Return where a request stands: with the person asked."""
    return Key(requests_of(subject), RECEIVED + request)


def sent_item(asker: CitizenRef, request: RequestId) -> Key:
    """Return where the asker finds a request."""
    return Key(requests_of(asker), SENT + request)


def place_items(asker: CitizenRef, subject: CitizenRef) -> tuple[Key, ...]:
    """Return the places of one person's open requests to another: as many as may be open at once."""
    return tuple(place_item(asker, subject, place) for place in range(MOST_OPEN))


def place_item(asker: CitizenRef, subject: CitizenRef, place: int) -> Key:
    """Return one of those places."""
    return Key(requests_of(asker), f"P#{subject}#{place}")


def grant_item(subject: CitizenRef, procedure: ProcedureCode, asker: CitizenRef) -> Key:
    """Return where the last consent of a subject to one asker for one procedure stands, as it is now."""
    return Key(f"G#{subject}", f"{procedure}#{asker}")


def consent_item(consent: ConsentId) -> Key:
    """Return where a consent stands as it is now."""
    return Key(f"N#{consent}", "NOW")


def revision_item(consent: ConsentId, number: int) -> Key:
    """Return where a revision stands, for good."""
    return Key(f"N#{consent}", f"R#{number:06d}")


def consents_of(person: CitizenRef) -> str:
    """Return the partition of the consents that a person gave and received."""
    return f"H#{person}"


def held_item(person: CitizenRef, side: Side, consent: ConsentId) -> Key:
    """Return where a party finds a consent."""
    return Key(consents_of(person), SIDES[side] + consent)


def blocks_of(person: CitizenRef) -> str:
    """Return the partition of whom a person blocks."""
    return f"B#{person}"


def block_item(person: CitizenRef, block: str) -> Key:
    """Return where a block stands."""
    return Key(blocks_of(person), block)
