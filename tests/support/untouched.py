"""Holds that a block leaves no trace: nothing stored, nothing said, no register asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.looks import asked, rows
from tests.support.service import Portal


def trace(portal: Portal) -> tuple[list[str], list[str], list[str]]:
    """Return every item of both tables, and the registers that were asked, for comparison."""
    settings = portal.home.settings
    state, outbox = (sorted(map(repr, rows(portal, table))) for table in (settings.state_table, settings.outbox_table))
    return state, outbox, asked(portal)


@contextmanager
def untouched(portal: Portal) -> Iterator[None]:
    """Fail when the block wrote an item or an event, or asked a register."""
    before = trace(portal)
    yield
    assert trace(portal) == before, "something was written or asked"
