"""A refresh: what asking again would change, and the citizen's say on each change (HL7 SDC, re-population). Pure.

Nothing that stands is replaced in silence: it is kept until the citizen takes the new answer or refuses it. A register
that fails this time takes nothing away; a paper that is gone is proposed to go, and a right that is gone does, at once.
Reasons of empty fields are simply new.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from chalicelib.kernel.errors import Conflict, FieldProblem, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.prefill.compare import value_at
from chalicelib.prefill.hand import Desk
from chalicelib.prefill.model import MAY_STILL_COME, Absent, FieldAnswer, Resolution
from chalicelib.prefill.sheet import HIDDEN, Kept, Proposal, Sheet, beneath
from chalicelib.sources.model import CallId, CallOutcome, Reply

Kind: TypeAlias = Literal["added", "changed", "deleted"]

_FAILED: Final[frozenset[CallOutcome]] = frozenset({"source_unavailable", "source_busy", "timed_out", "source_invalid"})
_NO_ANSWER: Final = MAY_STILL_COME | {"source_invalid", "cast_failed"}
_BARRED: Final = frozenset({"no_consent", "no_right"})


class AlreadyDecided(Conflict):
    """The citizen has decided on this refresh before."""

    code = "refresh_decided"


class NotTheDiff(Unprocessable):
    """The decisions do not cover exactly what is proposed."""

    code = "decisions_incomplete"


@dataclass(frozen=True, slots=True)
class Change:
    """What a refresh would change in one field."""

    pointer: str
    kind: Kind
    before: Kept
    after: Kept


@dataclass(frozen=True, slots=True)
class Decision:
    """The fields whose new answer is taken, and those whose old one stays."""

    accept: frozenset[str]
    refuse: frozenset[str]


def renewed(before: dict[CallId, Reply], fresh: dict[CallId, Reply]) -> dict[CallId, Reply]:
    """Return the replies after asking again: a failure takes no answer's place, nor a presumption a failure's."""
    return {**fresh, **{call: _newer(reply, fresh.get(call)) for call, reply in before.items()}}


def refreshed(before: Desk, after: Resolution, refresh: str, at: datetime) -> Sheet:
    """Return the sheet once registers were asked again: what stands is kept where `after` says otherwise."""
    now = replace(before, resolution=after, sheet=replace(before.sheet, kept={}))
    old, comparer = beneath(before.resolution, before.sheet), before.comparer
    kept: dict[str, Kept] = {}
    proposed: set[str] = set()
    for pointer, answer in ((each.pointer, after.fields[each.pointer]) for each in before.form.fields):
        if pointer in before.sheet.entries or answer.outcome in _BARRED or _is_hidden(pointer, old, after):
            continue
        value = value_at(after, pointer)
        if comparer.same(pointer, value_at(old, pointer), value):
            continue
        kept[pointer] = answer_at(old, pointer)
        if not (isinstance(value, Absent) and answer.outcome in _NO_ANSWER) or _was_held(kept[pointer]):
            proposed.add(pointer)
    return now.settled(replace(now.sheet, kept=kept, proposal=Proposal(refresh, at, frozenset(proposed))))


def changes(desk: Desk) -> tuple[Change, ...]:
    """Return what the last refresh proposes and the citizen has not decided yet, in the form's order."""
    return tuple(_changes(desk))


def decided(desk: Desk, decision: Decision, at: datetime) -> Sheet:
    """Return the sheet once the citizen decided on everything that is proposed.

    Raises AlreadyDecided, and NotTheDiff naming what is missing, unknown or decided twice.
    """
    proposal = desk.sheet.proposal
    if proposal is None or proposal.decided_at is not None:
        raise AlreadyDecided
    _check(frozenset(each.pointer for each in changes(desk)), decision)
    kept = {
        pointer: _outdated(each) if pointer in decision.refuse and _was_held(each) else each
        for pointer, each in desk.sheet.kept.items()
        if pointer not in decision.accept
    }
    known = replace(proposal, decided_at=at, accepted=decision.accept, refused=decision.refuse)
    return desk.settled(replace(desk.sheet, kept=kept, proposal=known))


def answer_at(resolution: Resolution, pointer: str) -> Kept:
    """Return the answer of a field with the rows of a list."""
    return Kept(resolution.fields[pointer], resolution.rows.get(pointer, ()))


def _newer(old: Reply, new: Reply | None) -> Reply:
    if new is None:
        return old
    if new.outcome not in _FAILED:
        return new
    return old if old.outcome not in _FAILED or new.is_presumed else new


def _was_held(kept: Kept) -> bool:
    """Say whether it is from what is held outside registers: that does not fail to answer, so it is gone."""
    cells = (cell.provenance for row in kept.rows for cell in row.values())
    known = [each for each in (kept.answer.provenance, *cells) if each is not None]
    return bool(known) and all(each.register is None for each in known)


def _outdated(kept: Kept) -> Kept:
    """Return what a citizen stays with of a paper that says it no more: from it, and not as good as issued."""
    rows = tuple({at: _past(cell) for at, cell in row.items()} for row in kept.rows)
    return Kept(_past(kept.answer), rows)


def _past(answer: FieldAnswer) -> FieldAnswer:
    return replace(answer, outcome="filled_stale", locked=False) if answer.outcome == "filled_issued" else answer


def _is_hidden(pointer: str, *resolutions: Resolution) -> bool:
    return any(each.fields[pointer].detail == HIDDEN for each in resolutions)


def _changes(desk: Desk) -> Iterator[Change]:
    proposal, sheet = desk.sheet.proposal, desk.sheet
    if proposal is None or proposal.decided_at is not None:
        return
    comparer = desk.comparer
    for pointer, answer in ((each.pointer, desk.resolution.fields[each.pointer]) for each in desk.form.fields):
        kept = sheet.kept.get(pointer)
        if kept is None or pointer not in proposal.proposed or pointer in sheet.entries or _cannot(answer):
            continue
        if not comparer.same(pointer, kept.value, value_at(desk.resolution, pointer)):
            after = answer_at(desk.resolution, pointer)
            yield Change(pointer, _kind(kept, after), kept, after)


def _cannot(answer: FieldAnswer) -> bool:
    """Say whether there is nothing to take here: hidden, or barred since."""
    return answer.detail == HIDDEN or answer.outcome in _BARRED


def _kind(before: Kept, after: Kept) -> Kind:
    if isinstance(before.value, Absent):
        return "added"
    return "deleted" if isinstance(after.value, Absent) else "changed"


def _check(proposed: Collection[str], decision: Decision) -> None:
    named = decision.accept | decision.refuse
    problems = [FieldProblem(each, "decision_missing") for each in sorted(set(proposed) - named)]
    problems += [FieldProblem(each, "not_proposed") for each in sorted(named - set(proposed))]
    problems += [FieldProblem(each, "decided_twice") for each in sorted(decision.accept & decision.refuse)]
    if problems:
        raise NotTheDiff(*problems)
