"""Whom somebody represents, kept for a while in the table, under their own data key."""

import json
from datetime import timedelta

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Expect, Put
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import PersonalId
from chalicelib.warehouse.places import represented_item
from chalicelib.warehouse.standings import Remembered


class TableRemembered(Remembered):
    """Over the state table: one item a person, that ends by itself."""

    def __init__(self, table: Table, keys: Keys, clock: Clock) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)
        self._clock = clock

    def find(self, person: PersonalId) -> frozenset[str] | None:
        """Read item and key in one call."""
        ref = self._keys.ref(person)
        place = represented_item(ref)
        items = self._table.read([place, key_item(ref)])
        if place not in items:
            return None
        match items[place].fields:
            case {"sealed": bytes(sealed)}:
                key = self._vault.open(ref, items.get(key_item(ref)))
                return frozenset(str(each) for each in json.loads(key.open(sealed, ("represented", ref))))
            case _:
                raise Corrupt(what="represented")

    def keep(self, person: PersonalId, codes: frozenset[str], until: timedelta) -> None:
        """Write the item unless another one stands already."""
        ref = self._keys.ref(person)
        opened = self._vault.open_or_create(frozenset({ref}), self._table.read([key_item(ref)]))
        sealed = opened.keys[ref].seal(canonical(sorted(codes)), ("represented", ref))
        put = Put(represented_item(ref), {"sealed": sealed}, Expect.ABSENT, self._clock.now() + until)
        try:
            self._table.commit([*opened.writes, put])
        except ConditionFailed:
            return
