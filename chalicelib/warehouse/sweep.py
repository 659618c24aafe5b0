"""Once a minute: whatever is due in the warehouse is looked at, so that an event that is lost delays and loses nothing.

A note stands with what it is about and goes with it, in the same write; what fails keeps its note for the next sweep.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import AppError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.log import Log
from chalicelib.warehouse.port import Due, Dues

MOST: Final = 200
"""How many notes one sweep works: a backlog is shared out among several."""
SECONDS: Final = 45.0
"""How long one sweep begins new ones: it must end before its function is stopped."""
Look: TypeAlias = Callable[[Due], object]


@dataclass(frozen=True, slots=True)
class Sweep:
    """The use case. `looks`: who looks at what, by the kind of the note."""

    notes: Dues
    looks: Mapping[str, Look]
    clock: Clock
    log: Log

    def run(self) -> int:
        """Look at what is due by now; return how much that was. Raises StoreUnavailable when it cannot be told."""
        began, seen = self.clock.monotonic(), 0
        for due in self.notes.due(self.clock.now()):
            if seen >= MOST or self.clock.monotonic() - began > SECONDS:
                break
            seen += 1
            self._look(due)
        return seen

    def _look(self, due: Due) -> None:
        look = self.looks.get(due.kind)
        if look is None:
            self.log.error("nobody looks at this", code=due.kind)
            return
        try:
            look(due)
        except AppError as error:
            self.log.error("sweep failed", where=due.kind, code=error.code)  # noqa: TRY400 - ours has no traceback
        except Exception as error:  # noqa: BLE001 - a mistake in our code over one note must not keep all others waiting
            self.log.error("sweep failed", where=due.kind, exception=type(error).__name__)  # noqa: TRY400 - as above
