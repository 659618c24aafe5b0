"""HTTP connections whose every wait is bounded by one instant, head of the reply included.

urllib3's timeouts start anew with each piece that arrives, so a reply that drips a byte at a time is never too slow
for them. Here each receive gets what is left until the deadline of the thread's present call.
"""

import http.client
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Call(threading.local):
    until: float | None = None


_call = _Call()


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Let no receive of this thread's replies end later than so many seconds from now, by the machine's clock."""
    _call.until = monotonic() + seconds
    try:
        yield
    finally:
        _call.until = None


def bounded_pools(connections: int) -> PoolManager:
    """Return a pool manager whose connections keep to `bounded`."""
    manager = PoolManager(num_pools=connections, maxsize=connections)
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager


class _Receiving(io.RawIOBase):
    """A socket's bytes, each wait cut to what is left."""

    def __init__(self, connection: socket.socket, kept: io.BufferedReader) -> None:
        self._connection = connection
        # Holds the socket open while the reply is read, as http.client's own file does.
        self._kept = kept
        self._until = _call.until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        if self._until is not None:
            left = self._until - monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
        return self._connection.recv_into(buffer)

    def close(self) -> None:
        self._kept.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as http.client's
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Receiving(sock, self.fp))


class _HttpConnection(HTTPConnection):
    response_class = _Response


class _HttpsConnection(HTTPSConnection):
    response_class = _Response


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection
