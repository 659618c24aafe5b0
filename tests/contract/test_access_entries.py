"""Single entries of the access log keep their chain, whoever comes at the same time."""

from collections.abc import Iterable

import pytest

from chalicelib.audit.model import Access, first_break, of_warehouse
from chalicelib.audit.model import Head as LogHead
from chalicelib.audit.store import TableAccessLog, TableEntries
from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.writes import Key, Stored
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.ids import ClientId, PersonalId, organisation_id
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import START, VirtualClock
from tests.support.ids import CountedIds

AN = PersonalId("001090999001")
FIRM = organisation_id("9900000012")
PORTAL = ClientId("motlan-portal")


def an_entry() -> Access:
    return of_warehouse("listed", START, PORTAL, "own")


@pytest.fixture
def table(home: Home, clock: VirtualClock, ids: CountedIds) -> Table:
    return Table(home.clients, home.settings.state_table, home.settings.outbox_table, clock, ids)


@pytest.fixture
def keys(home: Home, clock: VirtualClock) -> Keys:
    return Keys(home.clients, home.settings.data_key, home.settings.mac_key, clock)


@pytest.mark.parametrize("subject", [AN, FIRM])
def test_entries_stand_in_order_and_their_chain_holds(
    table: Table, keys: Keys, clock: VirtualClock, subject: PersonalId
) -> None:
    log = TableEntries(table, keys, clock)
    for _ in range(3):
        log.enter(subject, an_entry())
    page = TableAccessLog(table, keys).page(subject, None, 10)
    assert [(link.number, access) for link, access in page.entries] == [(each, an_entry()) for each in (3, 2, 1)]
    assert first_break([link for link, _ in reversed(page.entries)], LogHead()) is None


def test_an_entry_costs_one_read_and_one_write(home: Home, table: Table, keys: Keys, clock: VirtualClock) -> None:
    log = TableEntries(table, keys, clock)
    log.enter(AN, an_entry())
    with counting(home.clients.dynamodb) as calls:
        log.enter(AN, an_entry())
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


class Disturbed(Table):
    """A table in which somebody else appends between our read and our write, so many times."""

    times = 0
    log: TableEntries | None = None

    def read(self, keys: Iterable[Key]) -> dict[Key, Stored]:
        found = super().read(keys)
        if self.times and self.log is not None:
            self.times -= 1
            self.log.enter(AN, an_entry())
        return found


@pytest.fixture
def disturbed(home: Home, keys: Keys, clock: VirtualClock, ids: CountedIds, table: Table) -> Disturbed:
    made = Disturbed(home.clients, home.settings.state_table, home.settings.outbox_table, clock, ids)
    made.log = TableEntries(table, keys, clock)
    return made


@pytest.mark.parametrize("times", [1, 3])
def test_whoever_comes_too_late_appends_after_the_other(
    disturbed: Disturbed, table: Table, keys: Keys, clock: VirtualClock, times: int
) -> None:
    disturbed.times = times
    TableEntries(disturbed, keys, clock).enter(AN, an_entry())
    links = [link for link, _ in TableAccessLog(table, keys).page(AN, None, 10).entries][::-1]
    assert [each.number for each in links] == list(range(1, times + 2))
    assert first_break(links, LogHead()) is None


def test_without_end_disturbed_an_entry_is_refused(disturbed: Disturbed, keys: Keys, clock: VirtualClock) -> None:
    disturbed.times = 1_000
    with pytest.raises(Contention):
        TableEntries(disturbed, keys, clock).enter(AN, an_entry())
