"""From replies to answers: one answer for every field, whatever sources did.

Pure, total, and blind to the order in which replies came. The rules, first match wins:

1. The answers hide the field: `not_applicable`, detail `hidden_by_answer`, no value and no rows. What is in the form
   decides before what was just filled; where neither is known nothing is hidden.
2. The role's guard says that the subject named cannot play it (a man as *bên nữ*): every field of the role is
   `no_right` with detail `role_mismatch`, and no value of that subject is in it.
3. Policy `never`: `skipped`; it is not ours to fill, and not necessarily the citizen's (an officer's box).
4. Policy `user`: `not_applicable` where its condition is known to be false; else `user_only`, and with what it offers
   as candidates, detail `choose_one`, none of them chosen.
5. Nobody plays the role: what the item ended with that would have said who; `skipped`, detail `no_subject`, where no
   way to them is open, or where whoever was reached is not known to fit the guard: that was only our guess.
6. The caller has no right to the subject's data: that refusal, with its reason as detail.
7. The guard's register answered and does not say, or the right does not cover it: `no_right`, `role_unverified`.
8. The condition is false: `not_applicable`; unknown: what its own item ended with, for nothing may be filled yet.
9. The right does not cover the item: `no_consent`, detail `item_not_granted`, whatever a reply holds.
10. What registers said and papers hold of the item, weighed by the dictionary's precedence (`weigh`); `skipped`, detail
    `no_jurisdiction` where only a province's own register has it and no province was named; `no_right`, detail
    `own_data_only`, where only registers have it that answer about the caller alone, and the subject is another.
11. Of that value the form's: made by rule, in the form's codes, as rows. An absence is carried over as it is.
12. No value, and the field offers some: as under 4.

Where the guard's register did not answer at all, its own fields say so and those of other registers stand: a
register's failure costs only its own fields, and the guard is a check of the form, not the right to the data (6).

Taking a source away (its reply failed, its paper gone) brings no value that was not there: a field is emptied, or
filled by a source that is lower or stands as high and says the same, or what it said in a conflict is gone, even the
conflict. Only what the source's own word had barred may open: a guard it failed (2), a field it hid (1), a condition
that its word in a conflict decided (8), and a value of its that the form has no code for (11).
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.forms.model import Condition, Field, Form, Role
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.components import Cast, components_of
from chalicelib.prefill.model import NOTHING_ELSE, Absent, Context, FieldAnswer, Resolution, Row, SourceSummary
from chalicelib.prefill.offers import offered
from chalicelib.prefill.parts import Part, is_met, parts_of
from chalicelib.prefill.plan import Plan
from chalicelib.prefill.reasons import CONDITION_UNKNOWN, NEVER, NO_SUBJECT, NO_SUPPLIER, USER_ONLY, carried
from chalicelib.prefill.rows import Listing, rows_of
from chalicelib.prefill.subject import Subject
from chalicelib.prefill.usage import usage_of
from chalicelib.prefill.values import derived, translated
from chalicelib.prefill.visible import hidden_of
from chalicelib.sources.model import Call, CallId, Reply
from chalicelib.vocabulary.model import Item


def resolve(
    form: Form,
    items: Mapping[ItemId, Item],
    plan: Plan,
    replies: Mapping[CallId, Reply],
    context: Context = NOTHING_ELSE,
) -> Resolution:
    """Answer every field of the form from the replies to the plan's calls, and from what is known besides.

    A planned call without a reply counts as presumed `timed_out`. `items` holds every item that the form binds.
    """
    parts = parts_of(form, items, plan, replies, context)
    sheet = _Sheet(form, items, parts, context)
    fields = {field.pointer: sheet.answer(field) for field in form.fields}
    hidden = hidden_of(form, fields, context.answers)
    fields |= hidden
    bars = {role: part.bar for role, part in parts.items() if part.bar is not None}
    known = {role: part.subject for role, part in parts.items() if part.subject is not None}
    return Resolution(
        fields=fields,
        sources=tuple(
            _summary(role, call, replies)
            for role in plan.subjects
            for call in plan.calls_for(role)
            if not _was_never_made(replies.get(call.id))
        ),
        rows={pointer: rows for pointer, rows in sheet.rows.items() if pointer not in hidden},
        components=components_of(Cast(plan, known, bars), fields, context),
        usage=usage_of(form, plan, replies),
    )


class _Sheet:
    """A form as it is filled in: what is said of each field, and the rows of those that are lists."""

    def __init__(self, form: Form, items: Mapping[ItemId, Item], parts: Mapping[Role, Part], context: Context) -> None:
        self._form = form
        self._items = items
        self._parts = parts
        self._context = context
        self.rows: dict[str, tuple[Row, ...]] = {}

    def answer(self, field: Field) -> FieldAnswer:
        """Answer one field, by what is said of it before anything is hidden."""
        part = None if field.role is None else self._parts.get(field.role)
        if part is not None and part.mismatch is not None:
            return part.mismatch
        if field.policy == "never":
            return NEVER
        if field.policy == "user":
            return _inapplicable(field, part) or self._offered(field, USER_ONLY)
        said = self._ours(field, part)
        return said if said.candidates or not isinstance(said.value, Absent) else self._offered(field, said)

    def _offered(self, field: Field, otherwise: FieldAnswer) -> FieldAnswer:
        if not field.offers or otherwise.outcome == "not_applicable":
            return otherwise
        return offered(field, self._parts, self._items, self._context.answers) or otherwise

    def _ours(self, field: Field, part: Part | None) -> FieldAnswer:
        """Answer a field that we may fill."""
        if part is None:
            return NO_SUPPLIER if field.role is None else NO_SUBJECT
        if part.subject is None or part.refusal is not None:
            return part.refusal or NO_SUBJECT
        no = None if field.applies_when is None else _unmet(field.applies_when, part.subject)
        return no or self._filled(field, part.subject)

    def _filled(self, field: Field, subject: Subject) -> FieldAnswer:
        source = field.item if field.derive is None else _source(field.derive.sources, subject)
        if source is None:
            return NO_SUPPLIER
        found = subject.answer(source)
        if field.pointer in self._form.lists:
            return self._listed(field, subject, found)
        if field.derive is not None:
            standing = subject.standing(source)
            found = derived(field.derive.rule, found, found.outcome if standing is None else standing.outcome)
        elif field.codes:
            found = translated(field.codes, found)
        if field.policy == "auto" and found.outcome == "filled_verified":
            return FieldAnswer(found.outcome, found.value, found.origin, True, found.provenance)
        return found

    def _listed(self, field: Field, subject: Subject, found: FieldAnswer) -> FieldAnswer:
        listing = Listing(self._form.lists[field.pointer], field.policy, self._items, self._context.units)
        answer, rows = rows_of(listing, found, None if field.item is None else subject.standing(field.item))
        if rows:
            self.rows[field.pointer] = rows
        is_whole = bool(rows) and all(cell.locked for row in rows for cell in row.values())
        return replace(answer, locked=True) if field.policy == "auto" and is_whole else answer


def _source(sources: tuple[ItemId, ...], subject: Subject) -> ItemId:
    """Return the item that a value is made from: the next is asked only where the one before is known not to be."""
    for item in sources:
        if subject.answer(item).outcome not in {"not_found", "not_applicable"}:
            return item
    return sources[0]


def _inapplicable(field: Field, part: Part | None) -> FieldAnswer | None:
    """Return why a field of the citizen's does not apply, if its condition is known to be false."""
    if part is None or part.subject is None or part.refusal is not None or field.applies_when is None:
        return None
    no = _unmet(field.applies_when, part.subject)
    return no if no is not None and no.outcome == "not_applicable" else None


def _unmet(condition: Condition, subject: Subject) -> FieldAnswer | None:
    """Return what is said where the condition is false or not known, None where it holds."""
    found = subject.answer(condition.item)
    if isinstance(found.value, Absent):
        return carried(found, CONDITION_UNKNOWN)
    return None if is_met(condition, found.value) else FieldAnswer("not_applicable", provenance=found.provenance)


def _was_never_made(reply: Reply | None) -> bool:
    return reply is not None and reply.asked is not None and not reply.asked


def _summary(role: Role, call: Call, replies: Mapping[CallId, Reply]) -> SourceSummary:
    reply = replies.get(call.id)
    if reply is None:
        return SourceSummary(call.register.code, role, "timed_out", 0, call.wave)
    return SourceSummary(call.register.code, role, reply.outcome, reply.ms, call.wave)
