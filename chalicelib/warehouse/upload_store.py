"""Uploads over the state table: the upload, what its owner uses and the note of when to look again change together."""

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Opened, Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Expect, Idempotency, Put, Stored, Write, idempotency_key
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, ClientId, SubjectId, UploadId
from chalicelib.turns import Once, Raced
from chalicelib.warehouse.places import DUE_SHARDS, due_partition, upload_item, usage_item
from chalicelib.warehouse.port import Due, Earlier, KeptUpload, Opening, UploadStore, Usage
from chalicelib.warehouse.upload import Upload
from chalicelib.warehouse.upload_stored import UploadItems, ref_of, upload_from

_KEY_KEPT: Final = timedelta(hours=72)
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Begun(Opening):
    """What the first read found, with the key opened from it."""

    table: Table
    items: UploadItems
    owner: CitizenRef
    opened: Opened
    once: tuple[str, Once] | None
    found: Earlier | None = None
    using: Usage = field(default_factory=Usage)
    counted: Stored | None = None

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used."""
        return self.found

    @property
    def usage(self) -> Usage:
        """Return what the owner uses now."""
        return self.using

    def open(self, upload: Upload, usage: Usage, event: Event) -> None:
        """Write upload, usage, due note, event, idempotency record and a new key in one transaction. Raises Raced."""
        record = None if self.once is None else _record(self.once, upload)
        writes = self.items.beginning(upload, self.opened.keys[self.owner])
        self._commit([*self.opened.writes, self._used(usage), *writes], event, record)

    def renew(self, kept: KeptUpload, after: Upload, usage: Usage, event: Event) -> None:
        """Write upload, usage, due note and event in one transaction. Raises Raced."""
        writes = self.items.ending(kept, after, self.opened.keys[self.owner])
        self._commit([*self.opened.writes, self._used(usage), *writes], event, None)

    def _used(self, usage: Usage) -> Put:
        expect = Expect.ABSENT if self.counted is None else Expect.unchanged(self.counted.owner)
        return self.items.using(usage_item(self.owner), usage, expect)

    def _commit(self, writes: list[Write], event: Event, record: Idempotency | None) -> None:
        try:
            self.table.commit(writes, event=event, idempotency=record)
        except ConditionFailed as error:
            raise Raced from error


class TableUploads(UploadStore):
    """The store of uploads over the state table."""

    def __init__(self, table: Table, keys: Keys, items: UploadItems) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)
        self._items = items

    def begin(self, owner: SubjectId, client: ClientId, once: Once | None) -> Begun:
        """Read usage, data key and idempotency record in one BatchGetItem."""
        ref = self._keys.ref(owner)
        # A citizen's key is theirs; an agency's is the agency's own, whoever the holder is.
        scope = f"{once.about}#{client}" if once is not None and once.about else f"upload#{client}#{ref}"
        kept = None if once is None else (scope, Once(self._keys.blinded(once.key), self._keys.blinded(once.body)))
        record = [] if kept is None else [idempotency_key(scope, kept[1].key)]
        items = self._table.read([key_item(ref), usage_item(ref), *record])
        earlier = next((_earlier(items[place], kept) for place in record if place in items), None)
        if earlier is not None:
            return Begun(self._table, self._items, ref, Opened(), kept, earlier)
        opened = self._vault.open_or_create(frozenset({ref}), items)
        stored = items.get(usage_item(ref))
        return Begun(self._table, self._items, ref, opened, kept, None, self._items.usage(stored), stored)

    def find(self, upload: UploadId) -> KeptUpload | None:
        """Read the upload, then the key of whom it names: two calls."""
        place = upload_item(upload)
        stored = self._table.read([place]).get(place)
        if stored is None:
            return None
        ref = ref_of(stored)
        key = self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))
        return KeptUpload(upload_from(upload, stored, key), stored.owner)

    def change(self, kept: KeptUpload, after: Upload, event: Event | None = None) -> None:
        """Read the key, and write upload, due note and event in one transaction."""
        ref = self._keys.ref(after.owner)
        key = self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))
        try:
            self._table.commit(self._items.ending(kept, after, key), event=event)
        except ConditionFailed as error:
            raise Raced from error

    def due(self, until: datetime) -> Iterator[Due]:
        """Walk the shards, each page by page up to the moment: what is later is not read, but for the page's rest."""
        for shard in range(DUE_SHARDS):
            yield from self._due_in(due_partition((shard + until.minute) % DUE_SHARDS), iso(until))

    def _due_in(self, partition: str, until: str) -> Iterator[Due]:
        start: str | None = None
        while True:
            page = self._table.query(partition, start=start, limit=_PAGE)
            for each in page.items:
                at, kind, id_ = each.key.sk.split("#", 2)
                if at > until:
                    return
                yield Due(kind, id_, from_iso(at))
            start = page.next
            if start is None:
                return


def _earlier(stored: Stored, kept: tuple[str, Once] | None) -> Earlier:
    match stored.fields:
        case {"result": str(result), "body": str(body)} if kept is not None:
            return Earlier(UploadId(result), body == kept[1].body)
        case _:
            raise Corrupt(what="idempotency record")


def _record(once: tuple[str, Once], upload: Upload) -> Idempotency:
    scope, given = once
    return Idempotency(scope, given.key, given.body, upload.id, upload.opened_at + _KEY_KEPT)
