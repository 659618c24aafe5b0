"""The shim over moto: that it still fits, and that it does what the contract suite relies on."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.responses import DynamoHandler
from moto.kms import models as kms_models

from tests.support import moto as shim
from tests.support.aws import Home, fresh_home
from tests.support.deliver import stream_records


def _put(table: str, key: str, **condition: str) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": {"pk": {"S": key}, "event": {"S": "{}"}}, **condition}}


@pytest.fixture
def outbox(simulated: Home) -> str:
    return simulated.settings.outbox_table


def test_moto_still_has_what_the_shim_is_laid_over(moto_engine: None) -> None:  # noqa: ARG001 - laid by it
    assert list(inspect.signature(DynamoDBBackend.transact_write_items).parameters) == ["self", "transact_items"]
    assert DynamoDBBackend.transact_write_items.__module__ == shim.__name__
    assert DynamoHandler.transact_write_items.__module__ == shim.__name__
    assert BotocoreStubber.process_request.__module__ == shim.__name__
    for name in ("get_item", "put_item", "delete_item", "get_table"):
        assert callable(getattr(DynamoDBBackend, name))
    assert hasattr(kms_models.generate_private_key, "cache_info")  # type: ignore[attr-defined]


def test_a_token_used_twice_writes_once_and_with_other_writes_is_refused(simulated: Home, outbox: str) -> None:
    client = simulated.clients.dynamodb
    once: Any = [_put(outbox, "1", ConditionExpression="attribute_not_exists(pk)")]
    client.transact_write_items(TransactItems=once, ClientRequestToken="t1")
    client.transact_write_items(TransactItems=once, ClientRequestToken="t1")
    other: Any = [_put(outbox, "2")]
    with pytest.raises(ClientError) as refused:
        client.transact_write_items(TransactItems=other, ClientRequestToken="t1")
    assert refused.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_a_cancelled_transaction_leaves_no_trace_in_an_open_stream(simulated: Home, outbox: str) -> None:
    client = simulated.clients.dynamodb
    client.transact_write_items(TransactItems=[_put(outbox, "1")])  # type: ignore[list-item]
    refused: Any = [_put(outbox, "2"), _put(outbox, "1", ConditionExpression="attribute_not_exists(pk)")]
    with pytest.raises(ClientError) as cancelled:
        client.transact_write_items(TransactItems=refused)
    assert [each["Code"] for each in cancelled.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    client.transact_write_items(TransactItems=[_put(outbox, "3")])  # type: ignore[list-item]
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in stream_records(simulated)] == ["1", "3"]


def test_sixteen_threads_have_one_winner_per_key(simulated: Home, outbox: str) -> None:
    client = simulated.clients.dynamodb

    def try_first(key: str) -> bool:
        try:
            client.put_item(TableName=outbox, Item={"pk": {"S": key}}, ConditionExpression="attribute_not_exists(pk)")
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(try_first, [str(number % 20) for number in range(320)]))
    assert sum(won) == 20


def test_two_access_keys_are_two_accounts(simulated: Home) -> None:
    with fresh_home(None) as other:
        other.clients.dynamodb.put_item(TableName=other.settings.outbox_table, Item={"pk": {"S": "1"}})
        mine = simulated.clients.dynamodb.scan(TableName=simulated.settings.outbox_table)
    assert mine["Count"] == 0
