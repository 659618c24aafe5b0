"""The key fetcher against a real, hostile server on loopback."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from chalicelib.kernel.errors import IdentityUnavailable
from chalicelib.web.jwks_http import HttpFetch
from tests.support.clock import VirtualClock


class HurryingClock(VirtualClock):
    """Two seconds pass at each look."""

    def monotonic(self) -> float:
        self.advance(2)
        return super().monotonic()


class Hostile(BaseHTTPRequestHandler):
    """Serves by path."""

    def do_GET(self) -> None:
        match self.path:
            case "/good":
                self.answer(200, b'{"keys": []}')
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/good")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "/long":
                self.answer(200, b"x" * 200 * 1024)
            case "/huge":
                self.answer(200, b"x" * (256 * 1024 + 1))
            case "/cut":
                self.answer(200, b"x", claimed=10)
            case _:
                self.answer(500, b"no")

    def answer(self, status: int, body: bytes, claimed: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(claimed or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Stay quiet."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_plain_answer_is_read(base: str) -> None:
    assert HttpFetch(VirtualClock()).get(f"{base}/good") == b'{"keys": []}'


@pytest.mark.parametrize("path", ["/moved", "/huge", "/cut", "/broken"])
def test_anything_else_is_an_issuer_that_is_down(base: str, path: str) -> None:
    with pytest.raises(IdentityUnavailable):
        HttpFetch(VirtualClock()).get(base + path)


def test_a_body_that_takes_too_long_is_given_up(base: str) -> None:
    assert len(HttpFetch(VirtualClock()).get(f"{base}/long")) == 200 * 1024
    with pytest.raises(IdentityUnavailable):
        HttpFetch(HurryingClock()).get(f"{base}/long")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/jwks", "ftp://127.0.0.1/x"])
def test_an_address_that_leads_nowhere_is_an_issuer_that_is_down(url: str) -> None:
    with pytest.raises(IdentityUnavailable):
        HttpFetch(VirtualClock()).get(url)
