"""Faults laid on one SDK client by its own hooks: a reply that is lost, a call that is refused before it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError


class Client(Protocol):
    """What every SDK client has."""

    @property
    def meta(self) -> Any: ...  # noqa: ANN401 - the SDK's own type, made at run time


class Struck:
    """How often a fault was dealt; a test that struck nothing proves nothing."""

    def __init__(self) -> None:
        self.times = 0


class _Turns:
    """Counts calls and says which are to fail: the n-th and as many after it."""

    def __init__(self, nth: int, times: int) -> None:
        self._calls = count(1)
        self._range = range(nth, nth + times)
        self.struck = Struck()

    def strike(self) -> bool:
        hit = next(self._calls) in self._range
        self.struck.times += hit
        return hit


@contextmanager
def lost_reply(client: Client, operation: str, *, nth: int = 1, times: int = 1) -> Iterator[Struck]:
    """Let the call be performed, then tell the caller that no answer came."""
    turns = _Turns(nth, times)

    def lose(**_: object) -> None:
        if turns.strike():
            raise ReadTimeoutError(endpoint_url="lost")

    with _hook(client, "response-received", operation, lose):
        yield turns.struck


@contextmanager
def unreachable(client: Client, operation: str, *, nth: int = 1, times: int = 1) -> Iterator[Struck]:
    """Fail before anything is sent."""
    turns = _Turns(nth, times)

    def fail(**_: object) -> None:
        if turns.strike():
            raise ConnectTimeoutError(endpoint_url="unreachable")

    with _hook(client, "before-call", operation, fail):
        yield turns.struck


@dataclass(frozen=True, slots=True)
class Refusal:
    """A service error; `reasons` are those of a cancelled transaction, one for each of its items."""

    code: str
    status: int = 400
    reasons: tuple[str, ...] = ()

    def answer(self) -> tuple[AWSResponse, dict[str, Any]]:
        parsed: dict[str, Any] = {
            "Error": {"Code": self.code, "Message": self.code},
            "ResponseMetadata": {"HTTPStatusCode": self.status},
        }
        if self.reasons:
            parsed["CancellationReasons"] = [{"Code": reason} for reason in self.reasons]
        return AWSResponse("http://refused", self.status, HTTPHeaders(), None), parsed


@contextmanager
def refused(client: Client, operation: str, refusal: Refusal, *, nth: int = 1, times: int = 1) -> Iterator[Struck]:
    """Answer with a service error without doing anything."""
    turns = _Turns(nth, times)

    def refuse(**_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        return refusal.answer() if turns.strike() else None

    with _hook(client, "before-call", operation, refuse):
        yield turns.struck


def conflict(size: int) -> Refusal:
    """Return how DynamoDB cancels a transaction of that many items while another one holds an item."""
    return Refusal("TransactionCanceledException", reasons=("TransactionConflict", *["None"] * (size - 1)))


@contextmanager
def _hook(client: Client, point: str, operation: str, handler: Any) -> Iterator[None]:  # noqa: ANN401 - any hook
    event = f"{point}.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register(event, handler)
    try:
        yield
    finally:
        client.meta.events.unregister(event, handler)
