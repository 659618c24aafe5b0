"""What a procedure takes, before anything is asked: who fills each field, and which proofs the registers could give.

Pure: looks at definitions and rights alone; no register is called and nothing is written. It tells what registers are
able to supply, not what they hold of somebody: that comes with a prefill, and `with_answers` puts it beside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from chalicelib.consent.model import REGISTER_LEVEL
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.model import OURS, Component, Evidence, Field, Role
from chalicelib.kernel.errors import Unauthenticated
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, ItemId, PersonalId, RegisterCode
from chalicelib.prefill.abilities import Part, parts_of
from chalicelib.prefill.job import ALONE, Job, Order, Rights, Shown, Who, job_of
from chalicelib.prefill.model import ComponentAnswer, FieldAnswer
from chalicelib.prefill.revision import Revision

Filler: TypeAlias = Literal["register", "offered", "citizen", "not_ours", "nobody"]
"""Who fills a field: a register · the citizen, choosing among values that registers offer · the citizen, by the form's
policy · not ours to fill (an officer's box) · nobody: no register may be asked, or none has it."""

ANYBODY: Final = Who(PersonalId("anybody"), REGISTER_LEVEL, ClientId("readiness"))
"""Stands for a citizen of the level that registers ask for, where nobody is logged in."""


@dataclass(frozen=True, slots=True)
class FieldReady:
    """Who fills a field, from which register, and why nobody does or on what it still depends.

    `second`: it may take a second question, by what the first answers say. `answer` is what a prefill said of it.
    """

    field: Field
    filler: Filler
    register: RegisterCode | None = None
    reason: str | None = None
    second: bool = False
    answer: FieldAnswer | None = None


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
    """A part of the dossier with the ways to prove it; one way is enough, and takes all that it names.

    `answer` is what a prefill said of it.
    """

    component: Component
    ways: tuple[tuple[EvidenceReady, ...], ...]
    answer: ComponentAnswer | None = None

    @property
    def is_supplied(self) -> bool:
        """Say whether one way needs nothing but what registers are able to supply."""
        return any(all(each.is_supplied for each in way) for way in self.ways)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What it takes; `asked` are the registers that a prefill would ask, with the items of each.

    `revision` is the prefill's whose answers stand beside, None where none was named.
    """

    job: Job
    is_personal: bool
    fields: tuple[FieldReady, ...]
    components: tuple[ComponentReady, ...]
    asked: Mapping[RegisterCode, tuple[ItemId, ...]]
    revision: Revision | None = None


def readiness(catalogue: Catalogue, who: Who | None, order: Order, rights: Rights = ALONE) -> Readiness:
    """Return what the procedure takes: of anybody where nobody is logged in, else with the caller's own rights.

    Where no subjects are named, the caller plays every part that is not reached through another. Raises
    Unauthenticated when people are named and nobody is logged in, and what `job_of` raises.
    """
    if who is None and order.subjects:
        raise Unauthenticated
    caller = who or ANYBODY
    subjects = order.subjects or dict.fromkeys(_played(catalogue, order), caller.person)
    job = job_of(catalogue, caller, Order(order.procedure, order.form, subjects, province=order.province), rights)
    return _ready(job, is_personal=who is not None)


def with_answers(shown: Shown) -> Readiness:
    """Return what the prefill's procedure takes, with what the prefill said beside; nothing is asked again."""
    ready = _ready(shown.job, is_personal=True)
    said = shown.revision.resolution
    components = {each.code: each for each in said.components}
    return replace(
        ready,
        fields=tuple(replace(each, answer=said.fields.get(each.field.pointer)) for each in ready.fields),
        components=tuple(replace(each, answer=components.get(each.component.code)) for each in ready.components),
        revision=shown.revision,
    )


def _ready(job: Job, *, is_personal: bool) -> Readiness:
    parts = parts_of(job)
    return Readiness(
        job=job,
        is_personal=is_personal,
        fields=tuple(_field(job, each, parts) for each in job.form.fields),
        components=tuple(_component(each, parts) for each in job.procedure.components),
        asked=_asked(job, parts),
    )


def _played(catalogue: Catalogue, order: Order) -> Iterator[Role]:
    form = job_of(catalogue, ANYBODY, Order(order.procedure, order.form, {})).form
    return (role for role, rule in form.roles.items() if not rule.via and rule.kind == "person")


def _component(component: Component, parts: Mapping[Role, Part]) -> ComponentReady:
    part = parts.get(component.role) if component.role else None
    able = frozenset[ItemId]() if part is None else part.askable
    ways = (tuple(_evidence(each, able) for each in way) for way in component.any_of)
    return ComponentReady(component, tuple(ways))


def _evidence(evidence: Evidence, able: frozenset[ItemId]) -> EvidenceReady:
    return EvidenceReady(evidence, tuple(item for item in evidence.items if item not in able))


def _field(job: Job, field: Field, parts: Mapping[Role, Part]) -> FieldReady:
    if field.policy in OURS:
        return _by_register(job, field, parts)
    for offer in field.offers:
        part = parts.get(offer.role)
        if part is not None and offer.item in part.able:
            return FieldReady(field, "offered", part.able[offer.item], part.depends, part.second)
    return FieldReady(field, "citizen" if field.policy == "user" else "not_ours")


def _by_register(job: Job, field: Field, parts: Mapping[Role, Part]) -> FieldReady:
    items = field.derive.sources if field.derive else () if field.item is None else (field.item,)
    part = parts.get(field.role) if field.role else None
    if part is None or not items:
        return FieldReady(field, "nobody", reason="no_subject" if items else "no_supplier")
    if part.refusal is not None:
        return FieldReady(field, "nobody", reason=part.refusal)
    if any(item in job.plan.unplaced for item in items):
        return FieldReady(field, "nobody", reason="no_jurisdiction")
    if any(item not in part.able for item in items):
        return FieldReady(field, "nobody", reason="no_supplier")
    return FieldReady(field, "register", part.able[items[0]], part.depends, part.second)


def _asked(job: Job, parts: Mapping[Role, Part]) -> dict[RegisterCode, tuple[ItemId, ...]]:
    """Return what the planned calls ask, and what a second wave would for those who are not known yet."""
    found: dict[RegisterCode, set[ItemId]] = {}
    for call in job.plan.calls:
        wanted = job.plan.asked.get(call.subject, frozenset())
        items = {each.item for each in call.register.attributes if each.asks in call.fields and each.item in wanted}
        found.setdefault(call.register.code, set()).update(items)
    for part in parts.values():
        for item in part.askable if part.is_to_come else ():
            found.setdefault(part.able[item], set()).add(item)
    return {code: tuple(sorted(items)) for code, items in sorted(found.items())}
