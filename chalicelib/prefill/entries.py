"""What the access log says of one asking: an entry for everybody it is about. Pure; writes nothing.

Names items, never values; one entry a person and wave, and one for everybody who was named and whose data was denied.
Registers and the warehouse of one person are in the same entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.audit.model import Access
from chalicelib.consent.model import Right
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, PrefillId, SubjectId
from chalicelib.prefill.job import Job
from chalicelib.prefill.sought import NOTHING, Sought, beyond, sought_of
from chalicelib.sources.model import Call

_OWN = Right(basis="own")


@dataclass(frozen=True, slots=True)
class Occasion:
    """For which prefill, when, and the how manieth time registers are asked for it."""

    prefill: PrefillId
    at: datetime
    attempt: int = 1


def entries_of(
    job: Job,
    occasion: Occasion,
    calls: Iterable[Call],
    told: frozenset[SubjectId] = frozenset(),
    known: Mapping[SubjectId, Sought] | None = None,
) -> dict[SubjectId, Access]:
    """Return the entry of each subject whom these calls ask about, whose warehouse is read, or who was denied.

    In a second wave `known` is what the warehouses were read for in the first: it is not entered again.
    Where one plays two roles, what is asked for either is in the one entry. A right that the caller's own record must
    still give is neither: it has its entry once that was read. Those who were `told` have no second denial.
    """
    about: dict[SubjectId, list[Call]] = {}
    for call in calls:
        about.setdefault(call.subject, []).append(call)
    sought = beyond(sought_of(job), known or {})
    entries: dict[SubjectId, Access] = {}
    for subject in dict.fromkeys((*about, *sought)):
        asked, wave = about.get(subject, []), 1 if known is None else 2
        entry = _allowed(job, subject, occasion, asked)
        items = sorted({*entry.items, *sought.get(subject, NOTHING).items})
        entries[subject] = replace(
            entry, wave=asked[0].wave if asked else wave, items=tuple(items), archive=subject in sought
        )
    for named in job.subjects.values():
        right, subject = named.right, named.subject
        if subject not in entries and subject not in told and not right.allowed and not right.awaits:
            entries[subject] = _entry(job, subject, occasion, right)
    return entries


def _allowed(job: Job, subject: SubjectId, occasion: Occasion, calls: list[Call]) -> Access:
    rights = [each.right for each in job.subjects.values() if each.subject == subject and each.right.allowed]
    supplied = {each.item for call in calls for each in call.register.attributes if each.asks in call.fields}
    items: frozenset[ItemId] = frozenset(supplied) & job.plan.asked.get(subject, frozenset())
    entry = _entry(job, subject, occasion, rights[0] if rights else _OWN)
    registers = tuple(dict.fromkeys(call.register.code for call in calls))
    return replace(entry, registers=registers, items=tuple(sorted(items)))


def _entry(job: Job, subject: SubjectId, occasion: Occasion, right: Right) -> Access:
    return Access(
        at=occasion.at,
        prefill=occasion.prefill,
        procedure=job.procedure.code,
        client=job.who.client,
        own=subject == job.who.person,
        wave=1,
        decision=right.refusal or "allowed",
        registers=(),
        items=(),
        basis=right.basis,
        consent=right.consent,
        attempt=occasion.attempt,
    )
