"""Uploads keep their contract in memory and on both engines."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import (
    CatalogueHash,
    ClientId,
    DocumentId,
    EventId,
    ItemId,
    PersonalId,
    UploadId,
    organisation_id,
)
from chalicelib.turns import Once, Raced
from chalicelib.warehouse import quota
from chalicelib.warehouse.model import ReadItem
from chalicelib.warehouse.port import Due, Earlier, KeptUpload, UploadStore, Usage
from chalicelib.warehouse.shelf_store import TableShelf
from chalicelib.warehouse.upload import (
    GRACE,
    LATE_FILE,
    Issue,
    Upload,
    Wish,
    checking,
    expired,
    object_key,
    received,
    rejected,
    renewed,
)
from chalicelib.warehouse.upload_store import TableUploads
from chalicelib.warehouse.upload_stored import KEPT_AFTER_END, UploadItems
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import START, VirtualClock
from tests.support.engines import FIRST, SECOND
from tests.support.ids import CountedIds
from tests.support.memory_uploads import MemoryUploads

AN: Final = PersonalId("001090999001")
BINH: Final = PersonalId("079193999002")
PORTAL: Final = ClientId("motlan-portal")
ONE_READ, ONE_WRITE = {"BatchGetItem": 1}, {"TransactWriteItems": 1}
ISSUE: Final = Issue(
    "issued",
    "12/2026",
    "2026-11-20",
    "2027-05-20",
    (ReadItem(ItemId("person.marital_status"), "1", "$.tinhTrang"),),
    2,
    DocumentId("01JD9N3Z00D0CVMENT00000001"),
    DocumentId("01JD9N3Z00D0CVMENT00000002"),
)
WISH: Final = Wish("giay-to-khac", "Giấy của Ân", "application/pdf", 7, "ab" * 32, "của Ân.pdf")


def an_upload(number: int = 1, **changes: object) -> Upload:
    made: dict[str, object] = {
        "id": UploadId(f"01JD9N3Z00VP10AD000000000{number}"),
        "owner": AN,
        "client": PORTAL,
        "wish": WISH,
        "catalogue": CatalogueHash("c" * 64),
        "state": "opened",
        "opened_at": START,
        "ticket_until": START + timedelta(minutes=5),
    }
    return Upload(**{**made, **changes})  # type: ignore[arg-type]


def an_event(ids: CountedIds) -> Event:
    return Event(EventId(ids.new()), "warehouse.upload_opened", "U1", START)


@pytest.fixture(params=["memory", FIRST, SECOND])
def engine(request: pytest.FixtureRequest) -> Home | None:
    if request.param == "memory":
        return None
    found: Home = request.getfixturevalue({"moto": "simulated", "ministack": "embedded"}[request.param])
    return found


def over(home: Home, clock: VirtualClock, ids: CountedIds) -> tuple[TableUploads, TableShelf]:
    settings = home.settings
    table = Table(home.clients, settings.state_table, settings.outbox_table, clock, ids)
    keys = Keys(home.clients, settings.data_key, settings.mac_key, clock)
    items = UploadItems(keys)

    def no_type(_: object) -> None:
        raise AssertionError

    return TableUploads(table, keys, items), TableShelf(table, keys, no_type, items, clock)  # type: ignore[arg-type]


@pytest.fixture
def store(engine: Home | None, clock: VirtualClock, ids: CountedIds) -> UploadStore:
    return MemoryUploads() if engine is None else over(engine, clock, ids)[0]


def opened(store: UploadStore, ids: CountedIds, upload: Upload, once: Once | None = None) -> KeptUpload:
    start = store.begin(upload.owner, upload.client, once)
    start.open(upload, quota.opened(start.usage, upload, START), an_event(ids))
    return kept(store, upload.id)


def kept(store: UploadStore, upload: UploadId) -> KeptUpload:
    found = store.find(upload)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "upload",
    [
        an_upload(),
        an_upload(issue=ISSUE),
        an_upload(owner=organisation_id("9900000019"), wish=replace(WISH, file_name=None)),
    ],
    ids=["own", "issued", "an organisation's"],
)
def test_an_upload_is_read_back_as_it_was_written(store: UploadStore, ids: CountedIds, upload: Upload) -> None:
    before = opened(store, ids, upload)
    assert before.upload == upload
    seen = received(upload, object_key(upload.id, 1), "v1", START)
    store.change(before, seen)
    assert kept(store, upload.id).upload == seen
    assert store.find(an_upload(2).id) is None


def test_the_same_key_stands_for_the_first_upload_of_one_owner_through_one_client(
    store: UploadStore, ids: CountedIds
) -> None:
    once = Once("key-1", "digest-1")
    upload = opened(store, ids, an_upload(), once).upload
    assert store.begin(AN, PORTAL, once).earlier == Earlier(upload.id, same=True)
    assert store.begin(AN, PORTAL, Once("key-1", "other")).earlier == Earlier(upload.id, same=False)
    assert store.begin(AN, ClientId("another"), once).earlier is None
    assert store.begin(BINH, PORTAL, once).earlier is None


def test_of_two_who_open_at_once_one_reads_again_and_both_are_counted(store: UploadStore, ids: CountedIds) -> None:
    first, second = store.begin(AN, PORTAL, None), store.begin(AN, PORTAL, None)
    first.open(an_upload(1), quota.opened(first.usage, an_upload(1), START), an_event(ids))
    with pytest.raises(Raced):
        second.open(an_upload(2), quota.opened(second.usage, an_upload(2), START), an_event(ids))
    assert store.find(an_upload(2).id) is None
    opened(store, ids, an_upload(2))
    usage = store.begin(AN, PORTAL, None).usage
    assert set(usage.open) == {an_upload(1).id, an_upload(2).id}
    assert usage == Usage(0, 0, usage.open, quota.hour_of(START), 2)
    assert set(usage.open.values()) == {(7, START + timedelta(minutes=5) + GRACE)}


def test_whoever_changes_an_older_state_reads_again(store: UploadStore, ids: CountedIds) -> None:
    before = opened(store, ids, an_upload())
    seen = received(before.upload, object_key(before.upload.id, 1), "v1", START)
    store.change(before, seen)
    with pytest.raises(Raced):
        store.change(before, received(before.upload, object_key(before.upload.id, 1), "v2", START))
    again = store.begin(AN, PORTAL, None)
    with pytest.raises(Raced):
        again.renew(before, renewed(before.upload, START, START), again.usage, an_event(ids))
    assert kept(store, before.upload.id).upload.version == "v1"


def test_what_is_due_moves_with_the_state_and_ends_with_it(
    store: UploadStore, ids: CountedIds, clock: VirtualClock
) -> None:
    waiting, moved = opened(store, ids, an_upload(1)), opened(store, ids, an_upload(2))
    first = START + timedelta(minutes=5) + GRACE
    assert list(store.due(first - timedelta(milliseconds=1))) == []
    assert sorted(store.due(first), key=lambda each: each.id) == [
        Due("upload", waiting.upload.id, first),
        Due("upload", moved.upload.id, first),
    ]
    start = store.begin(AN, PORTAL, None)
    later = renewed(waiting.upload, START + timedelta(minutes=9), START)
    start.renew(waiting, later, start.usage, an_event(ids))
    store.change(moved, received(moved.upload, object_key(moved.upload.id, 1), "v1", START))
    assert list(store.due(first)) == [Due("upload", moved.upload.id, START + GRACE)]
    now = START + timedelta(minutes=1)
    again = kept(store, moved.upload.id)
    store.change(again, checking(again.upload, now))
    assert list(store.due(START + GRACE)) == []
    last = kept(store, moved.upload.id)
    store.change(last, rejected(last.upload, "type_mismatch", now))
    assert [each.id for each in store.due(START + timedelta(hours=1))] == [waiting.upload.id]
    clock.advance(1)


# Of the table alone: what it costs, what stands in it, and how the shelf ends what it holds.


def test_a_ticket_costs_one_read_and_one_transaction(home: Home, clock: VirtualClock, ids: CountedIds) -> None:
    store, _ = over(home, clock, ids)
    opened(store, ids, an_upload(1))
    with counting(home.clients.dynamodb, home.clients.kms) as calls:
        start = store.begin(AN, PORTAL, Once("k", "d"))
        start.open(an_upload(2), quota.opened(start.usage, an_upload(2), START), an_event(ids))
    assert calls == {**ONE_READ, **ONE_WRITE}
    with counting(home.clients.dynamodb, home.clients.kms) as calls:
        store.find(an_upload(2).id)
    assert calls == {"BatchGetItem": 2}


def test_an_upload_that_ended_gives_back_what_it_held_and_goes_after_thirty_days(
    home: Home, clock: VirtualClock, ids: CountedIds
) -> None:
    store, shelf = over(home, clock, ids)
    before = opened(store, ids, an_upload())
    clock.advance(timedelta(minutes=8).total_seconds())
    ended = expired(before.upload, clock.now())
    assert ended.state == "expired"
    shelf.reject(before, ended, an_event(ids))
    assert store.begin(AN, PORTAL, None).usage.open == {}
    assert list(store.due(clock.now() + timedelta(days=1))) == [Due("upload", ended.id, clock.now() + LATE_FILE)]
    assert kept(store, ended.id).upload == ended
    clock.advance(KEPT_AFTER_END.total_seconds())
    assert store.find(ended.id) is None


def test_nothing_that_is_stored_tells_a_person_a_title_a_name_or_a_digest(
    home: Home, clock: VirtualClock, ids: CountedIds
) -> None:
    store, _ = over(home, clock, ids)
    opened(store, ids, an_upload(issue=ISSUE), Once(AN, "d"))
    tables = (home.settings.state_table, home.settings.outbox_table)
    said = repr([row for table in tables for row in home.clients.dynamodb.scan(TableName=table)["Items"]])
    assert not [each for each in (AN, "Ân", "abab", "12/2026", "marital") if each in said]
