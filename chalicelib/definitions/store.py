"""Published sets in S3 by hash, and the pointer to the live one in the table.

The only place that builds these keys. Content-addressed: an object is what its name says, or it is not believed.
"""

import json
from collections.abc import Container
from datetime import datetime
from typing import Final

from chalicelib.aws.objects import Objects
from chalicelib.aws.table import Expect, Key, Put, Stored, Table
from chalicelib.definitions.load import document_of, entry_of, envelope
from chalicelib.definitions.model import Catalogue, Entry, Envelope, listing
from chalicelib.definitions.service import Live, Publication, Published
from chalicelib.kernel.canonical import Json, canonical, digest
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import BadDefinition, Corrupt, NotFound
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash

POINTER = Key("DEFINITIONS", "LIVE")
_SINCE: Final = "AT#"
"""Beside the pointer, one item for each publish: which set went live, and when."""
_AFTER_ALL: Final = "#~"
"""Sorts behind every sequence of one moment."""


class TableDefinitions:
    """Published definitions on DynamoDB and S3."""

    def __init__(self, table: Table, objects: Objects, bucket: str) -> None:
        self._table = table
        self._objects = objects
        self._bucket = bucket

    def live(self) -> Live | None:
        """Read the pointer: one strongly consistent read."""
        stored = self._table.read([POINTER]).get(POINTER)
        return None if stored is None else _live(stored)

    def published_by(self, instant: datetime) -> Publication | None:
        """Read the last publish at or before an instant: one strongly consistent query of one item."""
        start = f"{_SINCE}{iso(instant)}{_AFTER_ALL}"
        page = self._table.query(POINTER.pk, prefix=_SINCE, start=start, limit=1, newest_first=True)
        return _publication(page.items[0]) if page.items else None

    def entries(self, catalogue: CatalogueHash) -> tuple[Entry, ...]:
        """Read the listing: one object."""
        rows = self._get(f"catalogues/{catalogue}.json")
        if not isinstance(rows, list):
            raise Corrupt(what="catalogue")
        try:
            return tuple(entry_of(row) for row in rows)
        except BadDefinition as error:
            raise Corrupt(what="catalogue") from error

    def definition(self, hash_: str) -> Envelope:
        """Read one definition."""
        try:
            opened = envelope(self._get(f"definitions/{hash_}.json"))
        except BadDefinition as error:
            raise Corrupt(what="definition") from error
        if opened.hash != hash_:
            raise Corrupt(what="definition")
        return opened

    def versions(self, live: Live) -> Published:
        """Read every version published until then: one object."""
        found = self._get(f"versions/{live.versions}.json")
        if not isinstance(found, dict) or digest(found) != live.versions:
            raise Corrupt(what="versions")
        return {name: str(hash_) for name, hash_ in found.items()}

    def keep(self, catalogue: Catalogue, versions: Published, stored: Container[str] = ()) -> str:
        """Store every definition, then the listing and the versions: neither ever names what is not there."""
        for each in catalogue.envelopes.entries:
            if each.hash not in stored:
                self._put(f"definitions/{each.hash}.json", document_of(catalogue.envelopes[each.key]))
        self._put(f"catalogues/{catalogue.hash}.json", listing(catalogue.envelopes.entries))
        name = digest(dict(versions))
        self._put(f"versions/{name}.json", dict(versions))
        return name

    def move(self, before: Live | None, after: Live, said: Event) -> None:
        """Move the pointer with its event and its moment in one transaction; the mark changes with every move."""
        expect = Expect.ABSENT if before is None else Expect.unchanged(before.mark)
        put = Put(POINTER, {"hash": after.hash, "sequence": after.sequence, "versions": after.versions}, expect)
        since = Key(POINTER.pk, f"{_SINCE}{iso(said.at)}#{after.sequence:09d}")
        self._table.commit([Put(since, {"hash": after.hash, "at": iso(said.at)}, Expect.ABSENT), put], event=said)

    def _get(self, key: str) -> Json:
        try:
            return json.loads(self._objects.get(self._bucket, key))  # type: ignore[no-any-return]
        except (NotFound, ValueError) as error:
            raise Corrupt(what=key.split("/", 1)[0]) from error

    def _put(self, key: str, document: object) -> None:
        # Taken already means the same bytes: the key is their digest.
        self._objects.put_if_absent(self._bucket, key, canonical(document))


def _live(stored: Stored) -> Live:
    match stored.fields:
        case {"hash": str(hash_), "sequence": int(sequence), "versions": str(versions)}:
            return Live(CatalogueHash(hash_), sequence, versions, stored.owner)
        case _:
            raise Corrupt(what="definitions pointer")


def _publication(stored: Stored) -> Publication:
    match stored.fields:
        case {"hash": str(hash_), "at": str(at)}:
            return Publication(CatalogueHash(hash_), from_iso(at))
        case _:
            raise Corrupt(what="definitions history")
