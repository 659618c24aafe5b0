"""What the embedded AWS passes over in silence: backups, encryption, life cycles, least privilege. Read from the files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.provision import TEMPLATE, handler_name, template

_POLICIES = sorted((TEMPLATE.parent / "policies").glob("policy-*.json"))
_FUNCTIONS = {"APIHandler", "Relay", "Sweep", "RecordEvent", "CompletePrefill"}
_GENERATED = {*_FUNCTIONS, "RestAPI"}
_FAILURES = {"Fn::GetAtt": ["Failures", "Arn"]}


def of(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template()["Resources"].items():
        if resource.get("Type") == kind:
            yield name, resource


def nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def test_tables_are_backed_up_encrypted_expiring_and_kept() -> None:
    found = dict(of("AWS::DynamoDB::Table"))
    assert set(found) == {"StateTable", "OutboxTable"}
    for resource in found.values():
        properties = resource["Properties"]
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
        assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_only_the_outbox_has_a_stream() -> None:
    streams = {name: each["Properties"].get("StreamSpecification") for name, each in of("AWS::DynamoDB::Table")}
    assert streams == {"StateTable": None, "OutboxTable": {"StreamViewType": "NEW_IMAGE"}}


def test_buckets_are_private_encrypted_versioned_kept_and_over_tls_only() -> None:
    guarded = {each["Properties"]["Bucket"]["Ref"]: each["Properties"] for _, each in of("AWS::S3::BucketPolicy")}
    for name, resource in of("AWS::S3::Bucket"):
        properties = resource["Properties"]
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(properties["PublicAccessBlockConfiguration"]) == 4
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert properties["LifecycleConfiguration"]["Rules"]
        assert resource["DeletionPolicy"] == "Retain"
        (statement,) = guarded[name]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_queues_are_encrypted_and_end_in_the_failure_queue() -> None:
    for name, resource in of("AWS::SQS::Queue"):
        properties = resource["Properties"]
        assert properties["SqsManagedSseEnabled"] is True
        if name != "Failures":
            assert properties["RedrivePolicy"]["deadLetterTargetArn"] == _FAILURES


def test_every_rule_and_function_has_the_failure_queue_behind_it() -> None:
    for _, resource in of("AWS::Events::Rule"):
        for target in resource["Properties"]["Targets"]:
            assert target["DeadLetterConfig"]["Arn"] == _FAILURES
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    for name in _FUNCTIONS - {"APIHandler"}:
        assert template()["Resources"][name]["Properties"]["DeadLetterQueue"]["TargetArn"] == _FAILURES


def test_batches_fail_record_by_record_and_within_a_bound() -> None:
    relay = template()["Resources"]["Relay"]["Properties"]["Events"]["RelayDynamodbEventSource"]["Properties"]
    completion = template()["Resources"]["CompletePrefill"]["Properties"]["Events"]["CompletePrefillSqsEventSource"]
    for source in (relay, completion["Properties"]):
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert relay["BisectBatchOnFunctionError"] is True
    assert relay["MaximumRetryAttempts"] == 10
    assert relay["DestinationConfig"]["OnFailure"]["Destination"] == _FAILURES
    assert [json.loads(each["Pattern"]) for each in relay["FilterCriteria"]["Filters"]] == [{"eventName": ["INSERT"]}]


def test_the_data_key_rotates_and_both_keys_are_kept() -> None:
    found = dict(of("AWS::KMS::Key"))
    assert found["DataKey"]["Properties"]["EnableKeyRotation"] is True
    assert found["MacKey"]["Properties"]["KeyUsage"] == "GENERATE_VERIFY_MAC"
    assert {each["DeletionPolicy"] for each in found.values()} == {"Retain"}


def test_every_function_keeps_its_logs_for_a_bounded_time() -> None:
    groups = [each["Properties"] for _, each in of("AWS::Logs::LogGroup")]
    assert {each["LogGroupName"]["Fn::Join"][1][1]["Ref"] for each in groups} == _FUNCTIONS
    assert all(0 < each["RetentionInDays"] <= 400 for each in groups)


def test_what_the_gateway_answers_itself_is_a_problem_document() -> None:
    answers = {
        each["Properties"]["ResponseType"]: each["Properties"] for _, each in of("AWS::ApiGateway::GatewayResponse")
    }
    assert answers["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == "404"
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "REQUEST_TOO_LARGE", "THROTTLED", "UNAUTHORIZED"} <= set(answers)
    for each in answers.values():
        assert each["ResponseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        problem = json.loads(each["ResponseTemplates"]["application/json"].replace("$context.status", "400"))
        assert {"type", "title", "status", "code", "trace_id"} <= set(problem)


def test_intrinsics_are_long_form_and_name_things_that_are_there() -> None:
    known = {*template()["Resources"], *template()["Parameters"], *_GENERATED}
    policies = [json.loads(path.read_text(encoding="utf-8")) for path in _POLICIES]
    for node in nodes([template(), policies]):
        assert "Fn::Sub" not in node
        if isinstance(node.get("Ref"), str):
            assert node["Ref"] in known or node["Ref"].startswith("AWS::")
        if "Fn::GetAtt" in node:
            assert node["Fn::GetAtt"][0] in known


def test_each_function_has_a_policy_of_its_own() -> None:
    wanted = {"api_handler" if name == "APIHandler" else handler_name(name) for name in _FUNCTIONS}
    assert {path.stem.removeprefix("policy-") for path in _POLICIES} == wanted


@pytest.mark.parametrize("path", _POLICIES, ids=lambda path: path.stem)
def test_a_policy_allows_named_actions_on_named_things(path: Path) -> None:
    # Tracing and the list of streams cannot be narrowed to a resource.
    anywhere = {"dynamodb:ListStreams", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}
    for statement in json.loads(path.read_text(encoding="utf-8"))["Statement"]:
        assert all(re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action) for action in statement["Action"])
        assert statement["Resource"] != "*" or set(statement["Action"]) <= anywhere


def test_citizens_keys_are_used_only_in_a_citizens_name() -> None:
    for path in _POLICIES:
        for statement in json.loads(path.read_text(encoding="utf-8"))["Statement"]:
            if "kms:Decrypt" in statement["Action"]:
                assert statement["Condition"]["Null"] == {"kms:EncryptionContext:citizen": "false"}
