"""Every way a request can be wrong, through Chalice's own test client."""

import json
from base64 import b64encode

import pytest
from chalice.config import Config
from chalice.local import LocalGateway

from chalicelib.kernel.ids import is_ulid
from chalicelib.web.exchange import Edge
from chalicelib.web.limits import Rate
from chalicelib.web.operation import Anonymous, Label, Operation
from chalicelib.web.route import Router
from tests.support.forged import REMOVED
from tests.support.web import CANARY, EXAMPLE, Tiny, tiny

KEY = {"Idempotency_Key": "k-1"}


@pytest.fixture
def app() -> Tiny:
    return tiny()


def problem_of(app: Tiny, method: str, path: str, body: object = b"", **rest: str) -> tuple[int, str, list[str]]:
    """Send, and return status, code and `pointer code` of each field, having checked what all problems share."""
    answer = app.send(method, path, body, **rest)
    document = answer.json_body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert document["status"] == answer.status_code
    assert document["type"] == f"/problems/{document['code']}"
    assert document["trace_id"] == answer.headers["X-Trace-Id"]
    assert document["title"] != document["code"]
    assert document["detail"] not in {document["title"], ""}
    for each in document["errors"]:
        assert each["message_vi"] != each["message_en"] != each["code"]
    return answer.status_code, document["code"], [f"{each['pointer']} {each['code']}" for each in document["errors"]]


def test_a_good_request_is_served_with_everything_checked(app: Tiny) -> None:
    answer = app.send("POST", "/v1/things", {**EXAMPLE, "day": "2026-11-22"}, **KEY)

    assert (answer.status_code, answer.json_body) == (201, {"id": "A001", "name": "Cái bàn"})
    assert answer.headers["ETag"] == '"r1"'
    assert answer.headers["Location"] == "/v1/things/A001"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Language"] == "vi"
    assert "Cái bàn" in answer.body.decode()
    (request,) = app.served
    assert str(request.body.day) == "2026-11-22"
    assert (request.idempotency_key, request.caller.level) == ("k-1", 2)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"name": NaN}', b'{"name": "\xff"}', b'{"name": "\\ud800"}', b"{'name': 1}", b'{"a":1}x', b'"' * 9],
)
def test_what_is_no_json_is_refused(app: Tiny, body: bytes) -> None:
    sent = problem_of(app, "POST", "/v1/things", body, Content_Type="application/json", **KEY)

    assert sent == (400, "malformed_json", [])


@pytest.mark.parametrize(("open_", "close"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_capped_before_it_is_parsed(app: Tiny, open_: bytes, close: bytes) -> None:
    for depth in (33, 9000):
        body = open_ * depth + b"1" + close * depth
        assert problem_of(app, "POST", "/v1/things", body, **KEY) == (400, "too_deep", [])


def test_brackets_inside_text_are_no_nesting(app: Tiny) -> None:
    body = {"name": "[[[[{{{{", "by_role": {"a": '[{\\"' * 40}}

    assert app.send("POST", "/v1/things", body, **KEY).status_code == 201


def test_size_is_counted_in_bytes_before_anything_else(app: Tiny) -> None:
    exact = b'{"name":"%s"}' % ("ế" * 63).encode()
    assert len(exact) == 200
    for body, status in ((exact, 422), (exact + b" ", 413), (b"x" * 65537, 413)):
        assert app.send("PATCH", "/v1/things/A001", body, If_Match='"r1"').status_code == status
    assert problem_of(app, "POST", "/v1/things", b"x" * 65537, token="forged")[:2] == (413, "too_large")
    assert problem_of(app, "GET", "/v1/things/A001", b"x" * 65537)[:2] == (413, "too_large")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "invalid_request", ["/name missing"])),
        ([], (400, "invalid_request", [" wrong_type"])),
        (None, (400, "invalid_request", [" wrong_type"])),
        ({"name": 1}, (400, "invalid_request", ["/name wrong_type"])),
        ({"name": None}, (400, "invalid_request", ["/name wrong_type"])),
        ({"name": "a", "amount": "1"}, (400, "invalid_request", ["/amount wrong_type"])),
        ({"name": "a", "amount": True}, (400, "invalid_request", ["/amount wrong_type"])),
        ({"name": "a", "amount": 1.5}, (400, "invalid_request", ["/amount wrong_type"])),
        ({"name": "a", "is_admin": True}, (400, "invalid_request", ["/is_admin unknown_field"])),
        ({"name": "a", "x/y~z": 1}, (400, "invalid_request", ["/x~1y~0z unknown_field"])),
        ({"name": "a" * 21}, (422, "unprocessable", ["/name too_long"])),
        ({"name": "a", "amount": 101}, (422, "unprocessable", ["/amount out_of_range"])),
        ({"name": "a", "amount": 10**30}, (422, "unprocessable", ["/amount out_of_range"])),
        ({"name": "a", "day": "2026-02-30"}, (422, "unprocessable", ["/day invalid_value"])),
        ({"name": "a", "parts": [{"code": "AB"}, {"code": "ab"}]}, (422, "unprocessable", ["/parts/1/code pattern"])),
        ({"name": "a", "parts": [{"code": "AB"}] * 4}, (422, "unprocessable", ["/parts too_long"])),
        (
            {"name": "a", "parts": [{"code": "AB", "more": {}}]},
            (400, "invalid_request", ["/parts/0/more/code missing"]),
        ),
        ({"amount": -1}, (400, "invalid_request", ["/name missing", "/amount out_of_range"])),
    ],
)
def test_each_fault_is_named_by_place_and_code(app: Tiny, body: object, expected: tuple[int, str, list[str]]) -> None:
    assert problem_of(app, "POST", "/v1/things", body, **KEY) == expected
    assert app.served == []


def test_a_union_points_into_the_document_and_not_into_the_model(app: Tiny) -> None:
    status, _, errors = problem_of(app, "POST", "/v1/things", {"name": "a", "by_role": {"x": {"code": 1}}}, **KEY)

    assert status == 400
    assert {each.split()[0] for each in errors} == {"/by_role/x/code", "/by_role/x"}


def test_the_list_of_faults_is_bounded(app: Tiny) -> None:
    _, _, errors = problem_of(app, "POST", "/v1/things", {f"field{n}": 1 for n in range(3000)}, **KEY)

    assert len(errors) == 50


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/jsonx",
        "json",
    ],
)
def test_a_body_must_be_said_to_be_json(app: Tiny, kind: str) -> None:
    sent = problem_of(app, "POST", "/v1/things", EXAMPLE, Content_Type=kind, **KEY)
    assert sent == (415, "unsupported_media_type", [])


def test_a_compressed_body_is_not_taken(app: Tiny) -> None:
    sent = problem_of(app, "POST", "/v1/things", EXAMPLE, Content_Encoding="gzip", **KEY)
    assert sent[:2] == (415, "unsupported_media_type")


def test_json_with_its_charset_is_taken_and_reading_needs_no_content_type(app: Tiny) -> None:
    kind = 'Application/JSON; charset="UTF-8"'
    assert app.send("POST", "/v1/things", EXAMPLE, Content_Type=kind, **KEY).status_code == 201
    assert app.send("GET", "/v1/things/A001", Content_Type="text/plain").status_code == 200


@pytest.mark.parametrize("key", ["", " ", "a b", "khoá", "x" * 256, "a\tb"])
def test_an_idempotency_key_is_visible_ascii_of_bounded_length(app: Tiny, key: str) -> None:
    sent = problem_of(app, "POST", "/v1/things", EXAMPLE, Idempotency_Key=key)
    assert sent == (400, "bad_idempotency_key", ["/header/Idempotency-Key pattern"])


def test_an_idempotency_key_may_be_required(app: Tiny) -> None:
    sent = problem_of(app, "POST", "/v1/things", EXAMPLE)
    assert sent == (400, "bad_idempotency_key", ["/header/Idempotency-Key missing"])
    assert app.send("POST", "/v1/things", EXAMPLE, Idempotency_Key="~" * 255).status_code == 201


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/v1/things/a001", "/path/id pattern"),
        ("/v1/things/%41001", "/path/id pattern"),
        ("/v1/things/A001?limit=0", "/query/limit out_of_range"),
        ("/v1/things/A001?limit=101", "/query/limit out_of_range"),
        ("/v1/things/A001?limit=two", "/query/limit wrong_type"),
        ("/v1/things/A001?limit=1&limit=2", "/query/limit repeated"),
        ("/v1/things/A001?citizen=001090999001", "/query/citizen unknown_field"),
        ("/v1/things/A001?cursor=%00", "/query/cursor pattern"),
    ],
)
def test_parameters_are_checked_like_bodies(app: Tiny, path: str, fault: str) -> None:
    assert problem_of(app, "GET", path) == (400, "invalid_request", [fault])


def test_if_match_is_compared_and_a_not_modified_answer_is_empty(app: Tiny) -> None:
    body = {"name": "b"}
    path = "/v1/things/A001"
    assert problem_of(app, "PATCH", path, body)[2] == ["/header/If-Match missing"]
    assert problem_of(app, "PATCH", path, body, If_Match='W/"r1"')[2] == ["/header/If-Match pattern"]
    assert problem_of(app, "PATCH", path, body, If_Match='"r0"')[:2] == (412, "precondition_failed")
    assert app.served == []
    assert app.send("PATCH", path, body, If_Match='"r1"').status_code == 200
    answer = app.send("GET", path, If_None_Match='"r1"')
    assert (answer.status_code, answer.body) == (304, b"")


def test_a_known_path_under_another_method_says_which_it_takes(app: Tiny) -> None:
    assert problem_of(app, "DELETE", "/v1/things/A001")[:2] == (405, "method_not_allowed")
    assert set(app.send("DELETE", "/v1/things/A001").headers["Allow"].split(", ")) == {"GET", "PATCH"}


def test_an_unknown_path_is_the_gateways_to_answer(app: Tiny) -> None:
    assert app.send("GET", "/v1/nothing", token=None).status_code == 403
    assert app.send("GET", "/", token=None).status_code == 403


def test_browsers_may_ask_from_anywhere_with_a_bearer_and_nothing_else(app: Tiny) -> None:
    gateway = LocalGateway(app.app, Config.create())
    answer = gateway.handle_request("OPTIONS", "/v1/things", {"Origin": "https://portal.example"}, b"")

    headers = answer["headers"]
    assert answer["statusCode"] == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "Idempotency-Key", "If-Match"} <= set(headers["Access-Control-Allow-Headers"].split(","))
    assert "Access-Control-Allow-Credentials" not in headers


def test_our_own_failure_tells_type_and_place_and_never_its_text(app: Tiny) -> None:
    assert problem_of(app, "GET", "/v1/fails")[:2] == (500, "internal")
    answer = app.send("GET", "/v1/fails")

    (line, _) = app.lines
    told = json.loads(line)
    assert (told["exception"], told["route"], told["code"]) == ("RuntimeError", "fails", "internal")
    assert told["where"].startswith("chalicelib.web.exchange:")
    assert CANARY not in answer.body.decode() + "".join(app.lines)
    assert "001090999001" not in "".join(app.lines)


def test_a_service_that_cannot_be_built_is_a_problem_too(app: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    def unbuilt() -> Edge:
        raise RuntimeError(CANARY)

    router = Router(unbuilt)
    router.route("GET", "/v1/unbuilt", Operation(id="unbuilt", summary=Label("a", "b"), auth=Anonymous()))(lambda _: {})
    app.app.register_blueprint(router.blueprint)
    answer = app.send("GET", "/v1/unbuilt")

    assert (answer.status_code, answer.json_body["code"]) == (500, "internal")
    told = capsys.readouterr().out
    assert answer.json_body["trace_id"] in told
    assert CANARY not in told + answer.body.decode()


def test_what_may_be_tried_again_says_when(app: Tiny) -> None:
    answer = app.send("GET", "/v1/busy", token=None)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_the_language_follows_the_caller_and_is_vietnamese_by_default(app: Tiny) -> None:
    english = app.send("GET", "/v1/mine", token=None, Accept_Language="fr, en-GB;q=0.8, vi;q=0.3")
    vietnamese = app.send("GET", "/v1/mine", token=None)

    assert (english.json_body["title"], english.headers["Content-Language"]) == ("You are not signed in", "en")
    assert (vietnamese.json_body["title"], vietnamese.headers["Content-Language"]) == ("Bạn chưa đăng nhập", "vi")


def test_the_trace_id_is_the_callers_when_well_formed(app: Tiny) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    assert app.send("GET", "/v1/open", traceparent=f"00-{trace}-00f067aa0ba902b7-01").json_body["trace"] == trace
    for bad in (f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{trace}-00f067aa0ba902b7-01", "x", trace):
        assert is_ulid(app.send("GET", "/v1/open", traceparent=bad).json_body["trace"])


def test_rights_are_told_apart(app: Tiny) -> None:
    system, citizen = app.tokens.system(), app.tokens.citizen()
    assert app.send("GET", "/v1/mine").json_body == {"subject": "pairwise-1", "id": "001090999001"}
    assert problem_of(app, "GET", "/v1/mine", token=system)[:2] == (403, "citizen_required")
    assert problem_of(app, "GET", "/v1/mine", token=app.tokens.citizen(level=1))[:2] == (403, "identity_level_too_low")
    assert problem_of(app, "GET", "/v1/mine", token=app.tokens.citizen(scope=REMOVED))[:2] == (
        403,
        "insufficient_scope",
    )
    assert app.send("GET", "/v1/systems", token=system).json_body == {"client": "agency-1"}
    assert problem_of(app, "GET", "/v1/systems", token=citizen)[:2] == (403, "client_required")
    unscoped = app.send("GET", "/v1/systems", token=app.tokens.system(scope="other"))
    assert unscoped.headers["WWW-Authenticate"] == (
        'Bearer realm="motlan", error="insufficient_scope", scope="prefill"'
    )


def test_an_open_route_reads_a_token_that_is_sent_and_refuses_a_bad_one(app: Tiny) -> None:
    assert app.send("GET", "/v1/open", token=None).json_body["level"] == 0
    assert app.send("GET", "/v1/open").json_body["level"] == 2
    assert problem_of(app, "GET", "/v1/open", token="forged")[:2] == (401, "invalid_token")


def test_one_caller_over_the_rate_does_not_slow_another() -> None:
    app = tiny(rate=Rate(burst=2, per_second=0.5))
    for _ in range(2):
        assert app.send("GET", "/v1/mine").status_code == 200
    answer = app.send("GET", "/v1/mine")
    assert (answer.status_code, answer.json_body["code"], answer.headers["Retry-After"]) == (
        429,
        "too_many_requests",
        "2",
    )
    assert app.send("GET", "/v1/mine", token=app.tokens.citizen("001092999002")).status_code == 200
    app.clock.advance(2)
    assert app.send("GET", "/v1/mine").status_code == 200


def test_the_reference_is_public_and_lists_what_is_declared(app: Tiny) -> None:
    document = app.send("GET", "/v1/openapi.json", token=None).json_body
    page = app.send("GET", "/docs", token=None)
    english = app.send("GET", "/docs?lang=en", token=None)

    assert set(document["paths"]) == set(app.app.routes)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (page.headers["Content-Language"], english.headers["Content-Language"]) == ("vi", "en")
    assert "Tạo một vật" in page.body.decode()
    assert "Make a thing" in english.body.decode()
    assert "Tên của vật." in page.body.decode()
    assert "Its name." in english.body.decode()
    assert problem_of(app, "GET", "/problems/no_such_thing")[:2] == (404, "not_found")
    assert "Phiên đăng nhập" in app.send("GET", "/problems/token_expired", token=None).body.decode()


def lambda_event(app: Tiny, body: str, *, coded: bool = False, **headers: list[str]) -> dict[str, object]:
    """Return what API Gateway hands to the deployed function."""
    several = {"Content-Type": ["application/json"], "Idempotency-Key": ["k"]} | headers
    several.setdefault("Authorization", [f"Bearer {app.tokens.citizen()}"])
    return {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/v1/things", "identity": {"sourceIp": "192.0.2.1"}},
        "headers": {name: values[-1] for name, values in several.items()},
        "multiValueHeaders": several,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "isBase64Encoded": coded,
        "body": body,
    }


@pytest.mark.parametrize("coded", [False, True])
def test_lambdas_form_of_a_request_reads_alike(app: Tiny, coded: bool) -> None:
    body = json.dumps(EXAMPLE, ensure_ascii=False)
    sent = b64encode(body.encode()).decode() if coded else body
    answer = app.app(lambda_event(app, sent, coded=coded), None)

    assert (answer["statusCode"], json.loads(answer["body"])["name"]) == (201, "Cái bàn")


def test_a_second_authorization_header_is_seen_where_only_the_last_is_handed_on(app: Tiny) -> None:
    good = f"Bearer {app.tokens.citizen()}"
    answer = app.app(lambda_event(app, json.dumps(EXAMPLE), Authorization=["Bearer forged", good]), None)

    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (401, "invalid_token")
    assert app.served == []
