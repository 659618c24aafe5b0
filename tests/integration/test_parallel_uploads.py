"""Many uploads at once, from several clients, by several workers: none lost, none doubled, none stuck."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import pytest

import app as entry
from chalicelib.kernel.ids import DocumentId, PersonalId, UploadId
from chalicelib.warehouse.model import Document
from infra.local.deliveries import Manner
from infra.local.faults import Faults
from infra.local.pump import Pump
from tests.support.cards import CARD_HOLDERS, Shot, citizen_payload, photo
from tests.support.clock import VirtualClock
from tests.support.honest_files import after_soi, segment
from tests.support.service import Service
from tests.support.uploading import an_upload, send

CLIENTS: Final = 8
WORKERS: Final = 4
PEOPLE: Final = tuple(each for each in CARD_HOLDERS if each.identity_level == 2)[:CLIENTS]
OWNERS: Final = tuple(PersonalId(each.personal_id) for each in PEOPLE)
"""One for each client."""
SEVERAL: Final = [24, pytest.param(200, marks=pytest.mark.prove)]
ROUNDS: Final = 40
T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """A file that was sent, by whom, and for which upload."""

    owner: PersonalId
    id: UploadId
    body: bytes


def at_once(workers: int, work: Callable[[int], T], numbers: Iterable[int]) -> list[T]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, numbers))


@cache
def card(nth: int) -> bytes:
    """Return a photo of the card of one of them, 20 to 60 kB."""
    taken = photo(citizen_payload(PEOPLE[nth]), Shot(scale=0.4))
    assert 20_000 < len(taken) < 60_000
    return taken


def file(number: int) -> tuple[str, str, bytes]:
    """Return a file that is like no other: type, media type and bytes. Two of three are photos of the client's card."""
    if number % 3 == 0:
        return "giay-to-khac", "application/json", f'{{"number": {number}}}'.encode()
    return "the-can-cuoc", "image/jpeg", after_soi(card(number % CLIENTS), segment(0xFE, f"photo {number}".encode()))


def upload_all(service: Service, many: int) -> list[Sent]:
    """Open uploads over HTTP and send their files with the forms, from all clients at once."""
    tokens = [service.token(each) for each in OWNERS]
    for nth in range(CLIENTS):
        card(nth)

    def upload(number: int) -> Sent:
        type_, media_type, body = file(number)
        token = tokens[number % CLIENTS]
        asked = an_upload(body, type=type_, media_type=media_type, title=f"Giấy {number}")
        opened = service.call("POST", "/v1/warehouse/uploads", asked, token=token)
        assert opened.status == 201, opened.text
        assert send(opened.body["ticket"], body).status == 204
        if number % 4 == 0:  # some say so, others leave it to the store
            path = f"/v1/warehouse/uploads/{opened.body['id']}/completion"
            assert service.call("POST", path, token=token).status == 200
        return Sent(OWNERS[number % CLIENTS], UploadId(opened.body["id"]), body)

    return at_once(CLIENTS, upload, range(many))


def unsettled(service: Service, sent: Iterable[Sent]) -> list[UploadId]:
    store = service.services.warehouse.uploads.store
    found = {each.id: store.find(each.id) for each in sent}
    return [upload for upload, kept in found.items() if kept is None or kept.upload.state != "available"]


def settle(pump: Pump, rounds: int) -> None:
    """Work the ingest queue by several workers until it is quiet."""
    step = pump.deliveries["ingest_upload"].step
    quiet = 0
    while rounds and quiet < 2:
        moved = sum(at_once(WORKERS, lambda _: step(), range(WORKERS)))
        rounds, quiet = rounds - 1, 0 if moved else quiet + 1


def assert_each_is_there_once(service: Service, sent: list[Sent]) -> None:
    assert unsettled(service, sent) == []
    assert len({each.id for each in sent}) == len(sent)
    assert_documents_are_what_was_sent(service, sent)
    home = service.home
    said = home.clients.dynamodb.get_paginator("scan").paginate(TableName=home.settings.outbox_table)
    events = [item["event"]["S"] for page in said for item in page["Items"]]
    assert sum("document_available" in event for event in events) == len(sent)
    left = home.clients.s3.list_objects_v2(Bucket=home.settings.uploads_bucket).get("Contents", [])
    assert [each["Key"] for each in left] == []
    assert service.services.failures.listed() == ()


def assert_documents_are_what_was_sent(service: Service, sent: list[Sent]) -> None:
    shelf, home = service.services.warehouse.shelf, service.home
    documents: list[Document] = []
    for each in sent:
        found = shelf.find(each.owner, DocumentId(each.id))
        assert found is not None
        documents.append(found.document)
        key = f"documents/{each.id}/original"
        kept = home.clients.s3.get_object(Bucket=home.settings.documents_bucket, Key=key)["Body"].read()
        assert kept == each.body
        is_card = found.document.type == "the-can-cuoc"
        assert (found.document.holder, bool(found.document.items)) == (
            ("owner", True) if is_card else ("unproved", False)
        )
    for owner in OWNERS:
        own = [each for each in documents if each.owner == owner]
        usage = shelf.usage(owner)
        assert (usage.documents, usage.open) == (len(own), {})
        assert usage.bytes == sum(each.file.size for each in own if each.file is not None)
        listed = service.call("GET", "/v1/warehouse/documents?limit=50", token=service.token(owner)).body
        assert sorted(each["id"] for each in listed["documents"]) == sorted(each.id for each in own)


@pytest.mark.parametrize("many", SEVERAL)
def test_uploads_at_once_are_neither_lost_nor_doubled_nor_stuck(service: Service, many: int) -> None:
    sent = upload_all(service, many)
    settle(service.pump, ROUNDS)
    assert_each_is_there_once(service, sent)


@pytest.mark.parametrize("many", SEVERAL)
def test_the_same_with_events_lost_doubled_reordered_and_delayed(
    service: Service, clock: VirtualClock, many: int
) -> None:
    faults = Faults(seed=5, lose=0.1, drop=0.1, duplicate=0.2, delay=0.1, reorder=0.5)
    clients = service.home.clients.sqs, service.home.client("dynamodbstreams")
    pump = Pump(entry.app, clients, service.home.provisioned, clock, Manner(faults=faults))
    sent = upload_all(service, many)
    settle(pump, ROUNDS)
    assert unsettled(service, sent), "some events are gone for good"
    for _ in range(3):
        clock.advance(8 * 60)
        service.pump.step("settle_warehouse")
    assert_each_is_there_once(service, sent)
