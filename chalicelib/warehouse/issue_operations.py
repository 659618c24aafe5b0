"""The operations of issuing as the API declares them: who may call, what it takes, what it can answer."""

from typing import Final

from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable
from chalicelib.warehouse import issue_examples as examples
from chalicelib.warehouse.declared import BadDeclared, BadHolder, HolderMismatch
from chalicelib.warehouse.issue_shapes import (
    IssueOpened,
    IssuePath,
    IssueRequest,
    IssueShown,
    RevocationRequest,
)
from chalicelib.warehouse.issuers import NotIssuer
from chalicelib.warehouse.issuing import NotIssuedYet
from chalicelib.warehouse.quota import TicketsUsedUp
from chalicelib.warehouse.upload import UploadUnderWay
from chalicelib.warehouse.uploads import KeyReused
from chalicelib.warehouse.wishes import MediaTypeNotTaken, NoSuchDocumentType, NoSuchHolder
from chalicelib.web.operation import Client, Label, Operation

SCOPE: Final = "issue"
_AGENCY: Final = Client(scope=SCOPE)

ISSUE = Operation(
    id="issueDocument",
    summary=Label(
        "Cấp giấy tờ điện tử vào kho dữ liệu của chủ giấy tờ", "Issue a document into its holder's data warehouse"
    ),
    auth=_AGENCY,
    body=IssueRequest,
    answer=IssueOpened,
    status=201,
    errors=(
        NotIssuer,
        NoSuchDocumentType,
        NoSuchHolder,
        MediaTypeNotTaken,
        BadDeclared,
        BadHolder,
        HolderMismatch,
        KeyReused,
        Contention,
        StoreUnavailable,
    ),
    idempotency="required",
    body_example=examples.REQUEST,
    answer_example=examples.OPENED,
)
SHOW = Operation(
    id="getIssuedDocument",
    summary=Label("Xem giấy tờ đã cấp đến đâu", "See what became of an issued document"),
    auth=_AGENCY,
    path=IssuePath,
    answer=IssueShown,
    errors=(NotFound, Contention, StoreUnavailable),
    answer_example=examples.SHOWN,
)
REVOKE = Operation(
    id="revokeIssuedDocument",
    summary=Label("Thu hồi giấy tờ đã cấp", "Revoke an issued document"),
    auth=_AGENCY,
    body=RevocationRequest,
    path=IssuePath,
    answer=IssueShown,
    errors=(NotFound, NotIssuedYet, Contention, StoreUnavailable),
    body_example=examples.REVOCATION,
    answer_example=examples.REVOKED,
)
RENEW = Operation(
    id="renewIssueTicket",
    summary=Label("Xin lại phiếu tải tệp của giấy tờ đang cấp", "Get a further ticket for the file of an issue"),
    auth=_AGENCY,
    path=IssuePath,
    answer=IssueOpened,
    status=201,
    errors=(NotFound, UploadUnderWay, TicketsUsedUp, Contention, StoreUnavailable),
    answer_example=examples.OPENED,
)
