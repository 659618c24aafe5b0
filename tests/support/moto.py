"""moto made honest enough for a sequential contract suite; the service never knows of it.

Plain moto loses updates between threads, copies a whole table for each transaction (so open stream iterators die
with the first cancelled one) and ignores ClientRequestToken. Here calls are one after the other, a transaction is
checked first and applied after, and a token's second call does nothing. An access key of 12 digits is an account of
its own, as on ministack. `tests/contract/test_moto_shim.py` fails when an upgrade moves what this relies on.
"""

import re
import threading
from functools import cache
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.responses import ActionResult
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import ConditionalCheckFailed, DynamodbException, TransactionCanceledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.responses import DynamoHandler
from moto.kms import models as kms_models

_ACCOUNT = re.compile(r"Credential=(\d{12})/")
_LOCK = threading.RLock()
_TOKENS: dict[tuple[str, str], list[dict[str, Any]]] = {}


class _TokenUsedOtherwise(DynamodbException):
    def __init__(self) -> None:
        kind = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"
        super().__init__(error_type=kind, message="token already used with another request")


@cache
def install() -> None:
    """Lay the shim over moto, once per process."""
    one_by_one(BotocoreStubber)
    DynamoDBBackend.transact_write_items = _transact  # type: ignore[method-assign]
    remember_tokens(DynamoHandler)
    # moto makes an RSA key for every KMS key, and uses it for those that sign: we have none, and it is the slow part.
    kms_models.generate_private_key = cache(kms_models.generate_private_key)  # type: ignore[attr-defined]


def one_by_one(stubber: type[BotocoreStubber]) -> None:
    original = stubber.process_request

    def process_request(self: BotocoreStubber, request: AWSPreparedRequest) -> Any:  # noqa: ANN401 - moto's own type
        authorization = request.headers.get("Authorization", b"")
        text = authorization.decode() if isinstance(authorization, bytes) else str(authorization)
        if found := _ACCOUNT.search(text):
            request.headers["x-moto-account-id"] = found[1]
        with _LOCK:
            return original(self, request)

    stubber.process_request = process_request  # type: ignore[method-assign]


def remember_tokens(handler: type[DynamoHandler]) -> None:
    original = handler.transact_write_items

    def transact_write_items(self: DynamoHandler) -> ActionResult:
        token = self.body.get("ClientRequestToken")
        name = (self.current_account, token)
        if token and name in _TOKENS:
            if _TOKENS[name] != self.body["TransactItems"]:
                raise _TokenUsedOtherwise
            return ActionResult({})
        answer = original(self)
        if token:
            _TOKENS[name] = self.body["TransactItems"]
        return answer

    handler.transact_write_items = transact_write_items  # type: ignore[method-assign]


def _transact(self: DynamoDBBackend, transact_items: list[dict[str, dict[str, Any]]]) -> None:
    reasons = [_refusal(self, *entry) for each in transact_items for entry in each.items()]
    if any(reason[0] for reason in reasons):
        raise TransactionCanceledException(reasons)
    for each in transact_items:
        ((kind, operation),) = each.items()
        if kind == "Put":
            self.put_item(operation["TableName"], operation["Item"])
        elif kind == "Delete":
            self.delete_item(operation["TableName"], operation["Key"])
        elif kind != "ConditionCheck":
            raise NotImplementedError(kind)


def _refusal(
    backend: DynamoDBBackend, _: str, operation: dict[str, Any]
) -> tuple[str, str, None] | tuple[None, None, None]:
    table = backend.get_table(operation["TableName"])
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    source = operation.get("Item") or operation["Key"]
    current = backend.get_item(operation["TableName"], {name: source[name] for name in names})
    condition = get_filter_expression(
        operation.get("ConditionExpression"),
        operation.get("ExpressionAttributeNames"),
        operation.get("ExpressionAttributeValues"),
    )
    if condition.expr(current):
        return (None, None, None)
    failed = ConditionalCheckFailed()
    return ("ConditionalCheckFailed", str(failed.message), None)
