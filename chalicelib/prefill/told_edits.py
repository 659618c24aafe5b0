"""What is said on the bus of the citizen's own changes: counts and codes, never a value, a reason or a person. Pure."""

from typing import Final, Literal

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.sheet import Contest, Proposal

EDITED: Final = "prefill.edited"
REFRESHED: Final = "prefill.refreshed"
DECIDED: Final = "prefill.decided"
CONTESTED: Final = "prefill.contested"


def edited(after: Revision, event: EventId, fields: int) -> Event:
    """Return the event of an edit: how many fields it changed, and how many are the citizen's own by now (DTR)."""
    origins = [each.origin for each in after.sheet.entries.values()]
    counts = {"edited": fields, "override": origins.count("override"), "manual": origins.count("manual")}
    return _event(after, event, EDITED, {**counts})


def refreshed(after: Revision, event: EventId, proposal: Proposal) -> Event:
    """Return the event of a refresh: how many fields it would change."""
    return _event(after, event, REFRESHED, {"refresh": proposal.id, "proposed": len(proposal.proposed)})


def decided(after: Revision, event: EventId, proposal: Proposal) -> Event:
    """Return the event of the citizen's decisions on a refresh."""
    counts = {"accepted": len(proposal.accepted), "refused": len(proposal.refused)}
    return _event(after, event, DECIDED, {"refresh": proposal.id, **counts})


def contested(after: Revision, event: EventId, contest: Contest, state: Literal["opened", "withdrawn"]) -> Event:
    """Return the event for the register's owner: its word on an item is contested, or no longer."""
    about: JsonObject = {"contest": contest.id, "register": contest.register, "item": contest.item, "state": state}
    return _event(after, event, CONTESTED, about)


def _event(after: Revision, event: EventId, kind: str, data: JsonObject) -> Event:
    header = after.header
    common: JsonObject = {
        "procedure": header.procedure,
        "form": header.form,
        "catalogue": header.catalogue,
        "revision": after.number,
        "status": after.status,
    }
    return Event(event, kind, header.id, after.made_at, {**common, **data})
