"""Who else is to be asked about, now that first replies are in: the step between the two waves.

Pure. People who are reached through an item of somebody's record, and people and organisations whom the caller's own
record gives a right to. Nobody is looked for in a third wave.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from chalicelib.consent.model import Right, settled, undecided
from chalicelib.forms.model import Role, SubjectKind
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import local_day
from chalicelib.kernel.ids import (
    ItemId,
    PersonalId,
    SubjectId,
    is_business_code,
    is_personal_id,
    organisation_id,
)
from chalicelib.prefill.job import Job, Rights, right_of
from chalicelib.prefill.model import NOTHING_ELSE, Context, SubjectRight
from chalicelib.prefill.subject import subject_of
from chalicelib.prefill.wanted import way_of
from chalicelib.sources.model import Call, CallId, Reply

_Rows: TypeAlias = list[dict[ItemId, Json]]


def due(job: Job, asked: Container[CallId]) -> tuple[Call, ...]:
    """Return the planned calls that were not made yet."""
    return tuple(call for call in job.plan.calls if call.id not in asked)


def unasked(job: Job, replies: Mapping[CallId, Reply]) -> tuple[Call, ...]:
    """Return the planned calls that were not made yet, or not for all that they ask now."""
    return tuple(call for call in job.plan.calls if call.id not in replies or replies[call.id].leaves(call))


def still_open(job: Job, replies: Mapping[CallId, Reply]) -> tuple[Call, ...]:
    """Return the planned calls that nothing is known of yet, and those whose outcome is only presumed."""
    return tuple(call for call in job.plan.calls if call.id not in replies or replies[call.id].is_presumed)


def leading(job: Job, calls: Iterable[Call]) -> tuple[CallId, ...]:
    """Return the calls that may say who else is to be asked about, or what right there is; every voice is heard."""
    items = {item for named in job.subjects.values() for item in named.right.awaits}
    ways = (way_of(job.form, role, job.order.answers) for role in job.form.roles if role not in job.subjects)
    items |= {way.item for way in ways if way is not None and way.item is not None}
    return tuple(call.id for call in calls if items & _told_by(call))


def reached(job: Job, replies: Mapping[CallId, Reply], context: Context = NOTHING_ELSE) -> dict[Role, SubjectId]:
    """Return who plays the roles that nobody was named for, as far as the replies say it for certain."""
    found: dict[Role, SubjectId] = {}
    for role in job.form.roles:
        way = None if role in job.subjects else way_of(job.form, role, job.order.answers)
        if way is None or way.item is None or way.role not in job.subjects:
            continue
        said = subject_of(way.role, job.items, job.plan, replies, context).answer(way.item)
        subject = _subject(job.form.roles[role].kind, said.value) if said.outcome == "filled_verified" else None
        if subject is not None:
            found[role] = subject
    return found


def awaits(job: Job) -> bool:
    """Say whether some right still depends on the caller's own record."""
    return any(named.right.awaits for named in job.subjects.values())


def joined(job: Job, replies: Mapping[CallId, Reply], people: Mapping[Role, SubjectId], rights: Rights) -> Job:
    """Return the job with the people who were reached, and with the rights that the caller's own record settles."""
    fresh = {role: SubjectRight(subject, right_of(job.who, subject, rights)) for role, subject in people.items()}
    known = {**job.subjects, **fresh}
    awaited = frozenset(item for named in known.values() for item in named.right.awaits)
    lists, on = _own_lists(job, replies, awaited), local_day(rights.at)
    return job.named_anew(
        {role: replace(named, right=_settled(named, lists, on)) for role, named in known.items()}, rights
    )


def _told_by(call: Call) -> set[ItemId]:
    return {each.item for each in call.register.attributes if each.asks in call.fields}


def _settled(named: SubjectRight, lists: Mapping[ItemId, _Rows], on: date) -> Right:
    """Decide by the lists; where one was not answered, what the others do not give stays undecided."""
    right = settled(named.right, named.subject, lists, on)
    if right.allowed or all(item in lists for item in named.right.awaits):
        return right
    return undecided(named.right)


def _own_lists(job: Job, replies: Mapping[CallId, Reply], wanted: frozenset[ItemId]) -> dict[ItemId, _Rows]:
    """Return the rows of the lists that rights depend on, from the caller's own record; none for one not answered."""
    found: dict[ItemId, _Rows] = {}
    for call in job.plan.calls:
        reply = replies.get(call.id)
        if call.subject != job.who.person or reply is None or reply.outcome not in {"answered", "not_found"}:
            continue
        for attribute in call.register.attributes:
            given = reply.data.get(attribute.asks)
            # A list that is something else says nothing, which is not the same as an empty one.
            is_readable = given is None or isinstance(given, dict | list)
            is_told = is_readable and attribute.asks in call.fields and attribute.asks not in reply.under_review
            if attribute.item in wanted and attribute.columns and is_told:
                found.setdefault(attribute.item, []).extend(attribute.rows(dict(reply.data)))
    return found


def _subject(kind: SubjectKind, value: object) -> SubjectId | None:
    if not isinstance(value, str):
        return None
    if kind == "organisation":
        return organisation_id(value) if is_business_code(value) else None
    return PersonalId(value) if is_personal_id(value) else None
