"""No entry in the access log, no question to a register and no look into a warehouse: over many prefills of every kind,
with a log that fails.
"""  # noqa: D205

from random import Random

import pytest

from chalicelib.kernel.ids import RegisterCode
from tests.support.office import Office

KINDS = ("opened", "denied", "completed", "refreshed", "store_unavailable")
SEED = 20_260_701


def work(times: int) -> Office:
    office = Office(Random(SEED))  # noqa: S311 - dice for a rehearsal
    office.work(times)
    return office


def hold(office: Office, times: int) -> None:
    """Hold that there was something to see: of every kind, registers were asked, and warehouses were read."""
    assert min(office.seen[kind] for kind in KINDS) >= times // 50, office.seen
    assert office.questions >= times
    assert office.readings >= times // 2


def test_a_question_follows_its_entry_though_the_log_fails_at_random() -> None:
    hold(work(100), 100)


@pytest.mark.prove
def test_a_question_follows_its_entry_over_many_prefills_though_the_log_fails_at_random() -> None:
    hold(work(10_000), 10_000)


def test_a_question_without_its_entry_is_noticed() -> None:
    office = Office(Random(SEED))  # noqa: S311 - as above
    office.store.is_forgetful = True
    with pytest.raises(AssertionError, match="asked before it was entered"):
        office.work(10)


class _RegistersUnwatched(Office):
    def _look(self, register: RegisterCode, body: bytes) -> None:
        """Look away from registers."""


def test_a_reading_of_a_warehouse_without_its_entry_is_noticed() -> None:
    office = _RegistersUnwatched(Random(SEED))  # noqa: S311 - as above
    office.store.is_forgetful = True
    with pytest.raises(AssertionError, match="read before it was entered"):
        office.work(10)
