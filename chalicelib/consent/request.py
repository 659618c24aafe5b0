"""A person asks another for consent (yêu cầu đồng ý), and what may become of it. Pure; knows nobody by name.

A request names one purpose, one part played in it and items that this part binds. It is open for a week; the person
asked may grant some or all of the items, refuse, or block the asker. A block is not told to the asker: to them the
request stays open until its time is over, as one that was never read. Silence is never consent (Luật 91/2025/QH15
Điều 9).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal, NewType, TypeAlias

from chalicelib.kernel.errors import Conflict, FieldProblem, Gone, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    ConsentId,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
)
from chalicelib.vocabulary.model import Text

RequestId = NewType("RequestId", str)
Decision: TypeAlias = Literal["grant", "refuse", "block"]
Status: TypeAlias = Literal["open", "granted", "refused", "blocked", "expired"]

OPEN_FOR: Final = timedelta(days=7)
KEPT_FOR: Final = timedelta(days=30)
"""How long either side may still see what became of a request, from the asking on."""
MOST_OPEN: Final = 3
"""Open requests of one person to another; whoever is asked too often is pressed, not asked."""
CONSENT_LASTS: Final = timedelta(hours=72)
"""As long as an unsubmitted prefill, unless the giver says otherwise."""
LONGEST_CONSENT: Final = timedelta(days=30)
LONGEST_NOTE: Final = 200

_STATUS: Final[Mapping[Decision, Status]] = {"grant": "granted", "refuse": "refused", "block": "blocked"}


class ItemNotBound(Unprocessable):
    """The part played in the procedure does not need this item: nothing is asked for that no form binds."""

    code = "item_not_bound"


class AskingOneself(Unprocessable):
    """One's own data needs nobody's consent."""

    code = "asking_oneself"


class TooManyOpen(Conflict):
    """As many requests to this person are open as may be."""

    code = "too_many_open_requests"


class AlreadyDecided(Conflict):
    """The request was decided before, in another way."""

    code = "already_decided"


class RequestExpired(Gone):
    """The request's time is over."""

    code = "consent_request_expired"


class ItemNotAsked(Unprocessable):
    """The request does not name this item."""

    code = "item_not_asked"


class BadExpiry(Unprocessable):
    """A consent ends after it begins, and within thirty days."""

    code = "bad_consent_expiry"


@dataclass(frozen=True, slots=True)
class Part:
    """A part played in a procedure: its name, and the items that the procedure's forms bind for whoever plays it."""

    label: Text
    items: frozenset[ItemId]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What data may be asked for: one procedure, as one set of definitions has it."""

    code: ProcedureCode
    name: Text
    parts: Mapping[str, Part]
    catalogue: CatalogueHash


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person asked said; `items`, `expires_at`, `consent` and `revision` only of a grant."""

    decision: Decision
    at: datetime
    items: tuple[ItemId, ...] = ()
    expires_at: datetime | None = None
    consent: ConsentId | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One asking. Who asks whom is said by reference alone; `place` is which of the pair's open requests it is."""

    id: RequestId
    asker: CitizenRef
    subject: CitizenRef
    client: ClientId
    procedure: ProcedureCode
    role: str
    items: tuple[ItemId, ...]
    asked_at: datetime
    place: int
    catalogue: CatalogueHash
    prefill: PrefillId | None = None
    answer: Answer | None = None

    @property
    def expires_at(self) -> datetime:
        """Return until when it may be decided."""
        return self.asked_at + OPEN_FOR

    @property
    def holds_its_place_until(self) -> datetime:
        """Return when another may take its place: stores keep expiry in whole seconds, and not before it is over."""
        return self.expires_at + timedelta(seconds=1)

    @property
    def kept_until(self) -> datetime:
        """Return until when it can be seen."""
        return self.asked_at + KEPT_FOR

    def status(self, at: datetime) -> Status:
        """Return what the person asked sees."""
        if self.answer is not None:
            return _STATUS[self.answer.decision]
        return "open" if at < self.expires_at else "expired"

    def status_for_asker(self, at: datetime) -> Status:
        """Return what the asker sees: of a block nothing but that no answer came."""
        told = self if self.answer is None or self.answer.decision != "block" else replace(self, answer=None)
        return told.status(at)


@dataclass(frozen=True, slots=True)
class Private:
    """What is kept under seal: who asks whom, and the words the asker sent along."""

    asker: PersonalId
    subject: PersonalId
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person asked wants; `items` None means all that were asked for, `expires_at` None the usual time."""

    decision: Decision
    items: tuple[ItemId, ...] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Somebody whose requests are not shown; a lifted one still hides what came before it was lifted."""

    id: str
    at: datetime
    lifted_at: datetime | None = None

    @property
    def forgotten_at(self) -> datetime | None:
        """Return when a lifted block has nothing left to hide: no request of its time is open or kept any more."""
        return None if self.lifted_at is None else self.lifted_at + KEPT_FOR

    def hides(self, request: Request) -> bool:
        """Say whether the request is not to be shown to whoever blocked its asker."""
        return self.lifted_at is None or request.asked_at <= self.lifted_at


def bound(part: Part, items: Collection[ItemId] | None) -> tuple[ItemId, ...]:
    """Return the items to ask for, in one order: those wanted, or all that the part binds. Raises ItemNotBound."""
    if items is None:
        return tuple(sorted(part.items))
    strangers = [place for place, item in enumerate(items) if item not in part.items]
    if strangers:
        raise ItemNotBound(*(FieldProblem(f"/items/{place}", "item_not_bound") for place in strangers))
    return tuple(sorted(set(items)))


def repeats(answer: Answer, request: Request, choice: Choice) -> bool:
    """Say whether a choice is the one that was already made. Raises AlreadyDecided when it is another."""
    same = answer.decision == choice.decision and (
        choice.decision != "grant"
        or (
            set(answer.items) == set(request.items if choice.items is None else choice.items)
            and choice.expires_at in {None, answer.expires_at}
        )
    )
    if not same:
        raise AlreadyDecided
    return same


def answered(request: Request, choice: Choice, at: datetime) -> Request:
    """Return the request with the choice as its answer, a grant still without its consent.

    Raises RequestExpired, ItemNotAsked, BadExpiry.
    """
    if at >= request.expires_at:
        raise RequestExpired
    if choice.decision != "grant":
        return replace(request, answer=Answer(choice.decision, at))
    items = request.items if choice.items is None else choice.items
    strangers = [place for place, item in enumerate(items) if item not in request.items]
    if strangers:
        raise ItemNotAsked(*(FieldProblem(f"/items/{place}", "item_not_asked") for place in strangers))
    until = at + CONSENT_LASTS if choice.expires_at is None else choice.expires_at
    if not at < until <= at + LONGEST_CONSENT:
        raise BadExpiry(FieldProblem("/expires_at", "bad_consent_expiry"))
    return replace(request, answer=Answer("grant", at, tuple(sorted(set(items))), until))
