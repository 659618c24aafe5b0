"""The search for canaries can fail: each place, and each spelling, gives a planted one away."""

import gzip
import hashlib
import json
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.kernel.ids import RegisterCode
from tests.support.canaries import DISAGREED, PLAIN
from tests.support.service import Answered
from tests.support.sinks import NO_PERSONAL_ANSWER, Sinks
from tests.support.spellings import found_in


def plants(sinks: Sinks) -> Iterator[tuple[str, str]]:
    """Plant one value in each sink; yield both."""
    service = sinks.service
    clients, settings = service.home.clients, service.home.settings
    names = iter(f"HOÀNG YẾN {number} ĐẬU" for number in range(100, 200))
    yield "log", (value := next(names))
    service.services.edge.log.error("x", where=value)
    yield "metrics", (value := next(names))
    service.services.edge.log.metric("x", 1, route=value)
    yield "streams", (value := next(names))
    print(value)  # noqa: T201 - what is looked for
    yield "register addresses and headers", (value := next(names))
    with service.bus.post("ngsp", RegisterCode(f"population?name={value}"), b"{}", 1):
        pass
    for kind in ("B", "S"):
        yield "state table", (value := next(names))
        attribute: Any = {"B": value.encode()} if kind == "B" else {"M": {"f": {"L": [{"S": value}]}}}
        item = {"pk": {"S": "x"}, "sk": {"S": kind}, "a": attribute}
        clients.dynamodb.put_item(TableName=settings.state_table, Item=item)
    yield "outbox", (value := next(names))
    clients.dynamodb.put_item(TableName=settings.outbox_table, Item={"pk": {"S": value}})
    yield "event log", (value := next(names))
    clients.s3.put_object(Bucket=settings.events_bucket, Key="x", Body=value.encode())
    yield "failure queue attributes", (value := next(names))
    service.services.failures.park("{}", reason=value, origin="", consumer="")
    yield "sent to and from sqs", (value := next(names))
    clients.sqs.send_message(QueueUrl=settings.failure_queue_url, MessageBody=value)
    yield "sent to and from kms", (value := next(names))
    service.services.keys.create(value)  # type: ignore[arg-type] # the mistake looked for: a name for a reference
    yield "sent to and from events", (value := next(names))
    clients.events.put_events(
        Entries=[{"EventBusName": settings.bus, "Source": "x", "DetailType": value, "Detail": "{}"}]
    )
    for sink, path in (("problems", "x"), (NO_PERSONAL_ANSWER, "/v1/access-log"), ("answer headers", "x")):
        yield sink, (value := next(names))
        headers = {"Location": value} if sink == "answer headers" else {}
        text = f'{{"detail": "{value}", "errors": []}}'
        sinks.answers.append((path, Answered(404 if sink == "problems" else 200, headers, text)))


def test_each_sink_can_give_a_canary_away(sinks: Sinks) -> None:
    planted = list(plants(sinks))
    held = {(hit.sink, hit.value) for hit in sinks.hits({value for _, value in planted})}
    assert [each for each in planted if each not in held] == []
    assert {sink for sink, _ in planted} == sinks.collect().keys() - {
        "sent to and from dynamodb",
        "sent to and from s3",
    }


@pytest.mark.parametrize("way", ["marks", "escapes", "url", "base64", "base64 inside", "digest", "gzip", "hex"])
def test_a_value_is_found_in_every_spelling(way: str) -> None:
    raw = PLAIN.name.encode()
    spelled = {
        "marks": unicodedata.normalize("NFD", PLAIN.name).encode(),
        "escapes": json.dumps({"a": PLAIN.name}).encode(),
        "url": quote(PLAIN.name).encode(),
        "base64": b64encode(raw),
        "base64 inside": b64encode(b'{"name": "' + raw + b'"}'),
        "digest": hashlib.sha256(raw).hexdigest().encode(),
        "gzip": b"\x01seal" + gzip.compress(raw),
        "hex": raw.hex().encode(),
    }
    assert found_in(PLAIN.name, b"before " + spelled[way] + b" after")
    assert not found_in(DISAGREED.name, spelled[way])
