"""Lists of documents over the table: by time, by type, by words, each one query and one batch read, however many there
are. What they point to is opened under the owner's key; keys are built in `places`.
"""  # noqa: D205

from collections.abc import Iterator
from typing import Final

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import Key, Page
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.ids import CitizenRef, DocumentId, SubjectId
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.library_port import Listed, Lists, Wanted
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import document_item, due_item, typed_item, word_item
from chalicelib.warehouse.port import Due, KeptDocument
from chalicelib.warehouse.stored import document_of
from chalicelib.warehouse.words import PURPOSE, blinded, document_words, words_of

_ANY: Final = DocumentId("")
"""Stands for every document where a key is a prefix."""


class TableLists(Lists):
    """The lists over the state table."""

    def __init__(self, table: Table, keys: Keys, definitions: Definitions) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)
        self._definitions = definitions

    def page(self, owner: SubjectId, wanted: Wanted, start: str | None, limit: int) -> Listed:
        """Query documents, or what points to them; read them with the owner's key in one batch."""
        ref = self._keys.ref(owner)
        page = self._found(ref, wanted, start, limit)
        if not page.items:
            return Listed((), _following(page))
        ids = [_id(each.key.sk) for each in page.items]
        pointed = [] if _is_plain(wanted) else [document_item(ref, each) for each in ids]
        items = self._table.read([key_item(ref), *pointed])
        stored = [items[place] for place in pointed if place in items] if pointed else list(page.items)
        key = self._vault.open(ref, items.get(key_item(ref)))
        documents = (document_of(_id(each.key.sk), each, key) for each in stored)
        return Listed(tuple(self._wanted(wanted, documents)), _following(page))

    def deleted(self, due: Due) -> KeptDocument | None:
        """Read the note for whose document it is, then document and key in one batch."""
        note = due_item(due.at, "purge", due.id)
        found = self._table.read([note]).get(note)
        ref = None if found is None else found.fields.get("ref")
        if not isinstance(ref, str):
            return None
        document, key = document_item(CitizenRef(ref), DocumentId(due.id)), key_item(CitizenRef(ref))
        items = self._table.read([document, key])
        if document not in items:
            return None
        stored = items[document]
        opened = self._vault.open(CitizenRef(ref), items.get(key))
        return KeptDocument(document_of(DocumentId(due.id), stored, opened), stored.owner)

    def _found(self, ref: CitizenRef, wanted: Wanted, start: str | None, limit: int) -> Page:
        prefix = self._prefix(ref, wanted)
        after = None if start is None else f"{prefix.sk}{start}"
        return self._table.query(prefix.pk, prefix=prefix.sk, start=after, limit=limit, newest_first=True)

    def _prefix(self, ref: CitizenRef, wanted: Wanted) -> Key:
        if wanted.words:
            return word_item(ref, blinded(self._keys.derive(PURPOSE), ref, wanted.words[0]), _ANY)
        return document_item(ref, _ANY) if wanted.type is None else typed_item(ref, wanted.type, _ANY)

    def _wanted(self, wanted: Wanted, documents: Iterator[Document]) -> Iterator[Document]:
        for each in documents:
            if wanted.type in {None, each.type} and _in_state(wanted, each) and set(wanted.words) <= self._words(each):
                yield each

    def _words(self, document: Document) -> frozenset[str]:
        type_ = self._definitions.current().find(DOCUMENT_TYPES, document.type)
        if type_ is None:
            return frozenset(words_of(f"{document.title} {document.number or ''}"))
        return frozenset(document_words(document, type_))


def _in_state(wanted: Wanted, document: Document) -> bool:
    if wanted.state is None:
        return wanted.with_deleted or document.state != "deleted"
    return document.state == wanted.state


def _is_plain(wanted: Wanted) -> bool:
    return wanted.type is None and not wanted.words


def _id(place: str) -> DocumentId:
    return DocumentId(place.rpartition("#")[2])


def _following(page: Page) -> str | None:
    return None if page.next is None else _id(page.next)
