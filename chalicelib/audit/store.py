"""The access log in the table: one item an entry, one head a citizen.

The only place that builds the log's keys. An append is returned as writes, so that the entry stands in the same
transaction as the step that it allows: no entry, no data.
"""

import json
from collections.abc import Mapping
from typing import Final

from chalicelib.audit.model import GENESIS, Access, Head, Link, extend, from_json, to_json
from chalicelib.audit.service import Entries, LogPage
from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Expect, Key, Put, Stored
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CitizenRef, SubjectId
from chalicelib.turns import Raced, in_turn

_ENTRY = "E#"
_TRIES: Final = 10


def head_item(ref: CitizenRef) -> Key:
    """Return where the end of a citizen's chain stands."""
    return Key(f"L#{ref}", "HEAD")


def append(ref: CitizenRef, key: DataKey, access: Access, items: Mapping[Key, Stored]) -> tuple[Put, Put]:
    """Return the writes that add one entry after the head that was read.

    Two appends to one chain race on the head: the transaction of one fails whole, and it reads again.
    """
    stored = items.get(head_item(ref))
    head = _head(stored)
    link = extend(head, key.seal(canonical(to_json(access)), _place(ref, head.count + 1)))
    # The entry stands last: unlike the head it is never written over, so it can witness the commit.
    return (
        Put(
            head_item(ref),
            {"count": link.number, "hash": link.hash},
            Expect.ABSENT if stored is None else Expect.unchanged(stored.owner),
        ),
        Put(_entry_item(ref, link.number), {"sealed": link.sealed, "hash": link.hash}, Expect.ABSENT),
    )


class TableEntries(Entries):
    """Appends single entries: one read of head and key, one transaction, again where another entry came between."""

    def __init__(self, table: Table, keys: Keys, clock: Clock) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)
        self._clock = clock

    def enter(self, subject: SubjectId, access: Access) -> None:
        """Append the entry; whoever has no data key yet gets one with it."""
        in_turn(lambda: self._enter(self._keys.ref(subject), access), self._clock, _TRIES)

    def _enter(self, ref: CitizenRef, access: Access) -> None:
        items = self._table.read([key_item(ref), head_item(ref)])
        opened = self._vault.open_or_create(frozenset({ref}), items)
        try:
            self._table.commit([*opened.writes, *append(ref, opened.keys[ref], access, items)])
        except ConditionFailed as error:
            raise Raced from error


class TableAccessLog:
    """Reads a citizen's own log, newest first."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)

    def page(self, citizen: SubjectId, before: int | None, limit: int) -> LogPage:
        """Return entries older than the number `before`, opened with the citizen's key."""
        ref = self._keys.ref(citizen)
        start = None if before is None else _entry_item(ref, before).sk
        page = self._table.query(f"L#{ref}", prefix=_ENTRY, start=start, limit=limit, newest_first=True)
        if not page.items:
            return LogPage((), None)
        key = self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))
        links = tuple(_link(stored) for stored in page.items)
        opened = tuple((link, _opened(ref, key, link)) for link in links)
        return LogPage(opened, links[-1].number if page.next else None)


def _entry_item(ref: CitizenRef, number: int) -> Key:
    return Key(f"L#{ref}", f"{_ENTRY}{number:012d}")


def _place(ref: CitizenRef, number: int) -> tuple[str, ...]:
    return ("access-log", ref, str(number))


def _head(stored: Stored | None) -> Head:
    if stored is None:
        return Head(0, GENESIS)
    match stored.fields:
        case {"count": int(count), "hash": bytes(hash_)}:
            return Head(count, hash_)
        case _:
            raise Corrupt(what="access log head")


def _link(stored: Stored) -> Link:
    match stored.fields:
        case {"sealed": bytes(sealed), "hash": bytes(hash_)}:
            return Link(int(stored.key.sk.removeprefix(_ENTRY)), sealed, hash_)
        case _:
            raise Corrupt(what="access log entry")


def _opened(ref: CitizenRef, key: DataKey, link: Link) -> Access:
    document = json.loads(key.open(link.sealed, _place(ref, link.number)))
    if not isinstance(document, dict):
        raise Corrupt(what="access log entry")
    return from_json(document)
