"""The warehouse over the stores, put together from its parts, with nothing in it but what a test sends."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Final

from chalicelib.audit.store import TableAccessLog, TableEntries
from chalicelib.aws.keys import Keys
from chalicelib.aws.objects import Objects
from chalicelib.aws.table import Table
from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import base
from chalicelib.definitions.model import Catalogue
from chalicelib.definitions.service import Definitions
from chalicelib.definitions.store import TableDefinitions
from chalicelib.kernel.ids import ClientId, DocumentId, EventId, RandomIds, UploadId
from chalicelib.kernel.log import Log
from chalicelib.papers.model import MediaType
from chalicelib.papers.service import RealPapers
from chalicelib.warehouse import told_uploads
from chalicelib.warehouse.archives import S3Archives
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.examine import Examiner
from chalicelib.warehouse.export_store import TableExports
from chalicelib.warehouse.exports import Exports
from chalicelib.warehouse.file_store import S3Files
from chalicelib.warehouse.ingest import Came, Ingest
from chalicelib.warehouse.library import Library
from chalicelib.warehouse.library_store import TableLists
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.quota import LIMITS, Limits, opened
from chalicelib.warehouse.shelf_store import TableShelf
from chalicelib.warehouse.sweep import Sweep
from chalicelib.warehouse.upload import Issue, Upload, Wish, object_key
from chalicelib.warehouse.upload_store import TableUploads
from chalicelib.warehouse.upload_stored import UploadItems
from chalicelib.warehouse.uploads import Uploads
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.ids import CountedIds
from tests.support.killing import wipe
from tests.support.malware import EicarScanner
from tests.support.service import AN
from tests.support.shelves import AGENCY

PORTAL: Final = ClientId("motlan-portal")


@cache
def catalogue() -> Catalogue:
    return base(KINDS)


@dataclass(frozen=True)
class Paper:
    """A file, and what is said of it when its upload is opened."""

    type: str
    media_type: MediaType
    body: bytes
    issue: Issue | None = None


@dataclass
class World:
    """The warehouse over the stores, with nothing in it."""

    home: Home
    limits: Limits = LIMITS
    clock: VirtualClock = field(default_factory=VirtualClock)
    ids: CountedIds = field(default_factory=CountedIds)

    def __post_init__(self) -> None:
        wipe(self.home)
        settings, clients = self.home.settings, self.home.clients
        self.log = Log(self.clock, lambda _: None)
        random = RandomIds(self.clock)
        self.table = Table(clients, settings.state_table, settings.outbox_table, self.clock, random)
        self.keys = Keys(clients, settings.data_key, settings.mac_key, self.clock)
        store = TableDefinitions(self.table, Objects(clients), settings.definitions_bucket)
        self.definitions = Definitions(store, catalogue(), KINDS, self.clock, self.ids, self.log)
        stand = UploadItems(self.keys, self.limits)
        self.kept = TableUploads(self.table, self.keys, stand)
        self.shelf = TableShelf(self.table, self.keys, self._type_of, stand, self.clock)
        self.files = S3Files(clients, settings.uploads_bucket, settings.documents_bucket, self.clock)
        examiner = Examiner(RealPapers(), EicarScanner(), self.definitions, self.clock, allows_synthetic=True)
        self.ingest = Ingest(self.kept, self.shelf, self.files, examiner, self.clock, self.ids, self.log)
        looks = {"upload": lambda due: self.ingest.look(UploadId(due.id)), "purge": self.library.purge}
        self.sweep = Sweep(self.kept, looks, self.clock, self.log)

    @cached_property
    def library(self) -> Library:
        lists = TableLists(self.table, self.keys, self.definitions)
        entries = TableEntries(self.table, self.keys, self.clock)
        return Library(self.shelf, lists, self.files, entries, self.clock, self.ids)

    @cached_property
    def exports(self) -> Exports:
        log, lists = TableAccessLog(self.table, self.keys), TableLists(self.table, self.keys, self.definitions)
        bucket = self.home.settings.documents_bucket
        archives = S3Archives(self.home.clients, bucket, (lists, self.files, log), self.definitions)
        entries = TableEntries(self.table, self.keys, self.clock)
        return Exports(TableExports(self.table, self.keys), archives, entries, self.clock, self.ids)

    @property
    def uploads(self) -> Uploads:
        return Uploads(self.kept, self.files, self.definitions, self.clock, self.ids)

    def sent(self, paper: Paper, id_: UploadId) -> Came:
        """Open an upload and put its file; return what S3 says."""
        client = PORTAL if paper.issue is None else AGENCY
        now, digest = self.clock.now(), hashlib.sha256(paper.body).hexdigest()
        wish = Wish(paper.type, "Giấy", paper.media_type, len(paper.body), digest)
        until = now.replace(minute=now.minute + 5)
        hash_ = self.definitions.current().hash
        upload = Upload(id_, AN, client, wish, hash_, "opened", now, until, issue=paper.issue)
        opening = self.kept.begin(AN, client, None)
        # Room is held only for an owner's own uploads; with no room for any, this one came when its hold was over.
        held = opening.usage if self.limits != LIMITS or paper.issue else opened(opening.usage, upload, now)
        opening.open(upload, held, told_uploads.opened(upload, EventId(self.ids.new())))
        key, bucket = object_key(id_, 1), self.home.settings.uploads_bucket
        put = self.home.clients.s3.put_object(Bucket=bucket, Key=key, Body=paper.body)
        return Came(key, put["VersionId"])

    def document(self, id_: UploadId) -> Document | None:
        found = self.shelf.find(AN, DocumentId(id_))
        if found is None or found.document.file is None:
            return None if found is None else found.document
        return replace(found.document, file=replace(found.document.file, version=""))

    def _type_of(self, document: Document) -> Any:  # noqa: ANN401 - the kind's own
        return self.definitions.at(document.catalogue).get(DOCUMENT_TYPES, document.type)
