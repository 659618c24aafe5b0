"""What registers are able to supply of whoever plays each role, before any of them is asked. Pure."""

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from chalicelib.consent.model import REGISTER_LEVEL, Right
from chalicelib.forms.model import Role, Via
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, RegisterCode, is_organisation
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import SubjectRight
from chalicelib.prefill.plan import ENTERPRISE
from chalicelib.prefill.wanted import wanted_of
from chalicelib.sources.model import PERSON

BY_RECORD: Final = "guardian_or_consent"
"""Depends on it: the person is a child or ward of the caller by the register, or has consented."""
BY_OFFICE: Final = "representative"
"""Depends on it: the caller represents the organisation by the business register."""
_NOTHING: Final[frozenset[ItemId]] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What may be had of whoever plays a role.

    `able` names the register that has each item first; `askable` are the items that would be asked for. `second` says
    that it may take a second question, `depends` on what that still depends, and `is_to_come` that who it is about, or
    the right to their data, is not known yet. `refusal` is why nothing may be had.
    """

    able: Mapping[ItemId, RegisterCode] = field(default_factory=dict)
    askable: frozenset[ItemId] = _NOTHING
    second: bool = False
    depends: str | None = None
    is_to_come: bool = False
    refusal: str | None = None


def parts_of(job: Job) -> dict[Role, Part]:
    """Return what may be had of each role; one that nobody plays or leads to is left out."""
    found = {role: _part(job, role) for role in job.form.roles}
    return {role: part for role, part in found.items() if part is not None}


def _part(job: Job, role: Role) -> Part | None:
    named = job.subjects.get(role)
    if named is not None:
        return _named(job, role, named)
    if ways := [way for way in job.form.roles[role].via if way.role in job.subjects]:
        return _reached(job, role, ways)
    if job.form.roles[role].kind != "organisation":
        return None
    if job.who.level < REGISTER_LEVEL:
        return Part(refusal="no_right")
    return _to_come(job, role, _able(job, ENTERPRISE, own=False), BY_OFFICE)


def _named(job: Job, role: Role, named: SubjectRight) -> Part:
    right = named.right
    key = ENTERPRISE if is_organisation(named.subject) else PERSON
    able = _able(job, key, own=named.subject == job.who.person)
    if right.awaits:
        return _to_come(job, role, able, BY_OFFICE if key == ENTERPRISE else BY_RECORD)
    if right.refusal is not None:
        return Part(refusal=right.refusal)
    covered = {item: code for item, code in able.items() if right.covers(item)}
    wanted = job.plan.wanted.get(role, _NOTHING)
    return Part(covered, wanted.intersection(covered), second=role not in job.order.subjects and _leads(job, role))


def _leads(job: Job, role: Role) -> bool:
    return any(way.item is not None for way in job.form.roles[role].via)


def _reached(job: Job, role: Role, ways: list[Via]) -> Part:
    rights: list[Right] = [job.subjects[way.role].right for way in ways]
    if all(right.refusal is not None for right in rights):
        return Part(refusal=rights[0].refusal)
    if all(way.item is None for way in ways):
        able = _able(job, PERSON, own=True)
        return Part(able, _wanted(job, role).intersection(able), is_to_come=True)
    return _to_come(job, role, _able(job, PERSON, own=any(way.item is None for way in ways)), BY_RECORD)


def _to_come(job: Job, role: Role, able: Mapping[ItemId, RegisterCode], depends: str) -> Part:
    return Part(able, _wanted(job, role).intersection(able), second=True, depends=depends, is_to_come=True)


def _wanted(job: Job, role: Role) -> frozenset[ItemId]:
    wanted = wanted_of(job.form, role, {*job.subjects, role}, job.order.answers)
    ways = (way for each in job.procedure.components if each.role == role for way in each.any_of)
    proofs = {item for way in ways for evidence in way for item in evidence.items}
    return wanted.union(item for item in proofs if not job.items[item].sensitive)


def _able(job: Job, key: ItemId, *, own: bool) -> dict[ItemId, RegisterCode]:
    """Return the first register for each item that it has of a subject named so, and may be asked for where it is."""
    supplied = {
        each.code: each.answers_about(key)
        for each in job.registers
        if each.is_placed and (own or not each.own_data_only)
    }
    first: dict[ItemId, RegisterCode] = {}
    for id_, item in job.items.items():
        having = (code for code in item.precedence if id_ in supplied.get(code, _NOTHING))
        if (code := next(having, None)) is not None:
            first[id_] = code
    return first
