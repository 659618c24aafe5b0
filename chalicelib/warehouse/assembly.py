"""Puts the use cases of the slice together from what bootstrap hands in. Knows every module of the slice, and no other.

What opens files is reached on first use only: the API never needs it, and its package does not carry it.
"""

import dataclasses
from collections.abc import Callable, Mapping

from chalicelib.audit.service import Entries
from chalicelib.audit.store import TableAccessLog, TableEntries
from chalicelib.aws.clients import Clients
from chalicelib.aws.consume import Consumer
from chalicelib.aws.keys import Keys
from chalicelib.aws.objects import Objects
from chalicelib.aws.queues import FailureQueue
from chalicelib.aws.table import Table
from chalicelib.aws.versions import Version, Versions
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import IdSource, UploadId
from chalicelib.kernel.log import Log
from chalicelib.papers.malware import ClamdScanner, NoScanner, TagScanner
from chalicelib.papers.service import RealPapers
from chalicelib.settings import Settings
from chalicelib.warehouse import events, told_imports, told_library
from chalicelib.warehouse.archives import S3Archives
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.events import Handle
from chalicelib.warehouse.examine import Examiner
from chalicelib.warehouse.export_store import TableExports
from chalicelib.warehouse.exports import Exports
from chalicelib.warehouse.file_store import S3Files
from chalicelib.warehouse.import_files import S3ImportFiles
from chalicelib.warehouse.import_row import Bench, Rows
from chalicelib.warehouse.import_store import TableImports
from chalicelib.warehouse.imports import Imports
from chalicelib.warehouse.ingest import Ingest
from chalicelib.warehouse.issue_store import TableIssues
from chalicelib.warehouse.issuing import Issuing
from chalicelib.warehouse.library import Library
from chalicelib.warehouse.library_store import TableLists
from chalicelib.warehouse.matching import People
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.port import Files, Malware, Papers
from chalicelib.warehouse.shelf_store import TableShelf
from chalicelib.warehouse.standing_store import TableRemembered
from chalicelib.warehouse.standings import PURPOSE, Represented, Standings
from chalicelib.warehouse.sweep import Look, Sweep
from chalicelib.warehouse.types import Types
from chalicelib.warehouse.upload_store import TableUploads
from chalicelib.warehouse.upload_stored import UploadItems
from chalicelib.warehouse.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Around:
    """What the slice takes from the process it lives in."""

    settings: Settings
    clients: Clients
    table: Table
    keys: Keys
    objects: Objects
    failures: FailureQueue
    definitions: Definitions
    clock: Clock
    ids: IdSource
    log: Log
    papers: Papers | None = None
    malware: Malware | None = None
    """None stands for what the settings name."""


@dataclasses.dataclass(frozen=True)
class Warehouse:
    """The use cases of the slice."""

    around: Around
    types: Types
    shelf: TableShelf
    files: Files
    entries: Entries
    library: Library
    exports: Exports
    uploads: Uploads
    issuing: Issuing
    imports: Imports
    standings: Standings
    ingest: Ingest
    sweep: Sweep
    ingest_consumer: Consumer
    jobs: Mapping[str, Handle]
    """What works which event of the queue of jobs."""
    jobs_consumer: Consumer


def assemble(around: Around, represented: Represented, people: People) -> Warehouse:
    """Put them together."""
    table, keys, settings = around.table, around.keys, around.settings
    items = UploadItems(keys)
    shelf = TableShelf(table, keys, _type_of(around.definitions), items, around.clock)
    files = S3Files(around.clients, settings.uploads_bucket, settings.documents_bucket, around.clock)
    entries = TableEntries(table, keys, around.clock)
    lists = TableLists(table, keys, around.definitions)
    kept = TableUploads(table, keys, items)
    library = Library(shelf, lists, files, entries, around.clock, around.ids)
    ingest = Ingest(kept, shelf, files, _examiner(around), around.clock, around.ids, around.log)
    looks: dict[str, Look] = {"upload": lambda due: ingest.look(UploadId(due.id)), "purge": library.purge}
    uploads = Uploads(kept, files, around.definitions, around.clock, around.ids)
    base = _Base(around, shelf, files, entries)
    imports = _imports(base, people)
    exports = _exports(base, lists)
    looks |= {"import": imports.remind, "export": exports.resume}
    jobs: dict[str, Handle] = dict.fromkeys((told_imports.STARTED, told_imports.ADVANCED), imports.run)
    jobs[told_library.EXPORT_REQUESTED] = lambda event: exports.run(event.subject)
    return Warehouse(
        around=around,
        types=Types(around.definitions),
        shelf=shelf,
        files=files,
        entries=entries,
        library=library,
        exports=exports,
        uploads=uploads,
        issuing=_issuing(base, uploads, kept),
        imports=imports,
        standings=_standings(base, represented),
        ingest=ingest,
        sweep=Sweep(kept, looks, around.clock, around.log),
        ingest_consumer=Consumer(events.INGEST, around.failures, around.log, events.read_arrival),
        jobs=jobs,
        jobs_consumer=Consumer(events.JOBS, around.failures, around.log),
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """What many of them stand on."""

    around: Around
    shelf: TableShelf
    files: Files
    entries: Entries


def _standings(base: _Base, represented: Represented) -> Standings:
    around = base.around
    remembered = TableRemembered(around.table, around.keys, around.clock)
    return Standings(represented, remembered, base.entries, around.clock, lambda: around.keys.derive(PURPOSE))


def _issuing(base: _Base, uploads: Uploads, kept: TableUploads) -> Issuing:
    around = base.around
    issues = TableIssues(around.table, around.keys)
    ports = (uploads, kept, base.shelf, issues)
    return Issuing(*ports, around.definitions, base.entries, around.clock, around.ids)


def _imports(base: _Base, people: People) -> Imports:
    around = base.around
    store = TableImports(around.table, around.keys)
    places = S3ImportFiles(around.clients, around.settings.uploads_bucket, around.keys, around.clock)
    issues = TableIssues(around.table, around.keys)
    bench = Bench(store, places, base.files, _examiner(around), base.shelf, issues)
    rows = Rows(bench, people, around.definitions, base.entries, around.clock, around.ids)
    return Imports(store, places, rows, around.clock, around.ids)


def _exports(base: _Base, lists: TableLists) -> Exports:
    around = base.around
    sources = (lists, base.files, TableAccessLog(around.table, around.keys))
    archives = S3Archives(around.clients, around.settings.documents_bucket, sources, around.definitions)
    return Exports(TableExports(around.table, around.keys), archives, base.entries, around.clock, around.ids)


def _type_of(definitions: Definitions) -> Callable[[Document], DocumentType]:
    return lambda document: definitions.at(document.catalogue).get(DOCUMENT_TYPES, document.type)


def _examiner(around: Around) -> Examiner:
    papers, malware = around.papers or RealPapers(), around.malware or _scanner(around)
    return Examiner(papers, malware, around.definitions, around.clock, around.settings.allows_synthetic)


def _scanner(around: Around) -> Malware:
    kind, _, address = around.settings.malware.partition(":")
    match kind:
        case "clamd":
            host, _, port = address.rpartition(":")
            return ClamdScanner(host, int(port))
        case "s3-tags":
            versions, bucket = Versions(around.clients), around.settings.uploads_bucket
            return TagScanner(lambda key, version: versions.tags(Version(bucket, key, version)))
        case _:
            return NoScanner()
