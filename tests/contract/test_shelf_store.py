"""The shelf keeps its contract in memory and on both engines."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ItemId
from chalicelib.turns import Raced
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.model import Document, ReadItem, Revoked
from chalicelib.warehouse.places import shelf
from chalicelib.warehouse.port import Holdings, KeptUpload, QuotaExceeded, Shelf
from chalicelib.warehouse.quota import Limits
from chalicelib.warehouse.series import AlreadyIssued
from chalicelib.warehouse.shelf_store import TableShelf
from chalicelib.warehouse.upload import available, checking, received, rejected
from chalicelib.warehouse.upload_store import TableUploads
from chalicelib.warehouse.upload_stored import UploadItems
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import START, VirtualClock
from tests.support.engines import FIRST, SECOND
from tests.support.ids import CountedIds
from tests.support.memory_shelf import MemoryShelf
from tests.support.shelves import (
    BIRTH,
    NAME,
    OTHER,
    OWNER,
    a_document,
    a_type,
    an_upload,
    document_id,
    issued,
    said,
)

ROOM = Limits(bytes=6_000, documents=100)
EVERYTHING = frozenset({NAME, BIRTH}), frozenset({"identity"})


def types(document: Document) -> DocumentType:
    return a_type(document.type)


@dataclass
class Rig:
    """A shelf in a table, and how to look into it."""

    table: Table
    keys: Keys
    uploads: TableUploads
    shelf: TableShelf
    home: Home


def rig(home: Home, clock: VirtualClock, ids: CountedIds) -> Rig:
    settings = home.settings
    table = Table(home.clients, settings.state_table, settings.outbox_table, clock, ids)
    keys = Keys(home.clients, settings.data_key, settings.mac_key, clock)
    items = UploadItems(keys, ROOM)
    return Rig(table, keys, TableUploads(table, keys, items), TableShelf(table, keys, types, items, clock), home)


@pytest.fixture(params=["memory", FIRST, SECOND])
def store(request: pytest.FixtureRequest, clock: VirtualClock, ids: CountedIds) -> Shelf:
    if request.param == "memory":
        return MemoryShelf(types, ROOM, clock=clock)
    home: Home = request.getfixturevalue({"moto": "simulated", "ministack": "embedded"}[request.param])
    return rig(home, clock, ids).shelf


@pytest.fixture
def kept(home: Home, clock: VirtualClock, ids: CountedIds) -> Rig:
    return rig(home, clock, ids)


def names(store: Shelf) -> list[object]:
    return [each.value for each in store.held(OWNER, frozenset({NAME}), frozenset()).items]


def test_a_document_is_read_back_as_it_was_kept_by_its_owner_alone(store: Shelf, ids: CountedIds) -> None:
    document = issued(1, items={NAME: {"full": "NGUYỄN VĂN AN"}, BIRTH: "1990"}, valid_until="2030")
    store.admit(document, said(ids))
    found = store.find(OWNER, document.id)
    assert found is not None
    assert found.document == replace(document, series=document.id)
    assert store.find(OTHER, document.id) is None
    assert store.find(OWNER, document_id(2)) is None


def test_what_is_admitted_twice_stands_once(store: Shelf, ids: CountedIds) -> None:
    store.admit(a_document(), said(ids))
    with pytest.raises(Raced):
        store.admit(a_document(), said(ids))
    assert (store.usage(OWNER).documents, store.usage(OWNER).bytes) == (1, 1_000)


def test_the_newest_value_is_held_whatever_order_documents_came_in(store: Shelf, ids: CountedIds) -> None:
    for number, day in ((1, "2024-05-01"), (2, "2025-05-01"), (3, "2023")):
        store.admit(a_document(number, issued_on=day), said(ids))
    (held,) = store.held(OWNER, frozenset({NAME}), frozenset()).items
    assert (held.value, held.as_of, held.document, held.path) == ("AN 2", "2025-05-01", document_id(2), "$.person.name")
    assert store.held(OTHER, *EVERYTHING) == Holdings()


def test_a_value_that_is_over_does_not_hide_an_older_one_that_is_not(
    store: Shelf, ids: CountedIds, clock: VirtualClock
) -> None:
    for number, day, until in ((1, "2023-05-01", None), (2, "2024-05-01", "2027-01-01"), (3, "2025-05-01", "2026-12")):
        store.admit(a_document(number, issued_on=day, valid_until=until), said(ids))
    assert names(store) == ["AN 3"]
    clock.advance(45 * 24 * 3600)
    assert names(store) == ["AN 1"]


def test_of_values_that_are_all_over_the_newest_is_held(store: Shelf, ids: CountedIds) -> None:
    for number, day in ((1, "2019-05-01"), (2, "2020-05-01")):
        store.admit(a_document(number, issued_on=day, valid_until="2021"), said(ids))
    assert names(store) == ["AN 2"]


def test_each_standing_has_a_value_of_its_own(store: Shelf, ids: CountedIds) -> None:
    store.admit(a_document(1), said(ids))
    store.admit(issued(2), said(ids))
    found = store.held(OWNER, *EVERYTHING)
    assert {each.standing: each.value for each in found.items} == {"scan": "AN 1", "issued": "AN 2"}
    assert {each.standing for each in found.papers} == {"scan", "issued"}


def test_the_paper_that_is_valid_the_longest_proves(store: Shelf, ids: CountedIds) -> None:
    for number, until in ((1, "2030"), (2, "2030-06-01"), (3, "2029-12-31")):
        store.admit(a_document(number, valid_until=until), said(ids))
    assert [each.document for each in store.held(OWNER, *EVERYTHING).papers] == [document_id(1)]
    store.admit(a_document(4), said(ids))
    assert [(each.document, each.until) for each in store.held(OWNER, *EVERYTHING).papers] == [(document_id(4), None)]


def test_only_what_is_asked_for_is_returned(store: Shelf, ids: CountedIds) -> None:
    store.admit(a_document(1, {NAME: "AN", BIRTH: "1990-05-17"}), said(ids))
    found = store.held(OWNER, frozenset({BIRTH}), frozenset({"marriage"}))
    assert ([each.item for each in found.items], found.papers) == ([BIRTH], ())


def test_somebody_elses_paper_is_kept_and_says_nothing(store: Shelf, ids: CountedIds) -> None:
    store.admit(a_document(1, holder="other"), said(ids))
    assert store.find(OWNER, document_id(1)) is not None
    assert store.held(OWNER, *EVERYTHING) == Holdings()


@pytest.mark.parametrize("gone", ["deleted", "revoked"])
def test_what_ceases_to_count_gives_way_to_the_next_best_and_comes_back(
    store: Shelf, ids: CountedIds, gone: str
) -> None:
    for number in (1, 2, 3):
        store.admit(a_document(number), said(ids))
    for number, left in ((3, ["AN 2"]), (1, ["AN 2"]), (2, [])):
        found = store.find(OWNER, document_id(number))
        assert found is not None
        at = START + timedelta(days=7)
        store.change(found, replace(found.document, state=gone, purge_at=at), said(ids))  # type: ignore[arg-type]
        assert names(store) == left
    found = store.find(OWNER, document_id(1))
    assert found is not None
    store.change(found, replace(found.document, state="available", purge_at=None), said(ids))
    assert names(store) == ["AN 1"]
    assert store.usage(OWNER).documents == 3


def test_a_change_of_something_that_changed_since_is_refused(store: Shelf, ids: CountedIds) -> None:
    store.admit(a_document(1), said(ids))
    first = store.find(OWNER, document_id(1))
    assert first is not None
    revoked = replace(first.document, state="revoked", revoked=Revoked(START, "error"))
    store.change(first, revoked, said(ids))
    with pytest.raises(Raced):
        store.change(first, replace(first.document, title="x"), said(ids))
    with pytest.raises(Raced):
        store.remove(first, said(ids))
    found = store.find(OWNER, document_id(1))
    assert found is not None
    assert found.document == revoked


def test_what_is_removed_gives_back_its_room(store: Shelf, ids: CountedIds) -> None:
    store.admit(a_document(1), said(ids))
    found = store.find(OWNER, document_id(1))
    assert found is not None
    store.remove(found, said(ids))
    assert store.find(OWNER, document_id(1)) is None
    assert (store.usage(OWNER).documents, store.usage(OWNER).bytes) == (0, 0)
    assert store.held(OWNER, *EVERYTHING) == Holdings()


def test_what_does_not_fit_is_not_taken(store: Shelf, ids: CountedIds) -> None:
    for number in range(1, 7):
        store.admit(a_document(number), said(ids))
    with pytest.raises(QuotaExceeded):
        store.admit(a_document(7), said(ids))
    assert store.find(OWNER, document_id(7)) is None


def test_a_new_version_takes_the_place_of_the_older_one(store: Shelf, ids: CountedIds) -> None:
    store.admit(issued(1, items={NAME: "AN", BIRTH: "1990-05-17"}), said(ids))
    store.admit(issued(2, items={NAME: "ANH"}, issued_on="2026-11-01"), said(ids))
    older, newer = store.find(OWNER, document_id(1)), store.find(OWNER, document_id(2))
    assert older is not None
    assert newer is not None
    assert (older.document.state, older.document.superseded_by) == ("superseded", document_id(2))
    assert (newer.document.version, newer.document.series) == (2, document_id(1))
    found = store.held(OWNER, *EVERYTHING)
    assert [(each.item, each.value) for each in found.items] == [(NAME, "ANH")]
    assert [each.document for each in found.papers] == [document_id(2)]


def test_a_version_of_as_many_items_as_there_may_be_takes_the_place_of_another(store: Shelf, ids: CountedIds) -> None:
    many = {ItemId(f"person.item{number}"): "AN" for number in range(40)}
    more = dict.fromkeys(many, "BINH")
    title = " ".join(f"từ{number}" for number in range(20))
    store.admit(issued(1, items=many, title=title), said(ids))
    for _ in range(2):
        try:
            store.admit(issued(2, items=more, title=title), said(ids))
        except Raced:
            continue
        break
    found = store.held(OWNER, frozenset(many), frozenset())
    assert len(found.items) == 30
    assert {each.value for each in found.items} == {"BINH"}
    older = store.find(OWNER, document_id(1))
    assert older is not None
    assert older.document.superseded_by == document_id(2)


def test_a_back_file_takes_no_place_of_what_is_there(store: Shelf, ids: CountedIds) -> None:
    store.admit(issued(1), said(ids))
    with pytest.raises(AlreadyIssued):
        store.admit(issued(2, origin="back_file"), said(ids))
    assert store.find(OWNER, document_id(2)) is None


def test_an_upload_ends_with_its_document_in_one_write(kept: Rig, ids: CountedIds) -> None:
    document, upload = a_document(), _opened(kept, ids)
    ended = available(upload.upload, START)
    with counting(kept.home.clients.dynamodb) as calls:
        kept.shelf.admit(document, said(ids), (upload, ended))
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}
    found = kept.uploads.find(ended.id)
    assert found is not None
    assert found.upload == ended
    assert kept.shelf.usage(OWNER).open == {}
    assert kept.shelf.usage(OWNER).documents == 1
    assert not list(kept.uploads.due(START + timedelta(days=1)))


def test_a_document_takes_the_very_room_that_its_upload_held(kept: Rig, ids: CountedIds) -> None:
    for number in range(2, 7):
        kept.shelf.admit(a_document(number), said(ids))
    upload = _opened(kept, ids)
    kept.shelf.admit(a_document(), said(ids), (upload, available(upload.upload, START)))
    used = kept.shelf.usage(OWNER)
    assert (used.documents, used.bytes, used.open) == (6, ROOM.bytes, {})


def test_what_agencies_put_in_is_counted_and_never_refused_for_room(store: Shelf, ids: CountedIds) -> None:
    for number in range(1, 7):
        store.admit(a_document(number), said(ids))
    store.admit(issued(7), said(ids))
    store.admit(issued(8, origin="back_file", number="8"), said(ids))
    assert store.usage(OWNER).bytes == ROOM.bytes + 2_000
    with pytest.raises(QuotaExceeded):
        store.admit(a_document(9), said(ids))


def test_a_rejected_upload_leaves_nothing_but_its_end(kept: Rig, ids: CountedIds) -> None:
    upload = _opened(kept, ids)
    kept.shelf.reject(upload, rejected(upload.upload, "malware", START), said(ids))
    assert kept.shelf.usage(OWNER).open == {}
    assert kept.shelf.usage(OWNER).documents == 0
    with pytest.raises(Raced):
        kept.shelf.reject(upload, rejected(upload.upload, "malware", START), said(ids))
    with pytest.raises(Raced):
        kept.shelf.admit(a_document(), said(ids), (upload, available(upload.upload, START)))
    assert kept.shelf.find(OWNER, a_document().id) is None


def test_what_is_held_is_one_query_however_many_documents(kept: Rig, ids: CountedIds) -> None:
    kept.shelf.admit(a_document(1), said(ids))
    with counting(kept.home.clients.dynamodb) as few:
        kept.shelf.held(OWNER, *EVERYTHING)
    for number in (2, 3, 4, 5):
        kept.shelf.admit(a_document(number), said(ids))
    with counting(kept.home.clients.dynamodb) as more:
        kept.shelf.held(OWNER, *EVERYTHING)
    assert few == more == {"Query": 1}


def test_nothing_of_a_document_is_read_from_its_items(kept: Rig, ids: CountedIds) -> None:
    document = issued(1, items={NAME: "NGUYỄN VĂN AN"}, title="Giấy của Nguyễn Văn An")
    kept.shelf.admit(document, said(ids))
    raw = str(kept.home.clients.dynamodb.scan(TableName=kept.home.settings.state_table)["Items"])
    for private in ("NGUYỄN", "Nguyễn", "nguyen", OWNER, "12/2026", "UBND", "a" * 64):
        assert private not in raw


def test_a_value_that_was_moved_or_changed_is_not_believed(kept: Rig, ids: CountedIds) -> None:
    kept.shelf.admit(a_document(1), said(ids))
    kept.shelf.admit(a_document(2), said(ids))
    ref, name, client = kept.keys.ref(OWNER), kept.home.settings.state_table, kept.home.clients.dynamodb
    places = [{"pk": {"S": shelf(ref)}, "sk": {"S": f"D#{document_id(number)}"}} for number in (1, 2)]
    first, second = (client.get_item(TableName=name, Key=place)["Item"] for place in places)
    client.put_item(TableName=name, Item={**second, "f": first["f"]})
    with pytest.raises(Corrupt):
        kept.shelf.find(OWNER, document_id(2))


def test_nothing_is_left_of_a_document_that_is_removed(kept: Rig, ids: CountedIds) -> None:
    kept.shelf.admit(a_document(1), said(ids))
    found = kept.shelf.find(OWNER, document_id(1))
    assert found is not None
    deleted = replace(found.document, state="deleted", purge_at=START + timedelta(days=7))
    kept.shelf.change(found, deleted, said(ids))
    (due,) = kept.uploads.due(START + timedelta(days=8))
    assert (due.kind, due.id) == ("purge", document_id(1))
    again = kept.shelf.find(OWNER, document_id(1))
    assert again is not None
    kept.shelf.remove(again, said(ids))
    ref = kept.keys.ref(OWNER)
    left = kept.home.clients.dynamodb.scan(TableName=kept.home.settings.state_table)["Items"]
    assert sorted(each["sk"]["S"] for each in left if ref in each["pk"]["S"]) == ["KEY", "USAGE"]
    assert not list(kept.uploads.due(START + timedelta(days=8)))


def test_an_item_read_twice_from_a_paper_is_its_first(store: Shelf, ids: CountedIds) -> None:
    twice = (ReadItem(NAME, "AN", "$.a"), ReadItem(NAME, "BINH", "$.b"))
    store.admit(replace(a_document(1), items=twice), said(ids))
    assert names(store) == ["AN"]


def _opened(kept: Rig, ids: CountedIds) -> KeptUpload:
    upload = an_upload()
    opening = kept.uploads.begin(OWNER, upload.client, None)
    opening.open(upload, replace(opening.usage, open={upload.id: (1_000, START)}), said(ids))
    found = kept.uploads.find(upload.id)
    assert found is not None
    after = checking(received(upload, f"in/{upload.id}/1", "v1", START), START)
    kept.uploads.change(found, after)
    again = kept.uploads.find(upload.id)
    assert again is not None
    return again
