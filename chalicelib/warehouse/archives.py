"""Makes the archive of a warehouse: walks its documents page by page, and writes each into the ZIP as it is read.

What came, or was looked at, after it was asked for is not in it: made twice, it is the same archive, but for what was
changed or purged in between.
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, Protocol

from chalicelib.audit.model import to_json
from chalicelib.audit.service import LogPage
from chalicelib.aws.clients import Clients
from chalicelib.aws.multipart import growing
from chalicelib.aws.versions import Versions
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso, spoken
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import SubjectId
from chalicelib.vocabulary.service import Vocabulary, vocabulary
from chalicelib.warehouse.archive_file import LIST, LOG, MANIFEST, README, Archive, Rows
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.exports import Archives, Export
from chalicelib.warehouse.library import ENDINGS
from chalicelib.warehouse.library_port import Lists, Wanted
from chalicelib.warehouse.library_render import whole
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import document_key, export_key
from chalicelib.warehouse.port import Files

_PAGE: Final = 50
_FORMULA: Final = frozenset("=+-@")
_TEXT: Final = """\
Kho dữ liệu điện tử của bạn, sao chép toàn bộ lúc {vi}.
  documents/          đúng các tệp mà kho đã nhận
  danh-sach.txt       danh sách giấy tờ, mở được bằng bảng tính
  manifest.json       từng giấy tờ: loại, tên, số, các mục dữ liệu đọc được (mã, nhãn, giá trị, đọc từ đâu), chữ ký số,
                      phiên bản, thu hồi
  access-log.json     ai đã hỏi hoặc xem dữ liệu của bạn, khi nào, để làm gì; "hash" nối mỗi dòng với dòng trước

Everything in your data warehouse, copied at {en}.
  documents/          the very files that the warehouse took
  danh-sach.txt       a list of the documents, that a spreadsheet opens
  manifest.json       each document: type, title, number, the items read from it (code, label, value, where it stood),
                      signatures, versions, revocation
  access-log.json     who asked for your data or looked at it, when and what for; "hash" ties each entry
                      to the one before
"""


_COLUMNS: Final = (
    "loại type",
    "tên title",
    "số number",
    "ngày cấp issued on",
    "hết hạn until",
    "tình trạng state",
    "tệp file",
)


class Log(Protocol):
    """Where the owner's access log is read."""

    def page(self, citizen: SubjectId, before: int | None, limit: int) -> LogPage:
        """Return up to `limit` entries older than number `before`."""
        ...


class S3Archives(Archives):
    """Archives in the bucket of checked files."""

    def __init__(
        self, clients: Clients, bucket: str, sources: tuple[Lists, Files, Log], definitions: Definitions
    ) -> None:
        self._clients = clients
        self._bucket = bucket
        self._lists, self._files, self._log = sources
        self._definitions = definitions
        self._versions = Versions(clients)

    def make(self, export: Export) -> tuple[int, int]:
        """Write it in parts, so that no more than one file and one part are in memory."""
        with growing(self._clients, self._bucket, export_key(export.id), "application/zip") as out:
            with Archive(out) as archive:
                documents = self._fill(archive, export)
            size = out.size
        return documents, size

    def link(self, export: Export, file_name: str, seconds: int) -> tuple[str, datetime]:
        """Sign a link."""
        return self._files.link(export_key(export.id), "application/zip", file_name, seconds)

    def remove(self, export: Export) -> None:
        """Delete every version."""
        self._versions.delete_all(self._bucket, export_key(export.id))

    def _fill(self, archive: Archive, export: Export) -> int:
        at, words = export.requested_at, vocabulary(self._definitions.current())
        vi, en = spoken(at)
        archive.text(README, at, [_TEXT.format(vi=vi, en=en).encode()])
        rows, listed = Rows({"format": "motlan-warehouse-1", "made_for": iso(at)}, "documents"), [_row(_COLUMNS)]
        for document in self._documents(export):
            name = self._file(archive, document)
            rows.add({**whole(document, words), "file_name": name})
            listed.append(_line(document, name, words))
        archive.text(LIST, at, (BOM_UTF8, *(each.encode() for each in listed)))
        archive.text(MANIFEST, at, rows.pieces())
        archive.text(LOG, at, self._entries(export).pieces())
        return len(listed) - 1

    def _documents(self, export: Export) -> Iterator[Document]:
        wanted, start = Wanted(with_deleted=True), None
        while True:
            page = self._lists.page(export.owner, wanted, start, _PAGE)
            yield from (each for each in page.documents if each.created_at <= export.requested_at)
            start = page.next
            if start is None:
                return

    def _file(self, archive: Archive, document: Document) -> Json:
        if document.file is None:
            return None
        name = f"documents/{document.type}-{document.id}.{ENDINGS[document.file.media_type]}"
        try:
            body = self._files.kept(document_key(document.id, "original"))
        except NotFound:
            # Taken away for good while the archive was made: what is known of it is still told.
            return None
        archive.file(name, document.created_at, body, document.file.media_type)
        return name

    def _entries(self, export: Export) -> Rows:
        rows, before = Rows({}, "entries"), None
        while True:
            page = self._log.page(export.owner, before, _PAGE)
            for link, access in page.entries:
                if access.at <= export.requested_at:
                    row: JsonObject = {"number": link.number, "hash": link.hash.hex(), **to_json(access)}
                    rows.add(row)
            before = page.next_before
            if before is None:
                return rows


def _line(document: Document, file: Json, words: Vocabulary) -> str:
    type_ = words.catalogue.find(DOCUMENT_TYPES, document.type)
    name = document.type if type_ is None else type_.name.vi
    state = words.text(f"document.state.{document.state}", "vi")
    cells = (name, document.title, document.number, document.issued_on, document.valid_until, state, file)
    return _row("" if each is None else str(each) for each in cells)


def _row(cells: Iterable[str]) -> str:
    """Return a line of the list. No cell holds a tab or a line end; none is a formula to a spreadsheet."""
    return "\t".join(f"'{each}" if each[:1] in _FORMULA else each for each in cells) + "\n"
