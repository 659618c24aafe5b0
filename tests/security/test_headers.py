"""What stands around every answer: not kept, not guessed at, not framed, and nothing about a person or a server."""

import pytest

from chalicelib.web.docs import CSP
from tests.support.declared import BY_ID, DECLARED, ISSUING, SAMPLES, needed, path_of
from tests.support.service import AN, Answered, Service
from tests.support.spellings import found_in
from tests.support.wire import ask, front, tell

PAGES = frozenset({"get_docs", "get_problem"})
CONSENT = frozenset({"askConsent", "listConsentRequests", "decideConsent", "listConsents", "withdrawConsent"})
BLOCKING = frozenset({"listConsentBlocks", "liftConsentBlock"})
EDITING = frozenset(
    {
        "editAnswers",
        "checkAnswers",
        "contestField",
        "withdrawContest",
        "refreshPrefill",
        "getRefresh",
        "decideRefresh",
        "saveProfile",
    }
)
LIBRARY = frozenset(
    {
        "getWarehouse",
        "readWarehouseAccessLog",
        "listDocuments",
        "searchDocuments",
        "getDocument",
        "getDocumentContent",
        "getDocumentThumbnail",
        "deleteDocument",
        "restoreDocument",
        "exportWarehouse",
        "getWarehouseExport",
    }
)
UPLOADING = frozenset({"openUpload", "getUpload", "renewUpload", "completeUpload"})
PERSONAL = (
    frozenset({"openPrefill", "getPrefill", "getProjection", "getReadiness", "readAccessLog"})
    | EDITING
    | frozenset({"quoteFees", "compareFees", "checkFees", "verifyFeeQuote", "getFeeQuote"})
    | CONSENT
    | BLOCKING
    | UPLOADING
    | ISSUING
    | LIBRARY
)
NOTHING_ELSE = "default-src 'none'; frame-ancestors 'none'"
PRESENT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Access-Control-Allow-Origin": "*",
}
ABSENT = frozenset({"set-cookie", "access-control-allow-credentials", "x-powered-by", "via"})
PRODUCTS = ("python", "chalice", "basehttp", "werkzeug", "motlan/", "aws")
ANSWERS = [(operation, kind) for operation in sorted(BY_ID) for kind in ("good", "nobody", "bad query", "bad token")]


def answered(service: Service, operation: str, kind: str) -> Answered:
    declared = BY_ID[operation]
    mine = {"id": service.prefill().body["id"]} if operation in {"getPrefill", "getProjection"} else {}
    path = path_of(declared, **mine) + ("?no-such-parameter=1" if kind == "bad query" else "")
    token = {"nobody": None, "bad token": "a.b.c"}.get(kind, service.token(AN))
    headers = {"Origin": "https://evil.example", **needed(declared)}
    return service.call(declared.method, path, SAMPLES[operation].body, token=token, **headers)


@pytest.mark.parametrize(("operation", "kind"), ANSWERS, ids=[f"{name}, {kind}" for name, kind in ANSWERS])
def test_every_answer_is_wrapped_alike(standing: Service, operation: str, kind: str) -> None:
    answer = answered(standing, operation, kind)
    headers = answer.headers
    assert {name: headers.get(name) for name in PRESENT} == PRESENT
    assert not ABSENT & {name.lower() for name in headers}
    assert headers["X-Trace-Id"]
    good_page = operation in PAGES and answer.status == 200
    assert headers["Content-Security-Policy"] == (CSP if good_page else NOTHING_ELSE)
    kept = answer.status < 400 and operation not in PERSONAL
    assert headers["Cache-Control"] == (BY_ID[operation].operation.cache if kept else "no-store")
    assert kept or "public" not in headers["Cache-Control"]


def test_what_is_personal_is_declared_so() -> None:
    assert {each.operation.id for each in DECLARED if each.operation.cache == "no-store"} == PERSONAL


def test_pages_run_nothing_and_load_nothing() -> None:
    assert "script" not in CSP
    assert CSP.startswith("default-src 'none'")
    assert "'unsafe" not in CSP
    assert "http" not in CSP


def test_a_location_names_the_prefill_and_nobody(standing: Service) -> None:
    answer = standing.prefill(Idempotency_Key=AN)
    assert answer.headers["Location"] == f"/v1/prefills/{answer.body['id']}"
    assert not any(found_in(AN, f"{name}: {value}".encode()) for name, value in answer.headers.items())


def test_the_expected_headers_may_be_read_and_sent_across_origins(standing: Service) -> None:
    answer = standing.prefill()
    exposed = {each.strip() for each in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert exposed >= {"ETag", "Location", "Retry-After", "WWW-Authenticate", "X-Trace-Id"}
    preflight = standing.gateway.handle_request("OPTIONS", "/v1/prefills", {"Origin": "https://x.example"}, b"")
    allowed = {each.strip().lower() for each in preflight["headers"]["Access-Control-Allow-Headers"].split(",")}
    assert allowed >= {"authorization", "content-type", "idempotency-key"}
    assert "Access-Control-Allow-Credentials" not in preflight["headers"]


def test_a_fault_of_method_is_wrapped_like_the_rest(standing: Service) -> None:
    answer = standing.call("DELETE", "/v1/access-log", token=standing.token(AN))
    assert {name: answer.headers.get(name) for name in PRESENT} == PRESENT
    assert answer.headers["Allow"] == "GET"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_local_front_does_not_say_what_it_runs_on(standing: Service) -> None:
    with front(standing) as port:
        answers = [ask(port, "GET", path, {}) for path in ("/v1/procedures", "/nowhere", "/v1/access-log")]
        answers.append(tell(port, b"FOO / HTTP/1.1\r\n\r\n"))
    for answer in answers:
        said = str(answer.headers).lower()
        assert not [product for product in PRODUCTS if product in said]
        assert not ABSENT & {name.lower() for name in answer.headers}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
