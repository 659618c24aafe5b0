"""Many writers at once, replies lost among them, on an engine that is atomic: one winner, one effect, one event."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.aws.consume import consumed
from chalicelib.aws.table import ConditionFailed, Expect, Idempotency, Key, Put, Table, idempotency_key
from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import Contention, StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId, RandomIds
from tests.support.aws import Home
from tests.support.faults import Refusal, conflict, lost_reply, refused

_THREADS = 16
_CLOCK = SystemClock()
_IDS = RandomIds(_CLOCK)


@pytest.fixture
def table(embedded: Home) -> Table:
    settings = embedded.settings
    return Table(embedded.clients, settings.state_table, settings.outbox_table, _CLOCK, _IDS)


def event() -> Event:
    return Event(EventId(_IDS.new()), "prefill.created", "P1", _CLOCK.now())


def said(home: Home) -> list[str]:
    items = home.clients.dynamodb.scan(TableName=home.settings.outbox_table, ConsistentRead=True)["Items"]
    return [item["pk"]["S"] for item in items]


def race(attempt: Callable[[int], None], times: int = _THREADS) -> list[int]:
    """Run the attempt from many threads; return which of them were told that they won.

    Who lost may be told so, or that it is unclear when its every answer was lost; who won is never left in doubt.
    """

    def one(number: int) -> int | None:
        try:
            attempt(number)
        except (ConditionFailed, StoreUnavailable):
            return None
        return number

    with ThreadPoolExecutor(_THREADS) as pool:
        return [number for number in pool.map(one, range(times)) if number is not None]


@pytest.mark.parametrize("every", [1, 2, 3])
def test_one_of_sixteen_wins_though_replies_are_lost(embedded: Home, table: Table, every: int) -> None:
    """Whoever is told it won is the one whose value stands, whichever reply was lost."""

    def attempt(number: int) -> None:
        table.commit([Put(Key("p", "one"), {"by": number}, Expect.ABSENT)], event=event())

    with lost_reply(embedded.clients.dynamodb, "TransactWriteItems", nth=every, times=_THREADS) as struck:
        winners = race(attempt)
    assert struck.times > 0
    assert len(winners) == 1
    (item,) = table.query("p").items
    assert item.fields == {"by": winners[0]}
    assert len(said(embedded)) == 1


def test_one_idempotency_key_from_sixteen_callers_has_one_effect(embedded: Home, table: Table) -> None:
    until = _CLOCK.now() + timedelta(hours=1)

    def attempt(number: int) -> None:
        record = Idempotency("client", "k", "digest", str(number), until)
        table.commit([Put(Key("p", str(number)), {}, Expect.ABSENT)], event=event(), idempotency=record)

    with lost_reply(embedded.clients.dynamodb, "TransactWriteItems", times=8):
        winners = race(attempt)
    where = idempotency_key("client", "k")
    assert [str(number) for number in winners] == [table.read([where])[where].fields["result"]]
    assert [item.key.sk for item in table.query("p").items] == [str(winners[0])]
    assert len(said(embedded)) == 1


def test_no_acknowledged_update_is_lost_under_contention(embedded: Home, table: Table) -> None:
    """An answer is yes, no, or honestly unclear; the count lies between what was promised and what may have stood."""
    key = Key("p", "counter")
    table.commit([Put(key, {"n": 0}, Expect.ABSENT)])
    unclear: list[int] = []

    def attempt(number: int) -> None:
        seen = table.read([key])[key]
        count = seen.fields["n"]
        assert isinstance(count, int)
        try:
            table.commit([Put(key, {"n": count + 1}, Expect.unchanged(seen.owner))])
        except (StoreUnavailable, Contention):
            unclear.append(number)

    client = embedded.clients.dynamodb
    with (
        lost_reply(client, "TransactWriteItems", nth=5, times=20),
        refused(client, "TransactWriteItems", conflict(1), nth=3, times=20),
    ):
        won = set(race(attempt, 160)) - set(unclear)
    counted = table.read([key])[key].fields["n"]
    assert isinstance(counted, int)
    assert 0 < len(won) <= counted <= len(won) + len(unclear)


def test_an_event_worked_by_sixteen_at_once_has_one_effect(embedded: Home, table: Table) -> None:
    worked, until = event(), _CLOCK.now() + timedelta(days=1)

    def attempt(number: int) -> None:
        table.commit([consumed("completion", worked, until), Put(Key("p", str(number)), {}, Expect.ABSENT)])

    with lost_reply(embedded.clients.dynamodb, "TransactWriteItems", times=8):
        winners = race(attempt)
    assert [item.key.sk for item in table.query("p").items] == [str(number) for number in winners]
    assert len(winners) == 1


def test_a_repeat_that_fails_on_a_later_write_is_still_known_by_its_event(embedded: Home, table: Table) -> None:
    """Between our commit and its repeat another writer changed the item: the event still tells that ours stood."""
    ours, key = event(), Key("p", "one")
    cancelled = Refusal("TransactionCanceledException", reasons=("ConditionalCheckFailed", "None"))
    client = embedded.clients.dynamodb

    def overwrite(**_: object) -> None:
        client.meta.events.unregister("before-call.dynamodb.GetItem", overwrite)
        item = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "f": {"M": {}}, "w": {"S": "another"}}
        client.put_item(TableName=embedded.settings.state_table, Item=item)  # type: ignore[arg-type]

    client.meta.events.register("before-call.dynamodb.GetItem", overwrite)
    with lost_reply(client, "TransactWriteItems"), refused(client, "TransactWriteItems", cancelled, nth=2):
        table.commit([Put(key, {}, Expect.ABSENT)], event=ours)
    assert said(embedded) == [ours.id]
    assert table.read([key])[key].owner == "another"
