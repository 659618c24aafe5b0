"""One row of an import brought into its holder's warehouse. Must not know tables or queues.

Worked twice it brings one document: its id comes from import and row, and whose it is was kept before anything else, so
that a register which answers otherwise the second time changes nothing.
"""

from typing import Final

from chalicelib.audit.model import Access, of_warehouse
from chalicelib.audit.service import Entries
from chalicelib.definitions.model import Catalogue
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock, local_day
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import DocumentId, EventId, IdSource, ItemId, PersonalId, RegisterCode, SubjectId, UploadId
from chalicelib.turns import in_turn
from chalicelib.warehouse import told
from chalicelib.warehouse.examine import Examiner, NotTaken
from chalicelib.warehouse.import_model import FileWish, Import, Outcome, RowResult, document_of
from chalicelib.warehouse.import_port import ImportFiles, ImportStore, RowWork
from chalicelib.warehouse.import_rows import BadRow, Ground, Holder, Row, checked
from chalicelib.warehouse.issuers import issuable
from chalicelib.warehouse.issuing import Brought, IssueStore
from chalicelib.warehouse.manifest import Raw
from chalicelib.warehouse.matching import POPULATION, People
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import document_key
from chalicelib.warehouse.port import Files, Shelf
from chalicelib.warehouse.reading import Reading, holder_of
from chalicelib.warehouse.series import AlreadyIssued, Named
from chalicelib.warehouse.upload import Issue, Upload, Wish

_TRIES: Final = 10
_ASKED: Final = (ItemId("person.full_name"), ItemId("person.birth_date"), ItemId("person.personal_id"))


class _NotBrought(Exception):
    """The row ends without a document, and not because of anything wrong in it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome: Outcome = outcome


@dataclass(frozen=True, slots=True)
class Bench:
    """What files of rows are opened and kept with."""

    announced: ImportStore
    places: ImportFiles
    files: Files
    examiner: Examiner
    shelf: Shelf
    issues: IssueStore


@dataclass(frozen=True, slots=True)
class Rows(RowWork):
    """The work on single rows."""

    bench: Bench
    people: People
    definitions: Definitions
    entries: Entries
    clock: Clock
    ids: IdSource

    def work(self, import_: Import, number: int, raw: Raw) -> RowResult:
        """Bring what the row says, and say what came of it. Raises SourceError, StoreUnavailable, Contention."""
        document = document_of(import_.id, number)
        if raw.reason is not None:
            return RowResult(number, "failed", raw.reason, raw.column)
        catalogue = self.definitions.current()
        today, types = local_day(self.clock.now()), issuable(catalogue, import_.client)
        ground = Ground(catalogue, today, self.bench.examiner.allows_synthetic, types)
        try:
            row = checked(raw.cells, ground)
            owner = self._owner(import_, document, row)
            _hold(row, owner)
            in_turn(lambda: self._bring(import_, document, (row, owner), catalogue), self.clock, _TRIES)
        except BadRow as bad:
            return RowResult(number, "failed", bad.reason, bad.column)
        except _NotBrought as ended:
            return RowResult(number, ended.outcome)
        except AlreadyIssued:
            self.bench.files.remove(document)  # promoted before it was known
            return RowResult(number, "skipped_duplicate")
        return RowResult(number, "imported", document=document)

    def _owner(self, import_: Import, document: DocumentId, row: Row) -> SubjectId:
        """Return whose the row is: as it was found before, as it says itself, or as the register knows them."""
        before = self.bench.issues.brought(document)
        if before is not None:
            return before.owner
        owner = self._named(import_, document, row.holder)
        newest = self.bench.issues.newest(Named(import_.client, row.type.code, row.number, owner))
        if newest is not None and not self._is_revoked(owner, newest.latest):
            raise _NotBrought("skipped_duplicate")
        return owner

    def _is_revoked(self, owner: SubjectId, document: DocumentId) -> bool:
        kept = self.bench.shelf.find(owner, document)
        return kept is not None and kept.document.revoked is not None

    def _named(self, import_: Import, document: DocumentId, holder: Holder) -> PersonalId:
        """Return who is meant.

        Described and numbered must be one person: a mistyped digit would put a paper into somebody else's warehouse.
        """
        if holder.described is None and holder.number is not None:
            return holder.number
        found = () if holder.described is None else self.people.find(holder.described)
        for person in found:
            self.entries.enter(person, self._asked(import_, document))
        if holder.number is not None:
            if holder.number not in found:
                raise BadRow("holder_mismatch", "personal_id")
            return holder.number
        if len(found) != 1:
            raise _NotBrought("ambiguous_match" if found else "no_match")
        return found[0]

    def _bring(self, import_: Import, document: DocumentId, found: tuple[Row, SubjectId], catalogue: Catalogue) -> None:
        row, owner = found
        if self.bench.shelf.find(owner, document) is not None:
            return
        file = self._announced(import_, row)
        upload = _as_upload(import_, document, found, (catalogue, file))
        made = _without_file(upload, row) if file is None else self._opened(import_, upload, file)
        self.bench.issues.remember(document, Brought(import_.client, owner, row.type.code, row.number, made.created_at))
        self.entries.enter(owner, of_warehouse("imported", self.clock.now(), import_.client, None, document))
        self.bench.shelf.admit(made, told.came(made, upload, EventId(self.ids.new()), self.clock.now()))

    def _announced(self, import_: Import, row: Row) -> FileWish | None:
        if row.file is None:
            return None
        file = self.bench.announced.announced(import_, row.file)
        if file is None:
            raise BadRow("file_not_announced", "file")
        if file.media_type not in row.type.media_types or file.size > row.type.max_bytes:
            raise BadRow("file_not_taken", "file")
        return file

    def _opened(self, import_: Import, upload: Upload, file: FileWish) -> Document:
        arrived = self.bench.files.arrived(self.bench.places.place(import_, file.name))
        if arrived is None:
            raise BadRow("file_missing", "file")
        if arrived.size != file.size:
            raise BadRow("size_mismatch", "file")
        found = self.bench.examiner.examine(upload, arrived, self.bench.files.read(arrived))
        if isinstance(found, NotTaken):
            raise BadRow(found.reason, "file")
        place, opened = found.document.id, found.opened
        self.bench.files.promote(arrived, document_key(place, "original"), file.sha256)
        self.bench.files.keep(document_key(place, "served"), opened.served, opened.media_type)
        if opened.thumbnail is not None:
            self.bench.files.keep(document_key(place, "thumbnail"), opened.thumbnail, "image/jpeg")
        return found.document

    def _asked(self, import_: Import, document: DocumentId) -> Access:
        return Access(
            self.clock.now(),
            prefill=None,
            procedure=None,
            client=import_.client,
            own=False,
            wave=1,
            decision="allowed",
            registers=(RegisterCode(POPULATION),),
            items=_ASKED,
            action="matched",
            document=document,
        )


def _hold(row: Row, owner: SubjectId) -> None:
    """Hold what the row says of its holder against whose it is to be. Raises BadRow where it names somebody else."""
    named = next((str(each.value) for each in row.items if each.item == row.type.holder), None)
    if holder_of(row.type, Reading(holder_value=named), owner) == "other":
        raise BadRow("holder_mismatch", row.type.holder)


def _as_upload(
    import_: Import, document: DocumentId, found: tuple[Row, SubjectId], by: tuple[Catalogue, FileWish | None]
) -> Upload:
    """Return the row as an upload of its file, which is what files are examined for; it is kept nowhere."""
    (row, owner), (catalogue, file) = found, by
    wish = Wish(row.type.code, row.title, "application/pdf", 0, "")
    if file is not None:
        wish = Wish(row.type.code, row.title, file.media_type, file.size, file.sha256)
    began = import_.started_at or import_.opened_at
    return Upload(
        id=UploadId(document),
        owner=owner,
        client=import_.client,
        wish=wish,
        catalogue=catalogue.hash,
        state="checking",
        opened_at=began,
        ticket_until=began,
        changed_at=began,
        issue=Issue("back_file", row.number, row.issued_on, row.valid_until, row.items),
    )


def _without_file(upload: Upload, row: Row) -> Document:
    """Return the document of a row that names no file: the agency's word, unsigned."""
    return Document(
        id=DocumentId(upload.id),
        owner=upload.owner,
        type=row.type.code,
        title=row.title,
        origin="back_file",
        state="available",
        assurance="scan",
        created_at=upload.opened_at,
        mapping=row.type.mapping,
        catalogue=upload.catalogue,
        holder="owner",
        items=row.items,
        number=row.number,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        issuer=upload.client,
    )
