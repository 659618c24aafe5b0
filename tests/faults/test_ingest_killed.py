"""A process that dies at any write of an ingest, before it or after it, and the message that comes again.

Every write is a fault point: transactions of the table, and puts, copies and deletes of objects. What stands at the end
is compared whole with what a run that nothing happened to leaves: all items of the table, and all objects.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

import pytest

from chalicelib.aws.keys import Keys
from chalicelib.aws.objects import Objects
from chalicelib.aws.table import Table
from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import base
from chalicelib.definitions.service import Definitions
from chalicelib.definitions.store import TableDefinitions
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId, EventId, RandomIds, UploadId
from chalicelib.kernel.log import Log
from chalicelib.papers.model import MediaType, Opened, Refused, Root, Scan, Signature
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.examine import Examiner
from chalicelib.warehouse.file_store import S3Files
from chalicelib.warehouse.ingest import Came, Ingest
from chalicelib.warehouse.port import Arrived, Malware, Papers
from chalicelib.warehouse.shelf_store import TableShelf
from chalicelib.warehouse.upload import Issue, Upload, Wish, object_key
from chalicelib.warehouse.upload_store import TableUploads
from chalicelib.warehouse.upload_stored import UploadItems
from tests.support.aws import Home
from tests.support.clock import START, VirtualClock
from tests.support.ids import CountedIds
from tests.support.killing import Killed, Moment, events, items, killed, objects, wipe
from tests.support.shelves import AGENCY, NAME, OWNER, SIGNED, document_id, issued, said

BODY: Final = b"a file"
Kind = Literal["image", "issued", "rejected"]


class Readable(Papers):
    """Takes every file for what it is said to be: an image with a copy and a thumbnail, or a signed PDF."""

    def open(self, body: bytes, declared: MediaType) -> Opened | Refused:
        if declared == "application/pdf":
            return Opened(declared, body, b"page", pages=1)
        return Opened(declared, body + b" without place", b"small")

    def codes(self, opened: Opened) -> tuple[str, ...]:  # noqa: ARG002 - the port's
        return ()

    def signatures(self, body: bytes, roots: tuple[Root, ...], at: datetime) -> tuple[Signature, ...]:  # noqa: ARG002
        return (SIGNED,)


class Finds(Malware):
    def __init__(self, scan: Scan) -> None:
        self._scan = scan

    def scan(self, arrived: Arrived, body: bytes) -> Scan:  # noqa: ARG002 - the port's
        return self._scan


@dataclass
class Run:
    """One upload whose file has come, in a warehouse that nothing else is in, and what works it."""

    home: Home
    ingest: Ingest
    upload: Upload
    came: Came

    def work(self) -> None:
        self.ingest.run(self.upload.id, self.came)


def begin(home: Home, clock: VirtualClock, kind: Kind) -> Run:
    """Empty the account and begin anew, under the same ids."""
    wipe(home)
    settings, ids, log = home.settings, CountedIds(), Log(clock, lambda _: None)
    table = Table(home.clients, settings.state_table, settings.outbox_table, clock, RandomIds(clock))
    keys = Keys(home.clients, settings.data_key, settings.mac_key, clock)
    objects = Objects(home.clients)
    store = TableDefinitions(table, objects, settings.definitions_bucket)
    definitions = Definitions(store, base(KINDS), KINDS, clock, ids, log)
    stand = UploadItems(keys)
    shelf = TableShelf(table, keys, lambda each: definitions.at(each.catalogue).get(DOCUMENT_TYPES, each.type), stand)
    files = S3Files(home.clients, settings.uploads_bucket, settings.documents_bucket, clock)
    finds = Finds("infected" if kind == "rejected" else "clean")
    examiner = Examiner(Readable(), finds, definitions, clock, allows_synthetic=True)
    ingest = Ingest(TableUploads(table, keys, stand), shelf, files, examiner, clock, ids, log)
    upload = wanted(kind, definitions)
    if kind == "issued":
        older = issued(9, type=upload.wish.type, catalogue=upload.catalogue, items={NAME: "AN"})
        shelf.admit(older, said(ids))
    opening = ingest.uploads.begin(OWNER, upload.client, None)
    usage = replace(opening.usage, open={upload.id: (upload.wish.size, upload.ticket_until)})
    opening.open(upload, usage, Event(EventId(ids.new()), "warehouse.upload_opened", upload.id, START))
    key = object_key(upload.id, 1)
    put = home.clients.s3.put_object(Bucket=settings.uploads_bucket, Key=key, Body=BODY)
    return Run(home, ingest, upload, Came(key, put["VersionId"]))


def wanted(kind: Kind, definitions: Definitions) -> Upload:
    media_type: MediaType = "application/pdf" if kind == "issued" else "image/png"
    wish = Wish("giay-to-khac", "Giấy", media_type, len(BODY), hashlib.sha256(BODY).hexdigest())
    issue = Issue("issued", "12/2026", "2026-11-20") if kind == "issued" else None
    return Upload(
        UploadId(document_id(1)),
        OWNER,
        AGENCY,
        wish,
        definitions.current().hash,
        "opened",
        START,
        START.replace(minute=START.minute + 5),
        issue=issue,
    )


def left(run: Run) -> dict[str, Any]:
    """Return all that stands: items without what is random in them, what was said, objects with their bytes."""
    found = run.ingest.shelf.find(OWNER, DocumentId(run.upload.id))
    document = None if found is None or found.document.file is None else found.document
    if document is not None and document.file is not None:
        document = replace(document, file=replace(document.file, version=""))
    current = {place: versions[0] for place, versions in objects(run.home).items()}
    return {"items": items(run.home), "events": events(run.home), "objects": current, "document": document}


def test_the_fault_points_are_all_the_writes_there_are(simulated: Home, clock: VirtualClock) -> None:
    run = begin(simulated, clock, "image")
    with killed(simulated, "after-call", 0) as seen:
        run.work()
    pin, end = "TransactWriteItems", "TransactWriteItems"
    assert seen == [pin, "CopyObject", "PutObject", "PutObject", end, "DeleteObject"]


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize(("kind", "writes"), [("image", 6), ("issued", 6), ("rejected", 3)])
def test_killed_at_any_write_and_delivered_again_it_ends_alike(
    simulated: Home, clock: VirtualClock, kind: Kind, writes: int, moment: Moment
) -> None:
    calm = begin(simulated, clock, kind)
    calm.work()
    expected = left(calm)
    assert (expected["document"] is None) is (kind == "rejected")
    for nth in range(1, writes + 1):
        run = begin(simulated, clock, kind)
        with pytest.raises(Killed), killed(simulated, moment, nth):
            run.work()
        run.work()
        assert left(run) == expected, f"killed {moment} {nth}"
        run.work()
        assert left(run) == expected, f"once more after {moment} {nth}"
    run = begin(simulated, clock, kind)
    with killed(simulated, moment, writes + 1) as seen:
        run.work()
    assert len(seen) == writes, "every write was a fault point"
