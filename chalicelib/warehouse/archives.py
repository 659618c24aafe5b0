"""Makes the archive of a warehouse: walks its documents page by page, and writes each into the ZIP as it is read.

What came, or was looked at, after it was asked for is not in it: made twice, it is the same archive.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol

from chalicelib.audit.model import to_json
from chalicelib.audit.service import LogPage
from chalicelib.aws.clients import Clients
from chalicelib.aws.multipart import growing
from chalicelib.aws.versions import Versions
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import SubjectId
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.archive_file import LOG, MANIFEST, README, Archive, Rows
from chalicelib.warehouse.exports import Archives, Export
from chalicelib.warehouse.library import ENDINGS
from chalicelib.warehouse.library_port import Lists, Wanted
from chalicelib.warehouse.library_render import whole
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import document_key, export_key
from chalicelib.warehouse.port import Files

_PAGE: Final = 50
_TEXT: Final = """\
Kho dữ liệu điện tử của bạn, sao chép toàn bộ lúc {at}.
  documents/          đúng các tệp mà kho đã nhận
  manifest.json       từng giấy tờ: loại, tên, số, các mục dữ liệu đọc được (mã, nhãn, giá trị, đọc từ đâu), chữ ký số,
                      phiên bản, thu hồi
  access-log.json     ai đã hỏi hoặc xem dữ liệu của bạn, khi nào, để làm gì; "hash" nối mỗi dòng với dòng trước

Everything in your data warehouse, copied at {at}.
  documents/          the very files that the warehouse took
  manifest.json       each document: type, title, number, the items read from it (code, label, value, where it stood),
                      signatures, versions, revocation
  access-log.json     who asked for your data or looked at it, when and what for; "hash" ties each entry
                      to the one before
"""


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
        archive.text(README, at, [_TEXT.format(at=iso(at)).encode()])
        rows, count = Rows({"format": "motlan-warehouse-1", "made_for": iso(at)}, "documents"), 0
        for document in self._documents(export):
            rows.add({**whole(document, words), "file_name": self._file(archive, document)})
            count += 1
        archive.text(MANIFEST, at, rows.pieces())
        archive.text(LOG, at, self._entries(export).pieces())
        return count

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
