"""What is held of an owner, as items of the table, and the writes by which it follows its documents.

A head is the best value of an item, or paper of a kind of evidence, within one standing; behind it stand all versions,
in order. Every write here is part of a commit that writes the owner's usage too, so of two at once one reads again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Final, get_args

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey
from chalicelib.aws.table import Table
from chalicelib.aws.writes import Delete, Expect, Key, Put, Stored, Write
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, DocumentId, ItemId
from chalicelib.warehouse.heads import Head, Held, is_over
from chalicelib.warehouse.model import Standing
from chalicelib.warehouse.places import item_head, paper_head, version_item
from chalicelib.warehouse.port import HeldItem, HeldPaper
from chalicelib.warehouse.stored import Written, seal, unsealed

_STANDINGS: Final[dict[str, Standing]] = {each: each for each in get_args(Standing)}
_NAMED_BY_KEY: Final = frozenset({"item", "evidence", "standing", "document"})
_LOOKED_AT: Final = 50
_NEXT: Final = 2
"""Of the versions behind a head the newest may be the one that ceases; the next is then the best."""


def place_of(ref: CitizenRef, held: Held) -> Key:
    """Return where the head of it stands."""
    if isinstance(held, HeldItem):
        return item_head(ref, held.item, held.standing)
    return paper_head(ref, held.evidence, held.standing)


def head_of(stored: Stored, key: DataKey) -> Head:
    """Read a head, or a version of one. Raises Corrupt."""
    clear, inside = Written(stored.fields), unsealed(stored, key)
    kind, name, code, *_ = stored.key.sk.split("#")
    standing, document = _STANDINGS.get(code), DocumentId(clear.text("document"))
    if standing is None:
        raise Corrupt(what="standing")
    type_, mapping, read_at, basis = (inside.text(each) for each in ("type", "mapping", "read_at", "legal_basis"))
    as_of, until = inside.maybe("as_of"), inside.maybe("until")
    if kind == "P":
        paper = HeldPaper(name, standing, document, type_, mapping, read_at, as_of, until, basis)
        return Head(paper, clear.text("order"))
    value = inside.json("value")
    held = HeldItem(
        ItemId(name),
        value,
        standing,
        document,
        type_,
        inside.text("path"),
        mapping,
        read_at,
        as_of,
        until,
        basis,
    )
    return Head(held, clear.text("order"))


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of one owner as they were read, and how they change."""

    table: Table
    ref: CitizenRef
    key: DataKey
    items: Mapping[Key, Stored]

    def following(self, begins: Sequence[Head], ceases: Sequence[Head]) -> list[Write]:
        """Return the writes after which heads and versions are right again; asks for the next best where one ceases."""
        new = {place_of(self.ref, each.held): each for each in begins}
        old = {place_of(self.ref, each.held): each for each in ceases}
        puts = {_version(place, head): head for place, head in new.items()}
        gone = [version for place, head in old.items() if (version := _version(place, head)) not in puts]
        writes: list[Write] = [Put(place, self._fields(place, head), Expect.ANY) for place, head in puts.items()]
        writes += [Delete(version, Expect.ANY) for version in gone]
        for place in new | old:
            writes += self._head(place, new.get(place), old.get(place))
        return writes

    def _head(self, place: Key, new: Head | None, old: Head | None) -> Iterator[Write]:
        stored = self.items.get(place)
        is_lost = stored is not None and old is not None and stored.fields.get("document") == old.held.document
        if is_lost and old is not None and not (new and new.rank >= old.rank):
            best = self._next(place, old)
        else:
            best = None if stored is None or is_lost else head_of(stored, self.key)
        expect = Expect.ABSENT if stored is None else Expect.unchanged(stored.owner)
        if new is not None and (best is None or best.rank < new.rank):
            yield Put(place, self._fields(place, new), expect)
        elif is_lost and best is not None:
            yield Put(place, self._fields(place, best), expect)
        elif is_lost:
            yield Delete(place, expect)

    def _next(self, place: Key, old: Head) -> Head | None:
        """Return the best version besides the one that ceases."""
        versions = _version(place, old)
        found = self.table.query(versions.pk, prefix=f"{place.sk}#", limit=_NEXT, newest_first=True)
        return next((head_of(each, self.key) for each in found.items if each.key != versions), None)

    def _fields(self, place: Key, head: Head) -> dict[str, Value]:
        plain = {name: value for name, value in asdict(head.held).items() if name not in _NAMED_BY_KEY}
        return {"order": head.order, "document": head.held.document, "sealed": seal(plain, self.key, place)}


def counting(table: Table, stored: Stored, key: DataKey, today: date) -> Held:
    """Return what a head says; in place of an item's that is over today, the best version behind it that is not.

    Papers stand in the order of their ends: where the first is over all are.
    """
    head = head_of(stored, key)
    if isinstance(head.held, HeldPaper) or not is_over(head.held, today):
        return head.held
    pk = _version(stored.key, head).pk
    page = table.query(pk, prefix=f"{stored.key.sk}#", limit=_LOOKED_AT, newest_first=True)
    behind = (head_of(each, key).held for each in page.items)
    return next((each for each in behind if not is_over(each, today)), head.held)


def _version(place: Key, head: Head) -> Key:
    return version_item(place, head.order, head.held.document)
