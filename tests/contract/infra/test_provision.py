"""What the template describes comes to be on each engine, and twice is once."""

import json

import pytest

from infra.local.provision import handler_name, provision, template
from tests.support.aws import Home


def test_provisioning_twice_changes_nothing(home: Home) -> None:
    parameters = {"Stage": "local", "Issuers": "[]", "NgspUrl": "http://ngsp.invalid", "LgspUrl": "http://lgsp.invalid"}
    assert provision(home.clients, parameters) == home.provisioned


def test_settings_are_whole(home: Home) -> None:
    assert (home.settings.stage, home.settings.bus) == ("local", "motlan-local")
    assert home.settings.data_key != home.settings.mac_key


def test_every_source_in_the_template_is_wired(home: Home) -> None:
    assert set(home.wiring.queues) == {
        "record_event",
        "complete_prefill",
        "count_benefits",
        "ingest_upload",
        "warehouse_work",
    }
    assert home.wiring.schedules == {"sweep": 60, "settle_warehouse": 60}
    assert home.settings.outbox_table in home.wiring.stream_arn


def test_every_queue_but_the_last_ends_in_the_failure_queue(home: Home) -> None:
    for url in home.wiring.queues.values():
        answer = home.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        policy = json.loads(answer["Attributes"]["RedrivePolicy"])
        assert policy["deadLetterTargetArn"].endswith(home.settings.failure_queue_url.rpartition("/")[2])


def test_items_expire_where_the_template_says(home: Home) -> None:
    for table in (home.settings.state_table, home.settings.outbox_table):
        answer = home.clients.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        assert answer == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


@pytest.mark.parametrize(
    ("function", "handler"),
    [
        ("RecordEvent", "record_event"),
        ("Sweep", "sweep"),
        ("CompletePrefill", "complete_prefill"),
        ("CountBenefits", "count_benefits"),
        ("IngestUpload", "ingest_upload"),
        ("SettleWarehouse", "settle_warehouse"),
        ("WarehouseWork", "warehouse_work"),
    ],
)
def test_a_function_is_named_after_its_handler(function: str, handler: str) -> None:
    assert handler_name(function) == handler
    assert function in template()["Resources"]
