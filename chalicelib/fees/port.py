"""What quoting needs of the world: a store of quotes, and what was used of this year's benefits.

Must not know tables, keys or HTTP.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NewType, Protocol

from chalicelib.fees.model import Used
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ClientId, ItemId, PersonalId, PrefillId, ProcedureCode
from chalicelib.turns import Once

QuoteId = NewType("QuoteId", str)


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, as the token proves, at which identity level, and through which client."""

    person: PersonalId
    level: int
    client: ClientId


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an idempotency key already stands for, and whether it was for the same body."""

    quote: QuoteId
    same: bool


@dataclass(frozen=True, slots=True)
class Named:
    """The state of a prefill that facts are to be taken from: its id and the number of the revision that was seen.

    With the number it is one item at a known place, so that it comes with the same read as all else.
    """

    prefill: PrefillId
    revision: int


@dataclass(frozen=True, slots=True)
class Known:
    """What a prefill knows of the caller: an item's value, and whether a register vouches for it."""

    item: ItemId
    value: Json
    is_verified: bool
    provenance: JsonObject


@dataclass(frozen=True, slots=True)
class Kept:
    """A quote as it is kept.

    `answer` is the text that was given, byte for byte; `case` what was evaluated, and `digest` what came of it, so that
    the same can be done again with the same catalogue. `level` is the identity level it was made at.
    """

    id: QuoteId
    client: ClientId
    level: int
    procedure: ProcedureCode
    catalogue: CatalogueHash
    made_at: datetime
    case: JsonObject
    digest: str
    answer: str


class Quoting(Protocol):
    """What the one read before a quote found, and the one transaction that may follow from it."""

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used; then nothing may follow."""
        ...

    @property
    def used(self) -> Mapping[str, Used]:
        """Return what the citizen used of the year's benefits, by the benefit's code."""
        ...

    @property
    def known(self) -> tuple[Known, ...]:
        """Return what the named prefill knows of the citizen; nothing where none was named."""
        ...

    def keep(self, quote: Kept, event: Event) -> None:
        """Write the quote, its event and the idempotency record in one transaction. Raises Raced."""
        ...


class QuoteStore(Protocol):
    """Where quotes are kept, sealed under the key of the citizen who asked for them."""

    def begin(self, who: Who, year: int, named: Named | None, once: Once | None) -> Quoting:
        """Read idempotency record, data key, the year's benefits and the prefill's revision in one call.

        Raises NoSuchPrefill for a prefill or revision that is not this citizen's through this client, LevelTooLow for
        one that a higher identity level opened, StoreUnavailable.
        """
        ...

    def find(self, person: PersonalId, quote: QuoteId) -> Kept | None:
        """Return a quote that this person asked for, None for any other, alike: one call. Raises StoreUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement used of a person's benefits of a year: đồng taken off, by the benefit's code.

    `payable` and `line` name the settlement: together they are unique for ever.
    """

    payable: str
    line: str
    payer: CitizenRef
    year: int
    benefits: Mapping[str, int]


class BenefitLedger(Protocol):
    """Where it is counted what a person used of a year's benefits."""

    def count(self, settled: Settled) -> None:
        """Add what was used, once for each settlement however often it is told, in one transaction with its mark.

        Raises Raced when somebody else counted for the same person and year in between, StoreUnavailable.
        """
        ...
