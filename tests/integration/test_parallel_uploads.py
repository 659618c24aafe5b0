"""Many uploads at once, from several clients, by several workers: none lost, none doubled, none stuck."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import pytest

import app as entry
from chalicelib.kernel.ids import ClientId, DocumentId, PersonalId, UploadId
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.upload import Wish
from infra.local.deliveries import Manner
from infra.local.faults import Faults
from infra.local.pump import Pump
from tests.support.clock import VirtualClock
from tests.support.service import Service
from tests.support.uploading import send

CLIENTS: Final = 8
WORKERS: Final = 4
OWNERS: Final = tuple(PersonalId(f"00109099900{number}") for number in range(1, 5))
"""Fewer than clients: several portals upload for one citizen at once."""
SEVERAL: Final = [48, pytest.param(200, marks=pytest.mark.prove)]
ROUNDS: Final = 40
T = TypeVar("T")


def at_once(workers: int, work: Callable[[int], T], numbers: Iterable[int]) -> list[T]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, numbers))


def upload(service: Service, number: int) -> tuple[PersonalId, UploadId]:
    """Open an upload and send its file."""
    owner, body = OWNERS[number % len(OWNERS)], f'{{"number": {number}}}'.encode()
    wish = Wish("giay-to-khac", f"Giấy {number}", "application/json", len(body), hashlib.sha256(body).hexdigest())
    uploads = service.services.warehouse.uploads
    opened, form = uploads.open_for(Wanted(owner, ClientId(f"portal-{number % CLIENTS}"), wish), None)
    assert send({"url": form.url, "fields": form.fields}, body).status == 204
    return owner, opened.id


class Wanted:
    """What a client asks."""

    issue = None

    def __init__(self, owner: PersonalId, client: ClientId, wish: Wish) -> None:
        self.owner, self.client, self.wish = owner, client, wish


def unsettled(service: Service, sent: Iterable[tuple[PersonalId, UploadId]]) -> list[UploadId]:
    store = service.services.warehouse.uploads.store
    found = {upload: store.find(upload) for _, upload in sent}
    return [upload for upload, kept in found.items() if kept is None or kept.upload.state != "available"]


def settle(pump: Pump, rounds: int) -> None:
    """Work the ingest queue by several workers until it is quiet."""
    step = pump.deliveries["ingest_upload"].step
    quiet = 0
    while rounds and quiet < 2:
        moved = sum(at_once(WORKERS, lambda _: step(), range(WORKERS)))
        rounds, quiet = rounds - 1, 0 if moved else quiet + 1


def assert_each_is_there_once(service: Service, sent: list[tuple[PersonalId, UploadId]]) -> None:
    shelf, home = service.services.warehouse.shelf, service.home
    assert unsettled(service, sent) == []
    assert len(set(sent)) == len(sent)
    documents: list[Document] = []
    for owner, id_ in sent:
        found = shelf.find(owner, DocumentId(id_))
        assert found is not None
        documents.append(found.document)
    for owner in OWNERS:
        own = [each for each in documents if each.owner == owner]
        usage = shelf.usage(owner)
        assert (usage.documents, usage.open) == (len(own), {})
        assert usage.bytes == sum(each.file.size for each in own if each.file is not None)
    said = home.clients.dynamodb.get_paginator("scan").paginate(TableName=home.settings.outbox_table)
    events = [item["event"]["S"] for page in said for item in page["Items"]]
    assert sum("document_available" in event for event in events) == len(sent)
    left = home.clients.s3.list_objects_v2(Bucket=home.settings.uploads_bucket).get("Contents", [])
    assert [each["Key"] for each in left] == []
    assert service.services.failures.listed() == ()


@pytest.mark.parametrize("many", SEVERAL)
def test_uploads_at_once_are_neither_lost_nor_doubled_nor_stuck(service: Service, many: int) -> None:
    sent = at_once(CLIENTS, lambda number: upload(service, number), range(many))
    settle(service.pump, ROUNDS)
    assert_each_is_there_once(service, sent)


@pytest.mark.parametrize("many", SEVERAL)
def test_the_same_with_events_lost_doubled_reordered_and_delayed(
    service: Service, clock: VirtualClock, many: int
) -> None:
    faults = Faults(seed=5, lose=0.1, drop=0.1, duplicate=0.2, delay=0.1, reorder=0.5)
    clients = service.home.clients.sqs, service.home.client("dynamodbstreams")
    pump = Pump(entry.app, clients, service.home.provisioned, clock, Manner(faults=faults))
    sent = at_once(CLIENTS, lambda number: upload(service, number), range(many))
    settle(pump, ROUNDS)
    assert unsettled(service, sent), "some events are gone for good"
    for _ in range(3):
        clock.advance(8 * 60)
        service.pump.step("settle_warehouse")
    assert_each_is_there_once(service, sent)
