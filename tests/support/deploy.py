"""Puts the real package on an embedded AWS, as `aws cloudformation deploy` would: upload, create, else update.

Only one thing of the template is written anew, where the code is; and what the emulator overlooks is put by call.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError

from infra.package import Package
from tests.support.ministack import REGION

T = TypeVar("T")

_PACKAGES = "motlan-packages"
_PAUSE = 0.25


@dataclass(frozen=True, slots=True)
class Stack:
    """What was deployed: how to look at it, what its resources are called, where its API answers."""

    endpoint: str
    names: Mapping[str, str]

    @property
    def api(self) -> str:
        return f"{self.endpoint}/restapis/{self.names['RestAPI']}/api/_user_request_"

    def client(self, service: str) -> Any:  # noqa: ANN401 - any service
        return client(self.endpoint, service)


def client(endpoint: str, service: str) -> Any:  # noqa: ANN401 - any service
    """Return a client of the emulator's own account."""
    session = boto3.Session("test", "test", region_name=REGION)
    return session.client(service, endpoint_url=endpoint)  # type: ignore[call-overload]


def deploy(endpoint: str, package: Package, parameters: Mapping[str, str], name: str = "motlan") -> Stack:
    """Create the stack or bring it up to date; a stack that is so already is a success."""
    url = _upload(endpoint, package)
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    formation = client(endpoint, "cloudformation")
    options = {"StackName": name, "TemplateURL": url, "Parameters": given, "Capabilities": ["CAPABILITY_IAM"]}
    try:
        formation.create_stack(**options)
    except formation.exceptions.AlreadyExistsException:
        _update(formation, options)
    status = eventually(lambda: _settled(formation, name), 60)
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events if "FAILED" in each["ResourceStatus"]]
    assert status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, (status, reasons)
    resources = formation.describe_stack_resources(StackName=name)["StackResources"]
    formation.close()
    names = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
    _say_gateway_responses(endpoint, names["RestAPI"], _read(package))
    return Stack(endpoint, names)


def _update(formation: Any, options: Mapping[str, Any]) -> None:  # noqa: ANN401 - an SDK client
    try:
        formation.update_stack(**options)
    except ClientError as error:
        if "No updates" not in error.response["Error"]["Message"]:
            raise


def _settled(formation: Any, name: str) -> str | None:  # noqa: ANN401 - an SDK client
    status = str(formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    return None if status.endswith("IN_PROGRESS") else status


def _upload(endpoint: str, package: Package) -> str:
    """Store the zips and the template, which is too long to be sent along; return where the template is."""
    template = json.dumps(_aimed(_read(package), package.digest))
    objects = client(endpoint, "s3")
    with contextlib.suppress(objects.exceptions.BucketAlreadyOwnedByYou):
        objects.create_bucket(Bucket=_PACKAGES, CreateBucketConfiguration={"LocationConstraint": REGION})
    for archive in (package.archive, package.workers):
        objects.upload_file(str(archive), _PACKAGES, f"{package.digest}/{archive.name}")
    objects.put_object(Bucket=_PACKAGES, Key="template.json", Body=template.encode())
    objects.close()
    return f"{endpoint}/{_PACKAGES}/template.json"


def _read(package: Package) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(package.template.read_text(encoding="utf-8"))
    return template


def _say_gateway_responses(endpoint: str, api: str, template: Mapping[str, Any]) -> None:
    """Put the API's gateway responses by call: the emulator does not read them from the API's description."""
    gateway = client(endpoint, "apigateway")
    for kind, answer in template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].items():
        headers = answer["ResponseParameters"]["Headers"]
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            responseTemplates=answer["ResponseTemplates"],
            **({"statusCode": answer["StatusCode"]} if "StatusCode" in answer else {}),
        )
    gateway.create_deployment(restApiId=api, stageName="api")
    gateway.close()


def _aimed(template: dict[str, Any], digest: str) -> dict[str, Any]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            archive = resource["Properties"]["CodeUri"].removeprefix("./")
            resource["Properties"]["CodeUri"] = {"Bucket": _PACKAGES, "Key": f"{digest}/{archive}"}
    return template


def eventually(look: Callable[[], T | None], seconds: float) -> T:
    """Look again and again until there is something; AssertionError when there is nothing after that long."""
    waiting = threading.Event()
    for _ in range(int(seconds / _PAUSE)):
        if (found := look()) is not None:
            return found
        waiting.wait(_PAUSE)
    raise AssertionError(f"nothing after {seconds} s")
