"""Every place where something said about a citizen could end up, as bytes to search."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib.aws.clients import Clients
from tests.support.looks import rows
from tests.support.service import Answered, Service
from tests.support.spellings import which

SERVICES: Final = ("dynamodb", "events", "kms", "s3", "sqs")
NO_PERSONAL_ANSWER: Final = "access log answers"


@dataclass(frozen=True, order=True)
class Hit:
    """A value, and where it should not be."""

    sink: str
    value: str


@dataclass
class Sinks:
    """Watches a service from when it is made; `captured` returns what the process wrote on its streams so far."""

    service: Service
    captured: Callable[[], str]
    streams: str = ""
    wire: dict[str, list[bytes]] = field(default_factory=lambda: {name: [] for name in SERVICES})
    asked: list[bytes] = field(default_factory=list)
    answers: list[tuple[str, Answered]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in SERVICES:
            self._tap(name)
        self._watch_registers()

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **headers: str
    ) -> Answered:
        """Make a request and keep its answer."""
        answer = self.service.call(method, path, body, token=token, **headers)
        self.answers.append((path, answer))
        return answer

    def collect(self) -> dict[str, list[bytes]]:
        """Return everything that every sink holds by now."""
        return {
            "log": [line.encode() for line in self.service.lines],
            "metrics": [line.encode() for line in self.service.lines if '"_aws"' in line],
            "streams": [self._streams()],
            "register addresses and headers": self.asked,
            "state table": list(self._table(self.service.home.settings.state_table)),
            "outbox": list(self._table(self.service.home.settings.outbox_table)),
            "event log": list(self._objects(self.service.home.settings.events_bucket)),
            "failure queue attributes": list(self._failures()),
            **{f"sent to and from {name}": found for name, found in self.wire.items()},
            "problems": [_without_pointers(each) for _, each in self.answers if each.status >= 400],
            "answer headers": [repr(dict(each.headers)).encode() for _, each in self.answers],
            NO_PERSONAL_ANSWER: [each.text.encode() for path, each in self.answers if "access-log" in path],
        }

    def hits(self, values: Collection[str], *, leaving_out: Collection[str] = ()) -> list[Hit]:
        """Return which of the values are where none may be."""
        held = {name: pieces for name, pieces in self.collect().items() if name not in leaving_out}
        wholes = {name: b"\n".join(set(pieces)) for name, pieces in held.items()}
        return sorted(Hit(name, value) for name, whole in wholes.items() for value in which(values, whole))

    def _tap(self, name: str) -> None:
        pieces, client = self.wire[name], self.service.home.client(name)

        def sent(request: Any, **_: object) -> None:  # noqa: ANN401 - the SDK's own type
            body = request.body or b""
            pieces.append(f"{request.method} {request.url} {dict(request.headers)} ".encode() + _bytes(body))

        def received(parsed: Any, **_: object) -> None:  # noqa: ANN401 - as above
            pieces.append(json.dumps(parsed, default=repr, ensure_ascii=False).encode())

        client.meta.events.register("before-send", sent)
        client.meta.events.register("after-call", received)

    def _watch_registers(self) -> None:
        wsgi = self.service.bus._app
        inside = wsgi.application

        def watch(environ: Any, start: Any) -> Any:  # noqa: ANN401 - WSGI
            heads = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
            line = f"{environ['PATH_INFO']} {environ.get('QUERY_STRING')} {heads}"
            self.asked.append(line.encode("latin-1"))  # as WSGI writes bytes
            return inside(environ, start)

        wsgi.application = watch

    def _streams(self) -> bytes:
        self.streams += self.captured()
        return self.streams.encode()

    def _table(self, table: str) -> Iterator[bytes]:
        for row in rows(self.service, table):
            yield from _leaves(row)

    def _objects(self, bucket: str) -> Iterator[bytes]:
        # Looked at through a client of its own: what the look itself brings is not what the service sent.
        s3 = Clients(self.service.home.account).s3
        for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            found = s3.get_object(Bucket=bucket, Key=each["Key"])
            yield each["Key"].encode() + repr(found["Metadata"]).encode()
            yield found["Body"].read()
        s3.close()

    def _failures(self) -> Iterator[bytes]:
        sqs = Clients(self.service.home.account).sqs
        answer = sqs.receive_message(
            QueueUrl=self.service.home.settings.failure_queue_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        for each in answer.get("Messages", []):
            yield repr((each.get("MessageAttributes"), each.get("Attributes"))).encode()
        sqs.close()


def _bytes(body: object) -> bytes:
    return bytes(body) if isinstance(body, bytes | bytearray) else str(body).encode()


def _leaves(value: object) -> Iterator[bytes]:
    """Yield names and values of an item, blobs as they are."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name).encode()
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield _bytes(value)


def _without_pointers(answer: Answered) -> bytes:
    """Return a problem but for its pointers: they name places in the caller's own body, by the caller's own names."""
    body = answer.body
    return repr({**body, "errors": [{**each, "pointer": ""} for each in body["errors"]]}).encode()
