"""Where each citizen's wrapped data key is kept, and how it is opened.

Knows a citizen only by their keyed reference; must not know what is sealed with the key. Destroying the item
erases everything sealed under it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.writes import Expect, Key, Put, Stored
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CitizenRef


def key_item(ref: CitizenRef) -> Key:
    """Return where a citizen's wrapped key stands."""
    return Key(f"C#{ref}", "KEY")


@dataclass(slots=True)
class Opened:
    """The data keys that one use case works with, and the writes that keep the new ones."""

    keys: dict[CitizenRef, DataKey] = field(default_factory=dict)
    writes: list[Put] = field(default_factory=list)


class Vault:
    """Opens data keys from items already read, and makes those that are missing."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def open(self, ref: CitizenRef, stored: Stored | None) -> DataKey:
        """Open the key in an item that was read. Raises Corrupt when there is none: what it sealed is erased."""
        wrapped = stored.fields.get("wrapped") if stored is not None else None
        if not isinstance(wrapped, bytes):
            raise Corrupt(what="data key")
        return self._keys.unwrap(ref, wrapped)

    def open_or_create(self, refs: frozenset[CitizenRef], items: Mapping[Key, Stored]) -> Opened:
        """Open the key of each citizen, or make one.

        A new key stands only once its write is committed: two first uses race on the item's absence, and the one
        who loses reads again.
        """
        opened = Opened()
        for ref in sorted(refs):
            stored = items.get(key_item(ref))
            if stored is not None:
                opened.keys[ref] = self.open(ref, stored)
                continue
            wrapped, opened.keys[ref] = self._keys.create(ref)
            opened.writes.append(Put(key_item(ref), {"wrapped": wrapped}, Expect.ABSENT))
        return opened
