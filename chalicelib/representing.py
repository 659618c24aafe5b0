"""Whom somebody represents, as the business register says in their own record: the registers behind a warehouse's port.

Stands above both: the warehouse does not know how registers are asked, and registers know nothing of warehouses.
"""

from collections.abc import Iterator
from typing import Final

from chalicelib.consent.model import REPRESENTED
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import ItemId, PersonalId, RegisterCode
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import Call, Register, Reply
from chalicelib.sources.service import Sources
from chalicelib.warehouse.standings import Represented, StandingUnknown

PURPOSE: Final = "warehouse"
SECONDS: Final = 3.0
_CODE: Final = ItemId("business.code")
_RETRY_SECONDS: Final = 30


class RegisteredRepresented(Represented):
    """Asks every register that has the list of organisations somebody represents; one of them must answer."""

    def __init__(self, definitions: Definitions, sources: Sources, clock: Clock) -> None:
        self._definitions = definitions
        self._sources = sources
        self._clock = clock

    def registers(self) -> tuple[RegisterCode, ...]:
        """Return which registers have it."""
        return tuple(each.code for each in self._having())

    def of(self, person: PersonalId) -> frozenset[str]:
        """Ask them, and return the codes. Raises StandingUnknown where one of them did not answer for certain."""
        calls = [Call(each, person, each.fields_for(frozenset({REPRESENTED})), PURPOSE) for each in self._having()]
        if not calls:
            raise StandingUnknown(retry_after=_RETRY_SECONDS)
        replies = self._sources.fetch(calls, self._clock.monotonic() + SECONDS)
        return frozenset(code for call in calls for code in _codes(call, replies[call.id]))

    def _having(self) -> tuple[Register, ...]:
        known: tuple[Register, ...] = tuple(self._definitions.current().all(REGISTERS))
        return tuple(each for each in known if each.is_placed and each.supplies(REPRESENTED))


def _codes(call: Call, reply: Reply) -> Iterator[str]:
    if reply.outcome == "not_found":
        return
    if reply.outcome != "answered" or reply.under_review & frozenset(call.fields):
        raise StandingUnknown(retry_after=reply.retry_after or _RETRY_SECONDS)
    for attribute in call.register.attributes:
        given = reply.data.get(attribute.asks)
        if attribute.item != REPRESENTED or not attribute.columns or given is None:
            continue
        if not isinstance(given, dict | list):
            raise StandingUnknown(retry_after=_RETRY_SECONDS)
        yield from (code for row in attribute.rows(dict(reply.data)) if isinstance(code := row.get(_CODE), str))
