"""Exports in the table: an owner's id stands there under their data key, and which of their exports is the last."""

from collections.abc import Mapping
from typing import Final, get_args

from chalicelib.audit.model import Access, Ground
from chalicelib.audit.store import append, head_item
from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Opened, Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Delete, Expect, Key, Put, Stored, Write
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, ClientId, PersonalId, SubjectId
from chalicelib.turns import Raced
from chalicelib.warehouse.exports import Export, ExportState, ExportStore, KeptExport, Latest, Requesting
from chalicelib.warehouse.places import due_item, export_item, last_export_item
from chalicelib.warehouse.stored import Written, seal, unsealed

_STATES: Final[dict[str, ExportState]] = {each: each for each in get_args(ExportState)}
_BASES: Final[dict[str, Ground]] = {each: each for each in get_args(Ground)}


@dataclass(frozen=True, slots=True)
class Begun(Requesting):
    """What was read, and the key opened from it."""

    table: Table
    ref: CitizenRef
    opened: Opened
    key: str | None
    items: Mapping[Key, Stored]
    last: Latest | None

    @property
    def latest(self) -> Latest | None:
        """Return the owner's last export."""
        return self.last

    def request(self, export: Export, event: Event, entry: Access) -> None:
        """Write it in one transaction."""
        before = self.items.get(last_export_item(self.ref))
        pointer: dict[str, Value] = {"export": export.id}
        if self.key is not None:
            pointer["key"] = self.key
        expect = Expect.ABSENT if before is None else Expect.unchanged(before.owner)
        data_key = self.opened.keys[self.ref]
        writes: list[Write] = [
            *self.opened.writes,
            Put(last_export_item(self.ref), pointer, expect),
            _put(export, self.ref, data_key, Expect.ABSENT),
            *_note(export),
            *append(self.ref, data_key, entry, self.items),
        ]
        _commit(self.table, writes, event)


class TableExports(ExportStore):
    """Exports over the state table."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)

    def begin(self, owner: SubjectId, key: str | None) -> Begun:
        """Read pointer, data key and the log's head in one batch, and the export that is pointed to in another."""
        ref = self._keys.ref(owner)
        blinded = None if key is None else self._keys.blinded(key)
        items = self._table.read([last_export_item(ref), key_item(ref), head_item(ref)])
        opened = self._vault.open_or_create(frozenset({ref}), items)
        pointer = items.get(last_export_item(ref))
        kept = None if pointer is None else self.find(Written(pointer.fields).text("export"))
        same = pointer is not None and blinded is not None and pointer.fields.get("key") == blinded
        return Begun(self._table, ref, opened, blinded, items, None if kept is None else Latest(kept.export, same))

    def find(self, export: str) -> KeptExport | None:
        """Read the export, and then its owner's key."""
        stored = self._table.read([export_item(export)]).get(export_item(export))
        if stored is None:
            return None
        ref = CitizenRef(Written(stored.fields).text("ref"))
        key = self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))
        return KeptExport(_read(export, stored, key), stored.owner)

    def change(self, kept: KeptExport, after: Export, event: Event | None) -> None:
        """Read the key, and write export, due note and event in one transaction."""
        ref = self._keys.ref(after.owner)
        key = self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))
        old = () if kept.export.due_at is None else (due_item(kept.export.due_at, "export", after.id),)
        notes = _note(after)
        gone = [Delete(each, Expect.ANY) for each in old if each not in {note.key for note in notes}]
        _commit(self._table, [_put(after, ref, key, Expect.unchanged(kept.version)), *gone, *notes], event)


def _put(export: Export, ref: CitizenRef, key: DataKey, expect: Expect) -> Put:
    place = export_item(export.id)
    fields: dict[str, Value] = {
        "ref": ref,
        "client": export.client,
        "basis": export.basis,
        "state": export.state,
        "requested_at": iso(export.requested_at),
        "attempt": export.attempt,
        "documents": export.documents,
        "size": export.size,
        "sealed": seal({"owner": export.owner}, key, place),
    }
    times = {"due_at": export.due_at, "expires_at": export.expires_at}
    return Put(place, fields | {name: iso(at) for name, at in times.items() if at is not None}, expect)


def _read(export: str, stored: Stored, key: DataKey) -> Export:
    clear = Written(stored.fields)
    return Export(
        export,
        PersonalId(unsealed(stored, key).text("owner")),
        ClientId(clear.text("client")),
        clear.one_of("basis", _BASES),
        clear.one_of("state", _STATES),
        from_iso(clear.text("requested_at")),
        clear.instant("due_at"),
        clear.number("attempt"),
        clear.number("documents"),
        clear.number("size"),
        clear.instant("expires_at"),
    )


def _note(export: Export) -> list[Put]:
    return [] if export.due_at is None else [Put(due_item(export.due_at, "export", export.id), {}, Expect.ANY)]


def _commit(table: Table, writes: list[Write], event: Event | None) -> None:
    try:
        table.commit(writes, event=event)
    except ConditionFailed as error:
        raise Raced from error
