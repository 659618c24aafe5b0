"""The prefill store and the access log keep their contract on both engines."""

from dataclasses import replace
from secrets import token_hex

import pytest

from chalicelib.audit.model import Access, Decision, Head, first_break
from chalicelib.audit.store import TableAccessLog
from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.consent.model import Grant
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import (
    CatalogueHash,
    ClientId,
    ConsentId,
    EventId,
    FormCode,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
    RegisterCode,
    SubjectId,
)
from chalicelib.prefill.job import Who
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.port import Claim, Done, Earlier, PrefillFull, Subject
from chalicelib.prefill.revision import LIFE, Opening, Revision
from chalicelib.prefill.store import TablePrefills
from chalicelib.sources.model import CallId, Reply
from chalicelib.turns import Once, Raced
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.ids import CountedIds

AN, BINH = PersonalId("001090999001"), PersonalId("079193999002")
PORTAL = ClientId("motlan-portal")
WHO = Who(AN, 2, PORTAL)
ONCE = Once("key-1", "digest-1")
MARRIAGE = ProcedureCode("1.000894")
EVENT = Event(EventId("E1"), "prefill.completed", "P1", VirtualClock().now())


@pytest.fixture
def keys(home: Home, clock: VirtualClock) -> Keys:
    return Keys(home.clients, home.settings.data_key, home.settings.mac_key, clock)


@pytest.fixture
def table(home: Home, clock: VirtualClock, ids: CountedIds) -> Table:
    return Table(home.clients, home.settings.state_table, home.settings.outbox_table, clock, ids)


@pytest.fixture
def store(table: Table, keys: Keys) -> TablePrefills:
    return TablePrefills(table, keys)


def a_subject(clock: VirtualClock, prefill: str = "P1") -> Subject:
    opening = Opening(AN, 2, {"groom": AN, "bride": BINH})
    form, catalogue = FormCode("to-khai-ket-hon"), CatalogueHash("c" * 64)
    return Subject(PrefillId(prefill), ProcedureCode("1.000894"), form, catalogue, clock.now(), opening)


def entries(clock: VirtualClock, *people: PersonalId) -> dict[SubjectId, Access]:
    def entry(person: PersonalId) -> Access:
        decision: Decision = "allowed" if person == AN else "no_consent"
        return Access(
            clock.now(), PrefillId("P1"), ProcedureCode("1.000894"), PORTAL, person == AN, 1, decision, (), ()
        )

    return {person: entry(person) for person in people}


def claimed(store: TablePrefills, clock: VirtualClock, once: Once | None = None) -> Claim:
    start = store.begin(WHO, frozenset({AN, BINH}), MARRIAGE, once)
    return start.claim(a_subject(clock), entries(clock, AN, BINH))


def a_revision(claim: Claim, clock: VirtualClock, number: int = 1) -> Revision:
    return Revision(claim.header, claim.opening, number, clock.now(), {}, Resolution({}))


def test_a_claim_stands_with_one_log_entry_for_each_person(
    store: TablePrefills, table: Table, keys: Keys, clock: VirtualClock
) -> None:
    claim = claimed(store, clock)
    assert store.find(AN, claim.header.id) == claim
    log = TableAccessLog(table, keys)
    assert [access.decision for _, access in log.page(AN, None, 10).entries] == ["allowed"]
    assert [access.decision for _, access in log.page(BINH, None, 10).entries] == ["no_consent"]


def test_opening_costs_one_batch_read_and_one_transaction(
    home: Home, store: TablePrefills, clock: VirtualClock
) -> None:
    with counting(home.clients.dynamodb) as calls:
        claimed(store, clock, ONCE)
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_a_key_used_before_is_found_with_what_it_stands_for(store: TablePrefills, clock: VirtualClock) -> None:
    claimed(store, clock, ONCE)
    assert store.begin(WHO, frozenset({AN}), MARRIAGE, ONCE).earlier == Earlier(PrefillId("P1"), same=True)
    assert store.begin(WHO, frozenset({AN}), MARRIAGE, replace(ONCE, body="digest-2")).earlier == Earlier(
        PrefillId("P1"), same=False
    )
    assert store.begin(replace(WHO, client=ClientId("other")), frozenset({AN}), MARRIAGE, ONCE).earlier is None
    assert store.begin(replace(WHO, person=BINH), frozenset({BINH}), MARRIAGE, ONCE).earlier is None


def test_of_two_claims_with_one_key_one_stands(store: TablePrefills, clock: VirtualClock) -> None:
    first, second = (store.begin(WHO, frozenset({AN}), MARRIAGE, ONCE) for _ in range(2))
    first.claim(a_subject(clock, "P1"), entries(clock, AN))
    with pytest.raises(Raced):
        second.claim(a_subject(clock, "P2"), entries(clock, AN))
    assert store.find(AN, PrefillId("P2")) is None


def test_a_log_grown_in_between_stops_the_claim_and_everything_with_it(
    store: TablePrefills, table: Table, keys: Keys, clock: VirtualClock
) -> None:
    late = store.begin(WHO, frozenset({AN, BINH}), MARRIAGE)
    claimed(store, clock)
    with pytest.raises(Raced):
        late.claim(a_subject(clock, "P2"), entries(clock, AN, BINH))
    assert len(TableAccessLog(table, keys).page(AN, None, 10).entries) == 1


def test_more_than_an_item_holds_is_refused_in_our_own_words(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    call, noise = CallId(RegisterCode("population"), AN), token_hex(500_000)
    revision = replace(a_revision(claim, clock), replies={call: Reply("answered", 5, clock.now(), {"name": noise})})
    with pytest.raises(PrefillFull):
        store.begin(WHO, frozenset(), MARRIAGE).conclude(revision, EVENT)
    assert store.find(AN, claim.header.id) == claim


def test_the_log_is_read_by_page_and_verifies(
    store: TablePrefills, table: Table, keys: Keys, clock: VirtualClock
) -> None:
    for _ in range(5):
        claimed(store, clock)
    log = TableAccessLog(table, keys)
    newest = log.page(AN, None, 3)
    oldest = log.page(AN, newest.next_before, 3)
    links = [link for link, _ in (*newest.entries, *oldest.entries)]
    assert [link.number for link in links] == [5, 4, 3, 2, 1]
    assert oldest.next_before is None
    assert first_break(reversed(links), Head()) is None


def test_a_revision_is_written_once_with_its_event(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    revision = a_revision(claim, clock)
    store.begin(WHO, frozenset({AN}), MARRIAGE).conclude(revision, EVENT)
    assert store.find(AN, claim.header.id) == revision
    with pytest.raises(Raced):
        store.begin(WHO, frozenset({AN}), MARRIAGE).conclude(revision, replace(EVENT, id=EventId("E2")))


def test_a_message_consumed_before_writes_no_second_revision(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    start = store.begin(WHO, frozenset({AN}), MARRIAGE)
    start.conclude(a_revision(claim, clock), EVENT)
    start.conclude(a_revision(claim, clock, 2), replace(EVENT, id=EventId("E2")), Done("worker", EVENT))
    with pytest.raises(Raced):
        start.conclude(a_revision(claim, clock, 3), replace(EVENT, id=EventId("E3")), Done("worker", EVENT))


def test_the_latest_and_the_numbered_revision_are_found(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    start = store.begin(WHO, frozenset({AN}), MARRIAGE)
    for number in (1, 2):
        start.conclude(a_revision(claim, clock, number), replace(EVENT, id=EventId(f"E{number}")))
    assert store.find(AN, claim.header.id) == a_revision(claim, clock, 2)
    assert store.find(AN, claim.header.id, 1) == a_revision(claim, clock, 1)
    assert store.resume(claim.header.id) == a_revision(claim, clock, 2)


def test_another_person_finds_nothing(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    assert store.find(BINH, claim.header.id) is None
    assert store.find(BINH, claim.header.id, 1) is None


def test_after_its_time_a_prefill_is_gone(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    clock.advance(LIFE.total_seconds())
    assert store.find(AN, claim.header.id) is None


def test_without_its_key_what_was_sealed_is_lost_for_good(
    home: Home, store: TablePrefills, clock: VirtualClock, keys: Keys
) -> None:
    claim = claimed(store, clock)
    home.clients.dynamodb.delete_item(
        TableName=home.settings.state_table, Key={"pk": {"S": f"C#{keys.ref(AN)}"}, "sk": {"S": "KEY"}}
    )
    with pytest.raises(Corrupt):
        store.find(AN, claim.header.id)


def test_a_prefill_taken_is_amended_once_and_a_second_hand_races(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    store.begin(WHO, frozenset({AN}), MARRIAGE).conclude(a_revision(claim, clock), EVENT)
    first, second = (store.take(WHO, claim.header.id) for _ in range(2))
    assert first is not None
    assert second is not None
    first.amend(a_revision(claim, clock, 2), replace(EVENT, id=EventId("E2")))
    with pytest.raises(Raced):
        second.amend(a_revision(claim, clock, 2), replace(EVENT, id=EventId("E3")))
    assert store.find(AN, claim.header.id) == a_revision(claim, clock, 2)


def test_taking_tells_which_revision_came_of_a_key_and_knows_keys_by_what_they_are_for(
    store: TablePrefills, clock: VirtualClock
) -> None:
    claim = claimed(store, clock)
    store.begin(WHO, frozenset({AN}), MARRIAGE).conclude(a_revision(claim, clock), EVENT)
    once = replace(ONCE, about="#refresh#P1")
    taken = store.take(WHO, claim.header.id, once)
    assert taken is not None
    assert taken.earlier is None
    taken.amend(a_revision(claim, clock, 2), replace(EVENT, id=EventId("E2")))
    again, other = store.take(WHO, claim.header.id, once), store.take(WHO, claim.header.id, replace(once, about="#x"))
    assert again is not None
    assert other is not None
    assert again.earlier == Earlier(claim.header.id, same=True, number=2)
    assert other.earlier is None


def test_another_person_takes_nothing(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    assert store.take(replace(WHO, person=BINH), claim.header.id) is None


def test_prefills_are_found_by_the_consent_they_stand_on(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    grant = Grant(ConsentId("C1"), frozenset({ItemId("person.full_name")}), claim.header.expires_at)
    revision = replace(a_revision(claim, clock), grants={BINH: grant})
    store.begin(WHO, frozenset({AN}), MARRIAGE).conclude(revision, EVENT)
    assert store.find(AN, claim.header.id) == revision
    assert list(store.under(ConsentId("C1"))) == [claim.header.id]
    assert list(store.under(ConsentId("C2"))) == []


def test_a_consent_that_nobody_keeps_any_more_is_not_live(store: TablePrefills, clock: VirtualClock) -> None:
    claim = claimed(store, clock)
    grant = Grant(ConsentId("C1"), frozenset(), claim.header.expires_at)
    assert store.live(replace(a_revision(claim, clock), grants={BINH: grant}), clock.now()) == frozenset()
    assert store.live(a_revision(claim, clock), clock.now()) == frozenset()
