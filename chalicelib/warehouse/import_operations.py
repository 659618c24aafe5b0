"""The operations of back-file imports as the API declares them: who may call, what it takes, what it can answer."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable
from chalicelib.warehouse import issue_examples
from chalicelib.warehouse.import_shapes import (
    ImportOpened,
    ImportPath,
    ImportRequest,
    ImportShown,
    RowsQuery,
    RowsShown,
    TicketsRequest,
    TicketsShown,
)
from chalicelib.warehouse.imports import ImportStarted, ManifestMissing, RepeatedFile
from chalicelib.warehouse.issue_operations import SCOPE
from chalicelib.web.errors import BadCursor
from chalicelib.web.operation import Client, Label, Operation

_AGENCY: Final = Client(scope=SCOPE)
_DIGEST: Final = "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163"
REQUEST: Final[JsonObject] = {
    "manifest": {"media_type": "text/csv", "size": 1048, "sha256": _DIGEST},
    "note": "Sổ hộ tịch 1998",
}
_SHOWN: Final[JsonObject] = {
    "id": "01M80FPM80BWSBTRCJN0ZW2MWR",
    "state": "running",
    "opened_at": "2026-11-22T02:00:00.000Z",
    "started_at": "2026-11-22T02:01:00.000Z",
    "rows": 120,
    "done": 40,
    "counts": {"imported": 37, "failed": 2, "ambiguous_match": 1},
    "note": "Sổ hộ tịch 1998",
}
_OPENED: Final[JsonObject] = {
    **{name: _SHOWN[name] for name in ("id", "opened_at", "note")},
    "state": "opened",
    "done": 0,
    "counts": {},
    "ticket": issue_examples.TICKET,
}
FILES: Final[JsonObject] = {
    "files": [{"name": "ks-1998-001.pdf", "media_type": "application/pdf", "size": 48213, "sha256": _DIGEST}]
}

OPEN = Operation(
    id="openBackFileImport",
    summary=Label("Mở một lần nhập kết quả cũ đã số hóa", "Open an import of digitised old results"),
    auth=_AGENCY,
    body=ImportRequest,
    answer=ImportOpened,
    status=201,
    errors=(Contention, StoreUnavailable),
    body_example=REQUEST,
    answer_example=_OPENED,
)
TICKETS = Operation(
    id="getBackFileTickets",
    summary=Label("Xin phiếu tải các tệp của danh mục", "Get tickets for the files that the manifest names"),
    auth=_AGENCY,
    path=ImportPath,
    body=TicketsRequest,
    answer=TicketsShown,
    status=201,
    errors=(NotFound, ImportStarted, RepeatedFile, Contention, StoreUnavailable),
    body_example=FILES,
    answer_example={"tickets": [{"name": "ks-1998-001.pdf", "ticket": issue_examples.TICKET}]},
)
START = Operation(
    id="startBackFileImport",
    summary=Label("Bắt đầu nhập", "Start the import"),
    auth=_AGENCY,
    path=ImportPath,
    answer=ImportShown,
    errors=(NotFound, ManifestMissing, Contention, StoreUnavailable),
    answer_example=_SHOWN,
)
SHOW = Operation(
    id="getBackFileImport",
    summary=Label("Xem tiến độ nhập", "See how far the import is"),
    auth=_AGENCY,
    path=ImportPath,
    answer=ImportShown,
    errors=(NotFound, StoreUnavailable),
    answer_example=_SHOWN,
)
ROWS = Operation(
    id="listBackFileRows",
    summary=Label("Kết quả từng dòng của danh mục", "What came of each row of the manifest"),
    auth=_AGENCY,
    path=ImportPath,
    query=RowsQuery,
    answer=RowsShown,
    errors=(NotFound, BadCursor, StoreUnavailable),
    answer_example={"rows": [{"row": 7, "outcome": "failed", "reason": "bad_date", "column": "issued_on"}]},
)
