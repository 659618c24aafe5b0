"""The operations of uploads as the API declares them: who may call, what they take, what they can answer."""

from typing import Final

from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable
from chalicelib.warehouse import upload_examples as examples
from chalicelib.warehouse.port import QuotaExceeded
from chalicelib.warehouse.quota import TicketsUsedUp, TooManyOpenUploads, TooManyTickets
from chalicelib.warehouse.standings import NotRepresentative, StandingUnknown
from chalicelib.warehouse.upload import UploadUnderWay
from chalicelib.warehouse.upload_shapes import OwnerQuery, UploadPath, UploadRequest, UploadShown
from chalicelib.warehouse.uploads import KeyReused, NotUploaded
from chalicelib.warehouse.wishes import (
    BadDigest,
    BadFileName,
    BadTitle,
    FileTooBig,
    MediaTypeNotTaken,
    NoSuchDocumentType,
    NoSuchHolder,
)
from chalicelib.web.operation import Citizen, Label, Operation

SCOPE: Final = "warehouse"
_OWN: Final = Citizen(level=2, scope=SCOPE)
_ALWAYS: Final = (NotRepresentative, StandingUnknown, Contention, StoreUnavailable)
_TICKETS: Final = (TooManyTickets, TooManyOpenUploads, QuotaExceeded)

OPEN = Operation(
    id="openUpload",
    summary=Label("Xin vé tải một giấy tờ lên kho dữ liệu", "Get a ticket to upload a document"),
    auth=_OWN,
    body=UploadRequest,
    answer=UploadShown,
    status=201,
    errors=(
        NoSuchDocumentType,
        NoSuchHolder,
        MediaTypeNotTaken,
        FileTooBig,
        BadDigest,
        BadTitle,
        BadFileName,
        KeyReused,
        *_TICKETS,
        *_ALWAYS,
    ),
    idempotency="optional",
    body_example=examples.REQUEST,
    answer_example=examples.OPENED,
)
SHOW = Operation(
    id="getUpload",
    summary=Label("Xem một lần tải lên đang đến đâu", "See how far an upload has come"),
    auth=_OWN,
    path=UploadPath,
    query=OwnerQuery,
    answer=UploadShown,
    errors=(NotFound, *_ALWAYS),
    answer_example=examples.AVAILABLE,
)
RENEW = Operation(
    id="renewUpload",
    summary=Label("Xin vé mới cho lần tải lên bị gián đoạn", "Get a new ticket for an interrupted upload"),
    auth=_OWN,
    path=UploadPath,
    query=OwnerQuery,
    answer=UploadShown,
    status=201,
    errors=(NotFound, UploadUnderWay, TicketsUsedUp, *_TICKETS, *_ALWAYS),
    answer_example=examples.OPENED,
)
COMPLETE = Operation(
    id="completeUpload",
    summary=Label("Báo đã gửi xong tệp", "Say that the file was sent"),
    auth=_OWN,
    path=UploadPath,
    query=OwnerQuery,
    answer=UploadShown,
    errors=(NotFound, NotUploaded, *_ALWAYS),
    answer_example=examples.RECEIVED,
)
