"""Consents and the requests for them in the table.

A request stands with the person asked, and the asker holds a pointer to it; each of the pair's open requests takes
one of three places, so that of four at once three stand. What names a person is sealed under a key of the service:
asking somebody must not touch a key of theirs, for nobody may learn whether there is one.
"""

from collections.abc import Sequence

from chalicelib.aws.keys import DataKey
from chalicelib.aws.table import Table
from chalicelib.aws.writes import (
    ConditionFailed,
    Delete,
    Expect,
    Idempotency,
    Key,
    Put,
    Stored,
    Write,
    idempotency_key,
)
from chalicelib.consent.chain import Change, Consent, Standing
from chalicelib.consent.lists import TableLists
from chalicelib.consent.model import Grant
from chalicelib.consent.places import (
    block_item,
    consent_item,
    grant_item,
    held_item,
    place_item,
    place_items,
    request_item,
    revision_item,
    sent_item,
)
from chalicelib.consent.port import Blocked, Earlier, Found, Kept, Side, Who
from chalicelib.consent.request import Block, Private, Request, RequestId
from chalicelib.consent.stored import (
    block_fields,
    read_block,
    read_standing,
    request_fields,
    seal,
    standing_fields,
    unseal,
)
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, ClientId, ConsentId, PersonalId
from chalicelib.turns import Once, Raced

__all__ = ["TableConsents", "grant_item", "read_grant"]


def read_grant(stored: Stored, client: ClientId) -> Grant | None:
    """Return the grant in an item read at `grant_item`, for an asker through this client.

    None when it was withdrawn, or given to the asker through another one: who consented was told which. Its expiry is
    not looked at.
    """
    consent = read_standing(stored).consent
    return consent.grant if consent.client == client else None


@dataclass(frozen=True, slots=True)
class Started:
    """What the read before a request found, and the transaction that may follow."""

    table: Table
    key: DataKey
    parties: tuple[CitizenRef, CitizenRef]
    place: int | None
    earlier: Earlier | None
    scope: str
    once: Once | None

    def ask(self, request: Request, private: Private, event: Event) -> None:
        """Write request, pointer, place, event and idempotency record in one transaction. Raises Raced."""
        asker, subject = self.parties
        fields = {**request_fields(request), "sealed": seal(self.key, "request", request.id, private)}
        writes = [
            Put(place_item(asker, subject, request.place), {}, Expect.ABSENT, request.holds_its_place_until),
            Put(sent_item(asker, request.id), {"subject": subject}, Expect.ABSENT, request.kept_until),
            Put(request_item(subject, request.id), fields, Expect.ABSENT, request.kept_until),
        ]
        committed(self.table, writes, event, self._record(request))

    def _record(self, request: Request) -> Idempotency | None:
        once = self.once
        if once is None:
            return None
        return Idempotency(self.scope, once.key, once.body, request.id, request.expires_at)


class TableConsents(TableLists):
    """The consent store over the state table."""

    def asking(self, who: Who, subject: PersonalId, once: Once | None) -> Started:
        """Read places and idempotency record in one BatchGetItem."""
        asker, asked = self.keys.ref(who.person), self.keys.ref(subject)
        places, scope = place_items(asker, asked), f"consent#{who.client}#{asker}"
        kept = None if once is None else Once(self.keys.blinded(once.key), self.keys.blinded(once.body))
        record = () if kept is None else (idempotency_key(scope, kept.key),)
        items = self.table.read([*places, *record])
        earlier = next((_earlier(items[place], kept) for place in record if place in items), None)
        free = next((number for number, place in enumerate(places) if place not in items), None)
        return Started(self.table, self.key, (asker, asked), free, earlier, scope, kept)

    def request(self, subject: PersonalId, request: RequestId) -> Found | None:
        """Read one item, where only a request to this person can stand."""
        ref = self.keys.ref(subject)
        place = request_item(ref, request)
        stored = self.table.read([place]).get(place)
        return None if stored is None else self.found(ref, stored)

    def before(self, request: Request) -> Kept | None:
        """Read the last consent between the parties for this purpose."""
        return self._kept(grant_item(request.subject, request.procedure, request.asker))

    def grant(self, found: Found, request: Request, before: Kept | None, change: Change, event: Event) -> None:
        """Write request, place, revision, consent and event, and where it is new its pointers. Raises Raced."""
        consent = change.standing.consent
        expect = Expect.ABSENT if before is None else Expect.unchanged(before.version)
        writes = [
            *self._answered(found, request),
            Put(_grant_item(consent), standing_fields(change.standing), expect),
            *_revision(change.standing, Expect.ABSENT if consent.number == 1 else expect),
            *([] if change.closed is None else _revision(change.closed, expect)),
            *(self._pointers(consent, found.private) if consent.number == 1 else []),
        ]
        committed(self.table, writes, event)

    def refuse(self, found: Found, request: Request, event: Event) -> None:
        """Write request, place and event. Raises Raced."""
        committed(self.table, self._answered(found, request), event)

    def block(self, found: Found, request: Request, event: Event) -> None:
        """Write request, block and event. The place stays taken: the asker is to notice nothing. Raises Raced."""
        block = Block(self.block_id(request.subject, request.asker), event.at)
        writes = [self._rewritten(found, request), self._block(request.subject, block, found.private, Expect.ANY)]
        committed(self.table, writes, event)

    def given(self, person: PersonalId, consent: ConsentId) -> Kept | None:
        """Read one item, and leave it unsaid when somebody else gave the consent."""
        kept = self._kept(consent_item(consent))
        return kept if kept is not None and kept.standing.consent.subject == self.keys.ref(person) else None

    def withdraw(self, kept: Kept, standing: Standing, event: Event) -> None:
        """Write revision, consent and event. Raises Raced when it was changed since, or another took its place."""
        expect = Expect.unchanged(kept.version)
        grant = Put(_grant_item(standing.consent), standing_fields(standing), expect)
        committed(self.table, [grant, *_revision(standing, expect)], event)

    def blocked(self, person: PersonalId, block: str) -> Blocked | None:
        """Read one item, where only a block of this person's can stand."""
        place = block_item(self.keys.ref(person), block)
        stored = self.table.read([place]).get(place)
        if stored is None:
            return None
        return Blocked(read_block(stored), unseal(self.key, "block", block, stored).asker, stored.owner)

    def lift(self, person: PersonalId, blocked: Blocked, block: Block, event: Event) -> None:
        """Write block and event. Raises Raced."""
        private = Private(blocked.asker, person)
        expect = Expect.unchanged(blocked.version)
        committed(self.table, [self._block(self.keys.ref(person), block, private, expect)], event)

    def _answered(self, found: Found, request: Request) -> list[Write]:
        """Return the writes that answer a request and free its place, which the same commit made as the request."""
        place = place_item(request.asker, request.subject, request.place)
        return [Delete(place, Expect.unchanged(found.version)), self._rewritten(found, request)]

    def _rewritten(self, found: Found, request: Request) -> Put:
        sealed = seal(self.key, "request", request.id, found.private)
        fields = {**request_fields(request), "sealed": sealed}
        expect = Expect.unchanged(found.version)
        return Put(request_item(request.subject, request.id), fields, expect, request.kept_until)

    def _block(self, person: CitizenRef, block: Block, private: Private, expect: Expect) -> Put:
        fields = {**block_fields(block), "sealed": seal(self.key, "block", block.id, private)}
        return Put(block_item(person, block.id), fields, expect, block.forgotten_at)

    def _kept(self, place: Key) -> Kept | None:
        stored = self.table.read([place]).get(place)
        return None if stored is None else Kept(read_standing(stored), stored.owner)

    def _pointers(self, consent: Consent, private: Private) -> list[Write]:
        """Return what leads each party to the consent, with the other's name under seal."""
        parties: tuple[tuple[CitizenRef, Side], ...] = ((consent.subject, "given"), (consent.asker, "received"))
        return [
            Put(
                held_item(person, side, consent.id),
                {"sealed": seal(self.key, side, consent.id, private)},
                Expect.ABSENT,
            )
            for person, side in parties
        ]


def committed(table: Table, writes: Sequence[Write], event: Event, once: Idempotency | None = None) -> None:
    """Commit, and say in the words of the port that somebody was faster. Raises Raced."""
    try:
        table.commit(writes, event=event, idempotency=once)
    except ConditionFailed as error:
        raise Raced from error


def _grant_item(consent: Consent) -> Key:
    return grant_item(consent.subject, consent.procedure, consent.asker)


def _revision(standing: Standing, expect: Expect) -> list[Write]:
    """Return the writes of a revision: itself, and the consent as it is now."""
    consent, fields = standing.consent, standing_fields(standing)
    return [
        Put(consent_item(consent.id), fields, expect),
        Put(revision_item(consent.id, consent.number), fields, Expect.ABSENT),
    ]


def _earlier(stored: Stored, kept: Once | None) -> Earlier:
    same = kept is not None and kept.body == stored.text("body")
    return Earlier(RequestId(stored.text("result")), same)
