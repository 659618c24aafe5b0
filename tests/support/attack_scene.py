"""Somebody who uploads what they should not, and what may be left of it: nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.kernel.ids import DocumentId, PersonalId
from tests.support.service import AN, Service
from tests.support.uploading import open_upload, send


@dataclass(frozen=True)
class Scene:
    """One citizen's warehouse with nothing in it, in a service that others use too."""

    service: Service
    person: PersonalId = AN

    def upload(self, body: bytes, media_type: str, sent: bytes | None = None, **changes: object) -> str:
        """Open an upload and send a file; return its id."""
        opened = open_upload(self.service, self.person, body, media_type=media_type, **changes)
        assert opened.status == 201, opened.text
        answer = send(opened.body["ticket"], body if sent is None else sent)
        assert answer.status == 204, answer.data
        return str(opened.body["id"])

    def worked(self) -> None:
        """Let S3's word come and be worked, by the queue."""
        while self.service.pump.step("ingest_upload"):
            pass

    def announce(self, id_: str, version: str) -> None:
        """Say what S3 says in AWS when a file has come (S3 user guide, "Event message structure")."""
        said = {
            "id": "E1",
            "source": "aws.s3",
            "detail-type": "Object Created",
            "time": "2026-11-22T02:00:00Z",
            "detail": {"object": {"key": f"in/{id_}/1", "version-id": version}},
        }
        url = self.service.home.wiring.queues["ingest_upload"]
        self.service.home.clients.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(said))

    def shown(self, id_: str) -> Mapping[str, Any]:
        path, token = f"/v1/warehouse/uploads/{id_}", self.service.token(self.person)
        answer = self.service.call("GET", path, token=token)
        assert answer.status == 200, answer.text
        found: Mapping[str, Any] = answer.body
        return found

    def listed(self) -> list[str]:
        token = self.service.token(self.person)
        found = self.service.call("GET", "/v1/warehouse/documents", token=token).body
        return [each["id"] for each in found["documents"]]

    def versions(self, bucket: str) -> list[str]:
        found = self.service.home.clients.s3.list_object_versions(Bucket=bucket)
        return [each["Key"] for each in found.get("Versions", [])]

    def original(self, id_: str) -> bytes:
        bucket = self.service.home.settings.documents_bucket
        s3 = self.service.home.clients.s3
        return bytes(s3.get_object(Bucket=bucket, Key=f"documents/{id_}/original")["Body"].read())

    def assert_nothing_is_left_of(self, id_: str) -> None:
        settings, shelf = self.service.home.settings, self.service.services.warehouse.shelf
        assert not [key for key in self.versions(settings.documents_bucket) if id_ in key]
        assert not [key for key in self.versions(settings.uploads_bucket) if id_ in key]
        assert id_ not in self.listed()
        assert shelf.find(self.person, DocumentId(id_)) is None
        assert shelf.usage(self.person).open == {}

    def assert_rejected(self, id_: str, reason: str) -> None:
        seen = self.shown(id_)
        assert (seen["state"], seen.get("document")) == ("rejected", None)
        assert seen["rejection"]["code"] == reason
        said = seen["rejection"]["message"]
        assert len(said["vi"]) > len(reason)
        assert len(said["en"]) > len(reason)
        assert said["vi"] != said["en"]
        assert "upload.rejected" not in said["vi"] + said["en"]
