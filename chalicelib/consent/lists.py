"""The lists of consents, requests and blocks that a person sees, read from the table by page."""

import hashlib
import hmac
from collections.abc import Iterable

from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.writes import Key, Stored
from chalicelib.consent.places import (
    RECEIVED,
    SENT,
    SIDES,
    block_item,
    blocks_of,
    consent_item,
    consents_of,
    request_item,
    requests_of,
)
from chalicelib.consent.port import Blocked, Bounds, Direction, Found, Held, Page, Side
from chalicelib.consent.request import RequestId
from chalicelib.consent.stored import read_block, read_request, read_standing, unseal
from chalicelib.kernel.ids import CitizenRef, ConsentId, PersonalId


class TableLists:
    """What is read only."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self.table = table
        self.keys = keys

    @property
    def key(self) -> DataKey:
        """Return the service's own key for what consent seals; derived, so that no call asks for a citizen's."""
        return DataKey(self.keys.derive("consent"))

    def block_id(self, person: CitizenRef, asker: CitizenRef) -> str:
        """Return the id of the block of one by another: it tells whose it is to nobody, and is always the same."""
        secret = self.keys.derive("consent blocks")
        return hmac.new(secret, f"{person}#{asker}".encode(), hashlib.sha256).hexdigest()[:32]

    def requests(self, person: PersonalId, direction: Direction, bounds: Bounds) -> Page[Found]:
        """Query the person's own list, and read what goes with it in one batch."""
        ref = self.keys.ref(person)
        prefix = RECEIVED if direction == "received" else SENT
        page = self.table.query(
            requests_of(ref), prefix=prefix, start=bounds.start, limit=bounds.limit, newest_first=True
        )
        if direction == "received":
            return Page(tuple(self._not_hidden([self.found(ref, each) for each in page.items])), page.next)
        places = {_pointed(each): CitizenRef(each.text("subject")) for each in page.items}
        items = self.table.read(places) if places else {}
        return Page(tuple(self.found(ref, items[key]) for key, ref in places.items() if key in items), page.next)

    def consents(self, person: PersonalId, side: Side, bounds: Bounds) -> Page[Held]:
        """Query the person's own pointers, and read the consents as they stand in one batch."""
        partition = consents_of(self.keys.ref(person))
        page = self.table.query(
            partition, prefix=SIDES[side], start=bounds.start, limit=bounds.limit, newest_first=True
        )
        places = [consent_item(ConsentId(each.key.sk.removeprefix(SIDES[side]))) for each in page.items]
        items = self.table.read(places) if places else {}
        held = (
            self._held(each, items[key], side) for each, key in zip(page.items, places, strict=True) if key in items
        )
        return Page(tuple(held), page.next)

    def blocks(self, person: PersonalId, bounds: Bounds) -> Page[Blocked]:
        """Query the person's blocks; lifted ones are not among them."""
        page = self.table.query(blocks_of(self.keys.ref(person)), start=bounds.start, limit=bounds.limit)
        blocks = (self._blocked(each) for each in page.items)
        return Page(tuple(each for each in blocks if each.block.lifted_at is None), page.next)

    def found(self, subject: CitizenRef, stored: Stored) -> Found:
        """Read a request. Raises Corrupt."""
        id_ = RequestId(stored.key.sk.removeprefix(RECEIVED))
        private = unseal(self.key, "request", id_, stored)
        return Found(read_request(id_, subject, stored), private, stored.owner)

    def _blocked(self, stored: Stored) -> Blocked:
        return Blocked(read_block(stored), unseal(self.key, "block", stored.key.sk, stored).asker, stored.owner)

    def _not_hidden(self, received: list[Found]) -> Iterable[Found]:
        """Leave out what came from somebody blocked then: it was never shown, and never will be."""
        asker_blocks = {
            each.request.asker: block_item(
                each.request.subject, self.block_id(each.request.subject, each.request.asker)
            )
            for each in received
        }
        items = self.table.read(asker_blocks.values()) if asker_blocks else {}
        for each in received:
            stored = items.get(asker_blocks[each.request.asker])
            if stored is None or not read_block(stored).hides(each.request):
                yield each

    def _held(self, pointer: Stored, stored: Stored, side: Side) -> Held:
        id_ = pointer.key.sk.removeprefix(SIDES[side])
        private = unseal(self.key, side, id_, pointer)
        return Held(read_standing(stored), private.asker if side == "given" else private.subject)


def _pointed(pointer: Stored) -> Key:
    return request_item(CitizenRef(pointer.text("subject")), RequestId(pointer.key.sk.removeprefix(SENT)))
