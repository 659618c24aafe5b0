"""Deliveries from a table's stream, as Lambda's poller makes them: in order, retried a bounded number of times.

Must not know what the records mean.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infra.local.deliveries import Manner, Target
from infra.local.faults import Fate
from infra.local.lambdas import EventDict, stream_event

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

_ATTEMPTS = 3


class StreamDelivery:
    """A table's stream: inserts only, in order; a failing batch again from its first failure, then given up.

    What is given up goes where AWS's failure destination would get it: where the records were, not what they held.
    """

    def __init__(
        self, streams: "DynamoDBStreamsClient", arn: str, target: Target, manner: Manner, batch: int = 100
    ) -> None:
        self._streams, self._arn, self._target, self._manner, self._batch = streams, arn, target, manner, batch
        self._iterators: dict[str, str | None] = {}
        self._waiting: list[Mapping[str, Any]] = []
        self._attempts = 0

    def step(self) -> int:
        """Read what is new, then deliver one batch of what waits."""
        self._read()
        taken, rest = self._waiting[: self._batch], self._waiting[self._batch :]
        if not taken:
            return 0
        if self._attempts:  # a batch that failed comes again as it was
            fate: Fate[Mapping[str, Any]] = Fate([taken], [], [])
        else:
            fate = self._manner.faults.apply(taken)
        undone: list[Mapping[str, Any]] = []
        for batch in fate.batches:
            undone += self._deliver(batch)
        self._attempts = self._attempts + 1 if undone else 0
        if self._attempts >= _ATTEMPTS:
            self._target.gave_up(self._failure(undone))
            undone, self._attempts = [], 0
        self._waiting = [*undone, *rest, *fate.later]
        return sum(map(len, fate.batches))

    def _deliver(self, records: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the records from the first that is not done."""
        try:
            answer = self._target.call(stream_event(records, self._arn))
        except Exception as error:  # noqa: BLE001 - Lambda's runtime takes any error: the batch is not done
            self._target.failed(error)
            return records
        named = {item.get("itemIdentifier") for item in (answer or {}).get("batchItemFailures", [])}
        if not named:
            return []
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        first = min((place for place, number in enumerate(numbers) if number in named), default=0)
        return records[first:]

    def _read(self) -> None:
        for shard in self._shards():
            iterator = self._iterators.get(shard)
            if iterator is None:
                continue
            page = self._streams.get_records(ShardIterator=iterator, Limit=1000)
            self._iterators[shard] = page.get("NextShardIterator")
            self._waiting.extend(record for record in page["Records"] if record.get("eventName") == "INSERT")

    def _shards(self) -> list[str]:
        if all(iterator is None for iterator in self._iterators.values()):
            stream = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
            for shard in stream.get("Shards", []):
                name = shard["ShardId"]
                if name not in self._iterators:
                    self._iterators[name] = self._streams.get_shard_iterator(
                        StreamArn=self._arn, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                    )["ShardIterator"]
        return list(self._iterators)

    def _failure(self, records: list[Mapping[str, Any]]) -> EventDict:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        return {
            "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": _ATTEMPTS},
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(numbers),
                "streamArn": self._arn,
            },
        }
