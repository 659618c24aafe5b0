"""The consent store keeps its contract on both engines, and so does the one in memory that properties run on."""

from datetime import timedelta

import pytest

from chalicelib.audit.model import Head, first_break
from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.consent.chain import Consent, links
from chalicelib.consent.model import Grant
from chalicelib.consent.places import grant_item, revision_item
from chalicelib.consent.port import Bounds, ConsentStore
from chalicelib.consent.request import Choice, RequestExpired, TooManyOpen
from chalicelib.consent.service import Consents, KeyReused
from chalicelib.consent.store import TableConsents, read_grant
from chalicelib.consent.stored import read_standing
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import ClientId, ConsentId, PersonalId
from chalicelib.turns import Once
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.consents import (
    ALL,
    AN,
    BINH,
    BIRTH,
    BIRTH_DATE,
    ETHNICITY,
    ITEMS,
    MARRIAGE,
    NAME,
    NOBODY,
    PORTAL,
    MemoryConsents,
    TwoPurposes,
    a_wish,
    open_requests,
    who,
)
from tests.support.engines import FIRST, SECOND
from tests.support.ids import CountedIds

ONE_READ, ONE_WRITE = {"BatchGetItem": 1}, {"TransactWriteItems": 1}


@pytest.fixture
def table(home: Home, clock: VirtualClock, ids: CountedIds) -> Table:
    return Table(home.clients, home.settings.state_table, home.settings.outbox_table, clock, ids)


@pytest.fixture
def keys(home: Home, clock: VirtualClock) -> Keys:
    found = Keys(home.clients, home.settings.data_key, home.settings.mac_key, clock)
    found.ref(AN)
    return found


@pytest.fixture(params=["memory", FIRST, SECOND])
def store(request: pytest.FixtureRequest, clock: VirtualClock, ids: CountedIds) -> ConsentStore:
    if request.param == "memory":
        return MemoryConsents(clock)
    home = request.getfixturevalue({"moto": "simulated", "ministack": "embedded"}[request.param])
    settings = home.settings
    table = Table(home.clients, settings.state_table, settings.outbox_table, clock, ids)
    return TableConsents(table, Keys(home.clients, settings.data_key, settings.mac_key, clock))


@pytest.fixture
def consents(store: ConsentStore, clock: VirtualClock, ids: CountedIds) -> Consents:
    return Consents(store, TwoPurposes(), clock, ids)


def granted(consents: Consents, **choice: object) -> Consent:
    request = consents.ask(who(AN), a_wish(), None)
    answered = consents.decide(who(BINH), request.id, Choice("grant", **choice))  # type: ignore[arg-type]
    assert answered.answer is not None
    assert answered.answer.consent is not None
    return held(consents, answered.answer.consent)


def held(consents: Consents, id_: ConsentId, giver: PersonalId = BINH) -> Consent:
    found = consents.consents(who(giver), "given", ALL).entries
    return next(each.consent for each in found if each.consent.id == id_)


def test_a_request_is_with_the_person_asked_and_with_the_asker_and_with_nobody_else(consents: Consents) -> None:
    request = consents.ask(who(AN), a_wish(note="Em ơi"), None)
    (received,) = consents.requests(who(BINH), "received", ALL).entries
    (sent,) = consents.requests(who(AN), "sent", ALL).entries
    assert received == sent
    assert (received.request, received.private.asker, received.private.subject) == (request, AN, BINH)
    assert received.private.note == "Em ơi"
    assert not consents.requests(who(BINH), "sent", ALL).entries
    assert not consents.requests(who(AN), "received", ALL).entries
    assert not consents.requests(who(NOBODY), "received", ALL).entries


def test_a_grant_is_held_by_both_and_allows_what_was_granted(consents: Consents) -> None:
    consent = granted(consents, items=(NAME,))
    assert consent.grant == Grant(consent.id, frozenset({NAME}), consents.clock.now() + timedelta(hours=72))
    (given,) = consents.consents(who(BINH), "given", ALL).entries
    (received,) = consents.consents(who(AN), "received", ALL).entries
    assert (given.consent, given.other) == (consent, AN)
    assert (received.consent, received.other) == (consent, BINH)
    assert not consents.consents(who(AN), "given", ALL).entries


def test_a_wider_grant_goes_on_with_the_consent_and_a_narrower_one_begins_another(consents: Consents) -> None:
    first = granted(consents, items=(NAME,))
    wider = granted(consents)
    assert (wider.id, wider.number, frozenset(wider.items)) == (first.id, 2, ITEMS)
    narrower = granted(consents, items=(ETHNICITY,))
    assert (narrower.id != first.id, narrower.number) == (True, 1)
    assert held(consents, first.id).state == "withdrawn"


def test_after_a_withdrawal_or_its_end_a_consent_is_not_taken_up_again(consents: Consents, clock: VirtualClock) -> None:
    first = granted(consents)
    assert consents.withdraw(who(BINH), first.id).state == "withdrawn"
    second = granted(consents)
    clock.advance(73 * 3600)
    third = granted(consents)
    assert len({first.id, second.id, third.id}) == 3
    assert consents.withdraw(who(BINH), second.id) == second
    assert held(consents, third.id) == third


def test_a_withdrawal_again_changes_nothing_and_only_the_giver_may(consents: Consents) -> None:
    consent = granted(consents)
    for stranger in (AN, NOBODY):
        with pytest.raises(NotFound):
            consents.withdraw(who(stranger), consent.id)
    once = consents.withdraw(who(BINH), consent.id)
    assert (once.number, consents.withdraw(who(BINH), consent.id)) == (2, once)


def test_the_same_key_gives_the_first_request_again(consents: Consents) -> None:
    once = Once("key-1", "digest-1")
    first = consents.ask(who(AN), a_wish(), once)
    consents.decide(who(BINH), first.id, Choice("grant"))
    assert consents.ask(who(AN), a_wish(), once) == first
    assert len(consents.requests(who(AN), "sent", ALL).entries) == 1
    with pytest.raises(KeyReused):
        consents.ask(who(AN), a_wish(role="groom"), Once("key-1", "digest-2"))
    assert consents.ask(who(BINH), a_wish(AN), once).id != first.id


def test_three_are_open_at_most_whoever_is_asked_and_an_answer_makes_room(
    consents: Consents, clock: VirtualClock
) -> None:
    for subject in (BINH, NOBODY):
        first, *_ = [consents.ask(who(AN), a_wish(subject), None) for _ in range(3)]
        with pytest.raises(TooManyOpen):
            consents.ask(who(AN), a_wish(subject), None)
        if subject == BINH:
            consents.decide(who(BINH), first.id, Choice("refuse"))
            consents.ask(who(AN), a_wish(subject), None)
            with pytest.raises(TooManyOpen):
                consents.ask(who(AN), a_wish(subject), None)
    consents.ask(who(BINH), a_wish(AN), None)
    clock.advance(7 * 86400)
    with pytest.raises(TooManyOpen):
        consents.ask(who(AN), a_wish(), None)
    clock.advance(1)
    assert consents.ask(who(AN), a_wish(), None)


def test_a_block_leaves_the_place_taken_and_hides_what_comes_and_came(consents: Consents, clock: VirtualClock) -> None:
    first, second = (consents.ask(who(AN), a_wish(), None) for _ in range(2))
    consents.decide(who(BINH), first.id, Choice("block"))
    third = consents.ask(who(AN), a_wish(), None)
    assert {each.request.id for each in open_requests(consents, AN)} == {first.id, second.id, third.id}
    assert not consents.requests(who(BINH), "received", ALL).entries
    with pytest.raises(TooManyOpen):
        consents.ask(who(AN), a_wish(), None)
    clock.advance(7 * 86400 + 2)
    assert consents.ask(who(AN), a_wish(), None)
    assert not consents.requests(who(BINH), "received", ALL).entries


def test_a_lifted_block_shows_what_is_asked_from_then_on(consents: Consents, clock: VirtualClock) -> None:
    request = consents.ask(who(AN), a_wish(), None)
    consents.decide(who(BINH), request.id, Choice("block"))
    (blocked,) = consents.blocks(who(BINH), ALL).entries
    assert blocked.asker == AN
    assert not consents.blocks(who(AN), ALL).entries
    with pytest.raises(NotFound):
        consents.unblock(who(AN), blocked.block.id)
    consents.unblock(who(BINH), blocked.block.id)
    consents.unblock(who(BINH), blocked.block.id)
    assert not consents.blocks(who(BINH), ALL).entries
    assert not consents.requests(who(BINH), "received", ALL).entries
    clock.advance(1)
    later = consents.ask(who(AN), a_wish(), None)
    assert [each.request.id for each in consents.requests(who(BINH), "received", ALL).entries] == [later.id]


def test_after_thirty_days_neither_side_sees_the_request(consents: Consents, clock: VirtualClock) -> None:
    request = consents.ask(who(AN), a_wish(), None)
    clock.advance(7 * 86400)
    with pytest.raises(RequestExpired):
        consents.decide(who(BINH), request.id, Choice("grant"))
    clock.advance(23 * 86400)
    assert not consents.requests(who(AN), "sent", ALL).entries
    with pytest.raises(NotFound):
        consents.decide(who(BINH), request.id, Choice("grant"))


def test_lists_are_read_by_page_newest_first(consents: Consents) -> None:
    asked = [consents.ask(who(AN), a_wish(), None).id for _ in range(3)]
    for person, direction in ((BINH, "received"), (AN, "sent")):
        first = consents.requests(who(person), direction, Bounds(None, 2))  # type: ignore[arg-type]
        rest = consents.requests(who(person), direction, Bounds(first.next, 2))  # type: ignore[arg-type]
        assert [each.request.id for each in (*first.entries, *rest.entries)] == asked[::-1]
        assert rest.next is None
    for purpose in (MARRIAGE, BIRTH):
        consents.decide(who(BINH), asked.pop(), Choice("grant"))
        consents.ask(who(AN), a_wish(procedure=purpose), None)
    page = consents.consents(who(AN), "received", Bounds(None, 1))
    assert len(page.entries) == 1


# Of the table alone: what it costs, and what stands in it.


@pytest.fixture
def kept(table: Table, keys: Keys, clock: VirtualClock, ids: CountedIds) -> Consents:
    return Consents(TableConsents(table, keys), TwoPurposes(), clock, ids)


def test_the_chain_of_revisions_verifies_and_the_grant_is_read_in_one_item(
    kept: Consents, table: Table, keys: Keys
) -> None:
    first = granted(kept, items=(NAME,))
    granted(kept, items=(NAME, BIRTH_DATE))
    place = grant_item(keys.ref(BINH), MARRIAGE, keys.ref(AN))
    grant = read_grant(table.read([place])[place], PORTAL)
    assert grant is not None
    assert (grant.id, grant.items) == (first.id, frozenset({NAME, BIRTH_DATE}))
    assert read_grant(table.read([place])[place], ClientId("another-portal")) is None
    kept.withdraw(who(BINH), first.id)
    assert read_grant(table.read([place])[place], PORTAL) is None
    places = [revision_item(first.id, number) for number in (1, 2, 3)]
    found = table.read(places)
    chain = links(read_standing(found[each]) for each in places)
    assert first_break(chain, Head()) is None
    assert first_break([chain[0], chain[2]], Head()) == 2


def test_each_use_case_costs_a_read_or_two_and_one_transaction(home: Home, kept: Consents) -> None:
    def cost(act: object) -> dict[str, int]:
        with counting(home.clients.dynamodb, home.clients.kms) as calls:
            act()  # type: ignore[operator]
        return dict(calls)

    request = kept.ask(who(AN), a_wish(), Once("k", "d"))
    again = kept.ask(who(AN), a_wish(), None)
    grant, refuse = Choice("grant"), Choice("refuse")
    assert cost(lambda: kept.ask(who(AN), a_wish(), Once("k2", "d"))) == {**ONE_READ, **ONE_WRITE}
    assert cost(lambda: kept.ask(who(AN), a_wish(), Once("k", "d"))) == {"BatchGetItem": 2}
    assert cost(lambda: kept.decide(who(BINH), request.id, grant)) == {"BatchGetItem": 2, **ONE_WRITE}
    assert cost(lambda: kept.decide(who(BINH), request.id, grant)) == ONE_READ
    assert cost(lambda: kept.decide(who(BINH), again.id, refuse)) == {**ONE_READ, **ONE_WRITE}
    (given,) = kept.consents(who(BINH), "given", ALL).entries
    assert cost(lambda: kept.withdraw(who(BINH), given.consent.id)) == {**ONE_READ, **ONE_WRITE}
    assert cost(lambda: kept.withdraw(who(BINH), given.consent.id)) == ONE_READ
    assert cost(lambda: kept.requests(who(BINH), "received", ALL)) == {"Query": 1, **ONE_READ}
    assert cost(lambda: kept.requests(who(AN), "sent", ALL)) == {"Query": 1, **ONE_READ}
    assert cost(lambda: kept.consents(who(BINH), "given", ALL)) == {"Query": 1, **ONE_READ}
    assert cost(lambda: kept.blocks(who(BINH), ALL)) == {"Query": 1}


def test_asking_costs_the_same_whoever_is_asked(home: Home, kept: Consents) -> None:
    granted(kept)
    blocking = kept.ask(who(AN), a_wish(), None)
    kept.decide(who(BINH), blocking.id, Choice("block"))
    found = []
    for subject in (BINH, NOBODY):
        with counting(home.clients.dynamodb, home.clients.kms, home.clients.s3) as calls:
            kept.ask(who(AN), a_wish(subject), Once(f"key of {subject}", "d"))
        found.append(dict(calls))
    assert found == [{**ONE_READ, **ONE_WRITE}] * 2


def test_nothing_that_is_stored_names_a_person(home: Home, kept: Consents) -> None:
    consent = granted(kept)
    kept.withdraw(who(BINH), consent.id)
    request = kept.ask(who(AN), a_wish(note="Chim Hoàng Yến"), Once(AN, "d"))
    kept.decide(who(BINH), request.id, Choice("block"))
    kept.ask(who(AN), a_wish(note="Chim Hoàng Yến"), None)
    settings = home.settings
    rows = [
        row
        for table in (settings.state_table, settings.outbox_table)
        for row in home.clients.dynamodb.scan(TableName=table)["Items"]
    ]
    assert len(rows) > 10
    assert not [row for row in rows if any(name in repr(row) for name in (AN, BINH, "Yến", "Y\\u1ebfn"))]
