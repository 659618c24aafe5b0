"""One register that fails costs its own fields and no other: every register, every kind of failure, every form.

A field is a register's own when its answer can stand on that register's word: on an item it supplies, on a condition
over one, on a way to the person or a right to their data that is read there. What else a form has must come out as
from healthy registers, to the letter, but for the time of asking.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import pytest

from chalicelib.consent.model import CHILDREN, WARDS
from chalicelib.forms.definition import FORMS
from chalicelib.forms.model import OURS, Field, Form
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import ABSENT, FieldAnswer, Provenance, Resolution
from infra.simulators.faults import Fault
from tests.support.definitions import packaged
from tests.support.failures import FAULTS
from tests.support.orders import ORDERS
from tests.support.waves import Filled, Registry, registers

DEADLINE: Final = 1.2
REGISTERS: Final = tuple(sorted(each.code for each in registers()))
FEW: Final = ("birth, the father reached through the mother", "driving licence")


@cache
def registry() -> Registry:
    return Registry()


@cache
def healthy(order: str) -> Filled:
    return registry().fill(ORDERS[order], DEADLINE)


def broken(order: str, register: str, fault: str) -> Filled:
    what = dict(FAULTS[fault].fault)
    if fault == "just too slow":
        late = next(each.timeout_ms for each in registers() if each.code == register) + 1
        what["latency"] = {"kind": "uniform", "low": late, "high": late}
    return registry().fill(ORDERS[order], DEADLINE, [Fault.model_validate({"register": register, **what})])


@dataclass(frozen=True)
class Ties:
    """Which registers' word each field of a form can stand on."""

    job: Job

    def of(self, field: Field) -> frozenset[RegisterCode]:
        """Return the registers; a field that is hidden by another stands on what that one stands on too."""
        if (field.policy not in OURS and not field.offers) or self._is_nobodys(field):
            return frozenset()
        items = [field.item, *(field.derive.sources if field.derive else ())]
        items += [field.applies_when.item] if field.applies_when else []
        found = {code for item in items if item is not None for code in self._suppliers(item)}
        found |= {code for offer in field.offers for code in self._suppliers(offer.item) | self._way(offer.role)}
        found |= self._way(field.role) if field.role else frozenset()
        shown = field.visible_when
        if shown is not None and shown.pointer not in self.job.order.answers:
            found |= self.of(_field(self.job.form, shown.pointer))
        return frozenset(found)

    def _is_nobodys(self, field: Field) -> bool:
        """Say whether it is of a role that nobody was named for, and that no way leads to."""
        roles = self.job.form.roles
        return field.role is not None and field.role not in self.job.order.subjects and not roles[field.role].via

    def _way(self, role: str) -> frozenset[RegisterCode]:
        """Return the registers that say who plays the role, or that the caller may have their data."""
        rule = self.job.form.roles[role]
        if role not in self.job.order.subjects:
            ways = [self._suppliers(way.item) | self._way(way.role) for way in rule.via if way.item is not None]
            guard = self._suppliers(rule.requires.item) if rule.requires else frozenset()
            return guard.union(*ways)
        lists = (CHILDREN, WARDS) if self.job.subjects[role].right.basis == "guardian" else ()
        return frozenset(code for item in lists for code in self._suppliers(item))

    def _suppliers(self, item: ItemId) -> frozenset[RegisterCode]:
        return frozenset(each.code for each in self.job.registers if each.supplies(item))


def _field(form: Form, pointer: str) -> Field:
    return next(each for each in form.fields if each.pointer == pointer)


def timeless(answer: FieldAnswer) -> FieldAnswer:
    """Return the answer without the time of asking."""
    candidates = tuple(replace(each, provenance=_undated(each.provenance)) for each in answer.candidates)
    provenance = answer.provenance and _undated(answer.provenance)
    return replace(answer, provenance=provenance, candidates=candidates)


def _undated(provenance: Provenance) -> Provenance:
    return replace(provenance, fetched_at="")


def rows_of(resolution: Resolution, pointer: str) -> list[dict[str, FieldAnswer]]:
    rows = resolution.rows.get(pointer, ())
    return [{column: timeless(answer) for column, answer in row.items()} for row in rows]


def said_by(answer: FieldAnswer) -> set[RegisterCode | None]:
    """Return whose word the value and the candidates are."""
    own = [answer.provenance] if answer.provenance is not None and answer.value is not ABSENT else []
    return {each.register for each in (*own, *(candidate.provenance for candidate in answer.candidates))}


def hold(order: str, register: str, fault: str) -> None:
    """Hold one failure to what it may cost."""
    whole, hurt = healthy(order), broken(order, register, fault)
    assert hurt.seconds <= DEADLINE
    ties = Ties(whole.job)
    for field in whole.job.form.fields:
        about = f"{order}, {register}, {fault}: {field.pointer}"
        before, after = (each.resolution.fields[field.pointer] for each in (whole, hurt))
        stands_on = ties.of(field)
        if register not in stands_on:
            assert timeless(after) == timeless(before), about
            assert rows_of(hurt.resolution, field.pointer) == rows_of(whole.resolution, field.pointer), about
        elif stands_on == {register}:
            named = whole.job.subjects.get(field.role or "")
            by_guardian = named is not None and named.right.basis == "guardian"
            check_own(fault, before, after, about, by_guardian=by_guardian)
        elif fault != "wrong types":
            assert register not in said_by(after), about


def check_own(fault: str, before: FieldAnswer, after: FieldAnswer, about: str, *, by_guardian: bool) -> None:
    """Hold a field that only this register can answer to its failure."""
    case = FAULTS[fault]
    assert after.value is ABSENT, about
    assert not after.candidates, about
    if fault == "wrong types" and before.value is ABSENT:
        return  # Nothing stood where a wrong type could.
    if by_guardian:
        # The guardianship is read there too: a register that says so has none on record, any other does not say.
        assert (after.outcome, after.detail) == ("no_consent", None if fault == "404" else "standing_unknown"), about
        return
    assert (after.outcome, after.retry_after) == (case.outcome, case.retry_after), about


@pytest.mark.parametrize("register", REGISTERS)
def test_a_failing_register_costs_its_own_fields_and_no_other(register: str) -> None:
    for place, fault in enumerate(FAULTS):
        hold(FEW[place % len(FEW)], register, fault)


@pytest.mark.prove
@pytest.mark.parametrize("order", ORDERS)
def test_any_failing_register_costs_its_own_fields_and_no_other_on_every_form(order: str) -> None:
    for register in REGISTERS:
        for fault in FAULTS:
            hold(order, register, fault)


def test_every_form_is_among_the_orders() -> None:
    assert {each.form for each in ORDERS.values()} == {each.code for each in packaged().all(FORMS)}
