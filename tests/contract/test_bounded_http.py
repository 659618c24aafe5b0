"""A reply whose head drips is given up at its time, not at its end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import IdentityUnavailable
from chalicelib.kernel.ids import RegisterCode
from chalicelib.sources.http import HttpTransport
from chalicelib.sources.service import TooSlow
from chalicelib.web.bounded import bounded, bounded_pools
from chalicelib.web.jwks_http import HttpFetch

HEAD = b"HTTP/1.1 200 OK\r\n" + b"X-Drip: 1\r\n" * 10_000


@contextmanager
def dripping() -> Iterator[str]:
    """Serve a head that never ends, a byte every 20 ms, until the client hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        hung_up = threading.Event()

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                peer.settimeout(0.02)
                for byte in HEAD:
                    try:
                        peer.sendall(bytes([byte]))
                        if peer.recv(65_536) == b"":
                            break
                    except TimeoutError:
                        continue
                    except OSError:
                        break
            hung_up.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        assert hung_up.wait(10)


def test_a_registers_dripping_head_is_too_slow() -> None:
    with dripping() as url:
        asked = HttpTransport(url, url).post("ngsp", RegisterCode("population"), b"{}", 0.3)
        with pytest.raises(TooSlow), asked:
            pass


def test_an_issuers_dripping_head_is_given_up() -> None:
    with dripping() as url, pytest.raises(IdentityUnavailable):
        HttpFetch(SystemClock(), seconds=0.3).get(url)


def test_without_a_bound_nothing_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(65_536)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        threading.Thread(target=serve, daemon=True).start()
        answer = bounded_pools(1).request("GET", f"http://127.0.0.1:{server.getsockname()[1]}", retries=False)
        assert answer.data == b"ok"
    with bounded(1.0):
        pass
