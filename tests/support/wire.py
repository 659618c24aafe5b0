"""The app behind its real loopback front, asked over a socket in bytes that no well-mannered client would send."""

import http.client
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import app as entry
from infra.local.front import Front
from tests.support.service import Answered, Portal

_PATIENCE = 20


@contextmanager
def front(portal: Portal) -> Iterator[int]:
    """Serve the portal's app on a free port; yield it."""
    listening = Front(entry.app, 0, portal.services.edge.texts)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listening.port
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def ask(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answered:
    """Send one request as it is given, and read the answer."""
    told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return tell(port, "\r\n".join([*lines, "", ""]).encode("latin-1") + body, method)


def tell(port: int, raw: bytes, method: str = "GET") -> Answered:
    """Send bytes, and read the answer to them."""
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
        connection.sendall(raw)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return Answered(answer.status, dict(answer.headers), answer.read().decode())
