"""Delivers what waits in a home the way AWS would, one step when a test says so; nothing runs by itself."""

from collections.abc import Mapping
from typing import Any

from tests.support.aws import Home

_FROM_THE_START = "TRIM_HORIZON"


def stream_records(home: Home) -> list[Mapping[str, Any]]:
    """Return all records of the outbox stream so far, as Lambda's event holds them."""
    streams = home.client("dynamodbstreams")
    arn = home.wiring.stream_arn
    records: list[Mapping[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=_FROM_THE_START
        )["ShardIterator"]
        records += streams.get_records(ShardIterator=iterator)["Records"]
    return records


def queue_records(home: Home, url: str) -> list[Mapping[str, Any]]:
    """Receive up to ten messages, as Lambda's event holds them; they stay in flight until they are taken out."""
    answer = home.clients.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"], VisibilityTimeout=0
    )
    arn = home.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "eventSourceARN": arn,
        }
        for message in answer.get("Messages", [])
    ]


def take_out(home: Home, url: str, records: list[Mapping[str, Any]]) -> None:
    """Delete received messages, as Lambda does for those that are done."""
    for record in records:
        home.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])
