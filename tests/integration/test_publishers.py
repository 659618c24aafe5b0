"""Many publishers and readers at once, on the embedded AWS: one publish wins each step, and none is seen by half."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from chalicelib.aws.objects import Objects
from chalicelib.aws.table import Table
from chalicelib.definitions.model import Catalogue
from chalicelib.definitions.service import Definitions
from chalicelib.definitions.store import TableDefinitions
from chalicelib.forms.definition import KINDS
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.ids import RandomIds
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.definitions import Process, version

STEPS = 3


class Machine:
    """One process of its own against the shared account."""

    def __init__(self, home: Home) -> None:
        self.clock = VirtualClock()
        ids, settings = RandomIds(self.clock), home.settings
        table = Table(home.clients, settings.state_table, settings.outbox_table, self.clock, ids)
        self.store = TableDefinitions(table, Objects(home.clients), settings.definitions_bucket)
        self.definitions: Definitions = Process(self.store, self.clock).definitions
        self.definitions.ids = ids


def whole(catalogue: Catalogue) -> str:
    """Open everything that readers of these kinds may see, and return the version of the changed procedure."""
    for kind in KINDS:
        catalogue.all(kind)
    return catalogue.envelopes["procedures", "1.000894"].version


@pytest.mark.parametrize("many", [4, pytest.param(16, marks=pytest.mark.prove)])
def test_of_publishers_at_once_each_step_has_one_winner_and_readers_see_whole_sets(embedded: Home, many: int) -> None:
    machines = [Machine(embedded) for _ in range(many)]
    together, over = Barrier(many), Event()
    won: list[tuple[int, str, str]] = []

    def publish(number: int) -> None:
        machine = machines[number]
        for step in range(STEPS):
            together.wait(120)
            mine = str(1000 + step * 100 + number)
            try:
                published = machine.definitions.publish(version(int(mine)))
            except Conflict:
                continue
            won.append((step, published.hash, mine))

    def read(_: int) -> set[tuple[str, str]]:
        seen, machine = set[tuple[str, str]](), Machine(embedded)
        while not over.is_set():
            machine.clock.advance(31)
            catalogue = machine.definitions.current()
            seen.add((catalogue.hash, whole(catalogue)))
        return seen

    with ThreadPoolExecutor(many + 3) as pool:
        readers = [pool.submit(read, each) for each in range(3)]
        for each in [pool.submit(publish, number) for number in range(many)]:
            each.result(300)
        over.set()
        seen = set().union(*(each.result(60) for each in readers))

    published = {hash_: mine for _, hash_, mine in won}
    base = machines[0].definitions.base
    assert {step for step, _, _ in won} == set(range(STEPS))
    assert seen - {(base.hash, whole(base))} <= set(published.items())
    live = machines[0].store.live()
    assert live is not None
    assert live.sequence == len(won)
    assert live.hash in published
    assert Machine(embedded).definitions.current().hash == live.hash
