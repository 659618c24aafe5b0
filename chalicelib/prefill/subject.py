"""What is known of whoever plays a role: each item weighed once, from what registers said and papers hold. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chalicelib.forms.model import Role
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.prefill.findings import Finding, Ground
from chalicelib.prefill.holdings import Holdings
from chalicelib.prefill.model import Absent, Context, FieldAnswer
from chalicelib.prefill.plan import Plan
from chalicelib.prefill.reasons import NO_JURISDICTION, NOT_ASKED, NOT_GRANTED, OWN_ONLY, refused
from chalicelib.prefill.weigh import weigh
from chalicelib.prefill.witness import Witness
from chalicelib.sources.model import Call, CallId, Reply
from chalicelib.vocabulary.model import Item

_ALL_ASKED: Final[Mapping[ItemId, FieldAnswer]] = {}


class Subject:
    """One subject: nothing is said of an item that the right to their data does not cover."""

    def __init__(
        self,
        ground: Ground,
        witnesses: Mapping[RegisterCode, Witness],
        holdings: Holdings,
        unasked: Mapping[ItemId, FieldAnswer] = _ALL_ASKED,
    ) -> None:
        self._ground = ground
        self._witnesses = witnesses
        self._holdings = holdings
        self._unasked = unasked
        self._heard: dict[ItemId, list[Finding]] = {}
        self._weighed: dict[ItemId, FieldAnswer] = {}

    def answer(self, item: ItemId) -> FieldAnswer:
        """Return what is said of an item, if anybody may say it."""
        found = self._weighed.get(item)
        if found is None:
            found = self._weighed[item] = self._weigh(self._ground.items[item])
        return found

    def standing(self, item: ItemId) -> Finding | None:
        """Return the word of the highest authority that has a value of the item."""
        return next((each for each in self._heard.get(item, ()) if not isinstance(each.value, Absent)), None)

    def _weigh(self, item: Item) -> FieldAnswer:
        if not self._ground.right.covers(item.id):
            return refused(self._ground.right) or self._ungranted(item.id)
        heard: list[Finding] = []
        for code in item.precedence:
            if code in self._witnesses:
                heard += self._witnesses[code].on(item)
        heard += self._holdings.on(item)
        self._heard[item.id] = heard
        if item.id in self._unasked and all(isinstance(each.value, Absent) for each in heard):
            return self._unasked[item.id]
        return weigh(item, heard, self._ground.items)

    def _ungranted(self, item: ItemId) -> FieldAnswer:
        """Return what is said of an item that a consent leaves out: of some, for no consent can open them."""
        return OWN_ONLY if self._unasked.get(item) is OWN_ONLY else NOT_GRANTED


def subject_of(
    role: Role, items: Mapping[ItemId, Item], plan: Plan, replies: Mapping[CallId, Reply], context: Context
) -> Subject:
    """Return what the plan's replies say of the role's subject, and what is held of them."""
    named = plan.subjects[role]
    ground = Ground(items, named.right, context.units, context.at)
    witnesses: dict[RegisterCode, Witness] = {}
    for call in plan.calls_for(role):
        code = call.register.code
        if code not in witnesses:
            witnesses[code] = Witness(call.register, ground)
        witnesses[code].hear(call, replies.get(call.id))
    unasked = dict.fromkeys(plan.unplaced, NO_JURISDICTION)
    if named.right.basis != "own":
        unasked |= dict.fromkeys(plan.own_only, OWN_ONLY)
    unasked |= dict.fromkeys(_left_out(plan.calls_for(role), replies), NOT_ASKED)
    return Subject(ground, witnesses, Holdings(context.held.get(named.subject, ()), ground), unasked)


def _left_out(calls: Iterable[Call], replies: Mapping[CallId, Reply]) -> Iterator[ItemId]:
    """Yield the items that are wanted now, and were not when the register was asked."""
    for call in calls:
        reply = replies.get(call.id)
        left = () if reply is None else reply.leaves(call)
        yield from (each.item for each in call.register.attributes if each.asks in left)
