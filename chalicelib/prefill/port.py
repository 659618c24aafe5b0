"""What prefill needs of a store, in the words of prefill; must not know tables or keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.audit.model import Access
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash, FormCode, PersonalId, PrefillId, ProcedureCode
from chalicelib.prefill.job import Who
from chalicelib.prefill.revision import Header, Opening, Revision


class Raced(Exception):
    """Something that a transaction stood on changed before it: read again."""


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency key as the caller gave it, and the digest of what they asked with it."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an idempotency key already stands for, and whether it was for the same body."""

    prefill: PrefillId
    same: bool


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

    def claim(self, subject: Subject, entries: Mapping[PersonalId, Access]) -> Claim:
        """Write claim, log entries, new keys and idempotency record in one transaction. Raises Raced.

        An id may be claimed again, after a crash: the claim then starts anew, and its log has both entries.
        """
        ...

    def enter(self, entries: Mapping[PersonalId, Access]) -> None:
        """Write log entries alone, in one transaction: a register is to be asked again. Raises Raced."""
        ...

    def conclude(self, revision: Revision, event: Event, done: Done | None = None) -> None:
        """Write the revision with its event, and the mark of a consumed message, in one transaction.

        Raises Raced when the revision's number is taken or the message was consumed before.
        """
        ...


class PrefillStore(Protocol):
    """Where prefills are kept, sealed under the key of the citizen who opened them."""

    def begin(self, who: Who, people: frozenset[PersonalId], once: Once | None) -> Start:
        """Read idempotency record, log heads and data keys in one call."""
        ...

    def find(self, person: PersonalId, prefill: PrefillId, number: int | None = None) -> Revision | Claim | None:
        """Return the latest revision, or the one of that number; the claim before the first.

        None when there is none that this person opened, or its time is over.
        """
        ...

    def resume(self, prefill: PrefillId) -> Revision | Claim | None:
        """Return the latest revision on the service's own account, for work that no caller waits for."""
        ...
