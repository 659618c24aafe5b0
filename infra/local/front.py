"""HTTP in front of Chalice's local gateway: threads, keep-alive without delay, limits before reading.

Does what API Gateway does around the app (decoded path parameters, text bodies, one shape of 404); must not know
what any route means.
"""

import base64
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import unquote

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LambdaContext, LocalChalice, LocalGateway, LocalGatewayException

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import AppError, InvalidRequest, MethodNotAllowed, TooLarge
from chalicelib.kernel.ids import RandomIds
from chalicelib.web.language import Texts
from chalicelib.web.problem import Rendered, problem, unknown_route_problem

LARGEST_BODY = 6 * 1024 * 1024  # what a synchronous Lambda call takes
IDLE_SECONDS = 30
_IDS = RandomIds(SystemClock())
_DISCARDED = 16 * 1024 * 1024  # of a refused body: read and thrown away, so that the client hears the answer


class _Shared(threading.local):
    context: Any = None


class LocalApp(LocalChalice):
    """Keeps the request and the context of each thread apart, which Chalice's own class does not."""

    _shared: ClassVar[_Shared] = _Shared()

    @property
    def lambda_context(self) -> Any:  # noqa: ANN401 - Chalice's own type is loose
        """Return the context of the call that this thread serves."""
        return self._shared.context

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:  # noqa: ANN401 - as above
        self._shared.context = value


def thread_safe(app: Chalice) -> Chalice:
    """Mix the per-thread state into the app's class, once, and return the same app."""
    if not isinstance(app, LocalApp):
        app.__class__ = type("LocalApp", (LocalApp, type(app)), {})
    return app


class Gateway(LocalGateway):
    """Chalice's local gateway, with events in the form that API Gateway gives them."""

    def __init__(self, app: Chalice, timeout: int) -> None:
        """`timeout`: seconds that the context says the function has."""
        super().__init__(app, Config())
        self._timeout = timeout

    def _generate_lambda_context(self) -> LambdaContext:
        return LambdaContext("api_handler", memory_size=512, max_runtime_ms=self._timeout * 1000)

    def _generate_lambda_event(
        self, method: str, path: str, headers: dict[str, Any], body: bytes | None
    ) -> dict[str, Any]:
        event: dict[str, Any] = super()._generate_lambda_event(method, path, headers, body)
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        event["requestContext"]["requestId"] = _IDS.new()
        if isinstance(event["body"], bytes):
            event["body"] = event["body"].decode("utf-8", errors="replace")
        return event


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write per answer
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: "Front"

    def _serve(self) -> None:
        try:
            body = self._read()
            answer = self.server.gateway.handle_request(self.command, self.path, dict(self.headers), body)
        except (LocalGatewayException, UnicodeEncodeError):  # it writes the Authorization header into its own refusal
            answer = _answer(unknown_route_problem(self.server.texts, trace=_IDS.new()))
        except AppError as error:  # the request never reached the app; what is left of it is not read
            self.close_connection = True
            answer = _answer(problem(error, self.server.texts, "vi", _IDS.new()))
        self._write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - http.server's names

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what http.server cannot read (line or headers too long, no such method) as a problem, not as HTML."""
        del message, explain  # they repeat the request
        self.close_connection, self.request_version = True, self.protocol_version  # an older one has no headers
        error = MethodNotAllowed() if code == HTTPStatus.NOT_IMPLEMENTED else InvalidRequest()
        self._write(_answer(problem(error, self.server.texts, "vi", _IDS.new())))

    def _read(self) -> bytes | None:
        """Read the body. Raises InvalidRequest when its length is not told, TooLarge before reading too much."""
        if self.headers.get("Transfer-Encoding"):
            raise InvalidRequest
        told = self.headers.get("Content-Length", "0").strip()
        if not (told.isascii() and told.isdigit()):
            raise InvalidRequest
        length = int(told) if len(told) < 20 else LARGEST_BODY + 1
        if length > LARGEST_BODY:
            self._discard(min(length, _DISCARDED))
            raise TooLarge(limit=LARGEST_BODY)
        return self.rfile.read(length) if length else None

    def _discard(self, length: int) -> None:
        while length > 0 and (chunk := self.rfile.read(min(length, 65536))):
            length -= len(chunk)

    def _write(self, answer: dict[str, Any]) -> None:
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else _bytes(body)
        self.send_response(answer["statusCode"])
        for name, value in {**answer["headers"], **answer["multiValueHeaders"]}.items():
            for each in value if isinstance(value, list) else [value]:
                if name.lower() != "content-length":
                    self.send_header(name, str(each))
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def version_string(self) -> str:
        """Return the Server header, without versions."""
        return "motlan"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Stay quiet: a request line may name a person's things."""


def _answer(rendered: Rendered) -> dict[str, Any]:
    headers = dict(rendered.headers)
    return {"statusCode": rendered.status, "headers": headers, "multiValueHeaders": {}, "body": rendered.body}


def _bytes(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode()


class Front(ThreadingHTTPServer):
    """The app on http://127.0.0.1:port; `serve_forever` in a thread, `shutdown` to end it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: Chalice, port: int, texts: Texts, timeout: int = 29) -> None:
        """`port` 0 takes any free one; `timeout`: seconds a call has (API Gateway's limit by default)."""
        self.texts = texts
        self.gateway = Gateway(thread_safe(app), timeout)
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without http.server's look-up of the machine's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.port

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """Let a client go away; anything else is told with its place, for a developer to see."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
