"""Commits whose answers are lost, refused or late: one effect and one event, or an honest failure."""

from collections.abc import Callable

import pytest

from chalicelib.aws.table import Check, Delete, Expect, Key, Table, Write
from chalicelib.kernel.errors import Contention, StoreUnavailable
from chalicelib.kernel.events import Event
from tests.contract.aws.conftest import outbox, put
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.faults import Refusal, conflict, lost_reply, refused, unreachable

_A, _B, _C = Key("c#1", "a"), Key("c#1", "b"), Key("c#2", "a")
MakeEvent = Callable[..., Event]


_WRITES: dict[str, list[Write]] = {
    "put if absent": [put(_A, Expect.ABSENT)],
    "put": [put(_A)],
    "put and check": [put(_A), Check(_C, Expect.ABSENT)],
    "put and delete": [put(_A), Delete(_B, Expect.ANY)],
    "several": [put(_A, Expect.ABSENT), put(_B, Expect.ABSENT), put(_C, Expect.ABSENT)],
}


@pytest.mark.parametrize("name", _WRITES)
def test_a_lost_reply_leaves_one_effect_and_one_event(table: Table, home: Home, an_event: MakeEvent, name: str) -> None:
    event = an_event()
    with lost_reply(home.clients.dynamodb, "TransactWriteItems") as struck:
        table.commit(_WRITES[name], event=event)
    assert struck.times == 1
    assert _A in table.read([_A])
    assert outbox(home) == [event.id]


@pytest.mark.parametrize("name", _WRITES)
def test_a_lost_reply_leaves_one_effect_without_an_event(table: Table, home: Home, name: str) -> None:
    with lost_reply(home.clients.dynamodb, "TransactWriteItems") as struck:
        table.commit(_WRITES[name])
    assert struck.times == 1
    assert _A in table.read([_A])


@pytest.mark.parametrize("name", _WRITES)
def test_a_reply_and_a_witness_that_are_lost_leave_one_effect(table: Table, home: Home, name: str) -> None:
    client = home.clients.dynamodb
    with lost_reply(client, "TransactWriteItems", times=2) as struck, unreachable(client, "GetItem"):
        table.commit(_WRITES[name])
    assert struck.times == 2
    assert _A in table.read([_A])


def test_a_lost_reply_to_writes_that_leave_no_witness_is_settled_by_the_request_token(table: Table, home: Home) -> None:
    table.commit([put(_A)])
    owner = table.read([_A])[_A].owner
    with lost_reply(home.clients.dynamodb, "TransactWriteItems") as struck:
        table.commit([Delete(_A, Expect.unchanged(owner))])
    assert struck.times == 1
    assert table.read([_A]) == {}


def test_our_own_commit_is_known_again_when_a_repeat_fails_on_it(table: Table, home: Home) -> None:
    """The reply and the witness are lost too, and the store has forgotten the request token."""
    refusal = Refusal("TransactionCanceledException", reasons=("ConditionalCheckFailed",))
    client = home.clients.dynamodb
    with (
        lost_reply(client, "TransactWriteItems"),
        unreachable(client, "GetItem"),
        refused(client, "TransactWriteItems", refusal, nth=2) as struck,
    ):
        table.commit([put(_A, Expect.ABSENT, x="1")])
    assert struck.times == 1
    assert table.read([_A])[_A].fields == {"x": "1"}


def test_a_call_that_never_arrives_is_given_up_after_three_tries_and_nothing_is_written(
    table: Table, home: Home, an_event: MakeEvent
) -> None:
    with (
        counting(home.clients.dynamodb) as calls,
        unreachable(home.clients.dynamodb, "TransactWriteItems", times=100),
        pytest.raises(StoreUnavailable),
    ):
        table.commit([put(_A)], event=an_event())
    assert calls == {"TransactWriteItems": 3, "GetItem": 3}
    assert (table.read([_A]), outbox(home)) == ({}, [])


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_throttle_is_tried_again(table: Table, home: Home, code: str) -> None:
    with refused(home.clients.dynamodb, "TransactWriteItems", Refusal(code), times=2) as struck:
        table.commit([put(_A, Expect.ABSENT)])
    assert struck.times == 2
    assert _A in table.read([_A])


def test_a_conflict_is_tried_again_and_costs_one_transaction_each(
    table: Table, home: Home, an_event: MakeEvent
) -> None:
    client = home.clients.dynamodb
    with counting(client) as calls, refused(client, "TransactWriteItems", conflict(2), times=4):
        table.commit([put(_A, Expect.ABSENT)], event=an_event())
    assert calls == {"TransactWriteItems": 5}
    assert len(outbox(home)) == 1


def test_conflicts_without_end_are_given_up_within_a_bound(table: Table, home: Home, clock: VirtualClock) -> None:
    client = home.clients.dynamodb
    with (
        counting(client) as calls,
        refused(client, "TransactWriteItems", conflict(1), times=100),
        pytest.raises(Contention),
    ):
        table.commit([put(_A)])
    assert calls == {"TransactWriteItems": 6}
    assert clock.elapsed < 3
