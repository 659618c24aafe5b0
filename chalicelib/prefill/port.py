"""What prefill needs of a store, in the words of prefill; must not know tables or keys."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from chalicelib.audit.model import Access
from chalicelib.consent.model import Grant
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import (
    CatalogueHash,
    ConsentId,
    FormCode,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
    SubjectId,
)
from chalicelib.prefill.job import Who
from chalicelib.prefill.model import Archived
from chalicelib.prefill.revision import Header, Opening, Revision
from chalicelib.turns import Once


class PrefillFull(Conflict):
    """No more can be kept of this prefill: it was changed too often, or holds too much."""

    code = "prefill_full"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an idempotency key already stands for, and whether it was for the same body."""

    prefill: PrefillId
    same: bool
    number: int = 1
    """The revision that came of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a new prefill is of."""

    id: PrefillId
    procedure: ProcedureCode
    form: FormCode
    catalogue: CatalogueHash
    opened_at: datetime
    opening: Opening


@dataclass(frozen=True, slots=True)
class Claim:
    """A prefill that somebody set out to answer."""

    header: Header
    opening: Opening


@dataclass(frozen=True, slots=True)
class Done:
    """A message that a consumer has worked, to be marked together with the effect."""

    consumer: str
    event: Event


class Start(Protocol):
    """What the one read before a transaction found, and the transactions that may follow from it."""

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used; then nothing may follow."""
        ...

    @property
    def grants(self) -> Mapping[SubjectId, Grant]:
        """Return the consents to this caller for this procedure, by who gave them; a withdrawn one is not there."""
        ...

    def claim(self, subject: Subject, entries: Mapping[SubjectId, Access]) -> Claim:
        """Write claim, log entries, new keys and idempotency record in one transaction. Raises Raced.

        An id may be claimed again, after a crash: the claim then starts anew, and its log has both entries.
        """
        ...

    def enter(self, entries: Mapping[SubjectId, Access]) -> None:
        """Write log entries alone, in one transaction: registers are to be asked again. Raises Raced."""
        ...

    def conclude(self, revision: Revision, event: Event, done: Done | None = None) -> None:
        """Write the revision with its event, and the mark of a consumed message, in one transaction.

        A revision that stands on a consent is noted under it. Raises Raced when the revision's number is taken or the
        message was consumed before, PrefillFull.
        """
        ...


class Taken(Protocol):
    """A prefill as it stands, taken to write its next state."""

    @property
    def revision(self) -> Revision | Claim:
        """Return the latest revision, or the claim before the first."""
        ...

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used; then nothing may follow."""
        ...

    def amend(self, after: Revision, event: Event) -> None:
        """Write the next revision with its event, and what the idempotency key stands for, in one transaction.

        Raises Raced when somebody else wrote the next state, or used the key, in between: take it again; PrefillFull.
        """
        ...


class PrefillStore(Protocol):
    """Where prefills are kept, sealed under the key of the citizen who opened them."""

    def begin(
        self, who: Who, people: frozenset[SubjectId], procedure: ProcedureCode, once: Once | None = None
    ) -> Start:
        """Read idempotency record, consents, log heads and data keys in one call."""
        ...

    def find(self, person: PersonalId, prefill: PrefillId, number: int | None = None) -> Revision | Claim | None:
        """Return the latest revision, or the one of that number; the claim before the first.

        None when there is none that this person opened, or its time is over.
        """
        ...

    def take(self, who: Who, prefill: PrefillId, once: Once | None = None) -> Taken | None:
        """Return a prefill that this person opened, to write its next state; None as in `find`."""
        ...

    def resume(self, prefill: PrefillId) -> Revision | Claim | None:
        """Return the latest revision on the service's own account, for work that no caller waits for."""
        ...

    def live(self, revision: Revision, at: datetime) -> frozenset[ConsentId]:
        """Return which of the consents that a revision stands on are still good; reads only if it stands on any."""
        ...

    def under(self, consent: ConsentId) -> Iterator[PrefillId]:
        """Yield the prefills that have a revision standing on a consent, page by page."""
        ...


class Archive(Protocol):
    """What is held of people outside registers: their warehouse, their earlier dossiers."""

    def held(self, subject: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Archived:
        """Return what is held of these items, every version of each, and the papers that are evidence of these codes.

        The cost does not grow with what else is there.
        """
        ...


class NothingHeld(Archive):
    """An archive of nothing."""

    def held(self, subject: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Archived:  # noqa: ARG002
        """Return nothing."""
        return Archived()
