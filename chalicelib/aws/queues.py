"""The failure queue: where messages that cannot be worked are kept with their reason, seen, and sent back.

Four kinds of message end here: parked by a consumer (attributes `reason`, `origin`, `consumer`), moved by SQS itself
after too many receives (it names the origin), events that the bus or Lambda could not deliver (the body is the bus
envelope: it goes on the bus again), and notes about a stream batch (its events are still in the outbox, so the sweep
carries them and the note may go).
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import translated
from chalicelib.aws.outbox import SOURCE
from chalicelib.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_SQS_MAX = 10
_SEEN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Parked:
    """A message in the failure queue. `origin` is the ARN of the queue it came from, empty when there is none."""

    id: str
    reason: str
    origin: str
    body: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a replay: sent back to a queue or the bus, dropped as carried elsewhere, or left."""

    sent: int = 0
    dropped: int = 0
    left: int = 0


class FailureQueue:
    """One queue for all failures of the service."""

    def __init__(self, clients: Clients, url: str, bus: str) -> None:
        self._clients = clients
        self._url = url
        self._bus = bus

    def park(self, body: str, *, reason: str, origin: str, consumer: str) -> None:
        """Keep a message with the code of why and the ARN of where from. Raises StoreUnavailable."""
        attributes = {"reason": reason, "origin": origin, "consumer": consumer}
        with translated():
            self._clients.sqs.send_message(
                QueueUrl=self._url,
                MessageBody=body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
                },
            )

    def listed(self, limit: int = 100) -> tuple[Parked, ...]:
        """Return up to that many messages and leave them where they are. Raises StoreUnavailable."""
        found = tuple(self._received(limit))
        for each in found:
            self._show(each)
        return found

    def replay(self, limit: int = 100, reason: str | None = None) -> Replayed:
        """Send up to that many messages back to where they came from, all or those of one reason.

        Each is sent before it is taken out, so a crash between repeats it. Raises StoreUnavailable.
        """
        sent = dropped = left = 0
        for each in tuple(self._received(limit)):
            if reason is not None and each.reason != reason:
                self._show(each)
                left += 1
            elif _carried_by_sweep(each.body):
                self._take_out(each)
                dropped += 1
            elif self._send_back(each):
                self._take_out(each)
                sent += 1
            else:
                self._show(each)
                left += 1
        return Replayed(sent, dropped, left)

    def _received(self, limit: int) -> Iterator[Parked]:
        seen = 0
        while seen < limit:
            with translated():
                answer = self._clients.sqs.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=min(_SQS_MAX, limit - seen),
                    VisibilityTimeout=_SEEN_SECONDS,
                    MessageSystemAttributeNames=["All"],
                    MessageAttributeNames=["All"],
                )
            messages = answer.get("Messages", [])
            if not messages:
                return
            seen += len(messages)
            yield from (_parked(message) for message in messages)

    def _send_back(self, parked: Parked) -> bool:
        if parked.origin:
            with translated():
                url = self._clients.sqs.get_queue_url(QueueName=parked.origin.rpartition(":")[2])["QueueUrl"]
                self._clients.sqs.send_message(QueueUrl=url, MessageBody=parked.body)
            return True
        envelope = _json(parked.body)
        if envelope.get("source") != SOURCE or not isinstance(envelope.get("detail"), dict):
            return False
        entry = {"Source": SOURCE, "DetailType": str(envelope.get("detail-type")), "EventBusName": self._bus}
        with translated():
            answer = self._clients.events.put_events(
                Entries=[{**entry, "Detail": json.dumps(envelope["detail"], ensure_ascii=False)}]  # type: ignore[typeddict-item]
            )
        return answer["FailedEntryCount"] == 0

    def _show(self, parked: Parked) -> None:
        with translated():
            self._clients.sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=parked.receipt, VisibilityTimeout=0
            )

    def _take_out(self, parked: Parked) -> None:
        with translated():
            self._clients.sqs.delete_message(QueueUrl=self._url, ReceiptHandle=parked.receipt)


def _parked(message: "MessageTypeDef") -> Parked:
    ours = {name: each.get("StringValue", "") for name, each in message.get("MessageAttributes", {}).items()}
    redriven = message.get("Attributes", {}).get("DeadLetterQueueSourceArn", "")
    reason = ours.get("reason") or ours.get("ERROR_CODE") or ("received_too_often" if redriven else "undelivered")
    origin = ours.get("origin") or redriven or _target(ours)
    return Parked(message["MessageId"], reason, origin, message["Body"], message["ReceiptHandle"])


def _target(attributes: Mapping[str, str]) -> str:
    """Return the queue that a rule of the bus could not deliver to (EventBridge, "dead-letter queues"), if it was one.

    What S3 says cannot go on a bus again: nobody but AWS says `aws.s3`.
    """
    target = attributes.get("TARGET_ARN", "")
    return target if ":sqs:" in target else ""


def _carried_by_sweep(body: str) -> bool:
    return "DDBStreamBatchInfo" in _json(body)


def _json(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
