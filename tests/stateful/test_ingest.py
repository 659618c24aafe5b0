"""Uploads worked by the real ingest and the real sweep, whose process dies at any write, against a plain model.

Files, table and shelf are stood in for; what works on them is what is deployed. Events are lost, doubled, late and out
of order, files are put over one another, and the process dies before any write or right after it. Whatever happens,
an upload ends once, and as the bytes that were pinned make it; in the end everything that came has ended.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chalicelib.kernel.ids import ClientId, DocumentId, PersonalId, UploadId
from chalicelib.kernel.log import Log
from chalicelib.papers.model import Scan
from chalicelib.papers.service import RealPapers
from chalicelib.warehouse.examine import Examiner
from chalicelib.warehouse.ingest import Came, Ingest
from chalicelib.warehouse.places import document_key
from chalicelib.warehouse.port import Arrived, KeptUpload, Malware
from chalicelib.warehouse.sweep import Sweep
from chalicelib.warehouse.told import AVAILABLE, REJECTED
from chalicelib.warehouse.upload import ENDED, GRACE, LOOKS, Upload, object_key, upload_of
from chalicelib.warehouse.uploads import NotUploaded, Uploads
from chalicelib.warehouse.wishes import Wished
from tests.support.clock import VirtualClock
from tests.support.definitions import MemoryDefinitions, Process
from tests.support.ids import CountedIds
from tests.support.killing import Killed
from tests.support.mortal import Fuse, MortalFiles, MortalShelf, MortalUploads

AN: Final = PersonalId("001090999001")
PORTAL: Final = ClientId("motlan-portal")
Kind: TypeAlias = Literal["fine", "broken", "infected"]
Change: TypeAlias = Literal["none", "other bytes", "cut short"]
BODIES: Final[dict[Kind, bytes]] = {
    "fine": json.dumps({"number": "KSK-1", "issued_on": "2026-11-01"}).encode(),
    "broken": b'{"number": ',
    "infected": json.dumps({"number": "virus"}).encode(),
}
ENDS: Final[dict[Kind, str | None]] = {"fine": None, "broken": "json_unreadable", "infected": "malware"}
SILENT: Final = Log(VirtualClock(), lambda _: None)


class Scanner(Malware):
    """Knows one virus, that can stand in JSON."""

    def scan(self, arrived: Arrived, body: bytes) -> Scan:  # noqa: ARG002 - the port's
        return "infected" if b"virus" in body else "clean"


class IngestMachine(RuleBasedStateMachine):
    """The use cases and what must come of them."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.ids, self.fuse = VirtualClock(), CountedIds(), Fuse()
        self.files = MortalFiles(self.clock, fuse=self.fuse)
        self.store = MortalUploads(fuse=self.fuse)
        definitions = Process(MemoryDefinitions(), self.clock).definitions
        self.shelf = MortalShelf(lambda _: None, uploads=self.store, clock=self.clock)  # type: ignore[arg-type, return-value]
        self.uploads = Uploads(self.store, self.files, definitions, self.clock, self.ids)
        examiner = Examiner(RealPapers(), Scanner(), definitions, self.clock, allows_synthetic=True)
        self.ingest = Ingest(self.store, self.shelf, self.files, examiner, self.clock, self.ids, SILENT)
        looks = {"upload": lambda due: self.ingest.look(UploadId(due.id))}
        self.sweep = Sweep(self.store, looks, self.clock, SILENT)
        self.kinds: dict[UploadId, Kind] = {}
        self.tickets: dict[str, datetime] = {}
        self.sent: dict[tuple[str, str], bytes] = {}
        self.pinned: dict[UploadId, tuple[str | None, str]] = {}

    @rule(kind=st.sampled_from([*BODIES]))
    def open(self, kind: Kind) -> None:
        if len(self.kinds) < 4:
            body = BODIES[kind]
            digest = hashlib.sha256(body).hexdigest()
            wished = Wished("giay-kham-suc-khoe", "application/json", len(body), digest)
            opened = self.uploads.open(AN, PORTAL, wished, None)[0]
            self.kinds[opened.id] = kind
            self.tickets[object_key(opened.id, 1)] = opened.ticket_until

    @precondition(lambda self: self.kinds)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        upload = self._one(data)
        if upload.state in {"opened", "expired"} and upload.attempt < 3:
            renewed = self.uploads.renew(AN, PORTAL, upload.id)[0]
            self.tickets[object_key(upload.id, renewed.attempt)] = renewed.ticket_until

    @precondition(lambda self: self.kinds)
    @rule(data=st.data(), change=st.sampled_from(["none", "none", "other bytes", "cut short"]), back=st.integers(0, 2))
    def send(self, data: st.DataObject, change: Change, back: int) -> None:
        """Put a file with any ticket, up to a little after its end; each put is a version of its own."""
        upload = self._one(data)
        key = object_key(upload.id, max(upload.attempt - back, 1))
        if self.clock.now() >= self.tickets[key] + GRACE:
            return
        body = BODIES[self.kinds[upload.id]]
        body = {"none": body, "other bytes": b"x" + body[1:], "cut short": body[:-1]}[change]
        came = self.files.put(key, body)
        self.sent[came.key, came.version] = body

    @precondition(lambda self: self.kinds)
    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        id_ = self._one(data).id
        try:
            self._alive(lambda: self.uploads.complete(AN, PORTAL, id_))
        except NotUploaded:
            assert not any(upload_of(key) == id_ for key, _ in self._there())

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_event_comes(self, data: st.DataObject) -> None:
        key, version = data.draw(st.sampled_from(sorted(self.sent)))
        id_ = upload_of(key)
        assert id_ is not None
        self._alive(lambda: self.ingest.run(id_, Came(key, version)))

    @precondition(lambda self: self.kinds)
    @rule(data=st.data())
    def a_word_comes(self, data: st.DataObject) -> None:
        id_ = self._one(data).id
        self._alive(lambda: self.ingest.run(id_))

    @rule()
    def a_sweep_comes(self) -> None:
        self._alive(self.sweep.run)

    @rule(nth=st.integers(1, 6), is_after=st.booleans())
    def the_process_is_to_die(self, nth: int, is_after: bool) -> None:
        self.fuse.set(nth, is_after=is_after)

    @rule(seconds=st.sampled_from([1, 119, 301, 421, 3600, 40_000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def an_upload_is_what_its_pinned_bytes_make_it(self) -> None:
        for upload in self._all():
            if upload.version is not None:
                assert self.pinned.setdefault(upload.id, (upload.key, upload.version)) == (upload.key, upload.version)
            if upload.state in ENDED:
                wanted = self._verdict(upload)
                assert upload.rejection == wanted or (upload.rejection == "not_checked" and upload.looks >= LOOKS), (
                    wanted
                )

    @invariant()
    def what_is_available_stands_on_the_shelf_once_with_its_bytes(self) -> None:
        taken = {upload.id: upload for upload in self._all() if upload.state == "available"}
        assert {id_ for _, id_ in self.shelf.documents} == {DocumentId(id_) for id_ in taken}
        for id_ in taken:
            assert self.files.kept(document_key(DocumentId(id_), "original")) == BODIES["fine"]
        usage = self.store.usage(AN)
        assert (usage.documents, usage.bytes) == (len(taken), len(taken) * len(BODIES["fine"]))
        assert not usage.open.keys() & {each.id for each in self._all() if each.state in ENDED}

    @invariant()
    def each_end_is_told_once(self) -> None:
        ends = Counter(
            (event.kind, event.subject) for event in self.shelf.events if event.kind in {AVAILABLE, REJECTED}
        )
        assert sum(ends.values()) == len([each for each in self._all() if each.state in ENDED])
        assert set(ends.values()) <= {1}

    def teardown(self) -> None:
        """Let nobody die any more, and let sweeps come: everything that came ends, and nothing is left about."""
        self.fuse.set(0, is_after=False)
        for _ in range(2 * LOOKS):
            self.clock.advance(timedelta(hours=12).total_seconds())
            self.sweep.run()
            self.an_upload_is_what_its_pinned_bytes_make_it()
            self.what_is_available_stands_on_the_shelf_once_with_its_bytes()
        came = {upload_of(key) for key, _ in self.sent}
        for upload in self._all():
            assert upload.state in (ENDED if upload.id in came else {"expired"})
            self.ingest.run(upload.id)
            if upload.state != "available":
                assert not [key for key in self.files.documents if upload.id in key]
            if upload.key is not None:
                assert upload.version not in self.files.uploads[upload.key]

    def _verdict(self, upload: Upload) -> str | None:
        """Return why an upload must be rejected, by the bytes that were pinned; None where it must be taken."""
        assert upload.key is not None
        assert upload.version is not None
        body, wanted = self.sent[upload.key, upload.version], BODIES[self.kinds[upload.id]]
        if len(body) != len(wanted):
            return "size_mismatch"
        return "digest_mismatch" if body != wanted else ENDS[self.kinds[upload.id]]

    def _alive(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Killed:
            self.fuse.set(0, is_after=False)  # another process begins where this one left off

    def _there(self) -> list[tuple[str, str]]:
        return [(key, version) for key, versions in self.files.uploads.items() for version in versions]

    def _all(self) -> list[Upload]:
        return [self._kept(id_).upload for id_ in self.kinds]

    def _kept(self, id_: UploadId) -> KeptUpload:
        kept = self.store.find(id_)
        assert kept is not None
        return kept

    def _one(self, data: st.DataObject) -> Upload:
        return self._kept(data.draw(st.sampled_from(sorted(self.kinds)))).upload


def test_what_comes_ends_once_as_its_bytes_are() -> None:
    rules = settings(max_examples=60, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(IngestMachine, settings=rules)


@pytest.mark.prove
def test_what_comes_ends_once_as_its_bytes_are_over_many_steps() -> None:
    rules = settings(max_examples=2_000, stateful_step_count=60, deadline=None)
    run_state_machine_as_test(IngestMachine, settings=rules)
