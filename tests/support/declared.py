"""The API's declared operations, and a working request for each, kept apart so that a new one must be given one."""

from dataclasses import dataclass
from typing import Final

from chalicelib.api import operations, routers
from chalicelib.bootstrap import services
from chalicelib.kernel.canonical import JsonObject
from chalicelib.web.route import Declared
from tests.support.fees import a_case, a_comparison
from tests.support.issue_requests import an_import, an_issue
from tests.support.service import AN, order
from tests.support.uploading import PAPER, an_upload

DECLARED: Final[tuple[Declared, ...]] = tuple(operations(routers(lambda: services().edge, services)))
BY_ID: Final = {each.operation.id: each for each in DECLARED}
NEVER: Final = "01M80FPM80NEVERHASBEENZZZZ"
"""A well-formed id of nothing, as young as the tests are."""
UNKNOWN: Final = "096199999998"
"""A well-formed personal id of nobody."""


@dataclass(frozen=True)
class Sample:
    """What makes an operation's request complete: path parameters and body."""

    path: tuple[tuple[str, str], ...] = ()
    body: JsonObject | None = None


SAMPLES: Final[dict[str, Sample]] = {
    "list_procedures": Sample(),
    "get_procedure": Sample((("code", "1.000894"),)),
    "get_form": Sample((("code", "to-khai-ket-hon"),)),
    "listDocumentTypes": Sample(),
    "openPrefill": Sample(body=order(AN, "groom")),
    "getPrefill": Sample((("id", NEVER),)),
    "getProjection": Sample((("id", NEVER), ("profile", "formio-ket-hon"))),
    "editAnswers": Sample((("id", NEVER),), {"set": {"/BenNam/LanKetHon": 1}}),
    "saveProfile": Sample(
        (("id", NEVER),), {"fields": ["/Email"], "consent": {"purpose": "profile", "accepted": True}}
    ),
    "checkAnswers": Sample((("id", NEVER),), {"answers": {"BenNam": {"LanKetHon": 1}}}),
    "refreshPrefill": Sample((("id", NEVER),), {"deadline_ms": 300}),
    "getRefresh": Sample((("id", NEVER), ("refresh", NEVER))),
    "decideRefresh": Sample((("id", NEVER), ("refresh", NEVER)), {"all": "accept"}),
    "contestField": Sample((("id", NEVER),), {"pointer": "/BenNam/HoTen", "value": "NGUYỄN VĂN ÂN"}),
    "withdrawContest": Sample((("id", NEVER), ("contest", NEVER))),
    "getReadiness": Sample(body={"procedure": "1.000894"}),
    "quoteFees": Sample(body=a_case()),
    "getFeeQuote": Sample((("id", NEVER),)),
    "verifyFeeQuote": Sample((("id", NEVER),)),
    "getFeeCoverage": Sample(),
    "getFeeRadar": Sample(),
    "compareFees": Sample(body=a_comparison()),
    "checkFees": Sample(body={"document": {"kind": "fees", "code": "tinh-moi-nq-01-2027", "version": "1"}}),
    "readAccessLog": Sample(),
    "askConsent": Sample(body={"procedure": "1.000894", "role": "bride", "personal_id": UNKNOWN}),
    "listConsentRequests": Sample(),
    "decideConsent": Sample((("id", NEVER),), {"decision": "refuse"}),
    "listConsents": Sample(),
    "withdrawConsent": Sample((("id", NEVER),)),
    "listConsentBlocks": Sample(),
    "liftConsentBlock": Sample((("id", NEVER),)),
    "getWarehouse": Sample(),
    "readWarehouseAccessLog": Sample(),
    "listDocuments": Sample(),
    "searchDocuments": Sample(body={"q": "can cuoc"}),
    "getDocument": Sample((("id", NEVER),)),
    "getDocumentContent": Sample((("id", NEVER),)),
    "getDocumentThumbnail": Sample((("id", NEVER),)),
    "deleteDocument": Sample((("id", NEVER),)),
    "restoreDocument": Sample((("id", NEVER),)),
    "exportWarehouse": Sample(),
    "getWarehouseExport": Sample((("id", NEVER),)),
    "issueDocument": Sample(body=an_issue(PAPER)),
    "getIssuedDocument": Sample((("id", NEVER),)),
    "revokeIssuedDocument": Sample((("id", NEVER),), {"reason": "issued_in_error"}),
    "renewIssueTicket": Sample((("id", NEVER),)),
    "openBackFileImport": Sample(body=an_import(PAPER)),
    "getBackFileTickets": Sample((("id", NEVER),), {"files": []}),
    "startBackFileImport": Sample((("id", NEVER),)),
    "getBackFileImport": Sample((("id", NEVER),)),
    "listBackFileRows": Sample((("id", NEVER),)),
    "openUpload": Sample(body=an_upload()),
    "getUpload": Sample((("id", NEVER),)),
    "renewUpload": Sample((("id", NEVER),)),
    "completeUpload": Sample((("id", NEVER),)),
    "get_openapi": Sample(),
    "get_docs": Sample(),
    "get_problem": Sample((("code", "not_found"),)),
}


ISSUING: Final = frozenset(
    {
        "issueDocument",
        "getIssuedDocument",
        "revokeIssuedDocument",
        "renewIssueTicket",
        "openBackFileImport",
        "getBackFileTickets",
        "startBackFileImport",
        "getBackFileImport",
        "listBackFileRows",
    }
)
"""What agencies do on their own account."""


def needed(declared: Declared) -> dict[str, str]:
    """Return the headers that the operation cannot do without."""
    return {"idempotency_key": "a-key"} if declared.operation.idempotency == "required" else {}


def path_of(declared: Declared, **instead: str) -> str:
    """Return a path of the operation that can be called, some of its parameters put in by the test."""
    path = declared.path
    for name, value in (dict(SAMPLES[declared.operation.id].path) | instead).items():
        path = path.replace(f"{{{name}}}", value)
    return path
