"""The transactions that may follow from one read of the table: a claim, log entries, the next state of a prefill."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import timedelta

from chalicelib.audit import store as access_log
from chalicelib.audit.model import Access
from chalicelib.aws.consume import consumed
from chalicelib.aws.keys import DataKey
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Opened
from chalicelib.aws.writes import ConditionFailed, Expect, Idempotency, Key, Put, Stored, Write
from chalicelib.consent.model import Grant
from chalicelib.kernel.clock import iso
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, SubjectId
from chalicelib.prefill.job import Who
from chalicelib.prefill.port import Claim, Done, Earlier, PrefillFull, Start, Subject, Taken
from chalicelib.prefill.revision import Header, Revision
from chalicelib.prefill.sealed import Answered, answered_to_bytes, opening_to_bytes
from chalicelib.prefill.stored import CLAIM, header_fields, place_of, revision_item, scope_of, use_item
from chalicelib.turns import Once, Raced

_MOST_BYTES = 380_000
"""Of one revision: an item of the table takes 400 KB, its other fields among them."""
_MARKS_KEPT = timedelta(days=15)
"""Longer than a queue keeps a message (14 days)."""


@dataclass(frozen=True, slots=True)
class Begun(Start):
    """What the first read found, with the keys opened from it."""

    table: Table
    who: Who
    once: Once | None
    owner: CitizenRef
    refs: Mapping[SubjectId, CitizenRef]
    items: Mapping[Key, Stored]
    opened: Opened
    found: Earlier | None
    consents: Mapping[SubjectId, Grant] = field(default_factory=dict)

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used."""
        return self.found

    @property
    def grants(self) -> Mapping[SubjectId, Grant]:
        """Return the consents to this caller, by who gave them."""
        return self.consents

    def claim(self, subject: Subject, entries: Mapping[SubjectId, Access]) -> Claim:
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
        sealed = self.opened.keys[self.owner].seal(opening_to_bytes(subject.opening), place_of(subject.id, CLAIM))
        fields = {**header_fields(header), "sealed": sealed}
        # The claim stands last: unlike a log head it is never written over, so it can witness this commit.
        claim = Put(revision_item(subject.id, CLAIM), fields, Expect.ANY, header.expires_at)
        record = None if self.once is None else record_of(self.once, header)
        _commit(self.table, [*self.opened.writes, *self._appends(entries), claim], idempotency=record)
        return Claim(header, subject.opening)

    def enter(self, entries: Mapping[SubjectId, Access]) -> None:
        """Write log entries alone. Raises Raced."""
        if entries:
            _commit(self.table, [*self.opened.writes, *self._appends(entries)])

    def conclude(self, revision: Revision, event: Event, done: Done | None = None) -> None:
        """Write the revision with its event and the consumer's mark in one transaction. Raises Raced."""
        marks = [] if done is None else [consumed(done.consumer, done.event, revision.made_at + _MARKS_KEPT)]
        _commit(self.table, [*written(revision, self.opened.keys[self.owner]), *marks], event=event)

    def _appends(self, entries: Mapping[SubjectId, Access]) -> list[Write]:
        writes: list[Write] = []
        for person, access in entries.items():
            ref = self.refs[person]
            writes += access_log.append(ref, self.opened.keys[ref], access, self.items)
        return writes


@dataclass(frozen=True, slots=True)
class Took(Taken):
    """A prefill as it stands, with the key to write its next state."""

    table: Table
    key: DataKey
    once: Once | None
    state: Revision | Claim
    found: Earlier | None = None

    @property
    def revision(self) -> Revision | Claim:
        """Return the latest revision, or the claim before the first."""
        return self.state

    @property
    def earlier(self) -> Earlier | None:
        """Return what the idempotency key stands for, if it was used."""
        return self.found

    def amend(self, after: Revision, event: Event) -> None:
        """Write the next revision with its event, and what the idempotency key stands for. Raises Raced."""
        record = None if self.once is None else record_of(self.once, after.header, after.number)
        _commit(self.table, written(after, self.key), event=event, idempotency=record)


def written(revision: Revision, key: DataKey) -> list[Write]:
    """Return the writes of a revision: itself, and a note under each consent that it stands on.

    The notes come first and are written over: they are for finding, the revision is the witness. Raises PrefillFull.
    """
    header = revision.header
    sealed = key.seal(answered_to_bytes(Answered.of(revision)), place_of(header.id, revision.number))
    if len(sealed) > _MOST_BYTES:
        raise PrefillFull
    fields = {**header_fields(header), "made_at": iso(revision.made_at), "sealed": sealed}
    notes = [
        Put(use_item(consent, header.id), {}, Expect.ANY, header.expires_at)
        for consent in sorted({grant.id for grant in revision.grants.values()})
    ]
    return [*notes, Put(revision_item(header.id, revision.number), fields, Expect.ABSENT, header.expires_at)]


def record_of(once: Once, header: Header, number: int = 1) -> Idempotency:
    """Return the idempotency record of a prefill, or of a change that made the numbered revision of it."""
    result = header.id if number == 1 else f"{header.id}#{number}"
    scope = scope_of(header.owner, header.client, once.about)
    return Idempotency(scope, once.key, once.body, result, header.expires_at)


def _commit(
    table: Table, writes: Sequence[Write], *, event: Event | None = None, idempotency: Idempotency | None = None
) -> None:
    try:
        table.commit(writes, event=event, idempotency=idempotency)
    except ConditionFailed as error:
        raise Raced from error
