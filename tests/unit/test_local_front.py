"""The local front does what API Gateway does around the app, from many threads, and refuses before it reads."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from chalice.app import Chalice, Request, Response

from chalicelib.web.language import CodesOnly
from infra.local.front import LARGEST_BODY, Front


def _app() -> Chalice:
    app = Chalice("toy")

    def request() -> Request:
        assert app.current_request is not None
        return app.current_request

    @app.route("/v1/echo/{name}", methods=["GET"])
    def echo(name: str) -> dict[str, str]:
        first = request().headers["x-who"]
        barrier.wait(timeout=10)  # the other thread's request arrives before this one is answered
        second = request().headers["x-who"]
        return {"name": name, "first": first, "second": second}

    @app.route("/v1/name/{name}", methods=["GET"])
    def plain(name: str) -> Response:
        return Response(json.dumps({"name": name}, ensure_ascii=False), {"Content-Type": "application/json"})

    @app.route("/v1/body", methods=["POST"])
    def body() -> dict[str, str]:
        event = request().to_original_event()
        return {"type": type(event["body"]).__name__, "id": app.lambda_context.aws_request_id}

    return app


barrier = threading.Barrier(2)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    front = Front(_app(), 0, CodesOnly())
    thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield front.port
    front.shutdown()
    front.server_close()
    thread.join()


def _ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


def test_two_threads_never_see_each_others_request(port: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: _ask(port, "GET", "/v1/echo/x", headers={"x-who": who}), "ab"))
    seen = [json.loads(body) for _, _, body in answers]
    assert [(each["first"], each["second"]) for each in seen] == [("a", "a"), ("b", "b")]


def test_path_parameters_are_decoded_as_the_gateway_decodes_them(port: int) -> None:
    status, _, body = _ask(port, "GET", "/v1/name/%C4%91%E1%BB%93ng")
    assert (status, json.loads(body)) == (200, {"name": "đồng"})


def test_a_body_reaches_the_app_as_text(port: int) -> None:
    _, _, body = _ask(port, "POST", "/v1/body", b"{}", {"Content-Type": "application/json"})
    assert json.loads(body)["type"] == "str"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/v1/echo", "/v1/name/a/b"])
def test_an_unknown_path_is_a_404_problem(port: int, path: str) -> None:
    status, headers, body = _ask(port, "GET", path)
    assert (status, headers["Content-Type"], json.loads(body)["code"]) == (
        404,
        "application/problem+json",
        "unknown_route",
    )


def test_head_is_answered_without_a_body_and_the_connection_goes_on(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("HEAD", "/nowhere")
    first = connection.getresponse()
    assert (first.status, first.read()) == (404, b"")
    connection.request("GET", "/v1/name/a")
    assert connection.getresponse().read() == b'{"name": "a"}'
    connection.close()


def test_options_of_a_known_path_is_answered(port: int) -> None:
    status, _, body = _ask(port, "OPTIONS", "/v1/name/a")
    assert (status, body) == (200, b"")


def test_too_large_a_body_is_refused_as_a_problem(port: int) -> None:
    status, headers, body = _ask(port, "POST", "/v1/body", b"x" * (LARGEST_BODY + 1))
    assert (status, json.loads(body)["code"], headers["Connection"]) == (413, "too_large", "close")


@pytest.mark.parametrize(
    "lines", ["Content-Length: -1", "Content-Length: a", "Content-Length: +5", "Transfer-Encoding: chunked"]
)
def test_a_length_that_is_not_told_is_a_400_problem(port: int, lines: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(f"POST /v1/body HTTP/1.1\r\nHost: x\r\n{lines}\r\n\r\n".encode())
        assert raw.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_goes_away_harms_nobody(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"POST /v1/body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    assert _ask(port, "GET", "/v1/name/a")[0] == 200
