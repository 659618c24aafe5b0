"""Deliveries from SQS: a queue with partial-batch answers, and the queue that stands in for a bus rule's delivery.

Acknowledges as Lambda's poller does; must not know what the messages mean.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infra.local.deliveries import Manner, Target
from infra.local.lambdas import sqs_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class QueueDelivery:
    """An SQS queue with partial-batch answers (ReportBatchItemFailures); a handler that raises fails the batch."""

    def __init__(self, sqs: "SQSClient", url: str, target: Target, manner: Manner, batch: int = 10) -> None:
        self._sqs, self._url, self._target, self._manner, self._batch = sqs, url, target, manner, batch
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        self._arn = attributes["QueueArn"]

    def step(self) -> int:
        """Receive one batch and deliver it."""
        received = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._batch,
            WaitTimeSeconds=self._manner.wait,
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        messages: dict[str, Mapping[str, Any]] = {message["MessageId"]: message for message in received}
        fate = self._manner.faults.apply(list(messages))
        kept = set(fate.later) | set(fate.lost)
        for names in fate.batches:
            kept |= self._deliver([messages[name] for name in names])
        for name, message in messages.items():
            self._settle(message, keep=name in kept)
        return len(messages)

    def _deliver(self, messages: list[Mapping[str, Any]]) -> set[str]:
        """Return the ids of the messages that are not done."""
        ids = {str(message["MessageId"]) for message in messages}
        try:
            answer = self._target.call(sqs_event(messages, self._arn))
        except Exception as error:  # noqa: BLE001 - Lambda's runtime takes any error: the batch is not done
            self._target.failed(error)
            return ids
        named = {str(item.get("itemIdentifier")) for item in (answer or {}).get("batchItemFailures", [])}
        return ids if named - ids else named

    def _settle(self, message: Mapping[str, Any], *, keep: bool) -> None:
        handle = message["ReceiptHandle"]
        if not keep:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        elif self._manner.retry is not None:
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=self._manner.retry
            )


class BusDelivery(QueueDelivery):
    """A bus rule with a Lambda target: a queue stands in for the rule's own delivery, one event an invocation."""

    def _deliver(self, messages: list[Mapping[str, Any]]) -> set[str]:
        kept = set()
        for message in messages:
            try:
                self._target.call(json.loads(message["Body"]))
            except Exception as error:  # noqa: BLE001 - as above: the event is not done
                self._target.failed(error)
                kept.add(str(message["MessageId"]))
        return kept
