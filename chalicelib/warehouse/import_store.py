"""Back-file imports in the table. What agencies call files and columns, and what they note down, stands under seal."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args
from unicodedata import normalize

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import Check, ConditionFailed, Delete, Expect, Key, Put, Stored, Write
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CitizenRef, ClientId, DocumentId, OrganisationId
from chalicelib.papers.model import MEDIA_TYPES
from chalicelib.turns import Raced
from chalicelib.warehouse.import_model import FileWish, Import, ImportId, ImportState, ManifestWish, Outcome, RowResult
from chalicelib.warehouse.import_port import ImportStore, KeptImport, RowsPage
from chalicelib.warehouse.manifest import Format
from chalicelib.warehouse.places import back_file_item, due_item, import_item, outcome_item, row_item
from chalicelib.warehouse.stored import Written, seal, unsealed

_FORMATS: Final[dict[str, Format]] = {each: each for each in get_args(Format)}
_STATES: Final[dict[str, ImportState]] = {each: each for each in get_args(ImportState)}
_OUTCOMES: Final[dict[str, Outcome]] = {each: each for each in get_args(Outcome)}
_AT_ONCE: Final = 90


class TableImports(ImportStore):
    """Over the state table. Each agency has a data key, as people have."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)

    def create(self, import_: Import) -> None:
        """Write it, with the agency's data key where this is its first. Raises Raced."""
        ref = self._ref(import_.client)
        opened = self._vault.open_or_create(frozenset({ref}), self._table.read([key_item(ref)]))
        self._commit([*opened.writes, self._put(import_, opened.keys[ref], Expect.ABSENT)], None)

    def find(self, import_: ImportId) -> KeptImport | None:
        """Read the import, then the key of its agency."""
        place = import_item(import_)
        stored = self._table.read([place]).get(place)
        if stored is None:
            return None
        client = ClientId(Written(stored.fields).text("client"))
        return KeptImport(_import(import_, stored, self._key(client)), stored.owner)

    def change(self, kept: KeptImport, after: Import, results: Sequence[RowResult], event: Event) -> None:
        """Write import, rows, the note for the sweep and the event in one transaction. Raises Raced."""
        key = self._key(after.client)
        writes: list[Write] = [self._put(after, key, Expect.unchanged(kept.version))]
        for each in results:
            writes.append(Put(row_item(after.id, each.row), _row_fields(each), Expect.ANY))
            writes.append(Put(outcome_item(after.id, each.outcome, each.row), _row_fields(each), Expect.ANY))
        before, note = _note(kept.import_), _note(after)
        if before is not None and before != note:
            writes.append(Delete(before, Expect.ANY))
        if note is not None and note != before:
            writes.append(Put(note, {}, Expect.ANY))
        self._commit(writes, event)

    def announce(self, kept: KeptImport, files: Sequence[FileWish]) -> None:
        """Write the files, and check in the same transactions that the import was not started."""
        key = self._key(kept.import_.client)
        here = Check(import_item(kept.import_.id), Expect.unchanged(kept.version))
        puts = [self._file(kept.import_.id, each, key) for each in files]
        for start in range(0, len(puts), _AT_ONCE):
            self._commit([*puts[start : start + _AT_ONCE], here], None)

    def announced(self, import_: Import, name: str) -> FileWish | None:
        """Read the file and the agency's key in one call."""
        place = back_file_item(import_.id, blinded_name(self._keys, import_.id, name))
        ref = self._ref(import_.client)
        items = self._table.read([place, key_item(ref)])
        stored = items.get(place)
        if stored is None:
            return None
        inside = unsealed(stored, self._vault.open(ref, items.get(key_item(ref))))
        kind = inside.one_of("media_type", MEDIA_TYPES)
        return FileWish(inside.text("name"), kind, inside.number("size"), inside.text("sha256"))

    def rows(self, import_: ImportId, outcome: Outcome | None, start: str | None, limit: int) -> RowsPage:
        """Query one page: the rows themselves, or what points to those of one outcome."""
        first = row_item(import_, 0) if outcome is None else outcome_item(import_, outcome, 0)
        prefix = first.sk.removesuffix("000000")
        after = None if start is None else prefix + start
        page = self._table.query(first.pk, prefix=prefix, start=after, limit=limit)
        found = tuple(_row(int(each.key.sk.removeprefix(prefix)), each) for each in page.items)
        return RowsPage(found, None if page.next is None else page.next.removeprefix(prefix))

    def _file(self, import_: ImportId, file: FileWish, key: DataKey) -> Put:
        place = back_file_item(import_, blinded_name(self._keys, import_, file.name))
        plain: JsonObject = {
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
        }
        return Put(place, {"sealed": seal(plain, key, place)}, Expect.ANY)

    def _put(self, import_: Import, key: DataKey, expect: Expect) -> Put:
        place = import_item(import_.id)
        return Put(place, _fields(import_, key, place), expect)

    def _key(self, client: ClientId) -> DataKey:
        ref = self._ref(client)
        return self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))

    def _ref(self, client: ClientId) -> CitizenRef:
        return self._keys.ref(OrganisationId(f"CLIENT:{client}"))

    def _commit(self, writes: Sequence[Write], event: Event | None) -> None:
        try:
            self._table.commit(writes, event=event)
        except ConditionFailed as error:
            raise Raced from error


def blinded_name(keys: Keys, import_: ImportId, name: str) -> str:
    """Return what stands for a file's name in keys: agencies name files after people.

    One name in either form of Unicode: file systems decompose what is typed composed in a manifest.
    """
    return keys.blinded(f"back file {import_} {normalize('NFC', name)}")


def _note(import_: Import) -> Key | None:
    """Return where it is noted when somebody is to look whether it goes on."""
    if import_.state != "running" or import_.look_at is None:
        return None
    return due_item(import_.look_at, "import", import_.id)


def _fields(import_: Import, key: DataKey, place: Key) -> dict[str, Value]:
    manifest = import_.manifest
    fields: dict[str, Value] = {
        "client": import_.client,
        "state": import_.state,
        "media_type": manifest.media_type,
        "size": manifest.size,
        "sha256": manifest.sha256,
        "opened_at": iso(import_.opened_at),
        "started_at": None if import_.started_at is None else iso(import_.started_at),
        "finished_at": None if import_.finished_at is None else iso(import_.finished_at),
        "look_at": None if import_.look_at is None else iso(import_.look_at),
        "version": import_.version,
        "rows": import_.rows,
        "done": import_.done,
        "offset": import_.offset,
        "stalls": import_.stalls,
        "careful": import_.careful or None,
        "counts": {str(outcome): many for outcome, many in import_.counts.items()},
        "reason": import_.reason,
        "sealed": seal({"note": import_.note, "columns": list(import_.columns)}, key, place),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _import(import_: ImportId, stored: Stored, key: DataKey) -> Import:
    written, inside = Written(stored.fields), unsealed(stored, key)
    columns, counts = inside.fields.get("columns"), stored.fields.get("counts")
    if not isinstance(columns, list) or not isinstance(counts, Mapping):
        raise Corrupt(what="import")
    return Import(
        id=import_,
        client=ClientId(written.text("client")),
        manifest=ManifestWish(written.one_of("media_type", _FORMATS), written.number("size"), written.text("sha256")),
        note=inside.maybe("note"),
        state=written.one_of("state", _STATES),
        opened_at=from_iso(written.text("opened_at")),
        started_at=written.instant("started_at"),
        finished_at=written.instant("finished_at"),
        look_at=written.instant("look_at"),
        version=written.maybe("version"),
        columns=tuple(str(each) for each in columns),
        rows=written.maybe_number("rows"),
        done=written.number("done"),
        offset=written.number("offset"),
        counts={each: many for name, many in counts.items() if (each := _OUTCOMES.get(name)) and isinstance(many, int)},
        reason=written.maybe("reason"),
        stalls=written.number("stalls"),
        careful=stored.fields.get("careful") is True,
    )


def _row_fields(result: RowResult) -> dict[str, Value]:
    fields: dict[str, Value] = {
        "outcome": result.outcome,
        "reason": result.reason,
        "column": result.column,
        "document": result.document,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _row(number: int, stored: Stored) -> RowResult:
    written = Written(stored.fields)
    document = written.maybe("document")
    return RowResult(
        number,
        written.one_of("outcome", _OUTCOMES),
        written.maybe("reason"),
        written.maybe("column"),
        None if document is None else DocumentId(document),
    )
