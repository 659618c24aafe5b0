"""What Lambda gives a handler besides its event: the context, and the event envelopes of each source.

Knows AWS's shapes; must not know what any handler does with them.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from chalice.app import Chalice
from chalice.local import LambdaContext

from chalicelib.kernel.clock import iso

EventDict: TypeAlias = dict[str, Any]

REGION = "ap-southeast-1"
ACCOUNT = "000000000000"


def invoke(app: Chalice, function: str, event: EventDict, timeout: float) -> Any:  # noqa: ANN401 - what the handler says
    """Call a handler of the app by its Chalice name, with `timeout` seconds on its context; what it raises goes on."""
    context = LambdaContext(function, memory_size=512, max_runtime_ms=int(timeout * 1000))
    return app.handler_map[function](event, context)


def sqs_event(messages: list[Mapping[str, Any]], queue_arn: str) -> EventDict:
    """Write received messages as Lambda hands them over (Lambda guide, "Using Lambda with Amazon SQS")."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": dict(message.get("Attributes", {})),
                "messageAttributes": {},
                "md5OfBody": message.get("MD5OfBody", ""),
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": REGION,
            }
            for message in messages
        ]
    }


def stream_event(records: list[Mapping[str, Any]], stream_arn: str) -> EventDict:
    """Write stream records as Lambda hands them over: the creation time is a number, the stream is named."""
    return {"Records": [_stream_record(record, stream_arn) for record in records]}


def _stream_record(record: Mapping[str, Any], stream_arn: str) -> EventDict:
    body = dict(record["dynamodb"])
    created = body.get("ApproximateCreationDateTime")
    if isinstance(created, datetime):
        body["ApproximateCreationDateTime"] = created.timestamp()
    return {**record, "dynamodb": body, "eventSourceARN": stream_arn}


def schedule_event(function: str, at: datetime) -> EventDict:
    """Write the tick of a schedule as EventBridge sends it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": iso(at),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{function}"],
        "detail": {},
    }
