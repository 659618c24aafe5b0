"""HTTP/1.1 on loopback for the simulators: werkzeug's threaded server, with connections that stay open.

Werkzeug's own handler closes after each answer, and to do so reads whatever comes next off the socket; this one reads
exactly one request and leaves the rest. It knows no route.
"""

import io
import socket
import threading
from typing import Any, Final

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

LARGEST_BODY: Final = 1024 * 1024
_IDLE_SECONDS: Final = 60


class Handler(WSGIRequestHandler):
    """One connection: request after request until either side is done. Says nothing on the terminal."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS

    def run_wsgi(self) -> None:
        """Read one request whole, run the app, write its answer."""
        environ = self.make_environ()
        length = environ.get("CONTENT_LENGTH", "0") or "0"
        if "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True  # what follows on this connection cannot be told from the body
            self._write(Response(status=413 if length.isdecimal() and int(length) > LARGEST_BODY else 400))
            return
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(length)))
        response = Response.from_app(self.server.app, environ)
        try:
            self._write(response)
        finally:
            response.close()

    def _write(self, response: Response) -> None:
        self.send_response(response.status_code)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in response.headers and response.status_code not in {204, 304}:
            self.close_connection = True
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            for chunk in response.iter_encoded():
                self.wfile.write(chunk)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401 - werkzeug's signature
        """Keep quiet: the journal tells what was asked."""


class LoopbackServer(ThreadedWSGIServer):
    """Remembers its open connections, so that stopping ends them too."""

    def __init__(self, port: int, app: Any) -> None:  # noqa: ANN401 - a WSGI application
        """Bind to 127.0.0.1; port 0 takes a free one. Raises OSError where werkzeug itself would end the process."""
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        with socket.create_server(("127.0.0.1", port), backlog=128) as listening:
            super().__init__("127.0.0.1", port, app, handler=Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """Note the connection and serve it on its own thread."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """Forget the connection and close it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Break every open connection."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # it ended by itself
                    continue
