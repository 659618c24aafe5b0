"""From a ticket to a document: the whole service, with S3's events lost, doubled, late and forged."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.kernel.ids import UploadId
from chalicelib.papers.model import MediaType, Opened, Refused
from chalicelib.papers.service import RealPapers
from chalicelib.warehouse.upload import LOOKS
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.ministack import Ministack
from tests.support.service import AN, Service, running
from tests.support.uploading import PAPER, open_upload, send

MINUTES = timedelta(minutes=1).total_seconds()


def upload(service: Service, body: bytes = PAPER, sent: bytes | None = None) -> str:
    """Open an upload and send its file; return its id."""
    opened = open_upload(service, body=body)
    assert opened.status == 201, opened.text
    answer = send(opened.body["ticket"], body if sent is None else sent)
    assert answer.status == 204, answer.data
    return str(opened.body["id"])


def shown(service: Service, id_: str) -> Any:  # noqa: ANN401 - JSON
    return service.call("GET", f"/v1/warehouse/uploads/{id_}", token=service.token(AN)).body


def documents(service: Service) -> list[str]:
    found = service.call("GET", "/v1/warehouse/documents", token=service.token(AN)).body
    return [each["id"] for each in found["documents"]]


def stored(service: Service, bucket: str) -> list[str]:
    found = service.home.clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return [each["Key"] for each in found]


def kinds(service: Service) -> list[str]:
    items = service.home.clients.dynamodb.scan(TableName=service.home.settings.outbox_table)["Items"]
    said = [json.loads(item["event"]["S"])["type"] for item in items]
    return sorted(each.removeprefix("vn.motlan.warehouse.").removesuffix(".v1") for each in said)


class Died(BaseException):
    """The process is gone: nothing of ours is told."""


class Deadly(RealPapers):
    """One file kills who opens it."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
        self.died = 0

    def open(self, body: bytes, declared: MediaType) -> Opened | Refused:
        if body != self.body:
            return super().open(body, declared)
        self.died += 1
        raise Died


def lose_arrivals(service: Service) -> None:
    """Take away what S3 said, as if it had never been said."""
    sqs, url = service.home.clients.sqs, service.home.wiring.queues["ingest_upload"]
    sqs.purge_queue(QueueUrl=url)


def arrival(service: Service, id_: str, key: str | None = None, version: str = "v") -> None:
    """Say what S3 would say."""
    body = {
        "id": "E1",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": "2026-11-22T02:00:00Z",
        "detail": {"bucket": {"name": "b"}, "object": {"key": key or f"in/{id_}/1", "version-id": version}},
    }
    url = service.home.wiring.queues["ingest_upload"]
    service.home.clients.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def test_a_file_that_is_sent_becomes_a_document_and_leaves_nothing_behind(service: Service) -> None:
    id_ = upload(service)
    service.pump.settle()
    assert shown(service, id_)["state"] == "available"
    assert documents(service) == [id_]
    assert stored(service, service.home.settings.uploads_bucket) == []
    assert stored(service, service.home.settings.documents_bucket) == [
        f"documents/{id_}/original",
        f"documents/{id_}/served",
    ]
    assert kinds(service) == ["document_available", "upload_opened"]


@pytest.mark.parametrize(("sent", "reason"), [(b'{"to":"khac"}', "digest_mismatch"), (b'{"to":"', "json_unreadable")])
def test_a_file_that_is_not_what_was_declared_is_rejected_with_its_reason(
    service: Service, sent: bytes, reason: str
) -> None:
    declared = PAPER if reason == "digest_mismatch" else sent
    id_ = upload(service, declared, sent)
    service.pump.settle()
    assert (shown(service, id_)["state"], shown(service, id_)["rejection"]["code"]) == ("rejected", reason)
    assert documents(service) == []
    assert stored(service, service.home.settings.uploads_bucket) == []
    assert stored(service, service.home.settings.documents_bucket) == []
    assert kinds(service) == ["upload_opened", "upload_rejected"]
    assert service.services.warehouse.shelf.usage(AN).open == {}


def test_an_event_that_comes_again_changes_nothing(service: Service) -> None:
    id_ = upload(service)
    service.pump.settle()
    for _ in range(3):
        arrival(service, id_)
        service.pump.settle()
    assert documents(service) == [id_]
    assert kinds(service) == ["document_available", "upload_opened"]
    assert service.services.warehouse.shelf.usage(AN).documents == 1


def test_an_event_that_is_lost_is_made_good_by_the_sweep(service: Service, clock: VirtualClock) -> None:
    id_ = upload(service)
    lose_arrivals(service)
    service.pump.settle()
    assert shown(service, id_)["state"] == "opened"
    clock.advance(8 * MINUTES)
    service.pump.settle()
    assert shown(service, id_)["state"] == "available"


def test_whoever_uploaded_may_say_so_when_nobody_else_did(service: Service) -> None:
    id_ = upload(service)
    lose_arrivals(service)
    said = service.call("POST", f"/v1/warehouse/uploads/{id_}/completion", token=service.token(AN))
    assert said.status in {200, 202}
    service.pump.settle()
    assert shown(service, id_)["state"] == "available"
    assert kinds(service) == ["document_available", "upload_completed", "upload_opened"]


def test_an_upload_without_a_file_expires_and_gives_back_its_room(service: Service, clock: VirtualClock) -> None:
    id_ = str(open_upload(service).body["id"])
    clock.advance(8 * MINUTES)
    service.pump.settle()
    assert shown(service, id_)["state"] == "expired"
    assert service.services.warehouse.shelf.usage(AN).open == {}
    assert kinds(service) == ["upload_expired", "upload_opened"]
    clock.advance(8 * MINUTES)
    service.pump.settle()
    assert kinds(service) == ["upload_expired", "upload_opened"]


def test_a_file_that_comes_after_all_brings_an_expired_upload_back(service: Service, clock: VirtualClock) -> None:
    opened = open_upload(service).body
    clock.advance(8 * MINUTES)
    service.pump.settle()
    bucket, key = service.home.settings.uploads_bucket, f"in/{opened['id']}/1"
    service.home.clients.s3.put_object(Bucket=bucket, Key=key, Body=PAPER)
    service.pump.settle()
    assert shown(service, opened["id"])["state"] == "available"


def test_a_file_that_comes_late_and_of_which_nothing_is_said_is_found_by_the_sweep(
    service: Service, clock: VirtualClock
) -> None:
    opened = open_upload(service).body
    clock.advance(8 * MINUTES)
    service.pump.settle()
    assert shown(service, opened["id"])["state"] == "expired"
    bucket, key = service.home.settings.uploads_bucket, f"in/{opened['id']}/1"
    service.home.clients.s3.put_object(Bucket=bucket, Key=key, Body=PAPER)
    lose_arrivals(service)
    clock.advance(61 * MINUTES)
    service.pump.settle()
    assert shown(service, opened["id"])["state"] == "available"
    assert not list(service.services.warehouse.ingest.uploads.due(clock.now() + timedelta(days=1)))


def test_what_is_put_over_a_file_later_is_not_what_is_kept(service: Service) -> None:
    id_ = upload(service)
    bucket, key = service.home.settings.uploads_bucket, f"in/{id_}/1"
    first = service.home.clients.s3.head_object(Bucket=bucket, Key=key)["VersionId"]
    service.home.clients.s3.put_object(Bucket=bucket, Key=key, Body=b'{"to":"khac"}')
    lose_arrivals(service)
    arrival(service, id_, version=first)
    service.pump.settle()
    assert shown(service, id_)["state"] == "available"
    kept = service.home.settings.documents_bucket
    body = service.home.clients.s3.get_object(Bucket=kept, Key=f"documents/{id_}/original")["Body"].read()
    assert body == PAPER


def test_a_file_that_is_gone_before_it_was_checked_ends_its_upload_and_gives_back_its_room(
    service: Service, clock: VirtualClock
) -> None:
    id_ = upload(service)
    lose_arrivals(service)
    assert service.call("POST", f"/v1/warehouse/uploads/{id_}/completion", token=service.token(AN)).status == 200
    bucket, key = service.home.settings.uploads_bucket, f"in/{id_}/1"
    version = service.home.clients.s3.head_object(Bucket=bucket, Key=key)["VersionId"]
    service.home.clients.s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
    clock.advance(8 * MINUTES)
    service.pump.settle()
    found = shown(service, id_)
    assert (found["state"], found["rejection"]["code"]) == ("rejected", "file_gone")
    assert service.services.warehouse.shelf.usage(AN).open == {}
    assert kinds(service) == ["upload_completed", "upload_opened", "upload_rejected"]
    clock.advance(3 * MINUTES)
    service.pump.settle()
    assert not list(service.services.warehouse.ingest.uploads.due(clock.now() + timedelta(days=1)))


def test_a_file_whose_check_never_ends_is_given_up_and_keeps_nobody_waiting(service: Service) -> None:
    warehouse, papers = service.services.warehouse, Deadly(b'{"to":"doc"}')
    deadly, harmless = upload(service, papers.body), upload(service)
    lose_arrivals(service)
    clock = VirtualClock(service.clock.now())
    examiner = replace(warehouse.ingest.examiner, papers=papers)
    ingest = replace(warehouse.ingest, examiner=examiner, clock=clock)
    begun = 0
    for _ in range(60):
        clock.advance(10 * MINUTES)
        for due in list(ingest.uploads.due(clock.now())):
            begun += due.id == deadly
            with suppress(Died):
                ingest.look(UploadId(due.id))
    found = shown(service, deadly)
    assert (found["state"], found["rejection"]["code"]) == ("rejected", "not_checked")
    # First seen, then looked at in vain, then given up, and looked at whether a copy is left.
    assert begun == 1 + LOOKS + 1 + 1
    assert papers.died == 1 + LOOKS
    assert documents(service) == [harmless]
    assert warehouse.shelf.usage(AN).open == {}
    assert not list(ingest.uploads.due(clock.now() + timedelta(days=1)))


def test_objects_that_no_ticket_was_for_change_nothing(service: Service) -> None:
    id_ = str(open_upload(service).body["id"])
    bucket = service.home.settings.uploads_bucket
    for key in (f"in/{id_}/2", "in/01M80FPM80BWSBTRCJN0ZW2MWR/1"):
        service.home.clients.s3.put_object(Bucket=bucket, Key=key, Body=PAPER)
    service.pump.settle()
    assert shown(service, id_)["state"] == "opened"
    assert documents(service) == []


def test_poison_is_set_aside_with_its_reason_and_what_is_sent_back_is_worked(service: Service) -> None:
    url = service.home.wiring.queues["ingest_upload"]
    service.home.clients.sqs.send_message(QueueUrl=url, MessageBody="{}")
    id_ = upload(service)
    service.pump.settle()
    assert shown(service, id_)["state"] == "available"
    (parked,) = service.services.failures.listed()
    assert (parked.reason, parked.body) == ("invalid_request", "{}")


def test_a_message_in_the_failure_queue_is_worked_when_it_is_replayed(service: Service) -> None:
    id_ = upload(service)
    sqs, url = service.home.clients.sqs, service.home.wiring.queues["ingest_upload"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    service.services.failures.park(message["Body"], reason="store_unavailable", origin=arn, consumer="ingest")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    service.pump.settle()
    assert shown(service, id_)["state"] == "opened"
    assert service.services.failures.replay().sent == 1
    service.pump.settle()
    assert shown(service, id_)["state"] == "available"


@pytest.mark.parametrize(("said", "ends"), [("NO_THREATS_FOUND", "available"), ("THREATS_FOUND", "rejected")])
def test_a_file_is_worked_when_the_cloud_says_that_it_was_scanned_and_not_before(
    ministack: Ministack, said: str, ends: str
) -> None:
    with running(ministack.url, VirtualClock(), malware="s3-tags") as service:
        id_ = upload(service)
        service.pump.step("ingest_upload")
        assert shown(service, id_)["state"] == "checking"
        tag(service, id_, said)
        scanned(service, id_)
        service.pump.step("ingest_upload")
        assert shown(service, id_)["state"] == ends


def tag(service: Service, id_: str, said: str) -> None:
    service.home.clients.s3.put_object_tagging(
        Bucket=service.home.settings.uploads_bucket,
        Key=f"in/{id_}/1",
        Tagging={"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": said}]},
    )


def scanned(service: Service, id_: str) -> None:
    """Say what GuardDuty would say, if the rule for it takes it; on the bus nobody else may say it."""
    bucket, kind = service.home.settings.uploads_bucket, "GuardDuty Malware Protection Object Scan Result"
    body = {
        "id": "72c7d362-737a-6dce-fc78-9e27a0171419",
        "account": "111122223333",
        "region": "ap-southeast-1",
        "resources": [],
        "source": "aws.guardduty",
        "detail-type": kind,
        "time": "2026-11-22T02:00:03Z",
        "detail": {"s3ObjectDetails": {"bucketName": bucket, "objectKey": f"in/{id_}/1"}},
    }
    events, said = service.home.client("events"), json.dumps(body)
    patterns = [rule["EventPattern"] for rule in events.list_rules()["Rules"] if "guardduty" in rule["EventPattern"]]
    assert [events.test_event_pattern(EventPattern=each, Event=said)["Result"] for each in patterns] == [True]
    url = service.home.wiring.queues["ingest_upload"]
    service.home.clients.sqs.send_message(QueueUrl=url, MessageBody=said)


def test_what_one_ingest_asks_of_the_stores_is_bounded(service: Service) -> None:
    opened = [upload(service) for _ in range(2)]
    run = service.services.warehouse.ingest.run
    run(UploadId(opened[0]))
    with counting(service.home.clients.dynamodb, service.home.clients.s3) as calls:
        run(UploadId(opened[1]))
    # Upload and key, twice; the key once more to pin; then what `admit` reads.
    assert calls == {
        "BatchGetItem": 6,
        "TransactWriteItems": 2,
        "HeadObject": 1,
        "GetObject": calls["GetObject"],
        "CopyObject": 1,
        "PutObject": 1,
        "DeleteObject": 1,
    }
    assert calls["GetObject"] <= 2
