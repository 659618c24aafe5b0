"""Requests, decisions, blocks, withdrawals and time passing, in any order, against a plain model of the rules.

Two people who ask each other and everybody else, and one id that belongs to nobody. What the model says, both sides
must see, and what may be used must be what was granted and not taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar, Final, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chalicelib.audit.model import Head, first_break
from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.consent.chain import links
from chalicelib.consent.port import ConsentStore, Direction, Side
from chalicelib.consent.request import AlreadyDecided, Choice, Decision, RequestExpired, RequestId, TooManyOpen
from chalicelib.consent.service import Consents
from chalicelib.consent.store import TableConsents
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.consents import ALL, ITEMS, MemoryConsents, TwoPurposes, a_wish, who
from tests.support.ids import CountedIds

Stores: TypeAlias = Callable[[VirtualClock], ConsentStore]
_WEEK, _KEPT, _LASTS = timedelta(days=7), timedelta(days=30), timedelta(hours=72)
_FRESH: Final = count(100)
_IDS: Final = CountedIds()
SOME_ITEMS: Final = st.one_of(st.none(), st.sets(st.sampled_from(sorted(ITEMS)), min_size=1).map(sorted).map(tuple))


@dataclass
class Asked:
    """A request as the rules have it."""

    asker: PersonalId
    subject: PersonalId
    items: frozenset[ItemId]
    at: datetime
    decision: str | None = None
    hidden: bool = False

    def told(self, now: datetime, person: PersonalId) -> str:
        decision = None if person == self.asker and self.decision == "block" else self.decision
        over = now >= self.at + _WEEK
        names = {"grant": "granted", "refuse": "refused", "block": "blocked"}
        return ("expired" if over else "open") if decision is None else names[decision]


@dataclass
class Held:
    """A consent as the rules have it."""

    giver: PersonalId
    receiver: PersonalId
    items: frozenset[ItemId]
    until: datetime
    is_withdrawn: bool = False

    def status(self, now: datetime) -> str:
        return "withdrawn" if self.is_withdrawn else "expired" if now >= self.until else "granted"


@dataclass
class Rules:
    """What must be, kept as simply as can be."""

    asked: dict[RequestId, Asked] = field(default_factory=dict)
    held: dict[ConsentId, Held] = field(default_factory=dict)
    blocks: set[tuple[PersonalId, PersonalId]] = field(default_factory=set)
    changes: int = 0

    def open(self, asker: PersonalId, subject: PersonalId, now: datetime) -> int:
        mine = (each for each in self.asked.values() if (each.asker, each.subject) == (asker, subject))
        # A place is kept a second longer than its request.
        return sum(each.decision in {None, "block"} and now < each.at + _WEEK + timedelta(seconds=1) for each in mine)

    def live(self, giver: PersonalId, receiver: PersonalId, now: datetime) -> Held | None:
        found = (each for each in self.held.values() if (each.giver, each.receiver) == (giver, receiver))
        return next((each for each in found if each.status(now) == "granted"), None)


class ConsentMachine(RuleBasedStateMachine):
    """The service and the rules side by side."""

    store: ClassVar[Any] = None

    def __init__(self) -> None:
        super().__init__()
        number = next(_FRESH)
        self.an, self.binh, self.nobody = (PersonalId(f"001090{number:03d}{last:03d}") for last in range(3))
        self.clock, self.must = VirtualClock(), Rules()
        made: ConsentStore = self.store(self.clock)
        self.kept = made
        self.consents = Consents(made, TwoPurposes(), self.clock, _IDS)

    people = st.sampled_from(["an", "binh"])

    def other(self, person: str) -> PersonalId:
        return self.binh if person == "an" else self.an

    @rule(person=people, of_nobody=st.booleans(), items=SOME_ITEMS)
    def ask(self, person: str, of_nobody: bool, items: tuple[ItemId, ...] | None) -> None:
        asker: PersonalId = getattr(self, person)
        subject, now = self.nobody if of_nobody else self.other(person), self.clock.now()
        if self.must.open(asker, subject, now) >= 3:
            with pytest.raises(TooManyOpen):
                self.consents.ask(who(asker), a_wish(subject, items=items), None)
            return
        request = self.consents.ask(who(asker), a_wish(subject, items=items), None)
        hidden = (subject, asker) in self.must.blocks
        self.must.asked[request.id] = Asked(asker, subject, frozenset(items or ITEMS), now, hidden=hidden)
        self.must.changes += 1

    @precondition(lambda self: self.must.asked)
    @rule(data=st.data(), decision=st.sampled_from(["grant", "grant", "grant", "refuse", "block"]), items=SOME_ITEMS)
    def decide(self, data: st.DataObject, decision: Decision, items: tuple[ItemId, ...] | None) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.must.asked)))
        asked, now = self.must.asked[id_], self.clock.now()
        person = data.draw(st.sampled_from([asked.subject, asked.subject, asked.asker]))
        chosen = tuple(each for each in items or () if each in asked.items) or None
        choice = Choice(decision, chosen if decision == "grant" else None)
        error = self._refusal(asked, person, choice, now)
        if error is not None:
            with pytest.raises(error):
                self.consents.decide(who(person), id_, choice)
        elif asked.decision is not None:
            self._again(id_, person, choice)
        else:
            answer = self.consents.decide(who(person), id_, choice).answer
            assert answer is not None
            self._decided(asked, choice, now, answer.consent)

    def _refusal(self, asked: Asked, person: PersonalId, choice: Choice, now: datetime) -> type[Exception] | None:
        if person != asked.subject or now >= asked.at + _KEPT:
            return NotFound
        if asked.decision is not None and asked.decision != choice.decision:
            return AlreadyDecided
        return RequestExpired if asked.decision is None and now >= asked.at + _WEEK else None

    def _again(self, id_: RequestId, person: PersonalId, choice: Choice) -> None:
        try:
            first = self.consents.decide(who(person), id_, choice).answer
        except AlreadyDecided:
            assert choice.decision == "grant"
        else:
            assert first == self.consents.decide(who(person), id_, choice).answer

    def _decided(self, asked: Asked, choice: Choice, now: datetime, consent: ConsentId | None) -> None:
        asked.decision = choice.decision
        self.must.changes += 1
        if choice.decision == "block":
            self.must.blocks.add((asked.subject, asked.asker))
            for each in self.must.asked.values():
                each.hidden |= (each.subject, each.asker) == (asked.subject, asked.asker)
        if choice.decision == "grant":
            items = frozenset(asked.items if choice.items is None else choice.items)
            before = self.must.live(asked.subject, asked.asker, now)
            assert consent is not None
            goes_on = before is not None and before.items <= items
            assert (consent in self.must.held) is goes_on
            assert not goes_on or self.must.held[consent] is before
            if before is not None and not goes_on:
                before.is_withdrawn = True
            self.must.held[consent] = Held(asked.subject, asked.asker, items, now + _LASTS)

    @precondition(lambda self: self.must.held)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.must.held)))
        held, now = self.must.held[id_], self.clock.now()
        with pytest.raises(NotFound):
            self.consents.withdraw(who(held.receiver), id_)
        if held.status(now) == "granted":
            held.is_withdrawn = True
            self.must.changes += 1
        assert self.consents.withdraw(who(held.giver), id_).status(now) == held.status(now)

    @precondition(lambda self: self.must.blocks)
    @rule(data=st.data())
    def unblock(self, data: st.DataObject) -> None:
        person, asker = data.draw(st.sampled_from(sorted(self.must.blocks)))
        page = self.consents.blocks(who(person), ALL).entries
        (block,) = [each.block for each in page if each.asker == asker]
        with pytest.raises(NotFound):
            self.consents.unblock(who(asker), block.id)
        self.consents.unblock(who(person), block.id)
        self.must.blocks.remove((person, asker))
        self.must.changes += 1
        # What is asked in the same instant counts as asked before.
        self.clock.advance(1)

    @rule(hours=st.sampled_from([1, 24, 73, 168, 700]))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours * 3600)

    @invariant()
    def both_sides_see_what_the_rules_say(self) -> None:
        for person in (self.an, self.binh, self.nobody):
            self._sees_requests(person, "received")
            self._sees_requests(person, "sent")
            self._sees_consents(person, "given")
            self._sees_consents(person, "received")
            blocked = {each.asker for each in self.consents.blocks(who(person), ALL).entries}
            assert blocked == {asker for giver, asker in self.must.blocks if giver == person}

    def _sees_requests(self, person: PersonalId, direction: Direction) -> None:
        now = self.clock.now()
        received = direction == "received"
        seen = {
            each.request.id: each.request.status(now) if received else each.request.status_for_asker(now)
            for each in self.consents.requests(who(person), direction, ALL).entries
        }
        assert seen == {
            id_: each.told(now, person)
            for id_, each in self.must.asked.items()
            if person == (each.subject if received else each.asker)
            and now < each.at + _KEPT
            and not (received and each.hidden)
        }

    def _sees_consents(self, person: PersonalId, side: Side) -> None:
        now = self.clock.now()
        seen = {
            each.consent.id: (each.other, each.consent.status(now), frozenset(each.consent.items))
            for each in self.consents.consents(who(person), side, ALL).entries
        }
        assert seen == {
            id_: (each.receiver if side == "given" else each.giver, each.status(now), each.items)
            for id_, each in self.must.held.items()
            if person == (each.giver if side == "given" else each.receiver)
        }

    @invariant()
    def at_most_one_consent_between_two_people_holds(self) -> None:
        now = self.clock.now()
        for giver, receiver in ((self.an, self.binh), (self.binh, self.an)):
            pair = [each for each in self.must.held.values() if (each.giver, each.receiver) == (giver, receiver)]
            assert sum(each.status(now) == "granted" for each in pair) <= 1

    def teardown(self) -> None:
        if isinstance(self.kept, MemoryConsents):
            assert len(self.kept.events) == self.must.changes
            for revisions in self.kept.revisions.values():
                assert first_break(links(revisions), Head()) is None


def run(store: Stores, examples: int, steps: int) -> None:
    """Run the machine over stores that `store` makes from a clock."""

    class Machine(ConsentMachine):
        pass

    Machine.store = staticmethod(store)
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        # An example is short enough to be read as it is found.
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(Machine, settings=wanted)


def test_the_rules_hold_in_memory() -> None:
    run(MemoryConsents, 40, 30)


@pytest.fixture
def engine(simulated: Home) -> Stores:
    known, ids = simulated.settings, CountedIds()

    def made(clock: VirtualClock) -> TableConsents:
        table = Table(simulated.clients, known.state_table, known.outbox_table, clock, ids)
        return TableConsents(table, Keys(simulated.clients, known.data_key, known.mac_key, clock))

    return made


def test_the_rules_hold_in_the_table(engine: Stores) -> None:
    run(engine, 2, 12)


@pytest.mark.prove
def test_the_rules_hold_over_many_steps() -> None:
    run(MemoryConsents, 400, 50)
