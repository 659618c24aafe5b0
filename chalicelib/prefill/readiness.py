"""What a procedure takes, before anything is asked: who fills each field, and which proofs the registers could give.

Pure: looks at definitions and rights alone; no register is called and nothing is written. It tells what registers are
able to supply, not what they hold of somebody: that comes with a prefill.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from chalicelib.consent.model import REGISTER_LEVEL
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.model import OURS, Component, Evidence, Field, Role
from chalicelib.kernel.errors import Unauthenticated
from chalicelib.kernel.ids import ClientId, ItemId, PersonalId, RegisterCode
from chalicelib.prefill.job import Job, Order, Who, job_of, registers_of
from chalicelib.sources.model import PERSON, Register
from chalicelib.vocabulary.model import Item

Filler: TypeAlias = Literal["register", "citizen", "not_ours", "not_yet", "nobody"]
"""Who fills a field: a register · the citizen, by the form's policy · not ours to fill (an officer's box) · nobody yet,
though a source is named · nobody: no register may be asked, or none has it."""

ANYBODY: Final = Who(PersonalId("anybody"), REGISTER_LEVEL, ClientId("readiness"))
"""Stands for a citizen of the level that registers ask for, where nobody is logged in."""


@dataclass(frozen=True, slots=True)
class FieldReady:
    """Who fills a field, from which register, and why nobody does."""

    field: Field
    filler: Filler
    register: RegisterCode | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceReady:
    """One thing that proves a component; `missing` items are those that no register may be asked for here.

    A document is never supplied by a register: it is the citizen's to show.
    """

    evidence: Evidence
    missing: tuple[ItemId, ...]

    @property
    def is_supplied(self) -> bool:
        """Say whether registers are able to supply all of it."""
        return self.evidence.document is None and not self.missing


@dataclass(frozen=True, slots=True)
class ComponentReady:
    """A part of the dossier with the ways to prove it; one way is enough, and takes all that it names."""

    component: Component
    ways: tuple[tuple[EvidenceReady, ...], ...]

    @property
    def is_supplied(self) -> bool:
        """Say whether one way needs nothing but what registers are able to supply."""
        return any(all(each.is_supplied for each in way) for way in self.ways)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What it takes; `asked` are the registers that a prefill would ask, with the items of each."""

    job: Job
    is_personal: bool
    fields: tuple[FieldReady, ...]
    components: tuple[ComponentReady, ...]
    asked: Mapping[RegisterCode, tuple[ItemId, ...]]


def readiness(catalogue: Catalogue, who: Who | None, order: Order) -> Readiness:
    """Return what the procedure takes: of anybody where nobody is logged in, else with the caller's own rights.

    Where no subjects are named, the caller plays every part that is not reached through another. Raises
    Unauthenticated when people are named and nobody is logged in, and what `job_of` raises.
    """
    if who is None and order.subjects:
        raise Unauthenticated
    caller = who or ANYBODY
    subjects = order.subjects or dict.fromkeys(_played(catalogue, order), caller.person)
    job = job_of(catalogue, caller, Order(order.procedure, order.form, subjects, province=order.province))
    able = _able(job, registers_of(catalogue, order.province))
    return Readiness(
        job=job,
        is_personal=who is not None,
        fields=tuple(_field(job, each) for each in job.form.fields),
        components=tuple(_component(job, each, able) for each in job.procedure.components),
        asked=_asked(job),
    )


def _played(catalogue: Catalogue, order: Order) -> Iterator[Role]:
    form = job_of(catalogue, ANYBODY, Order(order.procedure, order.form, {})).form
    return (role for role, rule in form.roles.items() if rule.via is None)


def _able(job: Job, registers: tuple[Register, ...]) -> frozenset[ItemId]:
    """Return the items that some register has of a person and may be asked for, where it is placed."""
    return frozenset(
        item
        for register in registers
        if register.is_placed
        for item in register.answers_about(PERSON)
        if register.code in _precedence(job.items, item)
    )


def _precedence(items: Mapping[ItemId, Item], item: ItemId) -> tuple[RegisterCode, ...]:
    return items[item].precedence if item in items else ()


def _component(job: Job, component: Component, able: frozenset[ItemId]) -> ComponentReady:
    named = job.subjects.get(component.role) if component.role else None
    of_them = able if named is not None and named.right.allowed else frozenset[ItemId]()
    ways = (tuple(_evidence(each, of_them) for each in way) for way in component.any_of)
    return ComponentReady(component, tuple(ways))


def _evidence(evidence: Evidence, able: frozenset[ItemId]) -> EvidenceReady:
    return EvidenceReady(evidence, tuple(item for item in evidence.items if item not in able))


def _field(job: Job, field: Field) -> FieldReady:
    if field.policy not in OURS:
        return FieldReady(field, "citizen" if field.policy == "user" else "not_ours")
    if (need := job.form.needs(field, job.subjects)) is not None:
        return FieldReady(field, "not_yet", reason=need)
    return _by_register(job, field)


def _by_register(job: Job, field: Field) -> FieldReady:
    named = job.subjects.get(field.role) if field.role else None
    if named is None or field.item is None:
        return FieldReady(field, "nobody", reason="no_subject" if field.item else "no_supplier")
    if named.right.refusal is not None:
        return FieldReady(field, "nobody", reason=named.right.refusal)
    if field.item in job.plan.unplaced:
        return FieldReady(field, "nobody", reason="no_jurisdiction")
    asked = {call.register.code for call in job.plan.calls_for(field.role or "") if call.register.supplies(field.item)}
    first = next((code for code in _precedence(job.items, field.item) if code in asked), None)
    return FieldReady(field, "nobody" if first is None else "register", first, "no_supplier" if first is None else None)


def _asked(job: Job) -> dict[RegisterCode, tuple[ItemId, ...]]:
    found: dict[RegisterCode, set[ItemId]] = {}
    for call in job.plan.calls:
        wanted = job.plan.asked.get(call.subject, frozenset())
        items = {each.item for each in call.register.attributes if each.asks in call.fields and each.item in wanted}
        found.setdefault(call.register.code, set()).update(items)
    return {code: tuple(sorted(items)) for code, items in sorted(found.items())}
