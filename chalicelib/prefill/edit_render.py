"""A refresh and a contest as their answers, in both languages; as `render`, from pinned definitions alone."""

from dataclasses import replace

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.prefill.job import Shown
from chalicelib.prefill.named import both, in_order, register_name
from chalicelib.prefill.render import field_shown, source_shown
from chalicelib.prefill.renewal import Change, changes
from chalicelib.prefill.sheet import Contest, Kept, Proposal
from chalicelib.prefill.writing import State
from chalicelib.sources.definition import REGISTERS
from chalicelib.vocabulary.service import vocabulary


def refresh_shown(state: State, proposal: Proposal) -> JsonObject:
    """Write the last refresh of a prefill."""
    revision, shown = state.revision, Shown(state.revision, state.job)
    proposed: list[Json] = [_change(each, shown) for each in changes(state.desk)]
    pending: list[Json] = list(revision.pending)
    written: JsonObject = {
        "id": proposal.id,
        "prefill": revision.header.id,
        "revision": revision.number,
        "at": iso(proposal.at),
        "state": "open" if proposed else "settled",
        "changes": proposed,
        "accepted": [*sorted(proposal.accepted)],
        "refused": [*sorted(proposal.refused)],
        "pending": pending,
        "sources": [source_shown(each, shown) for each in revision.resolution.sources],
    }
    return written if proposal.decided_at is None else written | {"decided_at": iso(proposal.decided_at)}


def contest_shown(state: State, contest: Contest) -> JsonObject:
    """Write a contest."""
    catalogue = state.job.catalogue
    register = catalogue.get(REGISTERS, contest.register)
    written: JsonObject = {
        "id": contest.id,
        "prefill": state.revision.header.id,
        "revision": state.revision.number,
        "pointer": contest.pointer,
        "value": in_order(contest.value),
        "at": iso(contest.at),
        "register": contest.register,
        "register_name": both(register_name(contest.register, catalogue)),
        "owner": both(register.owner),
        "item": contest.item,
    }
    known = {"reason": contest.reason, "record": contest.record}
    return written | {name: value for name, value in known.items() if value is not None}


def _change(change: Change, shown: Shown) -> JsonObject:
    return {
        "pointer": change.pointer,
        "kind": change.kind,
        "before": _side(change.pointer, change.before, shown),
        "after": _side(change.pointer, change.after, shown),
    }


def _side(pointer: str, side: Kept, shown: Shown) -> JsonObject:
    field = next(each for each in shown.job.form.fields if each.pointer == pointer)
    return field_shown(field, replace(side.answer, value=side.value), shown, vocabulary(shown.job.catalogue))
