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
from chalicelib.sources.service import Handle, Pool, Response, TooSlow, Transport, Unreachable
from chalicelib.web.bounded import bounded, bounded_pools

_PIECE = 16 * 1024
_AT_ONCE = 64
_NAME = re.compile(r"[a-z0-9_]+")
_HEADERS = {
    "content-type": "application/json",
    "accept": "application/json",
    # A small body that unpacks to a huge one never gets past a cap on bytes read.
    "accept-encoding": "identity",
}

_connections = bounded_pools(_AT_ONCE)
# Never in a `with`: leaving it would wait for the slowest register, past any deadline.
_threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="register")


class HttpTransport(Transport):
    """POSTs to the national bus (NGSP) and to each province's (LGSP), as settings say where they are."""

    def __init__(self, ngsp_url: str, lgsp_url: str) -> None:
        """Take the base URLs of both; a province's code follows the provincial one."""
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
        return f"{base}/registers/{register}/query"


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
    """The process's threads. A call that nobody waits for any more ends by its own timeout."""

    def submit(self, work: Callable[[], Reply]) -> Handle:
        """Start the work on a thread."""
        return _Running(_threads.submit(work))


class _Running(Handle):
    def __init__(self, future: Future[Reply]) -> None:
        self._future = future

    def wait(self, seconds: float) -> Reply | None:
        try:
            return self._future.result(timeout=seconds)
        except TimeoutError:
            # A call still in the queue is taken out of it, so that it does not hold up the next request's.
            return None if self._future.cancel() or not self._future.done() else self._future.result()
