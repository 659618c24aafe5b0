"""Quotes and the year's benefits keep their contract in memory and on both engines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.writes import Key, Stored
from chalicelib.fees.benefits import Benefits
from chalicelib.fees.model import Used
from chalicelib.fees.port import BenefitLedger, Earlier, Kept, Known, Named, QuoteId, QuoteStore, Settled, Who
from chalicelib.fees.store import TableBenefits, TableQuotes
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import Contention, Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    EventId,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
)
from chalicelib.turns import Once, Raced
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import START, VirtualClock
from tests.support.engines import FIRST, SECOND
from tests.support.ids import CountedIds
from tests.support.memory_quotes import MemoryBenefits, MemoryQuotes

AN: Final = Who(PersonalId("001090999001"), 2, ClientId("motlan-portal"))
BINH: Final = Who(PersonalId("079193999002"), 2, ClientId("motlan-portal"))
PREFILL: Final = Named(PrefillId("01JD9N3Z00PREF111000000000"), 3)
KNOWN: Final = Known(ItemId("person.birth_date"), "1990-05-17", True, {"register": "population"})
ONE_READ, ONE_WRITE = {"BatchGetItem": 1}, {"TransactWriteItems": 1}
YEAR: Final = 2026


class OneFact:
    """A prefill's revision that knows one thing."""

    def place(self, named: Named) -> Key:
        return Key(f"P#{named.prefill}", f"R#{named.revision:06d}")

    def read(self, who: Who, owner: CitizenRef, stored: Stored | None, key: DataKey) -> tuple[Known, ...]:  # noqa: ARG002 - the port's
        return (KNOWN,)


def a_quote(number: int = 1, **changes: object) -> Kept:
    made: dict[str, object] = {
        "id": QuoteId(f"01JD9N3Z00QV0TE0000000000{number}"),
        "client": AN.client,
        "level": 2,
        "procedure": ProcedureCode("2.000635"),
        "catalogue": CatalogueHash("c" * 64),
        "made_at": START,
        "case": {"facts": {"poor_household": True}},
        "digest": "d" * 64,
        "answer": '{"total":8000,"text":"Hộ nghèo"}',
    }
    return Kept(**{**made, **changes})  # type: ignore[arg-type]


def an_event(ids: CountedIds) -> Event:
    return Event(EventId(ids.new()), "fees.quoted", "Q1", START)


def settled(payable: str = "P1", line: str = "copy", *, year: int = YEAR, **benefits: int) -> Settled:
    return Settled(payable, line, CitizenRef("a" * 64), year, benefits)


@pytest.fixture
def table(home: Home, clock: VirtualClock, ids: CountedIds) -> Table:
    return Table(home.clients, home.settings.state_table, home.settings.outbox_table, clock, ids)


@pytest.fixture
def keys(home: Home, clock: VirtualClock) -> Keys:
    return Keys(home.clients, home.settings.data_key, home.settings.mac_key, clock)


@pytest.fixture
def kept(table: Table, keys: Keys) -> TableQuotes:
    return TableQuotes(table, keys, OneFact())


@pytest.fixture(params=["memory", FIRST, SECOND])
def engine(request: pytest.FixtureRequest) -> Home | None:
    if request.param == "memory":
        return None
    found: Home = request.getfixturevalue({"moto": "simulated", "ministack": "embedded"}[request.param])
    return found


@pytest.fixture
def store(engine: Home | None, clock: VirtualClock, ids: CountedIds) -> QuoteStore:
    if engine is None:
        return MemoryQuotes(known={PREFILL: (KNOWN,)})
    settings = engine.settings
    table = Table(engine.clients, settings.state_table, settings.outbox_table, clock, ids)
    return TableQuotes(table, Keys(engine.clients, settings.data_key, settings.mac_key, clock), OneFact())


Used_ = Callable[[int], dict[str, Used]]


@pytest.fixture
def ledger(engine: Home | None, clock: VirtualClock, ids: CountedIds) -> tuple[BenefitLedger, Used_]:
    """A ledger, and what a later quote reads of a year."""
    if engine is None:
        memory = MemoryBenefits()
        return memory, lambda year: memory.used.get((CitizenRef("a" * 64), year), {})
    settings = engine.settings
    table = Table(engine.clients, settings.state_table, settings.outbox_table, clock, ids)

    class OneRef(Keys):
        def ref(self, subject: object) -> CitizenRef:  # noqa: ARG002 - everybody is the payer
            return CitizenRef("a" * 64)

    keys = OneRef(engine.clients, settings.data_key, settings.mac_key, clock)
    quotes = TableQuotes(table, keys, OneFact())
    return TableBenefits(table), lambda year: dict(quotes.begin(AN, year, None, None).used)


def test_a_quote_is_read_back_as_it_was_kept_by_its_owner_alone(store: QuoteStore, ids: CountedIds) -> None:
    quote = a_quote()
    store.begin(AN, YEAR, None, None).keep(quote, an_event(ids))
    assert store.find(AN.person, quote.id) == quote
    assert store.find(BINH.person, quote.id) is None
    assert store.find(AN.person, a_quote(2).id) is None


def test_the_same_key_stands_for_the_first_quote(store: QuoteStore, ids: CountedIds) -> None:
    once = Once("key-1", "digest-1")
    store.begin(AN, YEAR, None, once).keep(a_quote(), an_event(ids))
    assert store.begin(AN, YEAR, None, once).earlier == Earlier(a_quote().id, same=True)
    assert store.begin(AN, YEAR, None, Once("key-1", "digest-2")).earlier == Earlier(a_quote().id, same=False)
    assert store.begin(BINH, YEAR, None, once).earlier is None


def test_of_two_at_once_under_one_key_one_stands(store: QuoteStore, ids: CountedIds) -> None:
    once = Once("key-1", "digest-1")
    first, second = (store.begin(AN, YEAR, None, once) for _ in range(2))
    first.keep(a_quote(1), an_event(ids))
    with pytest.raises(Raced):
        second.keep(a_quote(2), an_event(ids))
    assert store.find(AN.person, a_quote(2).id) is None


def test_what_a_prefill_knows_comes_with_the_read(store: QuoteStore) -> None:
    assert store.begin(AN, YEAR, PREFILL, None).known == (KNOWN,)
    assert store.begin(AN, YEAR, None, None).known == ()


def test_benefits_add_up_within_their_year(ledger: tuple[BenefitLedger, Used_]) -> None:
    benefits, used = ledger
    benefits.count(settled("P1", signature=60_000))
    benefits.count(settled("P2", signature=40_000, land=1))
    benefits.count(settled("P3", year=YEAR + 1, signature=5))
    assert used(YEAR) == {"signature": Used(2, 100_000), "land": Used(1, 1)}
    assert used(YEAR + 1) == {"signature": Used(1, 5)}
    assert used(YEAR - 1) == {}


def test_a_settlement_counts_once_however_often_it_is_told(ledger: tuple[BenefitLedger, Used_]) -> None:
    benefits, used = ledger
    for _ in range(3):
        benefits.count(settled("P1", "copy", signature=60_000))
        benefits.count(settled("P1", "card", signature=40_000))
    assert used(YEAR) == {"signature": Used(2, 100_000)}


def test_a_race_is_tried_again_and_poison_is_refused(ids: CountedIds) -> None:
    ledger = MemoryBenefits()
    event = Event(EventId(ids.new()), "payments.settled", "P1", START, said())
    ledger.meanwhile = lambda: None
    Benefits(ledger).run(event)
    assert ledger.used == {(CitizenRef("a" * 64), YEAR): {"signature": Used(1, 60_000)}}

    class Busy(MemoryBenefits):
        def count(self, settled: Settled) -> None:  # noqa: ARG002 - the port's
            raise Raced

    with pytest.raises(Contention):
        Benefits(Busy()).run(event)
    twice: JsonObject = {"benefits": [{"code": "a", "amount": 1}, {"code": "a", "amount": 1}]}
    wrong: list[JsonObject] = [{"payer": 1}, {"year": "2026"}, {"benefits": {}}, {"benefits": [1]}, twice]
    for bad in wrong:
        with pytest.raises(Corrupt):
            Benefits(ledger).run(Event(EventId("E"), "payments.settled", "P1", START, said() | bad))
    with pytest.raises(Corrupt):
        Benefits(ledger).run(Event(EventId("E"), "payments.refunded", "P1", START, said()))


def said() -> JsonObject:
    return {
        "payable": "P1",
        "quote": a_quote().id,
        "line": "copy",
        "amount": 0,
        "benefits": [{"code": "signature", "amount": 60_000}],
        "payer": "a" * 64,
        "year": YEAR,
    }


# Of the table alone: what it costs, and what stands in it.


def test_a_quote_costs_one_read_and_one_transaction(home: Home, kept: TableQuotes, ids: CountedIds) -> None:
    kept.begin(AN, YEAR, None, None).keep(a_quote(1), an_event(ids))
    with counting(home.clients.dynamodb, home.clients.kms) as calls:
        kept.begin(AN, YEAR, PREFILL, Once("k", "d")).keep(a_quote(2), an_event(ids))
    assert calls == {**ONE_READ, **ONE_WRITE}
    with counting(home.clients.dynamodb, home.clients.kms) as calls:
        kept.find(AN.person, a_quote(2).id)
    assert calls == ONE_READ


def test_counting_benefits_costs_one_read_and_one_transaction_and_a_repeat_only_the_read(
    home: Home, table: Table
) -> None:
    ledger = TableBenefits(table)
    with counting(home.clients.dynamodb) as calls:
        ledger.count(settled(signature=1))
    assert calls == {**ONE_READ, **ONE_WRITE}
    with counting(home.clients.dynamodb) as calls:
        ledger.count(settled(signature=1))
    assert calls == ONE_READ


def test_two_who_count_at_once_do_not_lose_one(home: Home, table: Table, clock: VirtualClock, ids: CountedIds) -> None:
    class Slow(Table):
        def read(self, keys: object) -> dict[Key, Stored]:
            found = super().read(keys)  # type: ignore[arg-type]
            TableBenefits(table).count(settled("P2", signature=2))
            return found

    settings = home.settings
    slow = Slow(home.clients, settings.state_table, settings.outbox_table, clock, ids)
    with pytest.raises(Raced):
        TableBenefits(slow).count(settled("P1", signature=1))
    TableBenefits(table).count(settled("P1", signature=1))
    TableBenefits(table).count(settled("P2", signature=2))
    (row,) = [row for row in rows(home) if "used" in repr(row)]
    assert row["f"]["M"]["used"]["M"]["signature"]["M"]["times"] == {"N": "2"}


def test_a_quote_outlives_its_idempotency_key(kept: TableQuotes, clock: VirtualClock, ids: CountedIds) -> None:
    once = Once("k", "d")
    kept.begin(AN, YEAR, None, once).keep(a_quote(made_at=clock.now()), an_event(ids))
    clock.advance(timedelta(days=3650).total_seconds())
    assert kept.begin(AN, YEAR, None, once).earlier is None
    assert kept.find(AN.person, a_quote().id) is not None


def test_nothing_that_is_stored_tells_a_person_a_fact_or_a_digest_of_facts(
    home: Home, kept: TableQuotes, ids: CountedIds
) -> None:
    kept.begin(AN, YEAR, None, Once(AN.person, "d")).keep(a_quote(), an_event(ids))
    said = repr(rows(home))
    assert not [each for each in (AN.person, "poor", "nghèo", "d" * 64) if each in said]


def rows(home: Home) -> list[dict[str, Any]]:
    return [
        row
        for table in (home.settings.state_table, home.settings.outbox_table)
        for row in home.clients.dynamodb.scan(TableName=table)["Items"]
    ]
