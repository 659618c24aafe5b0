"""Ask registers in parallel under one deadline; whatever a register does, every call has an outcome in time.

Knows the ports it needs and the order of things; must not know HTTP, threads or forms. Nothing here outlives the
request: a call given up at the deadline may still end in its thread, and its result then goes nowhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import SourceError
from chalicelib.kernel.ids import IdSource, RegisterCode
from chalicelib.sources.model import Call, CallId, CallOutcome, Reply
from chalicelib.sources.wire import Heard, Timing, interpret, question

LARGEST_BODY = 32 * 1024
"""Bytes of a reply that are read at most; a bulk reply about one person is a few kilobytes."""


class Unreachable(SourceError):
    """No connection, or one that broke."""


class TooSlow(SourceError):
    """The time for the call is over."""

    code = "timed_out"


class Response(Protocol):
    """A reply whose head is there and whose body is still coming."""

    @property
    def status(self) -> int:
        """Return the HTTP status; a redirect is a status like any other, never followed."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers by lower-case name."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it arrives, undecoded. Raises Unreachable or TooSlow."""
        ...


class Transport(Protocol):
    """One HTTP POST to a register over its route; the address comes from settings, never from a caller."""

    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> AbstractContextManager[Response]:
        """Send, and return the reply once its head is there, within so many seconds.

        Leaving the context before the body's end closes the connection. Raises Unreachable or TooSlow.
        """
        ...


class Handle(Protocol):
    """Work handed to a pool."""

    def wait(self, seconds: float) -> Reply | None:
        """Return the result as soon as it is there, or None when it is not within so many seconds."""
        ...


class Pool(Protocol):
    """Where calls run side by side."""

    def submit(self, work: Callable[[], Reply]) -> Handle:
        """Start the work, now or when there is room."""
        ...


@dataclass(frozen=True, slots=True)
class _Span:
    """A call's share of the clock: monotonic seconds from and to."""

    start: float
    end: float


class Sources:
    """The registers behind the buses."""

    def __init__(self, transport: Transport, pool: Pool, clock: Clock, ids: IdSource) -> None:
        self._transport = transport
        self._pool = pool
        self._clock = clock
        self._ids = ids

    def fetch(self, calls: Sequence[Call], deadline: float) -> Mapping[CallId, Reply]:
        """Make all calls at once and return a reply for each, at the deadline (monotonic seconds) at the latest.

        Each call has the register's own timeout or what is left of the deadline, whichever is less. A call still
        open then is `timed_out`. Never raises for what a register does.
        """
        start = self._clock.monotonic()
        spans = {call.id: _Span(start, min(start + call.register.timeout_ms / 1000, deadline)) for call in calls}
        handles = {call.id: self._pool.submit(self._work(call, spans[call.id])) for call in calls}
        return {identity: self._await(handle, spans[identity]) for identity, handle in handles.items()}

    def _work(self, call: Call, span: _Span) -> Callable[[], Reply]:
        request_id = self._ids.new()
        return lambda: self._attempt(call, request_id, span)

    def _await(self, handle: Handle, span: _Span) -> Reply:
        # One after the other, each to its own end: the ends are instants, so the sum is the latest of them.
        reply = handle.wait(max(0.0, span.end - self._clock.monotonic()))
        return self._ended("timed_out", span) if reply is None else reply

    def _attempt(self, call: Call, request_id: str, span: _Span) -> Reply:
        """Ask once. A rule about asking again, or about not asking at all for a while, belongs around this."""
        try:
            heard = self._exchange(call, request_id, span)
        except TooSlow:
            return self._ended("timed_out", span)
        except Unreachable:
            return self._ended("source_unavailable", span, fault="unreachable")
        if heard is None:
            return self._ended("source_invalid", span, fault="too_big")
        return interpret(call, request_id, heard, self._timing(span))

    def _exchange(self, call: Call, request_id: str, span: _Span) -> Heard | None:
        """Send and read to the end; None for a body over the cap. Raises Unreachable or TooSlow."""
        left = span.end - self._clock.monotonic()
        if left <= 0:
            raise TooSlow
        register, body = call.register, question(call, request_id)
        with self._transport.post(register.route, register.code, body, left) as response:
            read = self._read(response, span)
            return None if read is None else Heard(response.status, response.headers, read)

    def _read(self, response: Response, span: _Span) -> bytes | None:
        """Read against the clock: a timeout on each read does not bound a body that drips."""
        body = bytearray()
        for piece in response.pieces():
            body += piece
            if self._clock.monotonic() > span.end:
                raise TooSlow
            if len(body) > LARGEST_BODY:
                return None
        return bytes(body)

    def _ended(self, outcome: CallOutcome, span: _Span, fault: str | None = None) -> Reply:
        timing = self._timing(span)
        return Reply(outcome, timing.ms, timing.at, fault=fault)

    def _timing(self, span: _Span) -> Timing:
        return Timing(self._clock.now(), round((self._clock.monotonic() - span.start) * 1000))
