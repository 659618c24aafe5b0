"""From what a caller orders to what has to be asked: definitions looked up, rights decided, calls planned."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Final, Self

from chalicelib.consent.model import Asker, Grant, Right, right_to
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Form, Procedure, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import FieldProblem, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import (
    ClientId,
    FormCode,
    ItemId,
    PersonalId,
    ProcedureCode,
    SubjectId,
    is_organisation,
)
from chalicelib.prefill.model import Context, SubjectRight
from chalicelib.prefill.plan import Needs, Plan, extended, plan
from chalicelib.prefill.revision import Holdings, Opening, Papers, Revision
from chalicelib.prefill.wanted import way_of
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import Register
from chalicelib.vocabulary.authorities import PROVINCES
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.service import vocabulary
from chalicelib.vocabulary.unit_tables import units_of


class NoSuchProcedure(Unprocessable):
    """No procedure of that code in the live catalogue."""

    code = "no_such_procedure"


class NoSuchForm(Unprocessable):
    """The procedure has no form of that code."""

    code = "no_such_form"


class NoSuchProvince(Unprocessable):
    """There is no such province now."""

    code = "no_such_province"


class NoSuchRole(Unprocessable):
    """The form has no such role."""

    code = "no_such_role"


class WrongKindOfSubject(Unprocessable):
    """The role is a person's and an organisation was named for it, or the other way round."""

    code = "wrong_kind_of_subject"


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, as the token proves, and through which client."""

    person: PersonalId
    level: int
    client: ClientId


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: a procedure's form, for the people who play its roles, by a deadline in milliseconds.

    `province` is the code of the one whose own registers are meant (jurisdiction), None where none is. `answers` are
    what is in the form so far, by pointer: what they hide is not asked for, and they say who plays some roles.
    """

    procedure: ProcedureCode
    form: FormCode | None
    subjects: Mapping[Role, SubjectId]
    deadline_ms: int = 0
    province: str | None = None
    answers: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rights:
    """What rights are decided on besides who asks: the moment, and the live consents to this caller by subject."""

    at: datetime
    grants: Mapping[SubjectId, Grant] = field(default_factory=dict)


ALONE: Final = Rights(datetime.max.replace(tzinfo=UTC))
"""Nobody consented, and nobody counts as a minor."""


@dataclass(frozen=True, slots=True)
class Job:
    """An order with everything looked up and decided; makes no call by itself.

    `order.subjects` are the people who were named; `subjects` also those who were reached since.
    """

    who: Who
    order: Order
    catalogue: Catalogue
    procedure: Procedure
    form: Form
    items: Mapping[ItemId, Item]
    registers: tuple[Register, ...]
    rights: Rights
    subjects: Mapping[Role, SubjectRight]
    plan: Plan

    @property
    def people(self) -> frozenset[SubjectId]:
        """Return everybody whom a role names or who is asked about."""
        named = {named.subject for named in self.subjects.values()}
        return frozenset(named | {call.subject for call in self.plan.calls})

    @property
    def opening(self) -> Opening:
        """Return what has to be remembered, under seal, to do this again later."""
        return Opening(self.who.person, self.who.level, dict(self.order.subjects), self.order.province)

    @property
    def grants(self) -> dict[SubjectId, Grant]:
        """Return the consents it stands on, by who gave them."""
        used = {each.subject for each in self.subjects.values() if each.right.basis == "consent"}
        return {subject: grant for subject, grant in self.rights.grants.items() if subject in used}

    def context(self, held: Holdings, papers: Papers, answers: Mapping[str, Json]) -> Context:
        """Return what a resolution stands on besides replies."""
        at = None if self.rights is ALONE else self.rights.at
        return Context(held, answers, self.procedure.components, units_of(self.catalogue), at, papers)

    def named_anew(self, subjects: Mapping[Role, SubjectRight], rights: Rights) -> Self:
        """Return the job once more is known of who plays which role, and with what right."""
        whole = {**self.subjects, **subjects}
        after = plan(self._needs(), self.registers, whole, self.who.person)
        return replace(self, rights=rights, subjects=whole, plan=extended(self.plan, after))

    def _needs(self) -> Needs:
        return Needs(self.form, self.items, self.procedure.code, _evidence(self.procedure), self.order.answers)


@dataclass(frozen=True, slots=True)
class Shown:
    """A revision with what its answer is put into words from, and the pointers that changed if asked."""

    revision: Revision
    job: Job
    changed: tuple[str, ...] | None = None


def job_of(catalogue: Catalogue, who: Who, order: Order, rights: Rights = ALONE) -> Job:
    """Look up what the order names, decide the rights and plan the calls of the first wave.

    Raises NoSuchProcedure, NoSuchForm, NoSuchRole, WrongKindOfSubject and NoSuchProvince, each with the place in the
    request.
    """
    procedure, form = looked_up(catalogue, order)
    _check_subjects(form, order.subjects)
    subjects = {
        role: SubjectRight(subject, right_of(who, subject, rights))
        for role, subject in sorted(_with_same_persons(form, order).items())
    }
    items, registers = vocabulary(catalogue).items, registers_of(catalogue, order.province)
    needs = Needs(form, items, procedure.code, _evidence(procedure), order.answers)
    calls = plan(needs, registers, subjects, who.person)
    return Job(who, order, catalogue, procedure, form, items, registers, rights, subjects, calls)


def looked_up(catalogue: Catalogue, order: Order) -> tuple[Procedure, Form]:
    """Return the procedure and the form that an order names. Raises NoSuchProcedure, NoSuchForm."""
    procedure = catalogue.find(PROCEDURES, order.procedure)
    if procedure is None:
        raise NoSuchProcedure(FieldProblem("/procedure", "no_such_procedure"))
    code = procedure.forms[0] if order.form is None else order.form
    if code not in procedure.forms:
        raise NoSuchForm(FieldProblem("/form", "no_such_form"))
    return procedure, catalogue.get(FORMS, code)


def right_of(who: Who, subject: SubjectId, rights: Rights) -> Right:
    """Return the caller's right to a subject's data, as far as it can be told before a reply."""
    return right_to(subject, Asker(who.person, who.level, rights.at), rights.grants.get(subject))


def _check_subjects(form: Form, subjects: Mapping[Role, SubjectId]) -> None:
    strangers = sorted(subjects.keys() - form.roles)
    if strangers:
        raise NoSuchRole(*(FieldProblem(f"/subjects/{role}", "no_such_role") for role in strangers))
    wrong = sorted(
        role
        for role, subject in subjects.items()
        if is_organisation(subject) != (form.roles[role].kind == "organisation")
    )
    if wrong:
        raise WrongKindOfSubject(*(FieldProblem(f"/subjects/{role}", "wrong_kind_of_subject") for role in wrong))


def _with_same_persons(form: Form, order: Order) -> dict[Role, SubjectId]:
    """Return the named subjects, and for a role that the same person plays by the answers, that person."""
    found = dict(order.subjects)
    for role in form.roles:
        way = None if role in found else way_of(form, role, order.answers)
        if way is not None and way.item is None and way.role in order.subjects:
            found[role] = order.subjects[way.role]
    return found


def _evidence(procedure: Procedure) -> dict[Role, frozenset[ItemId]]:
    found: dict[Role, set[ItemId]] = {}
    for component in procedure.components:
        if component.role is not None:
            proofs = (each for way in component.any_of for each in way)
            found.setdefault(component.role, set()).update(item for each in proofs for item in each.items)
    return {role: frozenset(items) for role, items in found.items()}


def registers_of(catalogue: Catalogue, province: str | None) -> tuple[Register, ...]:
    """Return the registers, those that each province has of its own as the named one's, if it shares them."""
    every = catalogue.all(REGISTERS)
    if province is None:
        return every
    found = catalogue.find(PROVINCES, province)
    if found is None:
        raise NoSuchProvince(FieldProblem("/province", "no_such_province"))
    return tuple(each.of(province) for each in every if each.is_placed or each.code in found.registers)
