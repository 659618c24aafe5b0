"""Events on their way out: written with the change they tell of, published later, at least once.

An outbox item is {pk: event id, event: CloudEvents JSON text, w: owner token, pending: shard, at: when}. `pending`
stands only until the event is on the bus; the index over it is therefore as small as the backlog. The item expires
only once published: a bus that is down for long loses nothing.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import code_of, translated
from chalicelib.aws.transaction import OWNER
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import Clock, iso
from chalicelib.kernel.errors import InvalidRequest
from chalicelib.kernel.events import Event, from_json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.log import Log

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "motlan"
"""The EventBridge source of every event of ours: rules match on it, and on the CloudEvents type."""

_SHARDS = 4
_KEPT = timedelta(days=7)
_PUT_EVENTS_MAX = 10
_SWEEP_PAGE = 50
_SWEEP_PAGES = 10


class BatchResult(TypedDict):
    """What Lambda reads back of a batch: the records to deliver again, all others being done."""

    batchItemFailures: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An event to publish, and what names its record to the one who delivered it."""

    event: Event
    record: str = ""


def outbox_item(event: Event, now: datetime, owner: str) -> "dict[str, AttributeValueTypeDef]":
    """Return the item that says the event, marked as not yet published."""
    return {
        "pk": {"S": event.id},
        "event": {"S": canonical(event.to_json()).decode()},
        "pending": {"S": f"p{zlib.crc32(event.id.encode()) % _SHARDS}"},
        "at": {"S": iso(now)},
        OWNER: {"S": owner},
    }


class Relay:
    """Puts what the outbox says on the bus, and clears the mark."""

    def __init__(self, clients: Clients, outbox: str, bus: str, clock: Clock, log: Log) -> None:
        self._clients = clients
        self._outbox = outbox
        self._bus = bus
        self._clock = clock
        self._log = log

    def publish(self, records: Sequence[Mapping[str, Any]]) -> BatchResult:
        """Publish the new events among DynamoDB stream records.

        Reports the first record that could not be published: the stream delivers from there again, so later
        ones may go out twice, and consumers are made for that. A record that holds no event of ours is reported
        likewise until the stream gives up and keeps a note of it. Raises StoreUnavailable.
        """
        waiting: list[_Waiting] = []
        unreadable: set[str] = set()
        for record in records:
            if record.get("eventName") != "INSERT":
                continue
            number = str(record["dynamodb"]["SequenceNumber"])
            try:
                waiting.append(_Waiting(_read(record["dynamodb"].get("NewImage", {})), number))
            except InvalidRequest:
                unreadable.add(number)
        left = unreadable | {each.record for each in self._put(waiting)}
        in_order = (str(record["dynamodb"]["SequenceNumber"]) for record in records)
        first = next((number for number in in_order if number in left), None)
        return {"batchItemFailures": [] if first is None else [{"itemIdentifier": first}]}

    def sweep(self, older_than: timedelta = timedelta(seconds=60)) -> int:
        """Publish what is still pending after that long, at most 2,000 events; return how many went out.

        Raises StoreUnavailable.
        """
        cutoff = iso(self._clock.now() - older_than)
        published = 0
        for shard in range(_SHARDS):
            for page in self._pending(f"p{shard}", cutoff):
                published += len(page) - len(self._put(page))
        return published

    def _pending(self, shard: str, cutoff: str) -> Iterator[list[_Waiting]]:
        start: dict[str, Any] = {}
        for _ in range(_SWEEP_PAGES):
            with translated():
                answer = self._clients.dynamodb.query(
                    TableName=self._outbox,
                    IndexName="pending",
                    KeyConditionExpression="pending = :shard AND #at < :cutoff",
                    ExpressionAttributeNames={"#at": "at"},
                    ExpressionAttributeValues={":shard": {"S": shard}, ":cutoff": {"S": cutoff}},
                    Limit=_SWEEP_PAGE,
                    **start,
                )
            yield list(self._readable(answer["Items"]))
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _readable(self, images: Sequence[Mapping[str, Any]]) -> Iterator[_Waiting]:
        for image in images:
            try:
                yield _Waiting(_read(image))
            except InvalidRequest:
                # It stays pending, and must not keep the events behind it from going out.
                self._log.error("unreadable event in the outbox", event=str(image["pk"]["S"]))

    def _put(self, waiting: Sequence[_Waiting]) -> list[_Waiting]:
        """Publish and clear the marks; return what the bus did not take."""
        left: list[_Waiting] = []
        for start in range(0, len(waiting), _PUT_EVENTS_MAX):
            chunk = waiting[start : start + _PUT_EVENTS_MAX]
            with translated():
                answer = self._clients.events.put_events(Entries=[self._entry(each.event) for each in chunk])
            for each, entry in zip(chunk, answer["Entries"], strict=True):
                if "ErrorCode" in entry:
                    left.append(each)
                else:
                    self._clear(each.event)
        return left

    def _entry(self, event: Event) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.type,
            "Detail": canonical(event.to_json()).decode(),
            "Time": event.at,
        }

    def _clear(self, event: Event) -> None:
        from botocore.exceptions import ClientError

        until = int((self._clock.now() + _KEPT).timestamp())
        try:
            with translated():
                self._clients.dynamodb.update_item(
                    TableName=self._outbox,
                    Key={"pk": {"S": event.id}},
                    UpdateExpression="REMOVE pending SET #ttl = :until",
                    ConditionExpression="attribute_exists(pending)",
                    ExpressionAttributeNames={"#ttl": "ttl"},
                    ExpressionAttributeValues={":until": {"N": str(until)}},
                )
        except ClientError as error:
            # Already cleared: the stream and the sweep both came by.
            if code_of(error) != "ConditionalCheckFailedException":
                raise


def _read(image: Mapping[str, Any]) -> Event:
    try:
        return from_json(json.loads(image["event"]["S"]))
    except (KeyError, ValueError) as error:
        raise InvalidRequest from error
