"""Consent without a store of bytes: the port in memory, held by the same contract as the real one; and its people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from chalicelib.consent.chain import Change, Standing
from chalicelib.consent.port import (
    Asking,
    Blocked,
    Bounds,
    ConsentStore,
    Direction,
    Earlier,
    Found,
    Held,
    Kept,
    Page,
    Purposes,
    Side,
    Who,
)
from chalicelib.consent.request import MOST_OPEN, Block, Part, Private, Purpose, Request, RequestId
from chalicelib.consent.service import Consents, Wish
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ClientId, ConsentId, ItemId, PersonalId, ProcedureCode
from chalicelib.turns import Once, Raced
from chalicelib.vocabulary.model import Text

T = TypeVar("T")
AN, BINH = PersonalId("001090999001"), PersonalId("079193999002")
NOBODY: Final = PersonalId("096199999998")
"""A well-formed id that no register knows, and that never signed in."""
PORTAL: Final = ClientId("motlan-portal")
MARRIAGE, BIRTH = ProcedureCode("1.000894"), ProcedureCode("1.001193")
NAME, ETHNICITY, BIRTH_DATE = ItemId("person.full_name"), ItemId("person.ethnicity"), ItemId("person.birth_date")
ITEMS: Final = frozenset({NAME, ETHNICITY, BIRTH_DATE})
_LABEL = Text("nhãn", "label")
_PARTS: Final = {"bride": Part(_LABEL, ITEMS), "groom": Part(_LABEL, ITEMS), "witness": Part(_LABEL, frozenset())}


class TwoPurposes(Purposes):
    """Two procedures with one and the same form."""

    def purpose(self, code: ProcedureCode) -> Purpose | None:
        return Purpose(code, _LABEL, _PARTS, CatalogueHash("c" * 64)) if code in {MARRIAGE, BIRTH} else None


def who(person: PersonalId) -> Who:
    return Who(person, PORTAL)


def a_wish(subject: PersonalId = BINH, **changes: object) -> Wish:
    return replace(Wish(MARRIAGE, "bride", subject), **changes)  # type: ignore[arg-type]


ALL: Final = Bounds(None, 100)


@dataclass
class MemoryConsents(ConsentStore):
    """Everything in dicts. `meanwhile` is done once, right before the next write: somebody who is faster."""

    clock: Clock
    asked: dict[RequestId, Found] = field(default_factory=dict)
    latest: dict[tuple[CitizenRef, ProcedureCode, CitizenRef], Kept] = field(default_factory=dict)
    consents_: dict[ConsentId, tuple[Kept, Private]] = field(default_factory=dict)
    revisions: dict[ConsentId, list[Standing]] = field(default_factory=dict)
    places: dict[tuple[CitizenRef, CitizenRef, int], RequestId] = field(default_factory=dict)
    blocks_: dict[tuple[PersonalId, str], Blocked] = field(default_factory=dict)
    keys: dict[tuple[Who, str], tuple[Once, RequestId]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    _writes: int = 0

    def asking(self, who: Who, subject: PersonalId, once: Once | None) -> Asking:
        parties = (CitizenRef(who.person), CitizenRef(subject))
        return _MemoryAsking(self, who, parties, self._free(parties), self._earlier(who, once), once)

    def request(self, subject: PersonalId, request: RequestId) -> Found | None:
        found = self.asked.get(request)
        at = self.clock.now()
        return found if found and found.private.subject == subject and at < found.request.kept_until else None

    def before(self, request: Request) -> Kept | None:
        return self.latest.get((request.subject, request.procedure, request.asker))

    def grant(self, found: Found, request: Request, before: Kept | None, change: Change, event: Event) -> None:
        version = self._write(event, self._holds(found), lambda: self.before(request) == before)
        self._answer(found, request, version)
        del self.places[(request.asker, request.subject, request.place)]
        if change.closed is not None:
            self._keep(change.closed, version)
        self.consents_.setdefault(change.standing.consent.id, (Kept(change.standing, version), found.private))
        self._keep(change.standing, version)
        self.latest[(request.subject, request.procedure, request.asker)] = Kept(change.standing, version)

    def refuse(self, found: Found, request: Request, event: Event) -> None:
        self._answer(found, request, self._write(event, self._holds(found)))
        del self.places[(request.asker, request.subject, request.place)]

    def block(self, found: Found, request: Request, event: Event) -> None:
        version = self._write(event, self._holds(found))
        self._answer(found, request, version)
        block = Block(_block_id(found.private.subject, found.private.asker), event.at)
        self.blocks_[(found.private.subject, block.id)] = Blocked(block, found.private.asker, version)

    def given(self, person: PersonalId, consent: ConsentId) -> Kept | None:
        kept, _ = self.consents_.get(consent, (None, None))
        return kept if kept and kept.standing.consent.subject == CitizenRef(person) else None

    def withdraw(self, kept: Kept, standing: Standing, event: Event) -> None:
        consent = standing.consent
        place = (consent.subject, consent.procedure, consent.asker)
        version = self._write(event, lambda: self.latest[place].version == kept.version)
        self._keep(standing, version)
        self.latest[place] = Kept(standing, version)

    def requests(self, person: PersonalId, direction: Direction, bounds: Bounds) -> Page[Found]:
        at = self.clock.now()
        mine = [
            (id_, each)
            for id_, each in self.asked.items()
            if at < each.request.kept_until
            and person == (each.private.subject if direction == "received" else each.private.asker)
        ]
        page = _page(mine, bounds)
        return Page(tuple(each for each in page.entries if direction == "sent" or not self._hidden(each)), page.next)

    def consents(self, person: PersonalId, side: Side, bounds: Bounds) -> Page[Held]:
        mine = [
            (id_, Held(kept.standing, private.asker if side == "given" else private.subject))
            for id_, (kept, private) in self.consents_.items()
            if person == (private.subject if side == "given" else private.asker)
        ]
        return _page(mine, bounds)

    def blocks(self, person: PersonalId, bounds: Bounds) -> Page[Blocked]:
        mine = [(id_, each) for (giver, id_), each in self.blocks_.items() if giver == person]
        page = _page(mine, bounds)
        return Page(tuple(each for each in page.entries if each.block.lifted_at is None), page.next)

    def blocked(self, person: PersonalId, block: str) -> Blocked | None:
        found = self.blocks_.get((person, block))
        until = None if found is None else found.block.forgotten_at
        return None if until is not None and self.clock.now() >= until else found

    def lift(self, person: PersonalId, blocked: Blocked, block: Block, event: Event) -> None:
        version = self._write(event, lambda: self.blocks_[(person, block.id)] == blocked)
        self.blocks_[(person, block.id)] = Blocked(block, blocked.asker, version)

    def _free(self, parties: tuple[CitizenRef, CitizenRef]) -> int | None:
        for place in range(MOST_OPEN):
            taken = self.places.get((*parties, place))
            if taken is None or self.clock.now() >= self.asked[taken].request.holds_its_place_until:
                return place
        return None

    def _earlier(self, who: Who, once: Once | None) -> Earlier | None:
        kept = None if once is None else self.keys.get((who, once.key))
        if kept is None or self.clock.now() >= self.asked[kept[1]].request.expires_at:
            return None
        return Earlier(kept[1], kept[0] == once)

    def _holds(self, found: Found) -> Callable[[], bool]:
        return lambda: self.asked[found.request.id] == found

    def _write(self, event: Event, *expected: Callable[[], bool]) -> str:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if not all(each() for each in expected):
            raise Raced
        self.events.append(event)
        self._writes += 1
        return str(self._writes)

    def _answer(self, found: Found, request: Request, version: str) -> None:
        self.asked[request.id] = Found(request, found.private, version)

    def _keep(self, standing: Standing, version: str) -> None:
        consent = standing.consent
        _, private = self.consents_[consent.id]
        self.consents_[consent.id] = (Kept(standing, version), private)
        self.revisions.setdefault(consent.id, []).append(standing)

    def _hidden(self, found: Found) -> bool:
        blocked = self.blocked(found.private.subject, _block_id(found.private.subject, found.private.asker))
        return blocked is not None and blocked.block.hides(found.request)


@dataclass(frozen=True)
class _MemoryAsking:
    store: MemoryConsents
    who: Who
    parties: tuple[CitizenRef, CitizenRef]
    place: int | None
    earlier: Earlier | None
    once: Once | None

    def ask(self, request: Request, private: Private, event: Event) -> None:
        store, key = self.store, (self.who, "" if self.once is None else self.once.key)
        version = store._write(
            event,
            lambda: store._free(self.parties) == self.place,
            lambda: store._earlier(self.who, self.once) is None,
        )
        store.asked[request.id] = Found(request, private, version)
        store.places[(*self.parties, request.place)] = request.id
        if self.once is not None:
            store.keys[key] = (self.once, request.id)


def _block_id(person: str, asker: str) -> str:
    return f"{person}{asker}".rjust(32, "0")[:32]


def _page(mine: Sequence[tuple[str, T]], bounds: Bounds) -> Page[T]:
    ordered = sorted(mine, reverse=True, key=lambda each: each[0])
    rest = [each for each in ordered if bounds.start is None or each[0] < bounds.start]
    shown = rest[: bounds.limit]
    return Page(tuple(each for _, each in shown), shown[-1][0] if len(rest) > len(shown) else None)


def open_requests(consents: Consents, asker: PersonalId) -> list[Found]:
    """Return what the asker sees as open."""
    at = consents.clock.now()
    found = consents.requests(who(asker), "sent", ALL).entries
    return [each for each in found if each.request.status_for_asker(at) == "open"]


def by_id(found: Page[Found]) -> Mapping[RequestId, Found]:
    return {each.request.id: each for each in found.entries}
