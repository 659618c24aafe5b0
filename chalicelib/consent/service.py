"""Ask for consent, decide, withdraw, block. Must not know HTTP, storage or forms.

Who is asked is only ever a name in a body: nothing is looked up about them, so the answer and the work are the same
whether they exist, ever came here, or block the asker. What they decide, they decide in their own session.
"""

from dataclasses import replace
from typing import Final

from chalicelib.consent import told
from chalicelib.consent.chain import Consent, granted, withdrawn
from chalicelib.consent.port import (
    Blocked,
    Bounds,
    ConsentStore,
    Direction,
    Found,
    Held,
    Page,
    Purposes,
    Side,
    Who,
)
from chalicelib.consent.request import (
    Answer,
    AskingOneself,
    Choice,
    Private,
    Purpose,
    Request,
    RequestId,
    TooManyOpen,
    answered,
    bound,
    repeats,
)
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldProblem, NotFound, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ConsentId, EventId, IdSource, ItemId, PersonalId, PrefillId, ProcedureCode
from chalicelib.turns import Once, in_turn

_TRIES: Final = 10


class NoSuchProcedure(Unprocessable):
    """No procedure of that code is published now."""

    code = "no_such_procedure"


class NoSuchRole(Unprocessable):
    """No form of the procedure has such a role, or none that is filled from what is known of a person."""

    code = "no_such_role"


class KeyReused(Unprocessable):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of whom, and what for; `items` None means all that the role binds."""

    procedure: ProcedureCode
    role: str
    subject: PersonalId
    items: tuple[ItemId, ...] | None = None
    prefill: PrefillId | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Consents:
    """The use cases of both sides."""

    store: ConsentStore
    purposes: Purposes
    clock: Clock
    ids: IdSource

    def ask(self, who: Who, wish: Wish, once: Once | None) -> Request:
        """Ask the person named. The same key with the same wish gives the first request again.

        Raises NoSuchProcedure, NoSuchRole, ItemNotBound, AskingOneself, TooManyOpen, KeyReused, Contention.
        """
        purpose = self.purposes.purpose(wish.procedure)
        if purpose is None:
            raise NoSuchProcedure(FieldProblem("/procedure", "no_such_procedure"))
        part = purpose.parts.get(wish.role)
        if part is None or not part.items:
            raise NoSuchRole(FieldProblem("/role", "no_such_role"))
        items = bound(part, wish.items)
        if wish.subject == who.person:
            raise AskingOneself(FieldProblem("/personal_id", "asking_oneself"))
        return in_turn(lambda: self._ask(who, wish, purpose, items, once), self.clock, _TRIES)

    def decide(self, who: Who, id_: RequestId, choice: Choice) -> Request:
        """Answer a request that the caller was asked. The same choice again gives the same answer.

        Raises NotFound for what is not this person's, AlreadyDecided, RequestExpired, ItemNotAsked, BadExpiry,
        Contention.
        """
        return in_turn(lambda: self._decide(who.person, id_, choice), self.clock, _TRIES)

    def withdraw(self, who: Who, id_: ConsentId) -> Consent:
        """Take a consent back, at once; one that holds no more is left as it is.

        Raises NotFound for what this person did not give, Contention.
        """
        return in_turn(lambda: self._withdraw(who.person, id_), self.clock, _TRIES)

    def unblock(self, who: Who, block: str) -> None:
        """Let somebody's requests be shown again. Raises NotFound for a block that is not this person's, Contention."""
        in_turn(lambda: self._unblock(who.person, block), self.clock, _TRIES)

    def requests(self, who: Who, direction: Direction, bounds: Bounds) -> Page[Found]:
        """Return some of the caller's own requests."""
        return self.store.requests(who.person, direction, bounds)

    def consents(self, who: Who, side: Side, bounds: Bounds) -> Page[Held]:
        """Return some of the consents that the caller gave or received."""
        return self.store.consents(who.person, side, bounds)

    def blocks(self, who: Who, bounds: Bounds) -> Page[Blocked]:
        """Return some of those whom the caller blocks."""
        return self.store.blocks(who.person, bounds)

    def _ask(self, who: Who, wish: Wish, purpose: Purpose, items: tuple[ItemId, ...], once: Once | None) -> Request:
        start = self.store.asking(who, wish.subject, once)
        if start.earlier is not None:
            return self._asked_before(wish.subject, start.earlier.request, same=start.earlier.same)
        if start.place is None:
            raise TooManyOpen
        request = Request(
            RequestId(self.ids.new()),
            *start.parties,
            who.client,
            purpose.code,
            wish.role,
            items,
            self.clock.now(),
            start.place,
            purpose.catalogue,
            wish.prefill,
        )
        start.ask(request, Private(who.person, wish.subject, wish.note), told.requested(request, self._event()))
        return request

    def _asked_before(self, subject: PersonalId, id_: RequestId, *, same: bool) -> Request:
        if not same:
            raise KeyReused
        found = self.store.request(subject, id_)
        if found is None:
            raise NotFound
        # Told as it was told first: what became of it since is in the list.
        return replace(found.request, answer=None)

    def _decide(self, person: PersonalId, id_: RequestId, choice: Choice) -> Request:
        found = self.store.request(person, id_)
        if found is None:
            raise NotFound
        before = found.request.answer
        if before is not None and repeats(before, found.request, choice):
            return found.request
        at = self.clock.now()
        request = answered(found.request, choice, at)
        if choice.decision == "grant" and request.answer is not None:
            return self._grant(found, request, request.answer)
        event = told.declined(request, choice.decision, self._event(), at)
        (self.store.block if choice.decision == "block" else self.store.refuse)(found, request, event)
        return request

    def _grant(self, found: Found, request: Request, answer: Answer) -> Request:
        kept = self.store.before(request)
        change = granted(None if kept is None else kept.standing, request, ConsentId(self.ids.new()))
        consent = change.standing.consent
        request = replace(request, answer=replace(answer, consent=consent.id, revision=consent.number))
        self.store.grant(found, request, kept, change, told.granted(consent, self._event()))
        return request

    def _withdraw(self, person: PersonalId, id_: ConsentId) -> Consent:
        kept = self.store.given(person, id_)
        if kept is None:
            raise NotFound
        at = self.clock.now()
        if kept.standing.consent.status(at) != "granted":
            return kept.standing.consent
        standing = withdrawn(kept.standing, at)
        self.store.withdraw(kept, standing, told.withdrawn(standing.consent, self._event()))
        return standing.consent

    def _unblock(self, person: PersonalId, id_: str) -> None:
        found = self.store.blocked(person, id_)
        if found is None:
            raise NotFound
        if found.block.lifted_at is None:
            at = self.clock.now()
            lifted = replace(found.block, lifted_at=at)
            self.store.lift(person, found, lifted, told.unblocked(id_, self._event(), at))

    def _event(self) -> EventId:
        return EventId(self.ids.new())
