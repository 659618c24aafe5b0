"""A request as it came in, freed of the framework: Lambda's and the local gateway's forms read alike."""

import re
from collections.abc import Mapping

from chalice.app import Request as ChaliceRequest

from chalicelib.kernel.errors import FieldProblem, InvalidRequest
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import IdSource
from chalicelib.web.errors import BadIdempotencyKey
from chalicelib.web.language import Language, language_of

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")
_ETAG = re.compile(r'\*|"([!#-~]{1,200})"')


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the edge reads of a request; header names are lower case, path parameters not decoded."""

    headers: Mapping[str, list[str]]
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    source: str
    raw: bytes

    @property
    def language(self) -> Language:
        """Return the language to answer in."""
        return language_of(self.header("accept-language"))

    def header(self, name: str) -> str:
        """Return a header sent at most once, or the empty text."""
        return self.headers.get(name, [""])[0]

    def trace(self, ids: IdSource) -> str:
        """Return the trace id of a well-formed `traceparent` (W3C Trace Context), else a new id."""
        found = _TRACEPARENT.fullmatch(self.header("traceparent"))
        return found.group(1) if found else ids.new()

    def idempotency_key(self) -> str | None:
        """Return the Idempotency-Key, or None. Raises BadIdempotencyKey unless 1-255 visible ASCII letters."""
        values = self.headers.get("idempotency-key")
        if values is None:
            return None
        if len(values) != 1 or _IDEMPOTENCY_KEY.fullmatch(values[0]) is None:
            raise BadIdempotencyKey(FieldProblem("/header/Idempotency-Key", "pattern"))
        return values[0]

    def if_match(self) -> str | None:
        """Return the entity tag of If-Match without its quotes, `*`, or None (RFC 9110 §13.1.1).

        Raises InvalidRequest for a weak tag or a list: we compare strongly, with one tag.
        """
        values = self.headers.get("if-match")
        if values is None:
            return None
        found = _ETAG.fullmatch(values[0]) if len(values) == 1 else None
        if found is None:
            raise InvalidRequest(FieldProblem("/header/If-Match", "pattern"))
        return found.group(1) or "*"


def read(request: ChaliceRequest) -> Incoming:
    """Read Chalice's request; call it in the thread that Chalice called."""
    event = request.to_original_event()
    several = event.get("multiValueHeaders") or {name: [value] for name, value in (event.get("headers") or {}).items()}
    raw = request.raw_body
    return Incoming(
        headers={name.lower(): list(values) for name, values in several.items()},
        path=dict(request.uri_params or {}),
        query={name: list(values) for name, values in (event.get("multiValueQueryStringParameters") or {}).items()},
        source=str(event["requestContext"].get("identity", {}).get("sourceIp", "")),
        raw=raw if isinstance(raw, bytes) else raw.encode(),
    )
