"""Commit, read, query: what the slices may rely on, whatever the engine."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.aws.table import (
    Check,
    ConditionFailed,
    Delete,
    Expect,
    Idempotency,
    Key,
    Put,
    Table,
    Value,
    idempotency_key,
)
from chalicelib.kernel.errors import InvalidValue, Misconfigured, StoreUnavailable
from chalicelib.kernel.events import Event
from tests.contract.aws.conftest import outbox, put
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.faults import Refusal, refused, unreachable
from tests.support.ids import CountedIds

_A, _B, _C = Key("c#1", "a"), Key("c#1", "b"), Key("c#2", "a")
MakeEvent = Callable[..., Event]


def test_every_kind_of_value_comes_back_as_it_went_in(table: Table) -> None:
    fields: dict[str, Value] = {
        "text": "Nguyễn Thị Hòa",
        "empty": "",
        "number": -(10**20),
        "yes": True,
        "nothing": None,
        "bytes": b"\x00\xff",
        "list": [1, "a", [None], {"x": b"y"}],
        "map": {"a": {"b": 0}},
    }
    table.commit([Put(_A, fields, Expect.ABSENT)])
    assert table.read([_A])[_A].fields == fields


def test_a_value_without_a_stored_form_is_refused_before_anything_is_written(table: Table) -> None:
    with pytest.raises(InvalidValue):
        table.commit([put(_A), Put(_B, {"x": 1.5}, Expect.ANY)])  # type: ignore[dict-item]
    assert table.read([_A, _B]) == {}


def test_commit_writes_all_or_nothing(table: Table, home: Home, an_event: MakeEvent) -> None:
    table.commit([put(_A, x="old")])
    with pytest.raises(ConditionFailed) as failed:
        table.commit([put(_A, Expect.ABSENT, x="new"), put(_B), put(_C, Expect.unchanged("x"))], event=an_event())
    assert failed.value.keys == (_A, _C)
    assert table.read([_A, _B, _C])[_A].fields == {"x": "old"}
    assert set(table.read([_A, _B, _C])) == {_A}
    assert outbox(home) == []


def test_unchanged_holds_until_the_item_is_written_again(table: Table) -> None:
    table.commit([put(_A, x="1")])
    seen = table.read([_A])[_A]
    table.commit([put(_A, Expect.unchanged(seen.owner), x="2")])
    with pytest.raises(ConditionFailed):
        table.commit([put(_A, Expect.unchanged(seen.owner), x="3")])
    assert table.read([_A])[_A].fields == {"x": "2"}


def test_a_check_guards_without_writing(table: Table) -> None:
    table.commit([put(_A)])
    owner = table.read([_A])[_A].owner
    table.commit([Check(_A, Expect.PRESENT), Check(_C, Expect.ABSENT), put(_B)])
    assert table.read([_A])[_A].owner == owner
    with pytest.raises(ConditionFailed):
        table.commit([Check(_C, Expect.PRESENT), put(_B, x="new")])
    assert table.read([_B])[_B].fields == {}


def test_delete_removes_what_it_expects(table: Table) -> None:
    table.commit([put(_A)])
    with pytest.raises(ConditionFailed):
        table.commit([Delete(_A, Expect.unchanged("another"))])
    table.commit([Delete(_A, Expect.unchanged(table.read([_A])[_A].owner))])
    assert table.read([_A]) == {}


def test_an_expired_item_is_invisible_and_counts_as_absent(table: Table, clock: VirtualClock) -> None:
    until = clock.now() + timedelta(hours=72)
    table.commit([Put(_A, {"x": "1"}, Expect.ABSENT, until)])
    clock.advance(72 * 3600 - 1)
    assert set(table.read([_A])) == {_A}
    assert len(table.query("c#1").items) == 1
    clock.advance(1)
    assert table.read([_A]) == {}
    assert table.query("c#1").items == ()
    with pytest.raises(ConditionFailed):
        table.commit([Check(_A, Expect.PRESENT), put(_B)])
    table.commit([put(_A, Expect.ABSENT, x="2")])
    assert table.read([_A])[_A].fields == {"x": "2"}


def test_an_idempotency_record_is_kept_with_the_effect_and_stops_the_second(
    table: Table, clock: VirtualClock, home: Home, an_event: MakeEvent
) -> None:
    record = Idempotency("client-1", "k1", "digest", '{"id": "P1"}', clock.now() + timedelta(hours=24))
    where = idempotency_key("client-1", "k1")
    table.commit([put(_A, x="1")], event=an_event(), idempotency=record)
    with pytest.raises(ConditionFailed) as failed:
        table.commit([put(_A, x="2")], event=an_event(), idempotency=record)
    assert failed.value.keys == (where,)
    assert table.read([where])[where].fields == {"body": "digest", "result": '{"id": "P1"}'}
    assert table.read([_A])[_A].fields == {"x": "1"}
    assert len(outbox(home)) == 1


def test_one_callers_key_is_not_anothers(table: Table, clock: VirtualClock) -> None:
    for scope in ("client-1", "client-2"):
        table.commit([], idempotency=Idempotency(scope, "k1", "d", scope, clock.now() + timedelta(hours=1)))
    assert table.read([idempotency_key("client-2", "k1")])[idempotency_key("client-2", "k1")].fields["result"] == (
        "client-2"
    )


def test_a_table_that_is_not_there_is_a_wrong_setting(home: Home, clock: VirtualClock, ids: CountedIds) -> None:
    nowhere = Table(home.clients, "motlan-nowhere", home.settings.outbox_table, clock, ids)
    with pytest.raises(Misconfigured):
        nowhere.query("c#1")
    with pytest.raises(Misconfigured):
        nowhere.commit([put(_A)])


def test_a_read_is_one_batch_and_leaves_out_what_is_not_there(table: Table, home: Home) -> None:
    table.commit([put(_A), put(_C)])
    with counting(home.clients.dynamodb) as calls:
        assert set(table.read([_A, _B, _C, _A])) == {_A, _C}
        assert table.read([]) == {}
    assert calls == {"BatchGetItem": 1}


def test_a_read_of_more_than_a_batch_is_whole(table: Table) -> None:
    keys = [Key("many", f"{number:03}") for number in range(130)]
    for start in range(0, 130, 50):
        table.commit([put(key) for key in keys[start : start + 50]])
    assert set(table.read(keys)) == set(keys)


def test_a_read_without_an_answer_says_so(table: Table, home: Home) -> None:
    with unreachable(home.clients.dynamodb, "BatchGetItem"), pytest.raises(StoreUnavailable):
        table.read([_A])
    with refused(home.clients.dynamodb, "Query", Refusal("InternalServerError", 500)), pytest.raises(StoreUnavailable):
        table.query("c#1")


@pytest.mark.parametrize("newest_first", [False, True])
def test_query_gives_every_item_once_page_by_page(table: Table, newest_first: bool) -> None:
    names = [f"rev#{number:02}" for number in range(12)]
    table.commit([put(Key("p", name)) for name in names] + [put(Key("p", "z")), put(Key("q", "rev#00"))])
    seen: list[str] = []
    start: str | None = None
    while True:
        page = table.query("p", prefix="rev#", start=start, limit=5, newest_first=newest_first)
        assert len(page.items) <= 5
        seen += [item.key.sk for item in page.items]
        start = page.next
        if start is None:
            break
    assert seen == sorted(names, reverse=newest_first)
