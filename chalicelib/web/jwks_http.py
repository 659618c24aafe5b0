"""Gets a key set over HTTP, distrusting the other side: short, small, no redirects."""

import urllib3

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import IdentityUnavailable
from chalicelib.web.bounded import bounded, bounded_pools

_LARGEST = 256 * 1024
_SECONDS = 3.0
_CHUNK = 16 * 1024


class HttpFetch:
    """GET over one shared pool."""

    def __init__(self, clock: Clock, seconds: float = _SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._pool = bounded_pools(2)

    def get(self, url: str) -> bytes:
        """Return the body of a 200 answer of at most 256 KiB that arrives within 3 s.

        Raises IdentityUnavailable for anything else.
        """
        try:
            with bounded(self._seconds):
                return self._read(url)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise IdentityUnavailable from error

    def _read(self, url: str) -> bytes:
        answer = self._pool.request(
            "GET",
            url,
            redirect=False,
            preload_content=False,
            retries=False,
            timeout=urllib3.Timeout(connect=1.0, read=self._seconds),
            headers={"Accept": "application/json"},
        )
        try:
            if answer.status != 200:
                raise IdentityUnavailable
            return self._body(answer)
        finally:
            answer.close()

    def _body(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        """Read piecewise: a read timeout alone does not bound a body that drips."""
        deadline = self._clock.monotonic() + self._seconds
        body = bytearray()
        while piece := answer.read1(_CHUNK):
            body += piece
            if len(body) > _LARGEST or self._clock.monotonic() > deadline:
                raise IdentityUnavailable
        return bytes(body)
