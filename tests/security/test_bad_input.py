"""Whatever is sent, the answer is a clear problem, never ours to be blamed for, and nothing is written."""

import pytest

from tests.support.bad_input import Bad, unknown_places, with_token
from tests.support.service import AN, Answered, Service
from tests.support.untouched import untouched
from tests.support.wire import ask, front, tell

NO_SUCH_HEAD = ("Content-Type", "Content-Language", "Cache-Control", "X-Trace-Id", "X-Content-Type-Options")


def assert_clear(answer: Answered) -> None:
    """Hold that the problem says what, why and what next, in words."""
    problem = answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert problem.keys() == {"type", "title", "status", "detail", "code", "errors", "trace_id"}
    assert problem["type"] == f"/problems/{problem['code']}"
    assert problem["status"] == answer.status < 500
    assert problem["trace_id"] == answer.headers["X-Trace-Id"] != ""
    assert " " in problem["title"]
    assert " " in problem["detail"]
    for error in problem["errors"]:
        assert error.keys() == {"pointer", "code", "message_vi", "message_en"}
        assert error["message_vi"] != error["message_en"]
        assert " " in error["message_vi"]
        assert " " in error["message_en"]
        assert len(error["pointer"]) <= 200


def verdict(answer: Answered) -> tuple[int, str, list[tuple[str, str]]]:
    assert_clear(answer)
    return answer.status, answer.body["code"], [(each["pointer"], each["code"]) for each in answer.body["errors"]]


def assert_told(bad: Bad, answer: Answered) -> None:
    status, code, fields = verdict(answer)
    assert (status, code) == (bad.status, bad.code)
    assert bad.place is None or bad.place in fields


def sent(service: Service, bad: Bad) -> dict[str, str]:
    return {"Authorization": f"Bearer {service.token(AN)}", **bad.headers}


def test_each_way_to_be_wrong_has_its_own_name() -> None:
    names = [bad.name for bad in [*with_token(), *unknown_places()]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("bad", with_token(), ids=lambda bad: bad.name)
def test_the_gateway_is_told_what_is_wrong(standing: Service, bad: Bad) -> None:
    with untouched(standing):
        answer = standing.gateway.handle_request(bad.method, bad.path, sent(standing, bad), bad.body)
    assert_told(bad, Answered(answer["statusCode"], answer["headers"], answer["body"]))


def test_a_socket_is_told_what_is_wrong(standing: Service) -> None:
    with front(standing) as port, untouched(standing):
        for bad in [*with_token(), *unknown_places()]:
            assert_told(bad, ask(port, bad.method, bad.path, sent(standing, bad), bad.body))


def test_a_body_that_gives_no_right_length_is_refused(standing: Service) -> None:
    head = "POST /v1/prefills HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with front(standing) as port, untouched(standing):
        for line in ("Content-Length: -1", "Content-Length: 1e3", "Content-Length: 0x10", "Transfer-Encoding: chunked"):
            assert verdict(tell(port, f"{head}{line}\r\n\r\n".encode()))[:2] == (400, "invalid_request")
        large = tell(port, f"{head}Content-Length: {7 * 1024 * 1024}\r\n\r\n".encode() + b"x" * 7 * 1024 * 1024)
        assert verdict(large)[:2] == (413, "too_large")


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 400, "invalid_request"),
        (b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n", 400, "invalid_request"),
        (b"GET / HTTP/1.1\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n", 400, "invalid_request"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "invalid_request"),
        (b"GET / x HTTP/1.1\r\n\r\n", 400, "invalid_request"),
        (b"TRACE /v1/procedures HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"),
        (b"FOO /v1/procedures HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"),
        (b"GET /nowhere HTTP/1.1\r\nAuthorization: Bearer \xe1\xbb\x83\r\n\r\n", 404, "unknown_route"),
        (b"GET /v1/access-log HTTP/1.1\r\nAuthorization: Bearer \xe1\xbb\x83\r\n\r\n", 401, "invalid_token"),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", 404, "unknown_route"),
        (b"GET /v1/procedures?\xff=\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "invalid_request"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else str(value),
)
def test_what_http_itself_forbids_is_a_problem_too(standing: Service, raw: bytes, status: int, code: str) -> None:
    with front(standing) as port, untouched(standing):
        assert verdict(tell(port, raw))[:2] == (status, code)


def test_head_is_answered_without_a_body(standing: Service) -> None:
    with front(standing) as port, untouched(standing):
        for path, status in (("/v1/procedures", 405), ("/v1/access-log", 405), ("/nowhere", 404)):
            answer = ask(port, "HEAD", path, {})
            assert (answer.status, answer.text) == (status, "")
            assert answer.headers.keys() >= set(NO_SUCH_HEAD)


def test_options_names_the_methods_and_asks_for_nothing(standing: Service) -> None:
    with front(standing) as port, untouched(standing):
        answer = ask(port, "OPTIONS", "/v1/prefills", {"Origin": "https://x.example"})
        assert (answer.status, answer.text) == (200, "")
        assert set(answer.headers["Access-Control-Allow-Methods"].split(",")) == {"POST", "OPTIONS"}
        assert ask(port, "OPTIONS", "/nowhere", {}).status == 404


def test_a_cursor_opens_only_the_list_it_came_from(standing: Service) -> None:
    for _ in range(2):
        standing.prefill()
    page = standing.call("GET", "/v1/access-log?limit=1", token=standing.token(AN))
    cursor = page.body["next"]
    good = standing.call("GET", f"/v1/access-log?limit=1&cursor={cursor}", token=standing.token(AN))
    assert good.status == 200
    elsewhere = [
        standing.call("GET", f"/v1/procedures?cursor={cursor}"),
        standing.call("GET", f"/v1/access-log?cursor={cursor[:-2]}AA", token=standing.token(AN)),
        standing.call(
            "GET", f"/v1/access-log?cursor={cursor}", token=standing.token(AN, client="motlan-portal", level=1)
        ),
    ]
    assert [each.status for each in elsewhere] == [400, 400, 200]  # the same citizen at another level: the same list


def test_problems_speak_the_language_that_was_asked_for(standing: Service) -> None:
    titles = {
        language: standing.call("GET", "/v1/prefills/X", token=standing.token(AN), Accept_Language=language).body[
            "title"
        ]
        for language in ("vi", "en", "en;q=0.1, vi", "xx", "en" * 40_000)
    }
    assert titles["vi"] == titles["xx"] == titles["en;q=0.1, vi"] != titles["en"]
