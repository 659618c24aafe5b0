"""The shelf over the state table: documents, pointers to them, what they say, and what their owner uses.

Everything that changes what an owner's documents say writes the owner's usage in the same transaction, so of two at
once one comes too late and reads again. Values are sealed under the owner's data key. A transaction has 100 writes at
most: a document brings no more than `heads.MOST_ITEMS` items and `heads.MOST_PAPERS` papers, and `words.MOST_WORDS`
words; one that supersedes another of that size ends the older one in a transaction before.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Final, Protocol, TypeAlias

from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Delete, Expect, Key, Put, Stored, Write
from chalicelib.kernel.clock import Clock, local_day
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, DocumentId, ItemId, SubjectId, UploadId
from chalicelib.turns import Raced
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.heads import Head, Held, contributed
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import (
    document_item,
    due_item,
    holdings,
    typed_item,
    upload_item,
    usage_item,
    word_item,
)
from chalicelib.warehouse.port import (
    HeldItem,
    HeldPaper,
    Holdings,
    KeptDocument,
    KeptUpload,
    Shelf,
    Usage,
)
from chalicelib.warehouse.series import named, need_place, placed, series_key
from chalicelib.warehouse.shelf_heads import Heads, counting, place_of
from chalicelib.warehouse.stored import document_fields, document_of
from chalicelib.warehouse.upload import Upload
from chalicelib.warehouse.words import PURPOSE, blinded, document_words

Types: TypeAlias = Callable[[Document], DocumentType]
"""The type of a document, of the set of definitions that it was read with."""
_MOST_WRITES: Final = 99
"""Besides the event: 100 is what one transaction takes."""
_ALL: Final = 1_000
"""More heads than the dictionary has: a query ends by its size, 1 MB, long before."""


class UploadItems(Protocol):
    """How uploads and usage stand in the table (upload_store)."""

    def ending(self, kept: KeptUpload, after: Upload, key: DataKey) -> list[Write]:
        """Return the writes of an upload's next state, its due note with it."""
        ...

    def usage(self, stored: Stored | None) -> Usage:
        """Read what an owner uses."""
        ...

    def using(self, place: Key, usage: Usage, expect: Expect) -> Put:
        """Return the write of what an owner uses."""
        ...

    def admitted(self, usage: Usage, document: Document, upload: UploadId | None) -> Usage:
        """Count a document in place of its upload. Raises QuotaExceeded."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    """What the first read of a change found."""

    ref: CitizenRef
    items: Mapping[Key, Stored]
    key: DataKey
    new_key: tuple[Put, ...]


class TableShelf(Shelf):
    """Documents in the table."""

    def __init__(self, table: Table, keys: Keys, types: Types, uploads: UploadItems, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._keys = keys
        self._types = types
        self._uploads = uploads
        self._vault = Vault(keys)

    def admit(self, document: Document, event: Event, ended: tuple[KeptUpload, Upload] | None = None) -> None:
        """Read in one BatchGetItem (one or two more where it supersedes), write in one transaction."""
        series = named(document)
        line = None if series is None else series_key(self._keys, series)
        read = self._read(document.owner, document, places=[line] if line else [])
        if document_item(read.ref, document.id) in read.items:
            raise Raced
        where = None if line is None else placed(document, line, read.items.get(line))
        document = document if where is None else where.document
        older = None if where is None or where.supersedes is None else self._older(read, document, where.supersedes)
        if older is not None:
            read = replace(read, items={**read.items, **older[1]})
        writes: list[Write] = [*read.new_key, *([] if where is None else [where.put])]
        writes += [self._used(read, document, ended), *self._new(read, document)]
        if ended is not None:
            writes += self._uploads.ending(*ended, read.key)
        self._admit(read, (document, None if older is None else older[0]), writes, event)

    def _admit(
        self, read: _Read, pair: tuple[Document, KeptDocument | None], writes: list[Write], event: Event
    ) -> None:
        document, older = pair
        begins, heads = self._says(document), Heads(self._table, read.ref, read.key, read.items)
        if older is None:
            self._commit([*writes, *heads.following(begins, ())], event)
            return
        after = replace(older.document, state="superseded", superseded_by=document.id)
        last = self._put(read, after, Expect.unchanged(older.version))
        everything = [*writes, last, *heads.following(begins, self._says(older.document))]
        if len(everything) <= _MOST_WRITES:
            self._commit(everything, event)
            return
        self._cease(read, older, after)
        raise Raced  # what was read before is over; the next turn finds an older version that says nothing

    def reject(self, kept: KeptUpload, ended: Upload, event: Event) -> None:
        """Read usage and key in one call, write upload, usage and due note in one transaction."""
        read = self._read(kept.upload.owner)
        usage = self._uploads.usage(read.items.get(usage_item(read.ref)))
        writes: list[Write] = [*read.new_key, *self._uploads.ending(kept, ended, read.key)]
        if kept.upload.id in usage.open:
            writes.append(self._usage(read, _without(usage, kept.upload)))
        self._commit(writes, event)

    def find(self, owner: SubjectId, document: DocumentId) -> KeptDocument | None:
        """Read document and key in one BatchGetItem."""
        return self._found(self._keys.ref(owner), document)

    def change(self, kept: KeptDocument, after: Document, event: Event) -> None:
        """Read key, usage and heads in one call, write in one transaction."""
        read = self._read(after.owner, kept.document, after)
        self._commit(self._changed(read, kept, after), event)

    def remove(self, kept: KeptDocument, event: Event) -> None:
        """Read key, usage and heads in one call, delete document, pointers, note and upload in one transaction."""
        document = kept.document
        read = self._read(document.owner, document)
        usage = self._uploads.usage(read.items.get(usage_item(read.ref)))
        less = replace(usage, documents=max(0, usage.documents - 1), bytes=max(0, usage.bytes - _size(document)))
        place = document_item(read.ref, document.id)
        writes: list[Write] = [Delete(place, Expect.unchanged(kept.version)), self._usage(read, less)]
        more = [*self._pointers(read.ref, document), *_notes(document), upload_item(UploadId(document.id))]
        writes += [Delete(each, Expect.ANY) for each in more]
        writes += Heads(self._table, read.ref, read.key, read.items).following((), self._says(document))
        self._commit(writes, event)

    def held(self, owner: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Holdings:
        """Query the owner's heads: one page, unless beyond 1 MB; read the data key if none is at hand.

        One query more for each item whose newest value is over: an older one may still be valid.
        """
        ref = self._keys.ref(owner)
        stored = [each for each in self._heads(ref) if each.key.sk.split("#")[1] in items | evidence]
        found = self._opened(ref, stored) if stored else []
        return Holdings(
            tuple(each for each in found if isinstance(each, HeldItem) and each.item in items),
            tuple(each for each in found if isinstance(each, HeldPaper) and each.evidence in evidence),
        )

    def _opened(self, ref: CitizenRef, stored: list[Stored]) -> list[Held]:
        recent = self._keys.recent(ref)
        if recent is not None:
            with suppress(Corrupt):  # sealed since under another key: the one at hand was destroyed meanwhile
                return self._counting(stored, recent)
        return self._counting(stored, self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref))))

    def _counting(self, stored: list[Stored], key: DataKey) -> list[Held]:
        today = local_day(self._clock.now())
        return [counting(self._table, each, key, today) for each in stored]

    def usage(self, owner: SubjectId) -> Usage:
        """Read it."""
        place = usage_item(self._keys.ref(owner))
        return self._uploads.usage(self._table.read([place]).get(place))

    @cached_property
    def _secret(self) -> bytes:
        return self._keys.derive(PURPOSE)

    def _read(self, owner: SubjectId, *documents: Document, places: Iterable[Key] = ()) -> _Read:
        ref = self._keys.ref(owner)
        heads = [place_of(ref, head.held) for each in documents for head in contributed(each, self._types(each))]
        own = [document_item(ref, each.id) for each in documents]
        items = self._table.read([key_item(ref), usage_item(ref), *own, *heads, *places])
        opened = self._vault.open_or_create(frozenset({ref}), items)
        return _Read(ref, items, opened.keys[ref], tuple(opened.writes))

    def _heads(self, ref: CitizenRef) -> Iterable[Stored]:
        start: str | None = None
        while True:
            page = self._table.query(holdings(ref), start=start, limit=_ALL)
            yield from page.items
            start = page.next
            if start is None:
                return

    def _found(self, ref: CitizenRef, document: DocumentId) -> KeptDocument | None:
        place = document_item(ref, document)
        items = self._table.read([place, key_item(ref)])
        stored = items.get(place)
        if stored is None:
            return None
        key = self._vault.open(ref, items.get(key_item(ref)))
        return KeptDocument(document_of(document, stored, key), stored.owner)

    def _older(
        self, read: _Read, document: Document, earlier: DocumentId
    ) -> tuple[KeptDocument, Mapping[Key, Stored]] | None:
        """Return the version that is superseded, unless it does not stand any more, and the heads that it may have."""
        kept = self._found(read.ref, earlier)
        need_place(document, None if kept is None else kept.document)
        if kept is None or kept.document.state != "available":
            return None
        places = {place_of(read.ref, head.held) for head in self._says(kept.document)}
        return kept, self._table.read(sorted(places - read.items.keys(), key=lambda each: each.sk))

    def _says(self, document: Document) -> tuple[Head, ...]:
        return contributed(document, self._types(document))

    def _cease(self, read: _Read, older: KeptDocument, after: Document) -> None:
        self._commit([*read.new_key, *self._changed(read, older, after)], None)

    def _changed(self, read: _Read, kept: KeptDocument, after: Document) -> list[Write]:
        before = kept.document
        was, will = self._says(before), self._says(after)
        begins, ceases = [each for each in will if each not in was], [each for each in was if each not in will]
        writes: list[Write] = [self._put(read, after, Expect.unchanged(kept.version))]
        if before.purge_at != after.purge_at:
            writes += [Delete(each, Expect.ANY) for each in _notes(before)]
            writes += [Put(each, {"ref": read.ref}, Expect.ANY) for each in _notes(after)]
        if begins or ceases:
            writes.append(self._usage(read, self._uploads.usage(read.items.get(usage_item(read.ref)))))
            writes += Heads(self._table, read.ref, read.key, read.items).following(begins, ceases)
        return writes

    def _new(self, read: _Read, document: Document) -> list[Write]:
        pointers = [Put(each, {}, Expect.ANY) for each in self._pointers(read.ref, document)]
        return [self._put(read, document, Expect.ABSENT), *pointers]

    def _put(self, read: _Read, document: Document, expect: Expect) -> Put:
        place = document_item(read.ref, document.id)
        return Put(place, document_fields(document, read.key, place), expect)

    def _pointers(self, ref: CitizenRef, document: Document) -> list[Key]:
        words = [blinded(self._secret, ref, each) for each in document_words(document, self._types(document))]
        return [typed_item(ref, document.type, document.id), *(word_item(ref, each, document.id) for each in words)]

    def _used(self, read: _Read, document: Document, ended: tuple[KeptUpload, Upload] | None) -> Put:
        usage = self._uploads.usage(read.items.get(usage_item(read.ref)))
        upload = None if ended is None else ended[0].upload.id
        return self._usage(read, self._uploads.admitted(usage, document, upload))

    def _usage(self, read: _Read, usage: Usage) -> Put:
        place = usage_item(read.ref)
        stored = read.items.get(place)
        expect = Expect.ABSENT if stored is None else Expect.unchanged(stored.owner)
        return self._uploads.using(place, usage, expect)

    def _commit(self, writes: list[Write], event: Event | None) -> None:
        try:
            self._table.commit(writes, event=event)
        except ConditionFailed as error:
            raise Raced from error


def _without(usage: Usage, upload: Upload) -> Usage:
    return replace(usage, open={id_: each for id_, each in usage.open.items() if id_ != upload.id})


def _size(document: Document) -> int:
    return 0 if document.file is None else document.file.size


def _notes(document: Document) -> list[Key]:
    """Return where it is noted that a document is to be forgotten; the note names the owner by reference."""
    return [] if document.purge_at is None else [due_item(document.purge_at, "purge", document.id)]
