"""Makes what infra/template.yaml describes on an embedded AWS, by plain calls, as often as one likes.

For homes without a stack: `make run` and the tests, on ministack or moto. Rules whose target is a function get a
queue in its stead, for the pump to drain. Left out is what changes nothing there: backups, encryption at rest,
life cycles, policies, alarms; tests over the template itself hold those.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import code_of
from chalicelib.kernel.errors import Misconfigured

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
_THERE_ALREADY = frozenset(
    {"BucketAlreadyExists", "BucketAlreadyOwnedByYou", "ResourceAlreadyExistsException", "ResourceInUseException"}
)
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_TABLE_PROPERTIES = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
_QUEUE_PROPERTIES = ("VisibilityTimeout", "MessageRetentionPeriod")
_STAND_IN_RECEIVES = 3
"""Lambda tries an event of a rule three times before it sets it aside."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What feeds the handlers, by handler name: queue URLs (own, or standing in for a rule), seconds of schedules."""

    queues: Mapping[str, str]
    stream_arn: str
    schedules: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Provisioned:
    """The environment that `Settings.from_env` reads, and the wiring that the pump follows."""

    environment: Mapping[str, str]
    wiring: Wiring


def provision(clients: Clients, parameters: Mapping[str, str]) -> Provisioned:
    """Make what is missing in the account of `clients`; what is there already is kept.

    `parameters` are those of the template (Stage, Issuers, NgspUrl, …), its defaults standing for the others.
    """
    described = template()
    defaults = {name: str(each.get("Default", "")) for name, each in described["Parameters"].items()}
    made = _Account(clients, {**defaults, **parameters})
    wiring = made.make(described["Resources"])
    variables = described["Globals"]["Function"]["Environment"]["Variables"]
    return Provisioned({name: made.value(value) for name, value in variables.items()}, wiring)


@cache
def template() -> dict[str, Any]:
    """Read the template once per process."""
    document: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    return document


class _Account:
    """One account being filled: what exists so far, by logical id, for `Ref` and `Fn::GetAtt`."""

    def __init__(self, clients: Clients, parameters: Mapping[str, str]) -> None:
        self._clients = clients
        self._refs = dict(parameters)
        self._attributes: dict[tuple[str, str], str] = {}
        self._prefix = f"motlan-{parameters['Stage']}"

    def make(self, resources: Mapping[str, Any]) -> Wiring:
        # Queues without a redrive policy come first: the others name them.
        makers: Mapping[str, Callable[[str, Mapping[str, Any]], None]] = {
            "AWS::SQS::Queue": self._queue,
            "AWS::DynamoDB::Table": self._table,
            "AWS::S3::Bucket": self._bucket,
            "AWS::KMS::Key": self._key,
            "AWS::Events::EventBus": self._bus,
            "AWS::Events::Rule": self._queue_rule,
        }
        for kind, maker in makers.items():
            found = [(name, each["Properties"]) for name, each in resources.items() if each.get("Type") == kind]
            for name, properties in sorted(found, key=lambda each: "RedrivePolicy" in each[1]):
                maker(name, properties)
        return self._wire(resources)

    def value(self, described: Any) -> str:  # noqa: ANN401 - a piece of the template
        """Resolve the intrinsics that the template uses where a value matters here."""
        match described:
            case str() | int():
                return str(described)
            case {"Ref": name}:
                return self._refs[name]
            case {"Fn::GetAtt": [name, attribute]}:
                return self._attributes[name, attribute]
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.value(part) for part in parts)
        raise Misconfigured(setting="template")

    def _wire(self, resources: Mapping[str, Any]) -> Wiring:
        queues: dict[str, str] = {}
        schedules: dict[str, int] = {}
        streams: list[str] = []
        for function, event in _function_events(resources):
            match event["Properties"]:
                case {"Queue": {"Fn::GetAtt": [queue, _]}}:
                    queues[handler_name(function)] = self._refs[queue]
                case {"Pattern": pattern, "EventBusName": bus}:
                    queues[handler_name(function)] = self._stand_in(function, bus, pattern)
                case {"Schedule": rate}:
                    schedules[handler_name(function)] = _seconds(rate)
                case {"Stream": stream}:
                    streams.append(self.value(stream))
        (stream_arn,) = streams
        return Wiring(queues, stream_arn, schedules)

    def _queue(self, name: str, properties: Mapping[str, Any]) -> None:
        attributes = {each: str(properties[each]) for each in _QUEUE_PROPERTIES if each in properties}
        if redrive := properties.get("RedrivePolicy"):
            target = self.value(redrive["deadLetterTargetArn"])
            attributes["RedrivePolicy"] = _redrive(target, redrive["maxReceiveCount"])
        physical = f"{self._prefix}-{name.lower()}"
        url = self._clients.sqs.create_queue(QueueName=physical, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]
        self._refs["AWS::AccountId"] = account = url.split("/")[-2]
        self._refs[name] = url
        self._attributes[name, "Arn"] = f"arn:aws:sqs:{self._clients.sqs.meta.region_name}:{account}:{physical}"

    def _table(self, name: str, properties: Mapping[str, Any]) -> None:
        physical = self._refs[name] = f"{self._prefix}-{name.lower()}"
        options = {each: properties[each] for each in _TABLE_PROPERTIES if each in properties}
        if stream := properties.get("StreamSpecification"):
            options["StreamSpecification"] = {"StreamEnabled": True, **stream}
        if made := _unless_there(lambda: self._clients.dynamodb.create_table(TableName=physical, **options)):
            described = made["TableDescription"]
            ttl = properties["TimeToLiveSpecification"]
            self._clients.dynamodb.update_time_to_live(TableName=physical, TimeToLiveSpecification=ttl)
        else:
            described = self._clients.dynamodb.describe_table(TableName=physical)["Table"]
        self._attributes[name, "StreamArn"] = described.get("LatestStreamArn", "")

    def _bucket(self, name: str, properties: Mapping[str, Any]) -> None:
        # Bucket names are one space for all accounts.
        physical = self._refs[name] = f"{self._prefix}-{name.lower()}-{self._refs['AWS::AccountId']}"
        region: Any = self._clients.s3.meta.region_name
        options: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        _unless_there(lambda: self._clients.s3.create_bucket(Bucket=physical, **options))
        if "VersioningConfiguration" in properties:
            versioning: Any = properties["VersioningConfiguration"]
            self._clients.s3.put_bucket_versioning(Bucket=physical, VersioningConfiguration=versioning)
        if "NotificationConfiguration" in properties:
            # What may be told of: everything, to the default bus.
            self._clients.s3.put_bucket_notification_configuration(
                Bucket=physical, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )

    def _key(self, name: str, properties: Mapping[str, Any]) -> None:
        alias = f"alias/{self._prefix}-{name.lower()}"
        try:
            found = self._clients.kms.describe_key(KeyId=alias)["KeyMetadata"]
        except ClientError as error:
            if code_of(error) != "NotFoundException":
                raise
            found = self._clients.kms.create_key(
                KeySpec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
                KeyUsage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
            )["KeyMetadata"]
            self._clients.kms.create_alias(AliasName=alias, TargetKeyId=found["KeyId"])
        self._attributes[name, "Arn"] = found["Arn"]

    def _bus(self, name: str, properties: Mapping[str, Any]) -> None:
        physical = self._refs[name] = self.value(properties["Name"])
        _unless_there(lambda: self._clients.events.create_event_bus(Name=physical))

    def _queue_rule(self, name: str, properties: Mapping[str, Any]) -> None:
        targets = [self.value(each["Arn"]) for each in properties["Targets"]]
        # A rule that names no bus is on the account's default one, where AWS's own services tell of things.
        self._rule(name, properties.get("EventBusName", "default"), properties["EventPattern"], targets)

    def _rule(self, name: str, bus: object, pattern: Mapping[str, Any], targets: list[str]) -> None:
        rule, on = f"{self._prefix}-{name.lower()}", self.value(bus)
        self._clients.events.put_rule(Name=rule, EventBusName=on, EventPattern=json.dumps(self._resolved(pattern)))
        self._clients.events.put_targets(
            Rule=rule, EventBusName=on, Targets=[{"Id": f"t{at}", "Arn": arn} for at, arn in enumerate(targets)]
        )

    def _resolved(self, pattern: Any) -> Any:  # noqa: ANN401 - a piece of the template
        """Return a pattern with what it refers to."""
        match pattern:
            case {"Ref": _}:
                return self.value(pattern)
            case dict():
                return {name: self._resolved(each) for name, each in pattern.items()}
            case list():
                return [self._resolved(each) for each in pattern]
        return pattern

    def _stand_in(self, function: str, bus: object, pattern: Mapping[str, Any]) -> str:
        redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Failures", "Arn"]}, "maxReceiveCount": _STAND_IN_RECEIVES}
        self._queue(function, {"RedrivePolicy": redrive})
        self._rule(function, bus, pattern, [self._attributes[function, "Arn"]])
        return self._refs[function]


def handler_name(function: str) -> str:
    """Return the Python name of the handler from the logical id that Chalice makes of it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower()


def _function_events(resources: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, resource in resources.items():
        for event in resource["Properties"].get("Events", {}).values():
            yield name, event


def _seconds(rate: str) -> int:
    found = _RATE.fullmatch(rate)
    if found is None:
        raise Misconfigured(setting="Schedule")
    return int(found[1]) * _SECONDS[found[2]]


def _redrive(target: str, receives: int) -> str:
    return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": str(receives)})


def _unless_there(make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the call answered, or None
    try:
        return make()
    except ClientError as error:
        if code_of(error) in _THERE_ALREADY:
            return None
        raise
