"""Prefills in the table: one claim and one item a revision, each sealed under the key of who opened it.

A revision's place in the partition is its number, so two answers to one question race on that item and one stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.audit import store as access_log
from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import Key, Stored, idempotency_key
from chalicelib.consent.model import Grant
from chalicelib.consent.store import grant_item, read_grant
from chalicelib.kernel.clock import from_iso
from chalicelib.kernel.ids import (
    ClientId,
    ConsentId,
    PersonalId,
    PrefillId,
    ProcedureCode,
    SubjectId,
    is_organisation,
)
from chalicelib.prefill.begun import Begun, Took
from chalicelib.prefill.job import Who
from chalicelib.prefill.port import Claim, Earlier, PrefillStore
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.sealed import answered_from_bytes, opening_from_bytes
from chalicelib.prefill.stored import (
    CLAIM,
    REVISION,
    number_of,
    partition,
    place_of,
    prefill_of,
    read_header,
    revision_item,
    scope_of,
    used_by,
    uses,
)
from chalicelib.turns import Once


class TablePrefills(PrefillStore):
    """The prefill store over the state table."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)

    def begin(
        self, who: Who, people: frozenset[SubjectId], procedure: ProcedureCode, once: Once | None = None
    ) -> Begun:
        """Read idempotency record, consents, log heads and data keys in one BatchGetItem."""
        owner = self._keys.ref(who.person)
        refs = {person: self._keys.ref(person) for person in people | {who.person}}
        wanted = [each(ref) for ref in refs.values() for each in (key_item, access_log.head_item)]
        consents = {
            person: grant_item(ref, procedure, owner)
            for person, ref in refs.items()
            if person != who.person and not is_organisation(person)
        }
        kept = None if once is None else self._blinded(once)
        record = [] if kept is None else [idempotency_key(scope_of(owner, who.client, kept.about), kept.key)]
        items = self._table.read([*wanted, *consents.values(), *record])
        earlier = next((_earlier(items[place], kept) for place in record if place in items), None)
        needed = frozenset() if earlier else frozenset({owner, *refs.values()})
        opened = self._vault.open_or_create(needed, items)
        return Begun(self._table, who, kept, owner, refs, items, opened, earlier, _grants(consents, items, who.client))

    def find(self, person: PersonalId, prefill: PrefillId, number: int | None = None) -> Revision | Claim | None:
        """Return the latest or the numbered revision of a prefill that this person opened, else its claim."""
        owner = self._keys.ref(person)
        if number is None:
            latest = self._latest(prefill)
            if latest is None or latest.fields.get("owner") != owner:
                return None
            return self._opened(latest, self._table.read([key_item(owner)]).get(key_item(owner)))
        wanted = revision_item(prefill, number)
        claim = revision_item(prefill, CLAIM)
        items = self._table.read([wanted, claim, key_item(owner)])
        stored = items.get(wanted) or items.get(claim)
        if stored is None or stored.fields.get("owner") != owner:
            return None
        return self._opened(stored, items.get(key_item(owner)))

    def take(self, who: Who, prefill: PrefillId, once: Once | None = None) -> Took | None:
        """Return the prefill as it stands, to write its next state; None as in `find`."""
        owner, latest = self._keys.ref(who.person), self._latest(prefill)
        if latest is None or latest.fields.get("owner") != owner:
            return None
        kept = None if once is None else self._blinded(once)
        record = [] if kept is None else [idempotency_key(scope_of(owner, who.client, kept.about), kept.key)]
        items = self._table.read([key_item(owner), *record])
        earlier = next((_earlier(items[place], kept) for place in record if place in items), None)
        key = self._vault.open(owner, items.get(key_item(owner)))
        return Took(self._table, key, kept, self._opened(latest, items.get(key_item(owner))), earlier)

    def resume(self, prefill: PrefillId) -> Revision | Claim | None:
        """Return the latest revision on the service's own account."""
        latest = self._latest(prefill)
        if latest is None:
            return None
        place = key_item(read_header(prefill, latest).owner)
        return self._opened(latest, self._table.read([place]).get(place))

    def live(self, revision: Revision, at: datetime) -> frozenset[ConsentId]:
        """Return which of the consents that a revision stands on are still good."""
        header = revision.header
        places = {
            grant.id: grant_item(self._keys.ref(subject), header.procedure, header.owner)
            for subject, grant in revision.grants.items()
        }
        items = self._table.read([*places.values()]) if places else {}
        found = {
            consent: read_grant(items[place], header.client) for consent, place in places.items() if place in items
        }
        return frozenset(
            consent
            for consent, grant in found.items()
            if grant is not None and grant.id == consent and at < grant.expires_at
        )

    def under(self, consent: ConsentId) -> Iterator[PrefillId]:
        """Yield the prefills that have a revision standing on a consent, page by page."""
        start: str | None = None
        while True:
            page = self._table.query(uses(consent), start=start)
            yield from (used_by(stored) for stored in page.items)
            if page.next is None:
                return
            start = page.next

    def _blinded(self, once: Once) -> Once:
        """Return key and digest as they are kept."""
        return replace(once, key=self._keys.blinded(once.key), body=self._keys.blinded(once.body))

    def _latest(self, prefill: PrefillId) -> Stored | None:
        page = self._table.query(partition(prefill), prefix=REVISION, limit=1, newest_first=True)
        return page.items[0] if page.items else None

    def _opened(self, stored: Stored, key_stored: Stored | None) -> Revision | Claim:
        prefill, number = prefill_of(stored), number_of(stored)
        header = read_header(prefill, stored)
        plain = self._vault.open(header.owner, key_stored).open(stored.data("sealed"), place_of(prefill, number))
        if number == CLAIM:
            return Claim(header, opening_from_bytes(plain))
        return answered_from_bytes(plain).revision(header, number, from_iso(stored.text("made_at")))


def _grants(consents: Mapping[SubjectId, Key], items: Mapping[Key, Stored], client: ClientId) -> dict[SubjectId, Grant]:
    found = {person: read_grant(items[place], client) for person, place in consents.items() if place in items}
    return {person: grant for person, grant in found.items() if grant is not None}


def _earlier(stored: Stored, kept: Once | None) -> Earlier:
    prefill, _, number = stored.text("result").partition("#")
    same = kept is not None and kept.body == stored.text("body")
    return Earlier(PrefillId(prefill), same, int(number or "1"))
