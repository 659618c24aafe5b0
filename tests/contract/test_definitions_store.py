"""Published sets on DynamoDB and S3."""

import json
from datetime import timedelta

import pytest

from chalicelib.aws.objects import Objects
from chalicelib.aws.table import Table
from chalicelib.definitions.model import RefusedSet, catalogue_of
from chalicelib.definitions.service import Definitions, Live, Publication
from chalicelib.definitions.store import TableDefinitions
from chalicelib.forms.definition import PROCEDURES
from chalicelib.kernel.errors import Conflict, Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash, EventId, IdSource
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.definitions import Process, files, packaged, version


def store_in(home: Home, clock: VirtualClock, ids: IdSource) -> TableDefinitions:
    settings = home.settings
    table = Table(home.clients, settings.state_table, settings.outbox_table, clock, ids)
    return TableDefinitions(table, Objects(home.clients), settings.definitions_bucket)


@pytest.fixture
def store(home: Home, clock: VirtualClock, ids: IdSource) -> TableDefinitions:
    return store_in(home, clock, ids)


def definitions(store: TableDefinitions, ids: IdSource) -> Definitions:
    made = Process(store).definitions
    made.ids = ids
    return made


def an_event(ids: IdSource, clock: VirtualClock) -> Event:
    return Event(EventId(ids.new()), "definitions.published", "x", clock.now())


def test_before_any_publish_there_is_no_pointer(store: TableDefinitions) -> None:
    assert store.live() is None


def test_a_published_set_is_read_back_whole_by_another_process(store: TableDefinitions, ids: IdSource) -> None:
    published = definitions(store, ids).publish(version(2))

    reader = definitions(store, ids)

    assert reader.current().hash == published.hash
    assert {each.hash for each in reader.current().envelopes.values()} == {
        each.hash for each in published.envelopes.values()
    }
    live = store.live()
    assert live is not None
    assert (live.hash, live.sequence) == (published.hash, 1)


def test_reading_the_pointer_is_one_consistent_read(home: Home, store: TableDefinitions) -> None:
    with counting(home.clients.dynamodb) as calls:
        store.live()

    assert calls == {"BatchGetItem": 1}


def test_a_process_that_carries_most_of_a_set_fetches_only_the_rest(
    home: Home, store: TableDefinitions, ids: IdSource
) -> None:
    definitions(store, ids).publish(version(2))
    reader = definitions(store, ids)

    with counting(home.clients.s3) as calls:
        reader.current()

    assert calls == {"GetObject": 1}
    with counting(home.clients.s3) as calls:
        for _ in range(2):
            reader.current().all(PROCEDURES)
    assert calls == {"GetObject": 1}


def test_the_pointer_moves_only_from_where_it_was_seen(
    store: TableDefinitions, ids: IdSource, clock: VirtualClock
) -> None:
    store.move(None, Live(CatalogueHash("a" * 64), 1), an_event(ids, clock))
    seen = store.live()
    store.move(seen, Live(CatalogueHash("b" * 64), 2), an_event(ids, clock))

    for stale in (None, seen):
        with pytest.raises(Conflict):
            store.move(stale, Live(CatalogueHash("c" * 64), 3), an_event(ids, clock))

    now = store.live()
    assert now is not None
    assert (now.hash, now.sequence) == ("b" * 64, 2)


def test_each_move_is_found_by_the_moment_it_was_made(
    home: Home, store: TableDefinitions, ids: IdSource, clock: VirtualClock
) -> None:
    seen, said = None, []
    for number, letter in enumerate("abc", 1):
        said.append(an_event(ids, clock))
        store.move(seen, Live(CatalogueHash(letter * 64), number), said[-1])
        seen = store.live()
        if number == 2:
            # The third goes live within the same millisecond.
            continue
        clock.advance(60)
    first, second = said[0].at, said[1].at

    with counting(home.clients.dynamodb) as calls:
        assert store.published_by(first - timedelta(milliseconds=1)) is None
        assert store.published_by(first) == Publication(CatalogueHash("a" * 64), first)
        assert store.published_by(second - timedelta(milliseconds=1)) == Publication(CatalogueHash("a" * 64), first)
        assert store.published_by(second) == Publication(CatalogueHash("c" * 64), second)
        assert store.published_by(second + timedelta(days=1)) == Publication(CatalogueHash("c" * 64), second)
    assert calls == {"Query": 5}


def test_the_event_stands_in_the_outbox_with_the_move(home: Home, store: TableDefinitions, ids: IdSource) -> None:
    published = definitions(store, ids).publish(version(2))

    items = home.clients.dynamodb.scan(TableName=home.settings.outbox_table)["Items"]
    said = [json.loads(item["event"]["S"]) for item in items]
    assert [(each["type"], each["subject"]) for each in said] == [
        ("vn.motlan.definitions.published.v1", published.hash)
    ]


def test_a_refused_set_leaves_no_trace(home: Home, store: TableDefinitions, ids: IdSource) -> None:
    with counting(home.clients.s3) as puts, counting(home.clients.dynamodb) as calls, pytest.raises(RefusedSet):
        definitions(store, ids).publish(files({"forms/to-khai-ket-hon.json": lambda form: form.pop("status")}))

    assert (puts, calls) == ({}, {})


def test_keeping_a_set_again_changes_nothing(store: TableDefinitions) -> None:
    versions = {"forms/x/1": "a" * 64}
    few = catalogue_of([packaged().envelopes[key] for key in sorted(packaged().envelopes)[:5]])
    named = store.keep(few, versions)

    assert store.keep(few, versions) == named
    assert store.versions(Live(few.hash, 1, named)) == versions
    assert [each.row for each in store.entries(few.hash)] == [each.row for each in few.envelopes.entries]
    for each in few.envelopes.entries:
        assert store.definition(each.hash).body == few.envelopes[each.key].body


def test_what_a_list_needs_of_each_definition_is_in_the_listing(store: TableDefinitions) -> None:
    store.keep(packaged(), {})

    found = {each.key: each.brief for each in store.entries(packaged().hash)}

    assert found["procedures", "1.000894"] == packaged().brief(PROCEDURES, "1.000894")
    assert "dang ky ket hon" in str(found["procedures", "1.000894"]["words"])


def test_publishing_again_stores_only_what_is_new(home: Home, store: TableDefinitions, ids: IdSource) -> None:
    definitions(store, ids).publish(version(2))

    with counting(home.clients.s3) as calls:
        definitions(store, ids).publish(version(3))

    # One definition, the listing, the versions; and one read of the versions published before.
    assert calls == {"PutObject": 3, "GetObject": 1}


def test_a_set_that_is_not_there_or_was_tampered_with_is_corrupt(home: Home, store: TableDefinitions) -> None:
    with pytest.raises(Corrupt):
        store.entries(CatalogueHash("f" * 64))
    with pytest.raises(Corrupt):
        store.versions(Live(packaged().hash, 1, "f" * 64))

    named = store.keep(packaged(), {"forms/x/1": "a" * 64})
    bucket, victim = home.settings.definitions_bucket, next(iter(packaged().envelopes.values()))
    for body in (b"{}", b"not json", json.dumps({"kind": "forms"}).encode()):
        for key in (f"definitions/{victim.hash}.json", f"catalogues/{packaged().hash}.json", f"versions/{named}.json"):
            home.clients.s3.put_object(Bucket=bucket, Key=key, Body=body)
        with pytest.raises(Corrupt):
            store.definition(victim.hash)
        with pytest.raises(Corrupt):
            store.entries(packaged().hash)
        with pytest.raises(Corrupt):
            store.versions(Live(packaged().hash, 1, named))
