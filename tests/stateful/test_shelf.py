"""What is held of an owner is what all their documents say, whatever was done with them in whatever order.

The shelf in memory and the shelf in the table do the same things at random; after each, what is held, used and listed
is reckoned anew from every document there is, by rules written down here a second time.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import DocumentId, ItemId
from chalicelib.turns import Raced
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.model import Document, ReadItem, Revoked
from chalicelib.warehouse.port import KeptDocument, QuotaExceeded, Shelf
from chalicelib.warehouse.quota import Limits
from chalicelib.warehouse.series import AlreadyIssued
from chalicelib.warehouse.shelf_store import TableShelf
from chalicelib.warehouse.upload_stored import UploadItems
from tests.support.aws import Home
from tests.support.clock import START, VirtualClock
from tests.support.ids import CountedIds
from tests.support.memory_shelf import MemoryShelf
from tests.support.shelves import OTHER, OWNER, a_document, a_type, document_id, issued, said

ROOM: Final = Limits(bytes=30_000, documents=100)
FEW: Final = tuple(ItemId(f"person.item{number}") for number in range(4))
MANY: Final = tuple(ItemId(f"person.item{number}") for number in range(34))
PROVES: Final = {"the-can-cuoc": ("identity", "card"), "giay-khac": ("identity",), "khong-gi": ()}
CODES: Final = frozenset({"identity", "card"})
DAYS: Final = (None, "2024", "2024-05", "2024-05-01", "2026-11-22", "2026")
OVER: Final = "2025-01-01"
ENDS: Final = (None, "2030", "2030-06", "2030-06-01", OVER)
NUMBERS: Final = ("1/2026", "2/2026")


def types(document: Document) -> DocumentType:
    return a_type(document.type, proves=frozenset(PROVES[document.type]))


def best(held: Iterable[tuple[tuple[str, str], tuple[str, str], object]]) -> dict[tuple[str, str], object]:
    """Return by place what ranks highest there."""
    found: dict[tuple[str, str], tuple[tuple[str, str], object]] = {}
    for place, rank, what in held:
        if place not in found or found[place][0] < rank:
            found[place] = rank, what
    return {place: what for place, (_, what) in found.items()}


def says(document: Document) -> Iterable[tuple[tuple[str, str], tuple[str, str], object]]:
    if document.state != "available" or document.holder == "other":
        return
    standing = {"scan": "scan", "typed": "typed"}.get(document.assurance, "issued")
    seen: dict[ItemId, ReadItem] = {}
    for read in document.items:
        seen.setdefault(read.item, read)
    holds = "0" if document.valid_until == OVER else "1"
    for read in list(seen.values())[:30]:
        rank = holds + (document.issued_on or iso(document.created_at)), document.id
        yield (read.item, standing), rank, (read.value, document.id)
    until = (document.valid_until or "9999-12-31") + {4: "-99-99", 7: "-99"}.get(len(document.valid_until or ""), "")
    for code in PROVES[document.type]:
        yield (code, standing), (f"{until}~{iso(document.created_at)}", document.id), document.id


@dataclass
class Both:
    """Two shelves, what was put on them, and chance."""

    shelves: tuple[Shelf, ...]
    ids: CountedIds
    chance: random.Random
    known: list[DocumentId] = field(default_factory=list)
    stale: dict[DocumentId, tuple[KeptDocument, ...]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)

    def step(self) -> None:
        works = (self.admit, self.admit, self.delete, self.delete, self.restore, self.revoke, self.purge, self.late)
        work = self.chance.choice(works)
        if work():
            self.done[work.__name__] = self.done.get(work.__name__, 0) + 1

    def admit(self) -> bool:
        document = self.made()
        outcomes = [self.turned(shelf, document) for shelf in self.shelves]
        assert len(set(outcomes)) == 1, outcomes
        if outcomes[0] == "admitted":
            self.known.append(document.id)
        return outcomes[0] == "admitted"

    def turned(self, shelf: Shelf, document: Document) -> str:
        for _ in range(3):
            try:
                shelf.admit(document, said(self.ids))
            except Raced:
                continue
            except (QuotaExceeded, AlreadyIssued) as error:
                return error.code
            return "admitted"
        return "raced"

    def made(self) -> Document:
        pick, nth = self.chance.choice, len(self.stale) + len(self.known) + self.chance.randrange(10**6)
        items = self.chance.sample(FEW, self.chance.randrange(4)) if self.chance.random() < 0.8 else MANY
        changes: dict[str, Any] = {
            "id": document_id(nth),
            "type": pick(tuple(PROVES)),
            "items": dict.fromkeys(items, f"{nth}"),
            "valid_until": pick(ENDS),
            "created_at": START + timedelta(minutes=self.chance.randrange(5)),
        }
        kind = pick(("upload", "upload", "typed", "issued", "issued", "back_file"))
        if kind in {"issued", "back_file"}:
            day, word = pick(DAYS[1:]), pick(("certified_copy", "scan"))
            return issued(nth, **changes, origin=kind, assurance=word, issued_on=day, number=pick(NUMBERS))
        word, file = ("typed", None) if kind == "typed" else ("scan", a_document().file)
        holder = pick(("owner", "owner", "unproved", "other"))
        own: dict[str, Any] = {"origin": kind, "assurance": word, "file": file, "holder": holder}
        return a_document(nth, **{**changes, **own, "issued_on": pick(DAYS)})

    def delete(self) -> bool:
        return self.change(
            lambda each: each.state == "available" and each.origin in {"upload", "typed"},
            lambda each: replace(each, state="deleted", deleted_at=START, purge_at=START + timedelta(days=7)),
        )

    def restore(self) -> bool:
        return self.change(
            lambda each: each.state == "deleted",
            lambda each: replace(each, state="available", deleted_at=None, purge_at=None),
        )

    def revoke(self) -> bool:
        return self.change(
            lambda each: each.revoked is None and each.origin in {"issued", "back_file"},
            lambda each: replace(each, state="revoked", revoked=Revoked(START, "issued_in_error")),
        )

    def purge(self) -> bool:
        found = self.one(lambda each: each.state == "deleted")
        for shelf, kept in zip(self.shelves, found, strict=False):
            shelf.remove(kept, said(self.ids))
        if found:
            self.known.remove(found[0].document.id)
        return bool(found)

    def late(self) -> bool:
        """Write what was read before somebody else changed it: refused by both, and nothing moves."""
        for id_ in [*self.stale]:
            for shelf, kept in zip(self.shelves, self.stale.pop(id_), strict=True):
                now = shelf.find(OWNER, id_)
                if now is not None and now.document == kept.document:
                    continue
                with pytest.raises(Raced):
                    shelf.change(kept, replace(kept.document, state="deleted"), said(self.ids))
                with pytest.raises(Raced):
                    shelf.remove(kept, said(self.ids))
            return True
        return False

    def change(self, may: Callable[[Document], bool], after: Callable[[Document], Document]) -> bool:
        found = self.one(may)
        for shelf, kept in zip(self.shelves, found, strict=False):
            shelf.change(kept, after(kept.document), said(self.ids))
        return bool(found)

    def one(self, may: Callable[[Document], bool]) -> tuple[KeptDocument, ...]:
        """Return a document of this kind as each shelf has it, and keep it to be written late."""
        for id_ in self.chance.sample(self.known, len(self.known)):
            found = tuple(kept for shelf in self.shelves if (kept := shelf.find(OWNER, id_)) is not None)
            assert len({repr(each.document) for each in found}) == 1
            if may(found[0].document):
                self.stale[id_] = found
                return found
        return ()

    def hold(self) -> None:
        """See that both shelves hold and count what a reckoning from all documents gives."""
        every = [kept.document for id_ in self.known if (kept := self.shelves[0].find(OWNER, id_)) is not None]
        assert len(every) == len(self.known)
        expected = best(each for document in every for each in says(document))
        size = sum(each.file.size for each in every if each.file is not None)
        for shelf in self.shelves:
            found = shelf.held(OWNER, frozenset(MANY), CODES)
            held = {(str(each.item), str(each.standing)): (each.value, each.document) for each in found.items}
            papers = {(each.evidence, str(each.standing)): each.document for each in found.papers}
            assert {**held, **papers} == expected
            usage = shelf.usage(OWNER)
            assert (usage.documents, usage.bytes) == (len(every), size)
            assert shelf.held(OTHER, frozenset(MANY), CODES).items == ()


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 70), *(pytest.param(seed, 400, marks=pytest.mark.prove) for seed in (2, 3, 4))],
)
def test_what_is_held_is_always_what_all_documents_together_say(
    simulated: Home, clock: VirtualClock, ids: CountedIds, seed: int, steps: int
) -> None:
    settings = simulated.settings
    table = Table(simulated.clients, settings.state_table, settings.outbox_table, clock, ids)
    keys = Keys(simulated.clients, settings.data_key, settings.mac_key, clock)
    in_table = TableShelf(table, keys, types, UploadItems(keys, ROOM), clock)
    both = Both((MemoryShelf(types, ROOM, clock=clock), in_table), ids, random.Random(seed))  # noqa: S311 - the same each time
    for _ in range(steps):
        both.step()
        both.hold()
    assert both.done.keys() >= {"admit", "delete", "restore", "revoke", "purge", "late"}
