"""How sparing the asking was: what came in the fields that were asked for, and what of it nobody's answer could use.

Pure. A register is asked by the field, and one field may hold more than the item it was asked for; what came along is
the measure of data minimisation (sources.md §4.5). Names of items and how many they are, never a value.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Final

from chalicelib.consent.model import CHILDREN, REPRESENTED, WARDS
from chalicelib.forms.model import OURS, Form, Role
from chalicelib.kernel.ids import ItemId, SubjectId
from chalicelib.prefill.model import Usage
from chalicelib.prefill.plan import Plan
from chalicelib.sources.model import CallId, Reply

_READ_FOR_RIGHTS: Final[Mapping[ItemId, frozenset[ItemId]]] = {
    CHILDREN: frozenset({ItemId("person.child.personal_id"), ItemId("person.child.birth_date")}),
    WARDS: frozenset({ItemId("person.ward.personal_id")}),
    REPRESENTED: frozenset({ItemId("business.code")}),
}
"""The columns of the caller's own lists that a right is decided on."""


def usage_of(form: Form, plan: Plan, replies: Mapping[CallId, Reply]) -> Usage:
    """Return how many items came in replies, and those that nothing wanted of whom they are about.

    An item counts once for each subject it came of, in both. Wanted is what a field, a column, a condition, a guard, a
    way to another role, a component or a right is made from.
    """
    used = _used(form, plan)
    came = {(subject, item) for subject, item in _came(plan, replies)}
    unused = sorted(item for subject, item in came if item not in used.get(subject, frozenset()))
    return Usage(len(came), tuple(unused))


def _came(plan: Plan, replies: Mapping[CallId, Reply]) -> Iterator[tuple[SubjectId, ItemId]]:
    for call in plan.calls:
        reply = replies.get(call.id)
        data = reply.data if reply is not None and reply.outcome == "answered" else {}
        for attribute in call.register.attributes:
            if attribute.asks in call.fields and data.get(attribute.asks) is not None:
                yield call.subject, attribute.item
                yield from ((call.subject, column.item) for column in attribute.columns)


def _used(form: Form, plan: Plan) -> dict[SubjectId, frozenset[ItemId]]:
    found = {subject: _for_rights(lists) for subject, lists in plan.standing.items()}
    for role, items in plan.wanted.items():
        subject = plan.subjects[role].subject
        found[subject] = found.get(subject, frozenset()).union(
            items, _columns(form, role, items), _leading(form, role, plan.subjects)
        )
    return found


def _leading(form: Form, role: Role, played: Container[Role]) -> Iterator[ItemId]:
    """Yield the items of this role that somebody who plays another was reached by."""
    for other, rule in form.roles.items():
        if other in played:
            yield from (way.item for way in rule.via if way.role == role and way.item is not None)


def _for_rights(lists: frozenset[ItemId]) -> frozenset[ItemId]:
    return lists.union(*(_READ_FOR_RIGHTS.get(each, frozenset()) for each in lists))


def _columns(form: Form, role: Role, items: frozenset[ItemId]) -> Iterator[ItemId]:
    """Yield the items that the rows of this role's wanted lists are filled from."""
    for rows in form.lists.values():
        if rows.role != role or rows.item not in items:
            continue
        for column in rows.columns:
            if column.policy in OURS:
                yield from () if column.item is None else (column.item,)
                yield from () if column.derive is None else column.derive.sources
