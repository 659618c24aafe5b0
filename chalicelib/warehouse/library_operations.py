"""The operations of a warehouse's owner as the API declares them: who may call, what it takes, what it can answer."""

from typing import Final

from chalicelib.kernel.errors import Contention, InvalidValue, NotFound, StoreUnavailable
from chalicelib.warehouse import library_examples as examples
from chalicelib.warehouse.exports import ExportExpired
from chalicelib.warehouse.library_port import DocumentDeleted, GraceOver, IssuedDocument, NoFile
from chalicelib.warehouse.library_shapes import (
    ContentQuery,
    DocumentList,
    DocumentMoved,
    DocumentPath,
    DocumentSearch,
    DocumentShown,
    DocumentsQuery,
    ExportPath,
    ExportShown,
    LinkAnswer,
    OwnerQuery,
    WarehouseShown,
)
from chalicelib.warehouse.standings import NotRepresentative, StandingUnknown
from chalicelib.web.errors import BadCursor
from chalicelib.web.operation import Citizen, Label, Operation

SCOPE: Final = "warehouse"
_OWNER: Final = Citizen(level=2, scope=SCOPE)
_ALWAYS: Final = (NotRepresentative, StandingUnknown, Contention, StoreUnavailable)

USAGE = Operation(
    id="getWarehouse",
    summary=Label("Xem kho dữ liệu điện tử đã dùng bao nhiêu", "See how much of the data warehouse is used"),
    auth=_OWNER,
    query=OwnerQuery,
    answer=WarehouseShown,
    errors=_ALWAYS,
    answer_example=examples.WAREHOUSE,
)
LIST = Operation(
    id="listDocuments",
    summary=Label("Xem và lọc giấy tờ trong kho", "List and filter the documents of a warehouse"),
    auth=_OWNER,
    query=DocumentsQuery,
    answer=DocumentList,
    errors=(BadCursor, *_ALWAYS),
    answer_example=examples.DOCUMENTS,
)
SEARCH = Operation(
    id="searchDocuments",
    summary=Label("Tìm giấy tờ trong kho theo từ", "Find documents of a warehouse by words"),
    auth=_OWNER,
    body=DocumentSearch,
    answer=DocumentList,
    errors=(BadCursor, InvalidValue, *_ALWAYS),
    body_example=examples.SEARCH,
    answer_example=examples.DOCUMENTS,
)
SHOW = Operation(
    id="getDocument",
    summary=Label("Xem mọi điều biết được từ một giấy tờ", "See all that is known of a document"),
    auth=_OWNER,
    path=DocumentPath,
    query=OwnerQuery,
    answer=DocumentShown,
    errors=(NotFound, *_ALWAYS),
    answer_example=examples.DOCUMENT,
)
CONTENT = Operation(
    id="getDocumentContent",
    summary=Label("Lấy liên kết ngắn hạn để tải tệp về", "Get a short-lived link to download the file"),
    auth=_OWNER,
    path=DocumentPath,
    query=ContentQuery,
    answer=LinkAnswer,
    errors=(NotFound, NoFile, DocumentDeleted, *_ALWAYS),
    answer_example=examples.LINK,
)
THUMBNAIL = Operation(
    id="getDocumentThumbnail",
    summary=Label("Lấy liên kết ngắn hạn tới ảnh thu nhỏ", "Get a short-lived link to the small picture"),
    auth=_OWNER,
    path=DocumentPath,
    query=OwnerQuery,
    answer=LinkAnswer,
    errors=(NotFound, NoFile, DocumentDeleted, *_ALWAYS),
    answer_example=examples.LINK,
)
DELETE = Operation(
    id="deleteDocument",
    summary=Label("Xóa một giấy tờ; khôi phục được trong 7 ngày", "Delete a document; it can be restored for 7 days"),
    auth=_OWNER,
    path=DocumentPath,
    query=OwnerQuery,
    answer=DocumentMoved,
    errors=(NotFound, IssuedDocument, *_ALWAYS),
    answer_example=examples.DELETED,
)
RESTORE = Operation(
    id="restoreDocument",
    summary=Label("Khôi phục giấy tờ đã xóa", "Bring a deleted document back"),
    auth=_OWNER,
    path=DocumentPath,
    query=OwnerQuery,
    answer=DocumentMoved,
    errors=(NotFound, GraceOver, *_ALWAYS),
    answer_example=examples.RESTORED,
)
EXPORT = Operation(
    id="exportWarehouse",
    summary=Label(
        "Yêu cầu bản sao toàn bộ kho; hỏi lại trong một giờ được đúng bản đó",
        "Ask for a copy of everything in the warehouse; asked again within an hour, the same one is answered",
    ),
    auth=_OWNER,
    query=OwnerQuery,
    answer=ExportShown,
    status=201,
    errors=_ALWAYS,
    idempotency="optional",
    answer_example=examples.REQUESTED,
)
GET_EXPORT = Operation(
    id="getWarehouseExport",
    summary=Label("Xem bản sao đã xong chưa, và lấy liên kết tải về", "See whether the copy is ready, and get a link"),
    auth=_OWNER,
    path=ExportPath,
    query=OwnerQuery,
    answer=ExportShown,
    errors=(NotFound, ExportExpired, *_ALWAYS),
    answer_example=examples.READY,
)
