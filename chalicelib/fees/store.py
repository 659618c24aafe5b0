"""Quotes and the year's benefits in the table. The only place that builds their keys.

A quote is sealed under the citizen's data key, its digest too: facts are few, and a digest of them could be guessed.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Final, Protocol

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Opened, Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Expect, Idempotency, Key, Put, Stored, idempotency_key
from chalicelib.fees.model import Used
from chalicelib.fees.port import (
    BenefitLedger,
    Earlier,
    Kept,
    Known,
    Named,
    QuoteId,
    QuoteStore,
    Quoting,
    Settled,
    Who,
)
from chalicelib.kernel.canonical import JsonObject, canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ClientId, PersonalId, ProcedureCode
from chalicelib.turns import Once, Raced

_KEY_KEPT: Final = timedelta(hours=72)
"""How long an idempotency key stands for its quote; the quote itself has no end."""


class PrefillFacts(Protocol):
    """What a prefill knows of who opened it, out of the item that holds one of its revisions."""

    def place(self, named: Named) -> Key:
        """Return where the revision stands."""
        ...

    def read(self, who: Who, owner: CitizenRef, stored: Stored | None, key: DataKey) -> tuple[Known, ...]:
        """Open the item that was read. Raises NoSuchPrefill and LevelTooLow, as `QuoteStore.begin` says."""
        ...


def quote_item(quote: QuoteId) -> Key:
    """Return where a quote stands."""
    return Key(f"FQ#{quote}", "QUOTE")


def benefits_item(ref: CitizenRef, year: int) -> Key:
    """Return where it is counted what somebody used of a year's benefits."""
    return Key(f"FB#{ref}", f"Y#{year:04d}")


def counted_item(settled: Settled) -> Key:
    """Return where it is noted that a settlement was counted."""
    return Key(f"FB#{settled.payer}", f"S#{settled.payable}#{settled.line}")


@dataclass(frozen=True, slots=True)
class Begun(Quoting):
    """What the first read found, with the key opened from it."""

    table: Table
    owner: CitizenRef
    opened: Opened
    once: tuple[str, Once] | None
    found: Earlier | None = None
    counted: Mapping[str, Used] = field(default_factory=dict)
    told: tuple[Known, ...] = ()

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used."""
        return self.found

    @property
    def used(self) -> Mapping[str, Used]:
        """Return what was used of the year's benefits."""
        return self.counted

    @property
    def known(self) -> tuple[Known, ...]:
        """Return what the prefill knows."""
        return self.told

    def keep(self, quote: Kept, event: Event) -> None:
        """Write quote, new key, event and idempotency record in one transaction. Raises Raced."""
        sealed = self.opened.keys[self.owner].seal(_packed(quote), _place(quote.id))
        fields: dict[str, Value] = {
            "owner": self.owner,
            "client": quote.client,
            "procedure": quote.procedure,
            "catalogue": quote.catalogue,
            "made_at": iso(quote.made_at),
            "sealed": sealed,
        }
        put = Put(quote_item(quote.id), fields, Expect.ABSENT)
        record = None if self.once is None else _record(self.once, quote)
        try:
            self.table.commit([*self.opened.writes, put], event=event, idempotency=record)
        except ConditionFailed as error:
            raise Raced from error


class TableQuotes(QuoteStore):
    """The quote store over the state table."""

    def __init__(self, table: Table, keys: Keys, facts: PrefillFacts) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)
        self._facts = facts

    def begin(self, who: Who, year: int, named: Named | None, once: Once | None) -> Begun:
        """Read idempotency record, data key, benefits and revision in one BatchGetItem."""
        owner = self._keys.ref(who.person)
        scope = f"fee_quote#{who.client}#{owner}"
        kept = None if once is None else (scope, Once(self._keys.blinded(once.key), self._keys.blinded(once.body)))
        record = [] if kept is None else [idempotency_key(scope, kept[1].key)]
        revision = [] if named is None else [self._facts.place(named)]
        benefits = benefits_item(owner, year)
        items = self._table.read([key_item(owner), benefits, *revision, *record])
        earlier = next((_earlier(items[place], kept) for place in record if place in items), None)
        if earlier is not None:
            return Begun(self._table, owner, Opened(), kept, earlier)
        opened = self._vault.open_or_create(frozenset({owner}), items)
        known = [self._facts.read(who, owner, items.get(place), opened.keys[owner]) for place in revision]
        counted = _used(items.get(benefits))
        return Begun(self._table, owner, opened, kept, None, counted, known[0] if known else ())

    def find(self, person: PersonalId, quote: QuoteId) -> Kept | None:
        """Read quote and key in one BatchGetItem."""
        owner = self._keys.ref(person)
        items = self._table.read([quote_item(quote), key_item(owner)])
        stored = items.get(quote_item(quote))
        if stored is None or stored.fields.get("owner") != owner:
            return None
        plain = self._vault.open(owner, items.get(key_item(owner))).open(stored.data("sealed"), _place(quote))
        return _unpacked(quote, stored, plain)


class TableBenefits(BenefitLedger):
    """The year's benefits over the state table: one item for each person and year that used any."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, settled: Settled) -> None:
        """Read count and mark in one call, and write both in another.

        The mark has no end: a message that is sent back after months must not count again.
        """
        place, mark = benefits_item(settled.payer, settled.year), counted_item(settled)
        items = self._table.read([place, mark])
        if mark in items:
            return
        stored = items.get(place)
        used = dict(_used(stored))
        for code, amount in settled.benefits.items():
            before = used.get(code, Used())
            used[code] = Used(before.times + 1, before.amount + amount)
        expect = Expect.ABSENT if stored is None else Expect.unchanged(stored.owner)
        fields: dict[str, Value] = {
            "used": {code: {"times": each.times, "amount": each.amount} for code, each in sorted(used.items())}
        }
        try:
            # The mark stands last: it is never written over, so it can witness this commit.
            self._table.commit([Put(place, fields, expect), Put(mark, {}, Expect.ABSENT)])
        except ConditionFailed as error:
            raise Raced from error


def _record(once: tuple[str, Once], quote: Kept) -> Idempotency:
    scope, kept = once
    return Idempotency(scope, kept.key, kept.body, quote.id, quote.made_at + _KEY_KEPT)


def _earlier(stored: Stored, kept: tuple[str, Once] | None) -> Earlier:
    same = kept is not None and kept[1].body == stored.text("body")
    return Earlier(QuoteId(stored.text("result")), same)


def _used(stored: Stored | None) -> Mapping[str, Used]:
    written = {} if stored is None else stored.fields.get("used")
    if not isinstance(written, Mapping):
        raise Corrupt(what="benefits")
    return {str(code): _one(each) for code, each in written.items()}


def _one(written: Value) -> Used:
    match written:
        case {"times": int(times), "amount": int(amount)}:
            return Used(times, amount)
        case _:
            raise Corrupt(what="benefits")


def _place(quote: QuoteId) -> tuple[str, ...]:
    return ("fee_quote", quote)


def _packed(quote: Kept) -> bytes:
    written: JsonObject = {
        "level": quote.level,
        "case": quote.case,
        "digest": quote.digest,
        "answer": quote.answer,
    }
    # No time in the gzip header: the same value is the same bytes.
    return gzip.compress(canonical(written), compresslevel=6, mtime=0)


def _unpacked(quote: QuoteId, stored: Stored, packed: bytes) -> Kept:
    try:
        document = json.loads(gzip.decompress(packed))
    except (OSError, EOFError, ValueError) as error:
        raise Corrupt(what="quote") from error
    match document:
        case {"level": int(level), "case": dict(case), "digest": str(digest), "answer": str(answer)}:
            return Kept(
                quote,
                ClientId(stored.text("client")),
                level,
                ProcedureCode(stored.text("procedure")),
                CatalogueHash(stored.text("catalogue")),
                from_iso(stored.text("made_at")),
                case,
                digest,
                answer,
            )
        case _:
            raise Corrupt(what="quote")
