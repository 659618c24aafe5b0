"""Prefills in the table: one claim and one item a revision, each sealed under the key of who opened it.

The only place that builds their keys. A revision's place in the partition is its number, so two answers to one
question race on that item and one stands.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.audit import store as access_log
from chalicelib.audit.model import Access
from chalicelib.aws.consume import consumed
from chalicelib.aws.keys import DataKey, Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Opened, Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Expect, Idempotency, Key, Put, Stored, Write, idempotency_key
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import (
    CitizenRef,
    ClientId,
    PersonalId,
    PrefillId,
)
from chalicelib.prefill.job import Who
from chalicelib.prefill.port import Claim, Done, Earlier, Once, Raced, Subject
from chalicelib.prefill.revision import Header, Revision
from chalicelib.prefill.sealed import (
    Answered,
    answered_from_bytes,
    answered_to_bytes,
    opening_from_bytes,
    opening_to_bytes,
)
from chalicelib.prefill.stored import header_fields, read_bytes, read_header, read_text

_REVISION = "R#"
_CLAIM = 0
_MARKS_KEPT = timedelta(days=15)
"""Longer than a queue keeps a message (14 days)."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first read found, with the keys opened from it; the transactions that may follow."""

    table: Table
    who: Who
    once: Once | None
    owner: CitizenRef
    refs: Mapping[PersonalId, CitizenRef]
    items: Mapping[Key, Stored]
    opened: Opened
    earlier: Earlier | None

    @property
    def key(self) -> DataKey:
        """Return the data key of who opens the prefill."""
        return self.opened.keys[self.owner]

    def claim(self, subject: Subject, entries: Mapping[PersonalId, Access]) -> Claim:
        """Write claim, log entries, new keys and idempotency record in one transaction. Raises Raced."""
        header = Header(
            subject.id,
            self.owner,
            self.who.client,
            subject.procedure,
            subject.form,
            subject.catalogue,
            subject.opened_at,
        )
        sealed = self.key.seal(opening_to_bytes(subject.opening), _place(subject.id, _CLAIM))
        fields = {**header_fields(header), "sealed": sealed}
        # The claim stands last: unlike a log head it is never written over, so it can witness this commit.
        claim = Put(_revision_item(subject.id, _CLAIM), fields, Expect.ANY, header.expires_at)
        record = None if self.once is None else _record(self.once, header)
        self._commit([*self.opened.writes, *self._appends(entries), claim], idempotency=record)
        return Claim(header, subject.opening)

    def enter(self, entries: Mapping[PersonalId, Access]) -> None:
        """Write log entries alone. Raises Raced."""
        self._commit([*self.opened.writes, *self._appends(entries)])

    def conclude(self, revision: Revision, event: Event, done: Done | None = None) -> None:
        """Write the revision with its event and the consumer's mark in one transaction. Raises Raced."""
        header = revision.header
        answered = Answered(revision.opening, revision.replies, revision.resolution)
        sealed = self.key.seal(answered_to_bytes(answered), _place(header.id, revision.number))
        fields = {**header_fields(header), "made_at": iso(revision.made_at), "sealed": sealed}
        put = Put(_revision_item(header.id, revision.number), fields, Expect.ABSENT, header.expires_at)
        marks = [] if done is None else [consumed(done.consumer, done.event, revision.made_at + _MARKS_KEPT)]
        self._commit([put, *marks], event=event)

    def _appends(self, entries: Mapping[PersonalId, Access]) -> list[Write]:
        writes: list[Write] = []
        for person, access in entries.items():
            ref = self.refs[person]
            writes += access_log.append(ref, self.opened.keys[ref], access, self.items)
        return writes

    def _commit(
        self, writes: Sequence[Write], *, event: Event | None = None, idempotency: Idempotency | None = None
    ) -> None:
        try:
            self.table.commit(writes, event=event, idempotency=idempotency)
        except ConditionFailed as error:
            raise Raced from error


class TablePrefills:
    """The prefill store over the state table."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)

    def begin(self, who: Who, people: frozenset[PersonalId], once: Once | None) -> Begun:
        """Read idempotency record, log heads and data keys in one BatchGetItem."""
        owner = self._keys.ref(who.person)
        refs = {person: self._keys.ref(person) for person in people}
        wanted = [key_item(owner)]
        wanted += [each(ref) for ref in refs.values() for each in (key_item, access_log.head_item)]
        kept = None if once is None else self._blinded(once)
        record = [] if kept is None else [idempotency_key(_scope(owner, who.client), kept.key)]
        items = self._table.read([*wanted, *record])
        earlier = next((_earlier(items[place], kept) for place in record if place in items), None)
        needed = frozenset() if earlier else frozenset({owner, *refs.values()})
        opened = self._vault.open_or_create(needed, items)
        return Begun(self._table, who, kept, owner, refs, items, opened, earlier)

    def find(self, person: PersonalId, prefill: PrefillId, number: int | None = None) -> Revision | Claim | None:
        """Return the latest or the numbered revision of a prefill that this person opened, else its claim."""
        owner = self._keys.ref(person)
        if number is None:
            latest = self._latest(prefill)
            if latest is None or latest.fields.get("owner") != owner:
                return None
            return self._opened(latest, self._table.read([key_item(owner)]).get(key_item(owner)))
        wanted = _revision_item(prefill, number)
        claim = _revision_item(prefill, _CLAIM)
        items = self._table.read([wanted, claim, key_item(owner)])
        stored = items.get(wanted) or items.get(claim)
        if stored is None or stored.fields.get("owner") != owner:
            return None
        return self._opened(stored, items.get(key_item(owner)))

    def resume(self, prefill: PrefillId) -> Revision | Claim | None:
        """Return the latest revision on the service's own account."""
        latest = self._latest(prefill)
        if latest is None:
            return None
        place = key_item(read_header(prefill, latest).owner)
        return self._opened(latest, self._table.read([place]).get(place))

    def _blinded(self, once: Once) -> Once:
        """Return key and digest as they are kept: under a secret of ours.

        A caller may use a personal id for a key, and a plain digest of a body that names one can be guessed.
        """
        secret = self._keys.derive("idempotency")
        key, body = (hmac.new(secret, each.encode(), hashlib.sha256).hexdigest() for each in (once.key, once.body))
        return Once(key, body)

    def _latest(self, prefill: PrefillId) -> Stored | None:
        page = self._table.query(_partition(prefill), prefix=_REVISION, limit=1, newest_first=True)
        return page.items[0] if page.items else None

    def _opened(self, stored: Stored, key_stored: Stored | None) -> Revision | Claim:
        prefill, number = PrefillId(stored.key.pk.removeprefix("P#")), int(stored.key.sk.removeprefix(_REVISION))
        header = read_header(prefill, stored)
        plain = self._vault.open(header.owner, key_stored).open(read_bytes(stored, "sealed"), _place(prefill, number))
        if number == _CLAIM:
            return Claim(header, opening_from_bytes(plain))
        answered = answered_from_bytes(plain)
        made_at = from_iso(read_text(stored, "made_at"))
        return Revision(header, answered.opening, number, made_at, answered.replies, answered.resolution)


def _partition(prefill: PrefillId) -> str:
    return f"P#{prefill}"


def _revision_item(prefill: PrefillId, number: int) -> Key:
    return Key(_partition(prefill), f"{_REVISION}{number:06d}")


def _place(prefill: PrefillId, number: int) -> tuple[str, ...]:
    return ("prefill", prefill, str(number))


def _scope(owner: CitizenRef, client: ClientId) -> str:
    return f"prefill#{client}#{owner}"


def _record(once: Once, header: Header) -> Idempotency:
    return Idempotency(_scope(header.owner, header.client), once.key, once.body, header.id, header.expires_at)


def _earlier(stored: Stored, kept: Once | None) -> Earlier:
    return Earlier(PrefillId(read_text(stored, "result")), kept is not None and kept.body == read_text(stored, "body"))
