"""What consent needs of the world: a store, and what procedures there are. Must not know tables, keys or forms."""

from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

from chalicelib.consent.chain import Change, Consent, Standing
from chalicelib.consent.request import Block, Private, Purpose, Request, RequestId
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, ClientId, ConsentId, PersonalId, ProcedureCode
from chalicelib.turns import Once

T = TypeVar("T")
Direction: TypeAlias = Literal["received", "sent"]
Side: TypeAlias = Literal["given", "received"]


class Purposes(Protocol):
    """What data may be asked for: the published procedures, by what their forms bind."""

    def purpose(self, code: ProcedureCode) -> Purpose | None:
        """Return the purpose of that code as it is published now, None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks or decides, as the token proves, and through which client."""

    person: PersonalId
    client: ClientId


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an idempotency key already stands for, and whether it was for the same body."""

    request: RequestId
    same: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A request as it was read; `version` is for the store to see that nothing changed it since."""

    request: Request
    private: Private
    version: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A consent as it was read; `version` is for the store to see that nothing changed it since."""

    standing: Standing
    version: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, and where to go on, if there is more."""

    entries: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which part of a list: at most so many entries, from where an earlier page ended."""

    start: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class Held:
    """A consent with the other party: who received it, or who gave it."""

    standing: Standing
    other: PersonalId

    @property
    def consent(self) -> Consent:
        """Return the consent as it stands."""
        return self.standing.consent


@dataclass(frozen=True, slots=True)
class Blocked:
    """A block with whom it is of, as it was read."""

    block: Block
    asker: PersonalId
    version: str


class Asking(Protocol):
    """What the one read before a request found, and the one transaction that may follow from it."""

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used; then nothing may follow."""
        ...

    @property
    def parties(self) -> tuple[CitizenRef, CitizenRef]:
        """Return what stands for the asker and for the person asked."""
        ...

    @property
    def place(self) -> int | None:
        """Return which of the pair's open requests this one may be; None when as many are open as may be."""
        ...

    def ask(self, request: Request, private: Private, event: Event) -> None:
        """Write the request with its event and the idempotency record in one transaction. Raises Raced."""
        ...


class ConsentStore(Protocol):
    """Where requests, consents and blocks are kept; what names a person is under seal."""

    def asking(self, who: Who, subject: PersonalId, once: Once | None) -> Asking:
        """Read idempotency record and places in one call: the same call whoever the subject is, or is not."""
        ...

    def request(self, subject: PersonalId, request: RequestId) -> Found | None:
        """Return a request that this person was asked. None for any other, alike."""
        ...

    def before(self, request: Request) -> Kept | None:
        """Return the last consent between the parties of the request for its purpose, whether it holds or not."""
        ...

    def grant(self, found: Found, request: Request, before: Kept | None, change: Change, event: Event) -> None:
        """Write the answered request, what the grant makes and the event in one transaction. Raises Raced."""
        ...

    def refuse(self, found: Found, request: Request, event: Event) -> None:
        """Write the answered request and the event in one transaction. Raises Raced."""
        ...

    def block(self, found: Found, request: Request, event: Event) -> None:
        """Write the answered request, the block of its asker and the event in one transaction. Raises Raced."""
        ...

    def given(self, person: PersonalId, consent: ConsentId) -> Kept | None:
        """Return a consent that this person gave. None for any other, alike."""
        ...

    def withdraw(self, kept: Kept, standing: Standing, event: Event) -> None:
        """Write the revision and the event in one transaction. Raises Raced."""
        ...

    def requests(self, person: PersonalId, direction: Direction, bounds: Bounds) -> Page[Found]:
        """Return some of the person's requests, newest first; of those received, none that a block hides."""
        ...

    def consents(self, person: PersonalId, side: Side, bounds: Bounds) -> Page[Held]:
        """Return some of the person's consents, the newest first."""
        ...

    def blocks(self, person: PersonalId, bounds: Bounds) -> Page[Blocked]:
        """Return some of those whom the person blocks now."""
        ...

    def blocked(self, person: PersonalId, block: str) -> Blocked | None:
        """Return a block of this person's. None for any other, alike."""
        ...

    def lift(self, person: PersonalId, blocked: Blocked, block: Block, event: Event) -> None:
        """Write the lifted block and the event in one transaction. Raises Raced."""
        ...
