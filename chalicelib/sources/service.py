"""Ask registers in parallel under one deadline; whatever a register does, every call has an outcome in time.

Knows the ports it needs and the order of things; must not know HTTP, threads or forms. No reply outlives the request: a
call given up at the deadline may still end in its thread, and its result then goes nowhere. What does outlive it, for
the life of the process, is how each register fares: its breaker and its quota.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from math import ceil
from typing import Final, Protocol

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import SourceError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import IdSource, RegisterCode
from chalicelib.sources.breaker import Breaker
from chalicelib.sources.manners import Quotas, Restraint, pause_before_again
from chalicelib.sources.model import Call, CallId, CallOutcome, Register, Reply
from chalicelib.sources.wire import Heard, Timing, interpret, question

LARGEST_BODY = 32 * 1024
"""Bytes of a reply that are read at most; a bulk reply about one person is a few kilobytes."""


class Unreachable(SourceError):
    """No connection, or one that broke."""


class TooSlow(SourceError):
    """The time for the call is over."""

    code = "timed_out"


class NoRoom(SourceError):
    """The register was not asked: its share of the threads was taken for as long as the call had."""

    code = "source_busy"


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
        """Return the result as soon as it is there, or None when it is not within so many seconds.

        Raises NoRoom when the work was not even begun by then; it never will be.
        """
        ...


class Pool(Protocol):
    """Where calls run side by side, in lanes: a full lane holds up no other."""

    def submit(self, lane: str, work: Callable[[], Reply]) -> Handle:
        """Start the work, now or when there is room in its lane."""
        ...


@dataclass(frozen=True, slots=True)
class _Span:
    """A call's share of the clock: monotonic seconds from and to."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Try:
    """One question and its reply; `failed` is what it tells of the register's health, None where nothing."""

    reply: Reply
    failed: bool | None


_UNWELL: Final[frozenset[CallOutcome]] = frozenset({"source_unavailable", "timed_out"})
"""What a register is not well with. Any other answer, a refusal or nonsense too, shows that it is there."""


class Asked:
    """Calls on their way. Each reply is there by the end of its call's own time."""

    def __init__(self, waits: Mapping[CallId, Callable[[], Reply]]) -> None:
        self._waits = waits
        self._replies: dict[CallId, Reply] = {}

    def replies(self, calls: Iterable[CallId] | None = None) -> dict[CallId, Reply]:
        """Wait for these calls, or for all of them, and return their replies."""
        wanted = self._waits.keys() if calls is None else calls
        for call in wanted:
            if call not in self._replies:
                self._replies[call] = self._waits[call]()
        return {call: self._replies[call] for call in wanted}


class Sources:
    """The registers behind the buses."""

    def __init__(self, transport: Transport, pool: Pool, clock: Clock, ids: IdSource, restraint: Restraint) -> None:
        self._transport = transport
        self._pool = pool
        self._clock = clock
        self._ids = ids
        self._restraint = restraint
        self._quotas = Quotas(clock, restraint.share)
        self._breakers: dict[tuple[str, str], Breaker] = {}

    def fetch(self, calls: Sequence[Call], deadline: float) -> Mapping[CallId, Reply]:
        """Make all calls at once and return a reply for each, at the deadline (monotonic seconds) at the latest.

        Each call has the register's own timeout or what is left of the deadline, whichever is less, a second try
        included. A call still open then is `timed_out`. A register that keeps failing, or whose quota is used up, is
        not asked: `source_unavailable` and `source_busy`, with the seconds until it may be. Never raises for what a
        register does.
        """
        return self.begin(calls, deadline).replies()

    def begin(self, calls: Sequence[Call], deadline: float) -> "Asked":
        """Make all calls at once, as `fetch` does, and return before they have ended."""
        start = self._clock.monotonic()
        spans = {call.id: _Span(start, min(start + call.register.timeout_ms / 1000, deadline)) for call in calls}
        begun = {call.id: self._begin(call, spans[call.id]) for call in calls}
        masks = {call.id: frozenset(call.fields) for call in calls}
        return Asked({call: partial(self._await, each, spans[call], masks[call]) for call, each in begun.items()})

    def _begin(self, call: Call, span: _Span) -> Handle | Reply:
        if span.end <= span.start:
            return self._ended("timed_out", span)
        breaker = self._breaker(call.register)
        if breaker.wait(span.start) > 0:
            return self._spared(breaker, span)
        request_id = self._ids.new()
        return self._pool.submit(call.register.code, lambda: self._watched(call, request_id, span))

    def _await(self, begun: Handle | Reply, span: _Span, asked: frozenset[str]) -> Reply:
        return replace(self._ended_at(begun, span), asked=asked)

    def _ended_at(self, begun: Handle | Reply, span: _Span) -> Reply:
        # One after the other, each to its own end: the ends are instants, so the sum is the latest of them.
        if isinstance(begun, Reply):
            return begun
        try:
            reply = begun.wait(max(0.0, span.end - self._clock.monotonic()))
        except NoRoom:
            return self._ended("source_busy", span, fault="bulkhead", retry_after=1)
        return self._ended("timed_out", span) if reply is None else reply

    def _watched(self, call: Call, request_id: str, span: _Span) -> Reply:
        """Ask as the register's breaker allows, and tell it what came of that."""
        breaker = self._breaker(call.register)
        leave = breaker.admit(self._clock.monotonic())
        if leave is None:
            return self._spared(breaker, span)
        failed = None
        try:
            told = self._ask(call, request_id, span)
            # A probe finds out how the register is; it is not asked a second time before that is known.
            if not leave.is_probe:
                told = self._ask_again(call, told, span)
            failed = told.failed
        finally:
            breaker.settle(leave, self._clock.monotonic(), failed=failed)
        return told.reply

    def _ask_again(self, call: Call, told: _Try, span: _Span) -> _Try:
        """Ask once more where that is worth it; a try that tells nothing leaves the first one's reply.

        Tenacity could do this, but two tries are two lines, and its import alone takes 14 ms of the deadline of the
        first call that fails.
        """
        if told.failed is None:
            return told
        if (pause := pause_before_again(told.reply, self._left(span), self._restraint.dice)) is None:
            return told
        self._clock.sleep(pause)
        again = self._ask(call, self._ids.new(), span)
        return told if again.failed is None else again

    def _ask(self, call: Call, request_id: str, span: _Span) -> _Try:
        """Ask once."""
        if (left := self._left(span)) <= 0:
            return _Try(self._ended("timed_out", span), None)
        if (wait := self._quotas.wait(call.register)) is not None:
            return _Try(self._ended("source_busy", span, fault="quota", retry_after=wait), None)
        try:
            heard = self._exchange(call, request_id, span)
        except TooSlow:
            # Given less than half of its own time it proves nothing: a caller in a hurry shuts it for nobody else.
            had_time = left >= call.register.timeout_ms / 1000 / 2
            return _Try(self._ended("timed_out", span), failed=True if had_time else None)
        except Unreachable:
            return _Try(self._ended("source_unavailable", span, fault="unreachable"), failed=True)
        if heard is None:
            return _Try(self._ended("source_invalid", span, fault="too_big"), failed=False)
        reply = interpret(call, request_id, heard, self._timing(span))
        return _Try(reply, failed=reply.outcome in _UNWELL)

    def _exchange(self, call: Call, request_id: str, span: _Span) -> Heard | None:
        """Send and read to the end; None for a body over the cap. Raises Unreachable or TooSlow."""
        register, body = call.register, question(call, request_id)
        with self._transport.post(register.route, register.code, body, self._left(span)) as response:
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

    def _breaker(self, register: Register) -> Breaker:
        key = (register.code, register.route)
        known = self._breakers.get(key)
        return known or self._breakers.setdefault(key, Breaker(self._restraint.breaker))

    def _spared(self, breaker: Breaker, span: _Span) -> Reply:
        wait = max(1, ceil(breaker.wait(self._clock.monotonic())))
        return self._ended("source_unavailable", span, fault="breaker_open", retry_after=wait)

    def _ended(
        self, outcome: CallOutcome, span: _Span, *, fault: str | None = None, retry_after: int | None = None
    ) -> Reply:
        timing = self._timing(span)
        return Reply(outcome, timing.ms, timing.at, retry_after=retry_after, fault=fault)

    def _left(self, span: _Span) -> float:
        return span.end - self._clock.monotonic()

    def _timing(self, span: _Span) -> Timing:
        return Timing(self._clock.now(), round((self._clock.monotonic() - span.start) * 1000))
