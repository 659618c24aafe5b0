"""From replies to answers: one answer for every field, whatever the registers did.

Pure, total, and blind to the order in which replies came. The rules, first match wins:

1. The role's guard says the subject cannot play it (a man as *bên nữ*): every field of the role is `no_right`
   with detail `role_mismatch`, and no value of that subject is in it.
2. Policy `never`: `skipped`; it is not ours to fill, and not necessarily the citizen's (an officer's box).
3. Policy `user`: `user_only`, unless its condition is known to be false: `not_applicable`.
4. Nobody plays the role: `skipped`, detail `no_subject`, or `not_yet.second_wave` where an item would say who does.
5. The caller has no right to the subject's data: that refusal, with its reason as detail.
6. The guard's register answered and does not say: `no_right`, detail `role_unverified`.
7. The field needs more than one value copied: `skipped`, detail `not_yet.` and the need.
8. The condition is false: `not_applicable`; unknown: what its own item ended with, for nothing may be filled yet.
9. The item's findings, weighed by the dictionary's precedence (`weigh`); `skipped`, detail `no_jurisdiction` where
   only a province's own register has the item and no province was named.

Where the guard's register did not answer at all, its own fields say so and those of other registers stand: a
register's failure costs only its own fields, and the guard is a check of the form, not the right to the data (5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.forms.model import Condition, Field, Form, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.prefill.findings import Finding, Witness
from chalicelib.prefill.model import (
    MAY_STILL_COME,
    Absent,
    Candidate,
    FieldAnswer,
    Resolution,
    SourceSummary,
)
from chalicelib.prefill.plan import Plan
from chalicelib.sources.model import CallId, Reply
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.normalise import key

_NEVER: Final = FieldAnswer("skipped", detail="never")
_NO_SUBJECT: Final = FieldAnswer("skipped", detail="no_subject")
_NO_SUPPLIER: Final = FieldAnswer("skipped", detail="no_supplier")
_NO_JURISDICTION: Final = FieldAnswer("skipped", detail="no_jurisdiction")
_NOT_REACHED: Final = FieldAnswer("skipped", detail="not_yet.second_wave")
_CONDITION_UNKNOWN: Final = FieldAnswer("skipped", detail="condition_unknown")
_USER_ONLY: Final = FieldAnswer("user_only")
_MISMATCH: Final = FieldAnswer("no_right", detail="role_mismatch")
_UNVERIFIED: Final = FieldAnswer("no_right", detail="role_unverified")


def resolve(form: Form, items: Mapping[ItemId, Item], plan: Plan, replies: Mapping[CallId, Reply]) -> Resolution:
    """Answer every field of the form from the replies to the plan's calls.

    A planned call without a reply counts as presumed `timed_out`. `items` holds every item that the form binds.
    """
    parts = {role: _part(form, role, items, plan, replies) for role in plan.subjects}
    return Resolution(
        fields={
            each.pointer: _answer(each, parts.get(each.role) if each.role else None, _nobody(form, each))
            for each in form.fields
        },
        sources=tuple(
            _summary(role, call.id, replies.get(call.id)) for role in plan.subjects for call in plan.calls_for(role)
        ),
    )


def weigh(item: Item, findings: Sequence[Finding]) -> FieldAnswer:
    """Settle one item from what registers said of it, the highest authority first; never locked.

    Values equal after the item's normaliser agree, and the highest authority's stands, so a lower one fills in when
    the master failed. A real difference is a `conflict`: the master's value stands if it gave just one, else none.
    Without any value, an answer that may still come is told before a final no.
    """
    valued = [(each, each.value) for each in findings if not isinstance(each.value, Absent)]
    if not valued:
        return _without_value(findings)
    first, value = valued[0]
    if any(other != value for _, other in valued) and len({key(item.normaliser, each) for _, each in valued}) > 1:
        return _conflict(item, [each for each, _ in valued])
    return FieldAnswer(first.outcome, value, "auto", provenance=first.provenance)


def _without_value(findings: Sequence[Finding]) -> FieldAnswer:
    if not findings:
        return _NO_SUPPLIER
    told = next((each for each in findings if each.outcome in MAY_STILL_COME), findings[0])
    return FieldAnswer(told.outcome, provenance=told.provenance, retry_after=told.retry_after)


def _conflict(item: Item, findings: Sequence[Finding]) -> FieldAnswer:
    candidates = tuple(
        Candidate(each.value, each.provenance)
        for each in findings
        if not isinstance(each.value, Absent) and each.provenance is not None
    )
    masters = [each for each in candidates if each.provenance.register == item.master]
    if len({key(item.normaliser, each.value) for each in masters}) != 1:
        return FieldAnswer("conflict", candidates=candidates, policy="citizen_decides")
    chosen = masters[0]
    return FieldAnswer("conflict", chosen.value, "auto", False, chosen.provenance, candidates, policy="master_decides")


class _Subject:
    """What is known of the person who plays a role; each item is weighed once."""

    def __init__(
        self,
        items: Mapping[ItemId, Item],
        witnesses: Mapping[RegisterCode, Witness],
        unplaced: frozenset[ItemId],
    ) -> None:
        self._items = items
        self._witnesses = witnesses
        self._unplaced = unplaced
        self._weighed: dict[ItemId, FieldAnswer] = {}

    def answer(self, item: ItemId) -> FieldAnswer:
        """Return what is said of an item, if anybody may say it."""
        if item not in self._weighed:
            self._weighed[item] = self._weigh(self._items[item])
        return self._weighed[item]

    def _weigh(self, item: Item) -> FieldAnswer:
        if item.id in self._unplaced:
            return _NO_JURISDICTION
        heard = [self._witnesses[code] for code in item.precedence if code in self._witnesses]
        return weigh(item, [finding for witness in heard for finding in witness.on(item)])


@dataclass(frozen=True, slots=True)
class _Part:
    """A role with its subject. `mismatch` bars all its fields, `refusal` those that we would fill."""

    subject: _Subject
    mismatch: FieldAnswer | None
    refusal: FieldAnswer | None


def _part(form: Form, role: Role, items: Mapping[ItemId, Item], plan: Plan, replies: Mapping[CallId, Reply]) -> _Part:
    calls = plan.calls_for(role)
    witnesses = {call.register.code: Witness(call.register, replies.get(call.id)) for call in calls}
    subject = _Subject(items, witnesses, plan.unplaced)
    right = plan.subjects[role].right
    if right.refusal is not None:
        return _Part(subject, None, FieldAnswer(right.refusal, detail=right.reason))
    rule = form.roles.get(role)
    verdict = _guard(rule.requires, subject) if rule and rule.requires and calls else None
    return _Part(subject, verdict if verdict is _MISMATCH else None, verdict)


def _guard(requires: Condition, subject: _Subject) -> FieldAnswer | None:
    """Return why the subject may not play the role, or None: it may, or its register gave no usable answer."""
    found = subject.answer(requires.item)
    if not isinstance(found.value, Absent):
        return None if _holds(requires, found.value) else _MISMATCH
    if found.outcome == "cast_failed":
        # A failure of that register like any other: it costs its own fields, and no other register's.
        return None
    answered = found.provenance is not None or found.candidates or found is _NO_SUPPLIER
    return _UNVERIFIED if answered else None


def _nobody(form: Form, field: Field) -> FieldAnswer:
    """Return what is said where nobody was named for the field's role, or it is nobody's and only has a default."""
    if field.role is None:
        return _NO_SUPPLIER
    rule = form.roles.get(field.role)
    return _NO_SUBJECT if rule is None or rule.via is None else _NOT_REACHED


def _answer(field: Field, part: _Part | None, nobody: FieldAnswer) -> FieldAnswer:
    if part is not None and part.mismatch is not None:
        return part.mismatch
    if field.policy == "never":
        return _NEVER
    barred = _barred(field, part)
    if field.policy == "user":
        return barred if barred is not None and barred.outcome == "not_applicable" else _USER_ONLY
    if part is None:
        return nobody
    return barred or _filled(field, part.subject)


def _barred(field: Field, part: _Part | None) -> FieldAnswer | None:
    """Return why the field may not be filled, or None."""
    if part is None:
        return None
    if part.refusal is not None:
        return part.refusal
    if field.needs is not None:
        return FieldAnswer("skipped", detail=f"not_yet.{field.needs}")
    return None if field.applies_when is None else _unmet(field.applies_when, part.subject)


def _unmet(condition: Condition, subject: _Subject) -> FieldAnswer | None:
    """Return what is said where the condition is false or not known, None where it holds."""
    found = subject.answer(condition.item)
    if not isinstance(found.value, Absent):
        holds = _holds(condition, found.value)
        return None if holds else FieldAnswer("not_applicable", provenance=found.provenance)
    if found.outcome == "conflict":
        return _CONDITION_UNKNOWN
    return FieldAnswer(found.outcome, provenance=found.provenance, retry_after=found.retry_after, detail=found.detail)


def _filled(field: Field, subject: _Subject) -> FieldAnswer:
    found = _NO_SUPPLIER if field.item is None else subject.answer(field.item)
    if field.policy == "auto" and found.outcome == "filled_verified":
        return FieldAnswer(found.outcome, found.value, found.origin, True, found.provenance)
    return found


def _holds(condition: Condition, value: Json) -> bool:
    """Compare with the type, for to Python True equals 1."""
    return any(type(each) is type(value) and each == value for each in condition.one_of)


def _summary(role: Role, call: CallId, reply: Reply | None) -> SourceSummary:
    return SourceSummary(call.register, role, reply.outcome if reply else "timed_out", reply.ms if reply else 0)
