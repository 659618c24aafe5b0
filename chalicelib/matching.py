"""The population register's matching question over the integration bus: what stands behind a warehouse's port.

Stands above both: the warehouse does not know how registers are reached, and registers know nothing of warehouses.
"""

from typing import Final

from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import IdSource, PersonalId, RegisterCode
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.service import LARGEST_BODY, TooSlow, Transport, Unreachable
from chalicelib.sources.wire import RECEIVER
from chalicelib.warehouse.import_rows import Described
from chalicelib.warehouse.matching import POPULATION, MatchUnavailable, People, matches, question

SECONDS: Final = 5.0
_OK: Final = 200


class RegisteredPeople(People):
    """Asks the register that is published as the population's, by the bus's matching question."""

    def __init__(self, definitions: Definitions, transport: Transport, clock: Clock, ids: IdSource) -> None:
        """Take the transport whose posts are matching questions."""
        self._definitions = definitions
        self._transport = transport
        self._clock = clock
        self._ids = ids

    def find(self, described: Described) -> tuple[PersonalId, ...]:
        """Ask once; whoever works the row asks again. Raises MatchUnavailable."""
        register = self._definitions.current().find(REGISTERS, POPULATION)
        if register is None or not register.is_placed:
            raise MatchUnavailable
        request_id = self._ids.new()
        body = question(described, request_id, RECEIVER)
        try:
            return matches(self._asked(register.route, register.code, body), request_id)
        except (TooSlow, Unreachable) as error:
            raise MatchUnavailable from error

    def _asked(self, route: str, register: RegisterCode, body: bytes) -> bytes:
        until = self._clock.monotonic() + SECONDS
        with self._transport.post(route, register, body, SECONDS) as answer:
            if answer.status != _OK:
                raise MatchUnavailable
            told = bytearray()
            for piece in answer.pieces():
                told += piece
                if self._clock.monotonic() > until or len(told) > LARGEST_BODY:
                    raise MatchUnavailable
        return bytes(told)
