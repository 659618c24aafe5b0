"""What the citizen has under way on a prefill, beside its fields: contests, and a refresh not yet decided on. Pure."""

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.prefill.sheet import Proposal, Sheet


def under_way(sheet: Sheet) -> JsonObject:
    """Write the contests and the last refresh by their ids; nothing of what is not there."""
    contests: list[Json] = [
        {"id": each.id, "pointer": each.pointer, "at": iso(each.at)} for each in sheet.contests.values()
    ]
    written: JsonObject = {"contests": contests} if contests else {}
    return written if sheet.proposal is None else written | {"refresh": _refresh(sheet, sheet.proposal)}


def _refresh(sheet: Sheet, proposal: Proposal) -> JsonObject:
    undecided = proposal.proposed & sheet.kept.keys() if proposal.decided_at is None else frozenset()
    return {"id": proposal.id, "at": iso(proposal.at), "proposed": [*sorted(undecided)]}
