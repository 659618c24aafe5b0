"""The rules of asking and of answering, each at its edge."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.consent.request import (
    AlreadyDecided,
    AskingOneself,
    BadExpiry,
    Block,
    Choice,
    ItemNotAsked,
    ItemNotBound,
    Request,
    RequestExpired,
    RequestId,
    TooManyOpen,
    answered,
    repeats,
)
from chalicelib.consent.service import Consents, KeyReused, NoSuchProcedure, NoSuchRole
from chalicelib.kernel.errors import AppError, Contention, NotFound
from chalicelib.kernel.ids import ItemId, ProcedureCode
from chalicelib.turns import Once
from tests.support.clock import START, VirtualClock
from tests.support.consents import (
    ALL,
    AN,
    BINH,
    ITEMS,
    MARRIAGE,
    NAME,
    MemoryConsents,
    TwoPurposes,
    a_wish,
    open_requests,
    who,
)
from tests.support.ids import CountedIds
from tests.unit.consent.test_chain import HOUR, REQUEST

DAY = timedelta(days=1)
GRANT, REFUSE, BLOCK = Choice("grant"), Choice("refuse"), Choice("block")


@pytest.fixture
def store(clock: VirtualClock) -> MemoryConsents:
    return MemoryConsents(clock)


@pytest.fixture
def consents(store: MemoryConsents, clock: VirtualClock, ids: CountedIds) -> Consents:
    return Consents(store, TwoPurposes(), clock, ids)


def decided(choice: Choice, hours: int = 1) -> Request:
    return answered(REQUEST, choice, START + hours * HOUR)


def test_left_out_all_that_the_role_binds_is_asked_for(consents: Consents) -> None:
    assert frozenset(consents.ask(who(AN), a_wish(), None).items) == ITEMS


@pytest.mark.parametrize(
    ("wish", "error", "place"),
    [
        ({"procedure": ProcedureCode("9.999999")}, NoSuchProcedure, "/procedure"),
        ({"role": "priest"}, NoSuchRole, "/role"),
        ({"role": "witness"}, NoSuchRole, "/role"),
        ({"items": (NAME, ItemId("health.blood_type"))}, ItemNotBound, "/items/1"),
        ({"subject": AN}, AskingOneself, "/personal_id"),
    ],
)
def test_a_wish_that_cannot_be_asked_says_where(
    store: MemoryConsents, consents: Consents, wish: dict[str, Any], error: type[AppError], place: str
) -> None:
    with pytest.raises(error) as raised:
        consents.ask(who(AN), a_wish(**wish), None)
    assert [each.pointer for each in raised.value.problems] == [place]
    assert not store.events


def test_a_grant_is_for_all_items_and_three_days_unless_said_otherwise() -> None:
    plain, chosen = decided(GRANT).answer, decided(Choice("grant", (ItemId("b"),), START + 2 * HOUR)).answer
    assert plain is not None
    assert chosen is not None
    assert (plain.items, plain.expires_at) == (REQUEST.items, START + 73 * HOUR)
    assert (chosen.items, chosen.expires_at) == (("b",), START + 2 * HOUR)


@pytest.mark.parametrize("until", [START, START + HOUR, START + HOUR + 30 * DAY + timedelta(milliseconds=1)])
def test_a_consent_ends_after_it_begins_and_within_thirty_days(until: object) -> None:
    with pytest.raises(BadExpiry):
        decided(Choice("grant", None, until))  # type: ignore[arg-type]


def test_only_what_was_asked_for_can_be_granted() -> None:
    with pytest.raises(ItemNotAsked) as raised:
        decided(Choice("grant", (ItemId("a"), ItemId("z"))))
    assert [each.pointer for each in raised.value.problems] == ["/items/1"]


@pytest.mark.parametrize("choice", [GRANT, REFUSE, BLOCK])
def test_after_seven_days_nothing_can_be_decided(choice: Choice) -> None:
    assert answered(REQUEST, choice, START + 7 * DAY - timedelta(milliseconds=1)).answer is not None
    with pytest.raises(RequestExpired):
        answered(REQUEST, choice, START + 7 * DAY)


def test_the_same_choice_again_is_the_same_and_another_is_refused() -> None:
    until = START + 9 * HOUR
    made = decided(Choice("grant", (ItemId("a"), ItemId("b")), until))
    assert made.answer is not None
    for again in (Choice("grant", (ItemId("b"), ItemId("a"))), Choice("grant", (ItemId("a"), ItemId("b")), until)):
        assert repeats(made.answer, made, again)
    for other in (GRANT, Choice("grant", (ItemId("a"), ItemId("b")), until + HOUR), REFUSE, BLOCK):
        with pytest.raises(AlreadyDecided):
            repeats(made.answer, made, other)


@pytest.mark.parametrize(
    ("choice", "seen", "told"),
    [(None, "open", "open"), (GRANT, "granted", "granted"), (REFUSE, "refused", "refused"), (BLOCK, "blocked", "open")],
)
def test_of_a_block_the_asker_is_told_nothing(choice: Choice | None, seen: str, told: str) -> None:
    request = REQUEST if choice is None else decided(choice)
    assert (request.status(START + HOUR), request.status_for_asker(START + HOUR)) == (seen, told)
    later = START + 8 * DAY
    assert request.status_for_asker(later) == ("expired" if told == "open" else told)


def test_a_block_hides_what_came_before_it_was_lifted_and_then_no_more() -> None:
    block = Block("B", START + HOUR)
    assert (block.hides(REQUEST), block.forgotten_at) == (True, None)
    for lifted_at, hidden in ((START, True), (START - HOUR, False)):
        assert Block("B", START, lifted_at).hides(REQUEST) is hidden


def act(consents: Consents, what: str, request: Request) -> Callable[[], object]:
    """Return something that one of the two does."""
    acts: dict[str, Callable[[], object]] = {
        "grant": lambda: consents.decide(who(BINH), request.id, GRANT),
        "grant less": lambda: consents.decide(who(BINH), request.id, Choice("grant", (NAME,))),
        "refuse": lambda: consents.decide(who(BINH), request.id, REFUSE),
        "block": lambda: consents.decide(who(BINH), request.id, BLOCK),
        "ask": lambda: consents.ask(who(AN), a_wish(), None),
    }
    return acts[what]


@pytest.mark.parametrize("first", ["grant", "grant less", "refuse", "block"])
@pytest.mark.parametrize("second", ["grant", "refuse", "block"])
def test_of_two_decisions_at_once_the_first_stands(
    store: MemoryConsents, consents: Consents, first: str, second: str
) -> None:
    request = consents.ask(who(AN), a_wish(), None)
    store.meanwhile = act(consents, first, request)
    late = act(consents, second, request)
    if first == second:
        assert late() == store.asked[request.id].request
    else:
        with pytest.raises(AlreadyDecided):
            late()
    assert len(store.events) == 2


def test_four_requests_at_once_leave_three(store: MemoryConsents, consents: Consents) -> None:
    def nested(left: int) -> None:
        if left:
            store.meanwhile = lambda: nested(left - 1)
            consents.ask(who(AN), a_wish(), None)

    store.meanwhile = lambda: nested(3)
    with pytest.raises(TooManyOpen):
        consents.ask(who(AN), a_wish(), None)
    assert len(open_requests(consents, AN)) == 3


def test_a_withdrawal_that_meets_a_new_grant_ends_that_too_if_it_is_the_same_consent(
    store: MemoryConsents, consents: Consents
) -> None:
    first = consents.decide(who(BINH), consents.ask(who(AN), a_wish(), None).id, GRANT)
    assert first.answer is not None
    assert first.answer.consent is not None
    store.meanwhile = act(consents, "grant", consents.ask(who(AN), a_wish(), None))
    gone = consents.withdraw(who(BINH), first.answer.consent)
    assert (gone.id, gone.number, gone.state) == (first.answer.consent, 3, "withdrawn")


def test_a_grant_that_meets_a_withdrawal_begins_anew(store: MemoryConsents, consents: Consents) -> None:
    first = consents.decide(who(BINH), consents.ask(who(AN), a_wish(), None).id, GRANT).answer
    second = consents.ask(who(AN), a_wish(), None)
    assert first is not None
    assert first.consent is not None
    consent = first.consent
    store.meanwhile = lambda: consents.withdraw(who(BINH), consent)
    late = consents.decide(who(BINH), second.id, GRANT).answer
    assert late is not None
    assert (late.consent != consent, late.revision) == (True, 1)
    assert {each.consent.state for each in consents.consents(who(AN), "received", ALL).entries} == {
        "granted",
        "withdrawn",
    }


def test_one_who_always_loses_is_told_so(store: MemoryConsents, consents: Consents) -> None:
    request = consents.ask(who(AN), a_wish(), None)

    def spoil() -> None:
        found = store.asked[request.id]
        store.asked[request.id] = type(found)(found.request, found.private, found.version + "!")
        store.meanwhile = spoil

    store.meanwhile = spoil
    with pytest.raises(Contention):
        consents.decide(who(BINH), request.id, GRANT)


def test_nobody_decides_for_another(consents: Consents) -> None:
    request = consents.ask(who(AN), a_wish(), None)
    for choice in (GRANT, REFUSE, BLOCK):
        with pytest.raises(NotFound):
            consents.decide(who(AN), request.id, choice)
        with pytest.raises(NotFound):
            consents.decide(who(BINH), RequestId("R-never"), choice)


def test_a_key_stands_for_one_wish(consents: Consents) -> None:
    first = consents.ask(who(AN), a_wish(), Once("k", "one"))
    assert consents.ask(who(AN), a_wish(), Once("k", "one")) == first
    with pytest.raises(KeyReused):
        consents.ask(who(AN), a_wish(), Once("k", "two"))


def test_events_hold_ids_codes_and_counts_alone(store: MemoryConsents, consents: Consents) -> None:
    request = consents.ask(who(AN), a_wish(note="riêng tư"), None)
    consents.decide(who(BINH), request.id, Choice("grant", (NAME,)))
    asked, granted = store.events
    assert (asked.kind, asked.subject, asked.data) == (
        "consent.requested",
        request.id,
        {"request": request.id, "procedure": MARRIAGE, "items": 3},
    )
    assert (granted.kind, granted.data["items"], granted.data["revision"]) == ("consent.granted", 1, 1)
