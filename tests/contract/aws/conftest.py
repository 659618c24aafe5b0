"""The store as the slices get it, on whichever engine the test runs on."""

from collections.abc import Callable

import pytest

from chalicelib.aws.table import Expect, Key, Put, Table
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.ids import CountedIds


@pytest.fixture
def table(home: Home, clock: VirtualClock, ids: CountedIds) -> Table:
    settings = home.settings
    return Table(home.clients, settings.state_table, settings.outbox_table, clock, ids)


@pytest.fixture
def an_event(clock: VirtualClock, ids: CountedIds) -> Callable[..., Event]:
    def make(kind: str = "prefill.incomplete", subject: str = "P1", **data: Json) -> Event:
        return Event(EventId(ids.new()), kind, subject, clock.now(), dict(data))

    return make


@pytest.fixture
def lines() -> list[str]:

    return []


def put(key: Key, expect: Expect = Expect.ANY, **fields: str) -> Put:
    return Put(key, fields, expect)


def outbox(home: Home) -> list[str]:
    items = home.clients.dynamodb.scan(TableName=home.settings.outbox_table, ConsistentRead=True)["Items"]
    return sorted(item["pk"]["S"] for item in items)
