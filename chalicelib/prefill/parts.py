"""Who plays each role, and why that role's fields may not be filled, if so. Pure.

A role that nobody was named for is reached, or it says what its way ended with. Whoever was reached is only a guess,
so there the role's guard must be known to hold; of somebody named it must not be known to fail.
"""

from collections.abc import Mapping

from chalicelib.forms.model import Condition, Form, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, OrganisationId, code_of
from chalicelib.prefill.model import Absent, Context, FieldAnswer
from chalicelib.prefill.plan import Plan
from chalicelib.prefill.reasons import (
    MISMATCH,
    NO_SUBJECT,
    NO_SUPPLIER,
    NOT_GRANTED,
    UNVERIFIED,
    carried,
    refused,
)
from chalicelib.prefill.subject import Subject, subject_of
from chalicelib.prefill.wanted import way_of
from chalicelib.sources.model import CallId, Reply
from chalicelib.vocabulary.model import Item


@dataclass(frozen=True, slots=True)
class Part:
    """A role with its subject, if anybody plays it.

    `mismatch` bars all fields of the role, `refusal` those that we would fill.
    """

    subject: Subject | None
    mismatch: FieldAnswer | None = None
    refusal: FieldAnswer | None = None

    @property
    def bar(self) -> FieldAnswer | None:
        """Return why nothing of the subject may be used, or None."""
        return self.mismatch or self.refusal


def parts_of(
    form: Form, items: Mapping[ItemId, Item], plan: Plan, replies: Mapping[CallId, Reply], context: Context
) -> dict[Role, Part]:
    """Return the part of every role: of the form, and of the plan."""
    subjects = {role: subject_of(role, items, plan, replies, context) for role in plan.subjects}
    company = _Company(form, plan, subjects, context.answers)
    parts = {role: company.named(role) for role in subjects}
    return parts | {role: Part(None, None, company.missing(role)) for role in form.roles if role not in parts}


@dataclass(frozen=True, slots=True)
class _Company:
    """Everybody who plays a role, and what the answers say of who the others are."""

    form: Form
    plan: Plan
    subjects: Mapping[Role, Subject]
    answers: Mapping[str, Json]

    def named(self, role: Role) -> Part:
        """Return the part of a role that somebody plays."""
        subject, rule = self.subjects[role], self.form.roles.get(role)
        if (no := refused(self.plan.subjects[role].right)) is not None:
            return Part(subject, None, no)
        if rule is None or rule.requires is None:
            return Part(subject)
        if rule.via and self._is_guessed(role):
            return Part(subject, None, _guessed(rule.requires, subject))
        verdict = _guard(rule.requires, subject, is_asked=bool(self.plan.calls_for(role)))
        return Part(subject, verdict if verdict is MISMATCH else None, verdict)

    def missing(self, role: Role) -> FieldAnswer:
        """Return what is said of a role that nobody plays: how the item ended that would name them, if any would."""
        way = way_of(self.form, role, self.answers)
        if way is None or way.item is None or way.role not in self.subjects:
            return NO_SUBJECT
        found = self.subjects[way.role].answer(way.item)
        return NO_SUBJECT if found.outcome == "skipped" else carried(found, NO_SUBJECT)

    def _is_guessed(self, role: Role) -> bool:
        """Say whether the role's subject is who it would be without being named."""
        way = way_of(self.form, role, self.answers)
        if way is None or way.role not in self.subjects:
            return False
        subject = self.plan.subjects[role].subject
        if way.item is None:
            return subject == self.plan.subjects[way.role].subject
        return self.subjects[way.role].answer(way.item).value == code_of(OrganisationId(subject))


def _guessed(requires: Condition, subject: Subject) -> FieldAnswer | None:
    """Return why it is not certain that whoever was reached plays the role, or None."""
    found = subject.answer(requires.item)
    if not isinstance(found.value, Absent) and is_met(requires, found.value):
        return None
    return carried(found, NO_SUBJECT)


def _guard(requires: Condition, subject: Subject, *, is_asked: bool) -> FieldAnswer | None:
    """Return why the subject may not play the role, or None: it may, or its register gave no usable answer."""
    found = subject.answer(requires.item)
    if not isinstance(found.value, Absent):
        return None if is_met(requires, found.value) else MISMATCH
    if found.outcome == "cast_failed":
        # A failure of that register like any other: it costs its own fields, and no other register's.
        return None
    if found is NO_SUPPLIER:
        return UNVERIFIED if is_asked else None
    return UNVERIFIED if found.provenance is not None or found.candidates or found is NOT_GRANTED else None


def is_met(condition: Condition, value: Json) -> bool:
    """Compare with the type, for to Python True equals 1."""
    return any(type(each) is type(value) and each == value for each in condition.one_of)
