"""Buses that answer by script on virtual time: any delay, any bytes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import RegisterCode
from chalicelib.sources.service import Response, TooSlow, Transport, Unreachable
from tests.support.clock import VirtualClock

AS_OF = "2026-11-01T00:00:00Z"
JSON_TYPE = {"content-type": "application/json"}


@dataclass(frozen=True)
class Sent:
    """A question as it left: what an eavesdropper on the bus could see."""

    route: str
    register: RegisterCode
    body: bytes
    timeout: float
    at: float

    @property
    def question(self) -> JsonObject:
        read = json.loads(self.body)
        assert isinstance(read, dict)
        return read


@dataclass(frozen=True)
class Script:
    """What a register does: after `delay` seconds a head, then pieces `gap` seconds apart; or it breaks."""

    body: Callable[[Sent], bytes]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: dict(JSON_TYPE))
    delay: float = 0.02
    gap: float = 0.0
    piece: int = 16_384
    breaks: bool = False


class ScriptedTransport(Transport):
    """Each register by its script; remembers what was sent and which connections were left before the end.

    Of several scripts each is for one question, in turn, and the last for all that follow.
    """

    def __init__(self, clock: VirtualClock, scripts: Mapping[str, Script | Sequence[Script]]) -> None:
        self._clock = clock
        self._scripts = {
            register: [script] if isinstance(script, Script) else list(script) for register, script in scripts.items()
        }
        self.sent: list[Sent] = []
        self.cut_short: list[str] = []

    @contextmanager
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Iterator[Response]:
        turns = self._scripts[register]
        script = turns.pop(0) if len(turns) > 1 else turns[0]
        sent = Sent(route, register, body, timeout, self._clock.elapsed)
        self.sent.append(sent)
        self._clock.advance(min(script.delay, timeout))
        if script.breaks:
            raise Unreachable
        if script.delay > timeout:
            raise TooSlow
        response = _Scripted(self._clock, script, script.body(sent))
        try:
            yield response
        finally:
            if not response.complete:
                self.cut_short.append(register)


class _Scripted(Response):
    def __init__(self, clock: VirtualClock, script: Script, body: bytes) -> None:
        self._clock = clock
        self._script = script
        self._body = body
        self.complete = False

    @property
    def status(self) -> int:
        return self._script.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._script.headers

    def pieces(self) -> Iterator[bytes]:
        for start in range(0, len(self._body), self._script.piece):
            self._clock.advance(self._script.gap)
            yield self._body[start : start + self._script.piece]
        self.complete = True


def good_reply(sent: Sent, data: JsonObject, under_review: Sequence[str] = ()) -> JsonObject:
    """Return the bus's reply to this very question."""
    return {
        "request_id": sent.question["request_id"],
        "register": sent.register,
        "record": {"id": "R-1", "as_of": AS_OF, "subject": sent.question["subject"]},
        "data": data,
        "under_review": list(under_review),
    }


def answers(data: JsonObject, **how: float) -> Script:
    """Return the script of a register that knows this about everybody."""
    return Script(lambda sent: json.dumps(good_reply(sent, data)).encode(), delay=how.get("delay", 0.02))


def refuses(status: int, code: str | None, headers: Mapping[str, str] | None = None) -> Script:
    """Return the script of a register that answers with an error, with no envelope when there is no code."""
    body = b"<html>" if code is None else json.dumps({"error": {"code": code, "message": "…"}}).encode()
    return Script(lambda _sent: body, status=status, headers={**JSON_TYPE, **(headers or {})})
