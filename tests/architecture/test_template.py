"""What the template promises of every table, bucket, queue, key and function: the embedded AWS ignores most of it.

Over the source template and the policies; that the merged one is sound is for tests/e2e, which build it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.kernel.errors import (
    AppError,
    Forbidden,
    InvalidRequest,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMedia,
)
from chalicelib.web.errors import UnknownRoute
from tests.architecture.tree import ROOT

TEMPLATE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "template.yaml").read_text(encoding="utf-8"))
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
POLICIES = sorted((ROOT / "infra" / "policies").glob("policy-*.json"))
FUNCTIONS = {
    "api_handler",
    "relay",
    "sweep",
    "record_event",
    "complete_prefill",
    "count_benefits",
    "ingest_upload",
    "settle_warehouse",
    "warehouse_work",
}
WORKERS = {"ingest_upload", "settle_warehouse", "warehouse_work"}
"""Those that open files."""
# Services that take no resource in these actions (Service Authorization Reference).
NEED_A_STAR = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams"}
FAILURES = {"Fn::GetAtt": ["Failures", "Arn"]}
GATEWAY_PROBLEMS = {
    "MISSING_AUTHENTICATION_TOKEN": UnknownRoute.code,
    "ACCESS_DENIED": Forbidden.code,
    "UNAUTHORIZED": Unauthenticated.code,
    "REQUEST_TOO_LARGE": TooLarge.code,
    "UNSUPPORTED_MEDIA_TYPE": UnsupportedMedia.code,
    "THROTTLED": TooManyRequests.code,
    "QUOTA_EXCEEDED": TooManyRequests.code,
    "DEFAULT_4XX": InvalidRequest.code,
    "DEFAULT_5XX": AppError.code,
}
_WEB = json.loads((ROOT / "schemas/messages/web.json").read_text(encoding="utf-8"))
TEXTS: dict[str, dict[str, str]] = _WEB["body"]["texts"]
GATEWAY_LIMIT = 10 * 1024 * 1024


def _of(kind: str) -> list[Any]:
    found = [pytest.param(each, id=name) for name, each in RESOURCES.items() if each.get("Type") == kind]
    assert found, f"the template has no {kind}"
    return found


def _events(kind: str) -> list[dict[str, Any]]:
    """Return the event properties of the functions that have this property."""
    events = [
        event["Properties"] for each in RESOURCES.values() for event in each["Properties"].get("Events", {}).values()
    ]
    return [event for event in events if kind in event]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("table", _of("AWS::DynamoDB::Table"))
def test_a_table_can_be_restored_is_encrypted_expires_and_outlives_the_stack(table: dict[str, Any]) -> None:
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_outbox_has_a_stream_of_new_images_and_a_sparse_index_over_what_waits() -> None:
    outbox = RESOURCES["OutboxTable"]["Properties"]
    assert outbox["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert [index["KeySchema"][0]["AttributeName"] for index in outbox["GlobalSecondaryIndexes"]] == ["pending"]


@pytest.mark.parametrize("bucket", _of("AWS::S3::Bucket"))
def test_a_bucket_is_private_encrypted_versioned_tidy_and_outlives_the_stack(bucket: dict[str, Any]) -> None:
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = properties["LifecycleConfiguration"]["Rules"]
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert bucket["DeletionPolicy"] == "Retain"


def test_every_bucket_and_queue_refuses_what_does_not_come_over_tls() -> None:
    policies = [*_of("AWS::S3::BucketPolicy"), *_of("AWS::SQS::QueuePolicy")]
    covered = set()
    for policy in policies:
        refusals = [
            statement
            for statement in policy.values[0]["Properties"]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
            and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        ]
        assert [statement["Principal"] for statement in refusals] == ["*"]
        covered |= set(_strings(refusals[0]["Resource"]))
    stores = {name for name, each in RESOURCES.items() if each.get("Type") in {"AWS::S3::Bucket", "AWS::SQS::Queue"}}
    assert stores <= covered


@pytest.mark.parametrize("queue", _of("AWS::SQS::Queue"))
def test_a_queue_is_encrypted(queue: dict[str, Any]) -> None:
    assert queue["Properties"]["SqsManagedSseEnabled"] is True


def test_a_queue_that_feeds_a_function_outwaits_it_and_ends_in_the_failure_queue() -> None:
    timeouts = _timeouts()
    for function, resource in RESOURCES.items():
        for event in resource["Properties"].get("Events", {}).values():
            if "Queue" not in event["Properties"]:
                continue
            queue = RESOURCES[event["Properties"]["Queue"]["Fn::GetAtt"][0]]["Properties"]
            assert queue["VisibilityTimeout"] >= 6 * timeouts[function]
            assert queue["RedrivePolicy"]["deadLetterTargetArn"] == FAILURES
            assert 2 <= int(queue["RedrivePolicy"]["maxReceiveCount"]) <= 10


def _timeouts() -> dict[str, int]:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["dev"]["lambda_functions"]
    told = {"".join(part.title() for part in name.split("_")): each["lambda_timeout"] for name, each in config.items()}
    return {
        **told,
        **{name: each["Properties"]["Timeout"] for name, each in RESOURCES.items() if "Timeout" in each["Properties"]},
    }


@pytest.mark.parametrize("key", _of("AWS::KMS::Key"))
def test_a_key_outlives_the_stack_and_rotates_where_it_can(key: dict[str, Any]) -> None:
    properties = key["Properties"]
    assert (key["DeletionPolicy"], properties["PendingWindowInDays"]) == ("Retain", 30)
    assert properties.get("EnableKeyRotation", False) is (properties.get("KeyUsage") is None)


def test_queue_and_stream_sources_take_partial_answers() -> None:
    sources = [*_events("Queue"), *_events("Stream")]
    assert len(sources) == 5
    assert all(source["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for source in sources)


def test_the_stream_retries_a_bounded_number_of_times_halves_a_bad_batch_and_tells_of_what_it_gave_up() -> None:
    (source,) = _events("Stream")
    assert 0 <= source["MaximumRetryAttempts"] <= 10
    assert source["BisectBatchOnFunctionError"] is True
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == FAILURES
    assert json.loads(source["FilterCriteria"]["Filters"][0]["Pattern"]) == {"eventName": ["INSERT"]}


def test_every_rule_retries_a_bounded_time_and_then_sets_aside() -> None:
    targets = [target for rule in _of("AWS::Events::Rule") for target in rule.values[0]["Properties"]["Targets"]]
    for target in [*targets, *_events("Pattern")]:
        assert target["DeadLetterConfig"] == {"Arn": FAILURES}
        assert 0 <= target["RetryPolicy"]["MaximumRetryAttempts"] <= 10
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86400


def test_the_sweeps_run_every_minute_and_a_late_tick_is_not_kept() -> None:
    sources = _events("Schedule")
    assert len(sources) == 2
    for source in sources:
        assert (source["Schedule"], source["RetryPolicy"]["MaximumEventAgeInSeconds"]) == ("rate(1 minute)", 60)


def test_functions_are_traced_and_their_asynchronous_failures_kept() -> None:
    assert TEMPLATE["Globals"]["Function"]["Tracing"] == "Active"
    for name in ("".join(part.title() for part in each.split("_")) for each in FUNCTIONS - {"api_handler"}):
        assert RESOURCES[name]["Properties"]["DeadLetterQueue"]["TargetArn"] == FAILURES


@pytest.mark.parametrize("name", sorted(FUNCTIONS - {"api_handler"}))
def test_who_has_a_dead_letter_queue_may_send_to_it(name: str) -> None:
    """Lambda refuses to make a function whose role may not."""
    policy = json.loads((ROOT / "infra" / "policies" / f"policy-{name}.json").read_text(encoding="utf-8"))
    assert any("sqs:SendMessage" in each["Action"] and each["Resource"] == FAILURES for each in policy["Statement"])


def test_logs_are_kept_for_a_time_and_not_for_ever() -> None:
    assert len(_of("AWS::Logs::LogGroup")) == len(FUNCTIONS)
    assert {group.values[0]["Properties"]["RetentionInDays"] for group in _of("AWS::Logs::LogGroup")} <= {30, 60, 90}


@pytest.mark.parametrize(("kind", "code"), GATEWAY_PROBLEMS.items())
def test_the_gateway_says_what_the_service_would_say(kind: str, code: str) -> None:
    answer = RESOURCES["RestAPI"]["Properties"]["GatewayResponses"][kind]
    said = json.loads(answer["ResponseTemplates"]["application/json"])
    expected: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": TEXTS[code]["vi"],
        "detail": TEXTS[f"{code}.detail"]["vi"].replace("{limit}", str(GATEWAY_LIMIT)),
        "code": code,
        "errors": [],
        "trace_id": "$context.requestId",
    }
    if "StatusCode" in answer:
        expected["status"] = int(answer["StatusCode"])
    assert said == expected
    headers = answer["ResponseParameters"]["Headers"]
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("'application/problem+json'", "'no-store'")


def test_an_unknown_path_is_404_at_the_gateway_as_in_the_service() -> None:
    answers = RESOURCES["RestAPI"]["Properties"]["GatewayResponses"]
    assert answers.keys() == GATEWAY_PROBLEMS.keys()
    assert int(answers["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"]) == UnknownRoute.status


def test_somebody_is_told_of_errors_throttles_lateness_and_failures() -> None:
    alarms = [each.values[0]["Properties"] for each in _of("AWS::CloudWatch::Alarm")]
    measured = {each["MetricName"] for each in alarms if "MetricName" in each}
    measured |= {
        each["MetricStat"]["Metric"]["MetricName"]
        for alarm in alarms
        for each in alarm.get("Metrics", [])
        if "MetricStat" in each
    }
    assert measured >= {
        "Errors",
        "Throttles",
        "IteratorAge",
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "5XXError",
    }
    assert all(alarm["AlarmActions"] and alarm["AlarmDescription"] for alarm in alarms)


def test_the_environment_names_things_and_holds_no_secret() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert all(isinstance(value, dict) for value in variables.values()), "settings are references, never text"
    assert not [
        name for name in variables if any(word in name for word in ("SECRET", "TOKEN", "PASSWORD", "CREDENTIAL"))
    ]


def test_each_function_has_one_policy_of_its_own() -> None:
    assert {path.stem.removeprefix("policy-") for path in POLICIES} == FUNCTIONS


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_policy_names_actions_and_resources(path: Path) -> None:
    for statement in json.loads(path.read_text())["Statement"]:
        actions = statement["Action"]
        assert statement["Effect"] == "Allow"
        assert not [action for action in actions if "*" in action]
        if statement["Resource"] == "*":
            assert set(actions) <= NEED_A_STAR
        else:
            assert set(_strings(statement["Resource"])) & RESOURCES.keys() or statement["Sid"] == "OwnLogs"


def test_only_those_who_need_it_open_citizens_keys_publish_or_write_the_event_log() -> None:
    allowed: dict[str, set[str]] = {}
    for path in POLICIES:
        for statement in json.loads(path.read_text())["Statement"]:
            for action in statement["Action"]:
                allowed.setdefault(action, set()).add(path.stem.removeprefix("policy-"))
    assert allowed["kms:Decrypt"] == allowed["kms:GenerateDataKey"] == {"api_handler", "complete_prefill", *WORKERS}
    assert allowed["events:PutEvents"] == {"relay", "sweep"}
    assert allowed["s3:PutObject"] == {"record_event", "api_handler", *WORKERS}
    assert not [action for action in allowed if action.startswith(("iam:", "sts:", "lambda:", "kms:Schedule"))]


def test_only_what_opens_files_takes_what_was_put_unchecked_and_writes_what_was_checked() -> None:
    doing: dict[str, set[tuple[str, str]]] = {}
    for path in POLICIES:
        for statement in json.loads(path.read_text())["Statement"]:
            for bucket in set(_strings(statement["Resource"])) & {"UploadsBucket", "DocumentsBucket", "EventsBucket"}:
                function = path.stem.removeprefix("policy-")
                doing.setdefault(bucket, set()).update((function, action) for action in statement["Action"])
    looks = {"s3:GetObject", "s3:ListBucket", "s3:PutObject"}  # the heads of objects, and tickets
    assert {action for function, action in doing["UploadsBucket"] if function == "api_handler"} == looks
    assert {function for function, action in doing["UploadsBucket"] if action == "s3:PutObject"} == {"api_handler"}
    assert {function for function, _ in doing["UploadsBucket"]} == {"api_handler", *WORKERS}
    assert {function for function, action in doing["DocumentsBucket"] if action != "s3:GetObject"} == WORKERS
    assert {function for function, _ in doing["EventsBucket"]} == {"record_event"}
