"""Uploads opened, sent, sent again, seen, seen late and twice, renewed, checked and swept, against a plain model.

The service, its rules and its states are the real ones; files, table and what a check finds are stood in for. What the
model says of each upload and of the owner's usage must be so after every step.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.kernel.ids import ClientId, PersonalId, UploadId
from chalicelib.turns import Once
from chalicelib.warehouse.port import Arrived, KeptUpload, QuotaExceeded
from chalicelib.warehouse.quota import Limits, TicketsUsedUp, TooManyOpenUploads, TooManyTickets, admitted, closed
from chalicelib.warehouse.upload import (
    GRACE,
    LOOKS,
    Upload,
    UploadState,
    UploadUnderWay,
    available,
    checking,
    expired,
    is_hopeless,
    looked_at,
    object_key,
    received,
    rejected,
    upload_of,
)
from chalicelib.warehouse.uploads import TICKET_SECONDS, KeyReused, NotUploaded, Uploads
from chalicelib.warehouse.wishes import Wished
from tests.support.clock import VirtualClock
from tests.support.definitions import MemoryDefinitions, Process
from tests.support.ids import CountedIds
from tests.support.memory_files import MemoryFiles
from tests.support.memory_uploads import MemoryUploads

AN: Final = PersonalId("001090999001")
PORTAL: Final = ClientId("motlan-portal")
FEW: Final = Limits(bytes=60, documents=2, open=2, tickets_an_hour=6, attempts=3)
TICKET: Final = timedelta(seconds=TICKET_SECONDS)


@dataclass
class Must:
    """An upload as the rules have it."""

    size: int
    until: datetime
    state: UploadState = "opened"
    attempt: int = 1
    pinned: str | None = None
    seen_at: datetime | None = None
    looks: int = 0
    ends: list[str] = field(default_factory=list)


class UploadMachine(RuleBasedStateMachine):
    """The service and the rules side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.ids, self.store = VirtualClock(), CountedIds(), MemoryUploads()
        self.files = MemoryFiles(self.clock)
        definitions = Process(MemoryDefinitions(), self.clock).definitions
        self.uploads = Uploads(self.store, self.files, definitions, self.clock, self.ids, FEW)
        self.must: dict[UploadId, Must] = {}
        self.sent: list[Arrived] = []
        self.hour, self.tickets = "", 0
        self.documents: list[int] = []

    # What a citizen does.

    @rule(size=st.integers(1, 40), key=st.sampled_from([None, None, "a", "b"]))
    def open(self, size: int, key: str | None) -> None:
        once = None if key is None else Once(key, str(size))
        known = self.store.keys.get((AN, PORTAL, key)) if key is not None else None
        if known is not None and known[0] != str(size):
            with pytest.raises(KeyReused):
                self._open(size, once)
        elif known is not None:
            before = len(self.store.uploads)
            assert self._open(size, once).id == known[1]
            assert len(self.store.uploads) == before
        elif self._may(None, size, lambda: self._open(size, once)):
            upload = self._open(size, once)
            self._count()
            self.must[upload.id] = Must(size, self.clock.now() + TICKET)

    @precondition(lambda self: self.must)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        id_, must = self._one(data)

        def ask() -> object:
            return self.uploads.renew(AN, PORTAL, id_)

        if must.state not in {"opened", "expired"}:
            with pytest.raises(UploadUnderWay):
                ask()
        elif must.attempt >= FEW.attempts:
            with pytest.raises(TicketsUsedUp):
                ask()
        elif self._may(id_, must.size, ask):
            ask()
            self._count()
            must.state, must.attempt, must.until = "opened", must.attempt + 1, self.clock.now() + TICKET

    @precondition(lambda self: self.must)
    @rule(data=st.data(), attempt=st.integers(1, 3))
    def send(self, data: st.DataObject, attempt: int) -> None:
        id_, must = self._one(data)
        self.sent.append(self.files.put(object_key(id_, min(attempt, must.attempt)), bytes(must.size)))

    @precondition(lambda self: self.must)
    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        id_, must = self._one(data)
        there = [each for each in self.sent if upload_of(each.key) == id_]
        if must.state in {"opened", "expired"} and not there:
            with pytest.raises(NotUploaded):
                self.uploads.complete(AN, PORTAL, id_)
            return
        self.uploads.complete(AN, PORTAL, id_)
        if must.state in {"opened", "expired"}:
            latest = max(each.key for each in there)
            self._pin(must, [each for each in there if each.key == latest][-1].version)

    # What the world does, in any order, late and more than once.

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_event_comes(self, data: st.DataObject) -> None:
        came = data.draw(st.sampled_from(self.sent))
        id_ = upload_of(came.key)
        assert id_ is not None
        self._see(id_, came)
        self._pin(self.must[id_], came.version)

    @precondition(lambda self: self._worked())
    @rule(data=st.data())
    def a_check_dies(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self._worked()))
        kept = self._kept(id_)
        self._write(kept, checking(kept.upload, self.clock.now()))
        must = self.must[id_]
        must.state, must.seen_at = "checking", self.clock.now()

    @precondition(lambda self: self._worked())
    @rule(data=st.data(), is_good=st.booleans())
    def a_check_ends(self, data: st.DataObject, is_good: bool) -> None:
        id_ = data.draw(st.sampled_from(self._worked()))
        must = self.must[id_]
        kept = self._kept(id_)
        kept = self._write(kept, checking(kept.upload, self.clock.now()))
        fits = self._fits(id_, must.size)
        self._end(kept, is_good=is_good)
        must.state = "available" if is_good and fits else "rejected"
        must.ends.append(must.state)
        if must.state == "available":
            self.documents.append(must.size)

    @rule()
    def a_sweep_comes(self) -> None:
        now = self.clock.now()
        for due in list(self.store.due(now)):
            kept = self._kept(UploadId(due.id))
            after = expired(kept.upload, now)
            looked = looked_at(kept.upload, now)
            if after is not kept.upload:
                self.store.end(kept, after, closed(self.store.usage(AN), after.id))
            elif is_hopeless(looked):
                ended = rejected(kept.upload, "not_checked", now)
                self.store.end(kept, ended, closed(self.store.usage(AN), ended.id))
            else:
                self._write(kept, looked)
        for must in self.must.values():
            if must.state == "opened" and now >= must.until + GRACE:
                must.state = "expired"
            if must.seen_at is not None and must.state in {"received", "checking"}:
                self._look(must, must.seen_at)

    @rule(seconds=st.sampled_from([1, 119, 181, 301, 421, 3600, 40_000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    # What must be.

    @invariant()
    def every_upload_is_as_the_rules_have_it(self) -> None:
        for id_, must in self.must.items():
            upload = self.uploads.show(AN, PORTAL, id_)
            assert (upload.state, upload.attempt, upload.version) == (must.state, must.attempt, must.pinned)
            assert len(must.ends) <= 1
            assert must.ends == ([upload.state] if upload.state in {"available", "rejected"} else [])

    @invariant()
    def usage_is_exact_and_never_above_its_limits(self) -> None:
        usage = self.store.usage(AN)
        assert (usage.documents, usage.bytes) == (len(self.documents), sum(self.documents))
        assert usage.documents <= FEW.documents
        assert usage.bytes <= FEW.bytes

    @invariant()
    def each_effect_is_told_once(self) -> None:
        kinds = [event.kind for event in self.store.events]
        assert kinds.count("warehouse.upload_opened") == len(self.must)
        assert kinds.count("warehouse.upload_renewed") == sum(must.attempt - 1 for must in self.must.values())

    def _open(self, size: int, once: Once | None) -> Upload:
        wished = Wished("giay-to-khac", "application/pdf", size, hashlib.sha256(bytes(size)).hexdigest())
        return self.uploads.open(AN, PORTAL, wished, once)[0]

    def _may(self, own: UploadId | None, size: int, ask: object) -> bool:
        """Say whether the rules allow a ticket; where they do not, see that it is refused for their reason."""
        others = [must for id_, must in self.must.items() if id_ != own and self._holds(must)]
        tickets = self.tickets if self.hour == f"{self.clock.now():%Y%m%d%H}" else 0
        full = len(self.documents) + len(others) >= FEW.documents
        full = full or sum(self.documents) + sum(each.size for each in others) + size > FEW.bytes
        refusals: list[tuple[bool, type[Exception]]] = [
            (tickets >= FEW.tickets_an_hour, TooManyTickets),
            (len(others) >= FEW.open, TooManyOpenUploads),
            (full, QuotaExceeded),
        ]
        for holds, refusal in refusals:
            if holds:
                with pytest.raises(refusal):
                    ask()  # type: ignore[operator]
                return False
        return True

    def _holds(self, must: Must) -> bool:
        under_way = must.state not in {"available", "rejected"}
        return under_way and self._is_reserved(must)

    def _is_reserved(self, must: Must) -> bool:
        return not must.ends and self.clock.now() < must.until + GRACE

    def _fits(self, id_: UploadId, size: int) -> bool:
        held = [each for each, _ in self.store.usage(AN).open.values()]
        documents, bytes_ = len(self.documents) + len(held), sum(self.documents) + sum(held) + size
        return id_ in self.store.usage(AN).open or (documents < FEW.documents and bytes_ <= FEW.bytes)

    def _count(self) -> None:
        hour = f"{self.clock.now():%Y%m%d%H}"
        self.hour, self.tickets = hour, self.tickets + 1 if hour == self.hour else 1

    def _worked(self) -> list[UploadId]:
        return sorted(id_ for id_, each in self.must.items() if each.state in {"received", "checking"})

    def _pin(self, must: Must, version: str) -> None:
        if must.state in {"opened", "expired"}:
            must.state, must.pinned = "received", version
            must.seen_at = self.clock.now()

    def _look(self, must: Must, seen_at: datetime) -> None:
        """Twice as long each time, eight times, and then no more."""
        if self.clock.now() < seen_at + GRACE * 2**must.looks:
            return
        must.looks += 1
        if must.looks > LOOKS:
            must.state = "rejected"
            must.ends.append(must.state)

    def _see(self, id_: UploadId, came: Arrived) -> None:
        kept = self._kept(id_)
        self._write(kept, received(kept.upload, came.key, came.version, self.clock.now()))

    def _end(self, kept: KeptUpload, *, is_good: bool) -> None:
        upload, usage, now = kept.upload, self.store.usage(AN), self.clock.now()
        if not is_good:
            self.store.end(kept, rejected(upload, "type_mismatch", now), closed(usage, upload.id))
            return
        try:
            self.store.end(kept, available(upload, now), admitted(usage, upload.id, upload.wish.size, FEW))
        except QuotaExceeded:
            self.store.end(kept, rejected(upload, "quota_exceeded", now), closed(usage, upload.id))

    def _write(self, kept: KeptUpload, after: Upload) -> KeptUpload:
        if after is not kept.upload:
            self.store.change(kept, after)
        return self._kept(after.id)

    def _kept(self, id_: UploadId) -> KeptUpload:
        kept = self.store.find(id_)
        assert kept is not None
        return kept

    def _one(self, data: st.DataObject) -> tuple[UploadId, Must]:
        id_ = data.draw(st.sampled_from(sorted(self.must)))
        return id_, self.must[id_]


TestUploads = UploadMachine.TestCase
TestUploads.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
