"""A citizen reads their own access log. Must not know of prefill, forms or storage."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.audit.model import Access, Link
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ProcedureCode, SubjectId
from chalicelib.vocabulary.model import Text


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, newest first, and the number to go on before, if there are older ones."""

    entries: tuple[tuple[Link, Access], ...]
    next_before: int | None


class LogStore(Protocol):
    """Where the log is kept."""

    def page(self, citizen: SubjectId, before: int | None, limit: int) -> LogPage:
        """Return up to `limit` entries older than number `before`."""
        ...


class Entries(Protocol):
    """Where something that is done with a subject's data is entered before it is done: no entry, no data."""

    def enter(self, subject: SubjectId, access: Access) -> None:
        """Append an entry to the subject's log. Raises Contention, StoreUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class AccessLog:
    """The citizen's view of who asked for their data."""

    store: LogStore
    name_of_procedure: Callable[[ProcedureCode], Text | None]

    def read(self, citizen: SubjectId, before: int | None, limit: int) -> LogPage:
        """Return a page of the log of the citizen, or of an organisation that the caller was found to act for."""
        return self.store.page(citizen, before, limit)
