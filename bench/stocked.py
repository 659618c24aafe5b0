"""Puts many documents into one citizen's warehouse at once, for measuring what their number costs.

A first document goes over the shelf; the rest are written beside it as the shelf would write them: the document, its
place in the list of its type, and its value among the versions of the item. Each is older than the first, so no head
changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import Expect, Put, Write
from chalicelib.bootstrap import Services
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId, EventId, IdSource, ItemId, SubjectId
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.heads import contributed
from chalicelib.warehouse.model import Document, ReadItem
from chalicelib.warehouse.places import document_item, shelf, typed_item
from chalicelib.warehouse.shelf_heads import Heads, place_of
from chalicelib.warehouse.stored import document_fields

TYPE: Final = "the-can-cuoc"
_ITEM: Final = ItemId("person.full_name")
_VALUE: Final = "NGUYỄN VĂN AN"
_WRITES: Final = 96


@dataclass(frozen=True, slots=True)
class Stocking:
    """What is written with."""

    services: Services
    clock: Clock
    ids: IdSource

    @property
    def table(self) -> Table:
        """Return the table."""
        return self.services.table

    @property
    def keys(self) -> Keys:
        """Return the keys."""
        return self.services.keys

    def shelf_of(self, owner: SubjectId) -> str:
        """Return the partition of an owner's documents."""
        return shelf(self.keys.ref(owner))

    def stock(self, owner: SubjectId, count: int) -> None:
        """Put so many documents into an owner's warehouse, on top of what is there."""
        first, type_ = self._document(owner)
        self.services.warehouse.shelf.admit(
            first, Event(EventId(self.ids.new()), "warehouse.document_available", first.id, first.created_at)
        )
        pending: list[Write] = []
        for write in self._writes(first, type_, count - 1):
            pending.append(write)
            if len(pending) == _WRITES:
                self.table.commit(pending)
                pending = []
        if pending:
            self.table.commit(pending)

    def _document(self, owner: SubjectId) -> tuple[Document, DocumentType]:
        catalogue = self.services.definitions.current()
        type_ = catalogue.get(DOCUMENT_TYPES, TYPE)
        document = Document(
            id=DocumentId(self.ids.new()),
            owner=owner,
            type=TYPE,
            title="Giấy tờ",
            origin="upload",
            state="available",
            assurance="scan",
            created_at=self.clock.now(),
            mapping=type_.mapping,
            catalogue=catalogue.hash,
            holder="owner",
            items=(ReadItem(_ITEM, _VALUE, "$.name"),),
        )
        return document, type_

    def _writes(self, first: Document, type_: DocumentType, count: int) -> Iterator[Write]:
        ref = self.keys.ref(first.owner)
        places = [place_of(ref, head.held) for head in contributed(first, type_)]
        items = self.table.read([key_item(ref), *places])
        key = Vault(self.keys).open(ref, items.get(key_item(ref)))
        heads = Heads(self.table, ref, key, items)
        for nth in range(1, count + 1):
            created_at = first.created_at - timedelta(seconds=nth)
            document = replace(first, id=DocumentId(self.ids.new()), created_at=created_at)
            place = document_item(ref, document.id)
            yield Put(place, document_fields(document, key, place), Expect.ANY)
            yield Put(typed_item(ref, document.type, document.id), {}, Expect.ANY)
            yield from heads.following(contributed(document, type_), ())
