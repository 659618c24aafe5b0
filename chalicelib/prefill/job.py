"""From what a caller orders to what has to be asked: definitions looked up, rights decided, calls planned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from chalicelib.audit.model import Access
from chalicelib.consent.model import right_to
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Form, Procedure, Role
from chalicelib.kernel.errors import FieldProblem, Unprocessable
from chalicelib.kernel.ids import ClientId, FormCode, ItemId, PersonalId, PrefillId, ProcedureCode
from chalicelib.prefill.model import SubjectRight
from chalicelib.prefill.plan import Plan, plan
from chalicelib.prefill.revision import Opening, Revision
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import Call, Register
from chalicelib.vocabulary.authorities import PROVINCES
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.service import vocabulary

FIRST_WAVE = 1


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


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, as the token proves, and through which client."""

    person: PersonalId
    level: int
    client: ClientId


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: a procedure's form, for the people who play its roles, by a deadline in milliseconds.

    `province` is the code of the one whose own registers are meant (jurisdiction), None where none is.
    """

    procedure: ProcedureCode
    form: FormCode | None
    subjects: Mapping[Role, PersonalId]
    deadline_ms: int = 0
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """An order with everything looked up and decided; makes no call by itself."""

    who: Who
    catalogue: Catalogue
    procedure: Procedure
    form: Form
    items: Mapping[ItemId, Item]
    subjects: Mapping[Role, SubjectRight]
    plan: Plan
    province: str | None = None

    @property
    def people(self) -> frozenset[PersonalId]:
        """Return everybody whom a role names, asked about or not."""
        return frozenset(named.subject for named in self.subjects.values())

    @property
    def opening(self) -> Opening:
        """Return what has to be remembered, under seal, to do this again later."""
        roles = {role: named.subject for role, named in self.subjects.items()}
        return Opening(self.who.person, self.who.level, roles, self.province)

    def accesses(self, prefill: PrefillId, at: datetime) -> dict[PersonalId, Access]:
        """Return the access-log entry of each person named: what is asked about them, or that it was denied.

        One entry a person: where one plays two roles, what is asked for either is in it.
        """
        return {named.subject: self._access(named, prefill, at) for named in self.subjects.values()}

    def narrowed(self, calls: tuple[Call, ...]) -> Self:
        """Return the job of making only these calls, about only the people they ask about."""
        asked = {call.subject for call in calls}
        subjects = {role: named for role, named in self.subjects.items() if named.subject in asked}
        return replace(self, subjects=subjects, plan=replace(self.plan, calls=calls))

    def _access(self, named: SubjectRight, prefill: PrefillId, at: datetime) -> Access:
        calls = [call for call in self.plan.calls if call.subject == named.subject]
        supplied = {each.item for call in calls for each in call.register.attributes if each.asks in call.fields}
        return Access(
            at=at,
            prefill=prefill,
            procedure=self.procedure.code,
            client=self.who.client,
            own=named.subject == self.who.person,
            wave=FIRST_WAVE,
            decision=named.right.refusal or "allowed",
            registers=tuple(call.register.code for call in calls),
            items=tuple(sorted(supplied & self.plan.asked.get(named.subject, frozenset()))),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A revision with what its answer is put into words from, and the pointers that changed if asked."""

    revision: Revision
    job: Job
    changed: tuple[str, ...] | None = None


def job_of(catalogue: Catalogue, who: Who, order: Order) -> Job:
    """Look up what the order names, decide the rights and plan the calls.

    Raises NoSuchProcedure, NoSuchForm, NoSuchRole and NoSuchProvince, each with the place in the request.
    """
    procedure = catalogue.find(PROCEDURES, order.procedure)
    if procedure is None:
        raise NoSuchProcedure(FieldProblem("/procedure", "no_such_procedure"))
    code = procedure.forms[0] if order.form is None else order.form
    if code not in procedure.forms:
        raise NoSuchForm(FieldProblem("/form", "no_such_form"))
    form = catalogue.get(FORMS, code)
    strangers = sorted(order.subjects.keys() - form.roles)
    if strangers:
        raise NoSuchRole(*(FieldProblem(f"/subjects/{role}", "no_such_role") for role in strangers))
    subjects = {
        role: SubjectRight(subject, right_to(subject, who.person, who.level))
        for role, subject in sorted(order.subjects.items())
    }
    items = vocabulary(catalogue).items
    calls = plan(form, items, registers_of(catalogue, order.province), subjects, procedure.code)
    return Job(who, catalogue, procedure, form, items, subjects, calls, order.province)


def registers_of(catalogue: Catalogue, province: str | None) -> tuple[Register, ...]:
    """Return the registers, those that each province has of its own as the named one's, if it shares them."""
    every = catalogue.all(REGISTERS)
    if province is None:
        return every
    found = catalogue.find(PROVINCES, province)
    if found is None:
        raise NoSuchProvince(FieldProblem("/province", "no_such_province"))
    return tuple(each.of(province) for each in every if each.is_placed or each.code in found.registers)
