"""A process that dies at a write: before it is sent, or right after it was done. And all that stands afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from tests.support.aws import Home

Moment = Literal["before-call", "after-call"]
WRITES: Final = (
    "dynamodb.TransactWriteItems",
    "dynamodb.PutItem",
    "dynamodb.UpdateItem",
    "dynamodb.DeleteItem",
    "dynamodb.BatchWriteItem",
    "s3.PutObject",
    "s3.CopyObject",
    "s3.DeleteObject",
    "s3.DeleteObjects",
    "s3.CreateMultipartUpload",
    "s3.UploadPart",
    "s3.CompleteMultipartUpload",
)
"""Every call of the two stores by which something changes."""
_OF_A_RUN: Final = frozenset({"sealed", "wrapped"})
"""Fields that are random: what is in them is compared when it is read."""
_LOG: Final = "L#"
"""Access logs: each entry is salted, so it is counted, and its words are compared nowhere."""


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@contextmanager
def killed(home: Home, moment: Moment, nth: int) -> Iterator[list[str]]:
    """Die at the nth write; with 0 never. Yields the writes that were reached."""
    seen: list[str] = []

    def strike(model: Any, **_: object) -> None:  # noqa: ANN401 - the SDK's own type
        seen.append(model.name)
        if len(seen) == nth:
            raise Killed

    clients = {"dynamodb": home.clients.dynamodb, "s3": home.clients.s3}
    hooks = [(clients[each.partition(".")[0]], f"{moment}.{each}") for each in WRITES]
    for client, hook in hooks:
        client.meta.events.register(hook, strike)
    try:
        yield seen
    finally:
        for client, hook in hooks:
            client.meta.events.unregister(hook, strike)


def wipe(home: Home) -> None:
    """Empty tables and buckets."""
    client, s3, settings = home.clients.dynamodb, home.clients.s3, home.settings
    for name in (settings.state_table, settings.outbox_table):
        for item in client.scan(TableName=name)["Items"]:
            place = {"pk": item["pk"]} | ({"sk": item["sk"]} if name == settings.state_table else {})
            client.delete_item(TableName=name, Key=place)
    for bucket in (settings.uploads_bucket, settings.documents_bucket):
        found = s3.list_object_versions(Bucket=bucket)
        for each in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])


def items(home: Home, *, without: frozenset[str] = frozenset()) -> dict[tuple[str, str], Any]:
    """Return the items of the state table, less what is of one run only, and less further fields."""
    left = {}
    for item in home.clients.dynamodb.scan(TableName=home.settings.state_table)["Items"]:
        fields = {name: value for name, value in item["f"]["M"].items() if name not in _OF_A_RUN | without}
        if item["pk"]["S"].startswith(_LOG):
            fields = {}
        if "S" in fields.get("version", {}):
            fields["version"] = {"S": "the pinned one"}  # S3 names it
        left[item["pk"]["S"], item["sk"]["S"]] = fields
    return left


def events(home: Home, *, without: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """Return what was said: type, subject and data of each event, less some of its fields, in order."""
    stored = home.clients.dynamodb.scan(TableName=home.settings.outbox_table)["Items"]
    said = [json.loads(each["event"]["S"]) for each in stored]
    data = [{name: value for name, value in each["data"].items() if name not in without} for each in said]
    told = zip(said, data, strict=True)
    return sorted((each["type"], each["subject"], json.dumps(data_, sort_keys=True)) for each, data_ in told)


def objects(home: Home) -> dict[tuple[str, str], list[bytes]]:
    """Return every object of either bucket: the bytes of each of its versions, the one that is current first."""
    s3, found = home.clients.s3, dict[tuple[str, str], list[bytes]]()
    for bucket in (home.settings.uploads_bucket, home.settings.documents_bucket):
        listed = s3.list_object_versions(Bucket=bucket)
        assert not listed.get("DeleteMarkers"), "what is deleted is deleted by version"
        for each in sorted(listed.get("Versions", []), key=lambda each: not each["IsLatest"]):
            got = s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
            found.setdefault((bucket, each["Key"]), []).append(got["Body"].read())
    return found
