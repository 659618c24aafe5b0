"""Registers over real HTTP: one connection pool and one thread pool for the life of the process.

Knows where the buses are; must not know what a reply means.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from chalicelib.kernel.errors import BadDefinition
from chalicelib.kernel.ids import RegisterCode
from chalicelib.sources.model import Reply
from chalicelib.sources.service import Handle, NoRoom, Pool, Response, TooSlow, Transport, Unreachable
from chalicelib.web.bounded import bounded, bounded_pools

_PIECE = 16 * 1024
_CONNECTIONS = 64
_AT_ONCE = 16
_NAME = re.compile(r"[a-z0-9_]+")
_HEADERS = {
    "content-type": "application/json",
    "accept": "application/json",
    # A small body that unpacks to a huge one never gets past a cap on bytes read.
    "accept-encoding": "identity",
}

_connections = bounded_pools(_CONNECTIONS)
# Never in a `with`: leaving one would wait for the slowest register, past any deadline.
_lanes: dict[str, ThreadPoolExecutor] = {}


class HttpTransport(Transport):
    """POSTs to the national bus (NGSP) and to each province's (LGSP), as settings say where they are.

    `asks` is which question of the bus: `query` for a record, `match` for who may be meant.
    """

    def __init__(self, ngsp_url: str, lgsp_url: str, asks: str = "query") -> None:
        """Take the base URLs of both; a province's code follows the provincial one."""
        self._asks = asks
        self._ngsp = ngsp_url.rstrip("/")
        self._lgsp = lgsp_url.rstrip("/")

    @contextmanager
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Iterator[Response]:
        """Send the question, and close the connection unless the reply was read to its end."""
        url = self._url(route, register)
        with _named_failures(), bounded(timeout):
            raw = _connections.request(
                "POST",
                url,
                body=body,
                headers=_HEADERS,
                timeout=urllib3.Timeout(total=timeout),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        response = _HttpResponse(raw)
        try:
            yield response
        finally:
            response.leave()

    def _url(self, route: str, register: RegisterCode) -> str:
        bus, _, province = route.partition(":")
        if bus == "ngsp" and not province:
            base = self._ngsp
        elif bus == "lgsp" and _NAME.fullmatch(province):
            base = f"{self._lgsp}/{province}"
        else:
            raise BadDefinition(route=route)
        if not _NAME.fullmatch(register):
            raise BadDefinition(register=register)
        return f"{base}/registers/{register}/{self._asks}"


class _HttpResponse(Response):
    def __init__(self, raw: urllib3.BaseHTTPResponse) -> None:
        self._raw = raw
        self._complete = False

    @property
    def status(self) -> int:
        return self._raw.status

    @property
    def headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self._raw.headers.items()}

    def pieces(self) -> Iterator[bytes]:
        with _named_failures():
            while piece := self._raw.read1(_PIECE, decode_content=False):
                yield piece
        self._complete = True

    def leave(self) -> None:
        if self._complete:
            self._raw.release_conn()
        else:
            self._raw.close()


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except NewConnectionError as error:  # a kind of timeout to urllib3, yet it is a refusal
        raise Unreachable from error
    except Urllib3TimeoutError as error:
        raise TooSlow from error
    except (HTTPError, OSError) as error:
        raise Unreachable from error


class ThreadPool(Pool):
    """The process's threads, at most so many for each register, begun as they are needed.

    A register that hangs keeps its own threads busy and nobody else's. A call that nobody waits for any more ends by
    its own timeout.
    """

    def submit(self, lane: str, work: Callable[[], Reply]) -> Handle:
        """Start the work on a thread of its lane."""
        threads = _lanes.get(lane) or _lanes.setdefault(lane, ThreadPoolExecutor(_AT_ONCE, f"register-{lane}"))
        return _Running(threads.submit(work))


class _Running(Handle):
    def __init__(self, future: Future[Reply]) -> None:
        self._future = future

    def wait(self, seconds: float) -> Reply | None:
        try:
            return self._future.result(timeout=seconds)
        except TimeoutError as error:
            # A call still in the queue is taken out of it, so that it does not hold up the next request's.
            if self._future.cancel():
                raise NoRoom from error
            return self._future.result() if self._future.done() else None
