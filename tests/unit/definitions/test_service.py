"""Which set is live: read seldom, moved whole, and never lost with the store."""

from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from chalicelib.definitions.model import Catalogue, RefusedSet
from chalicelib.definitions.service import Live, Published
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.kernel.errors import Conflict, Corrupt, StoreUnavailable
from chalicelib.kernel.ids import CatalogueHash
from tests.support.definitions import MemoryDefinitions, Process, files, packaged, version

FORM = "forms/to-khai-ket-hon.json"


@pytest.fixture
def store() -> MemoryDefinitions:
    return MemoryDefinitions()


def test_before_any_publish_the_packaged_set_is_live(store: MemoryDefinitions) -> None:
    assert Process(store).definitions.current() is packaged()


def test_the_pointer_is_read_at_most_every_thirty_seconds(store: MemoryDefinitions) -> None:
    reader = Process(store)
    for _ in range(5):
        reader.definitions.current()
        reader.clock.advance(7.4)
    assert store.reads == 1

    reader.clock.advance(1)
    reader.definitions.current()
    assert store.reads == 2


def test_a_publish_is_seen_by_other_processes_within_thirty_seconds(store: MemoryDefinitions) -> None:
    reader, author = Process(store), Process(store)
    reader.definitions.current()

    published = author.definitions.publish(version(2))

    assert author.definitions.current().hash == published.hash
    assert reader.definitions.current() is packaged()
    reader.clock.advance(30)
    assert reader.definitions.current().hash == published.hash
    assert reader.definitions.current().codes(PROCEDURES) == packaged().codes(PROCEDURES)


def test_a_publish_says_so_once_with_counts(store: MemoryDefinitions) -> None:
    published = Process(store).definitions.publish(version(2))

    (event,) = store.events
    assert event.type == "vn.motlan.definitions.published.v1"
    assert event.subject == published.hash
    assert event.data["sequence"] == 1
    assert event.data["counts"] == {
        kind: sum(kind == each for each, _ in published.envelopes) for kind, _ in published.envelopes
    }


def test_publishing_what_is_live_changes_nothing(store: MemoryDefinitions) -> None:
    Process(store).definitions.publish(version(2))
    before = store.pointer

    Process(store).definitions.publish(version(2))

    assert store.pointer == before
    assert len(store.events) == 1


def renamed(document: Any) -> None:  # noqa: ANN401 - JSON of any shape
    document["body"]["title"]["vi"] += " (sửa)"


def renamed_anew(document: Any) -> None:  # noqa: ANN401 - as above
    renamed(document)
    document["version"] = "2"


def test_a_published_version_never_comes_with_other_content(store: MemoryDefinitions) -> None:
    author = Process(store)
    author.definitions.publish(version(2))
    pointer = store.pointer

    with pytest.raises(RefusedSet) as caught:
        author.definitions.publish(files({FORM: renamed}))

    assert [(fault.file, fault.pointer) for fault in caught.value.faults] == [(FORM, "/version")]
    assert "published with other content" in caught.value.faults[0].reason
    assert store.pointer == pointer


def test_a_version_stays_taken_after_newer_ones_and_may_come_back_as_it_was(store: MemoryDefinitions) -> None:
    author = Process(store)
    first = author.definitions.publish(files())
    author.definitions.publish(files({FORM: renamed_anew}))

    with pytest.raises(RefusedSet):
        author.definitions.publish(files({FORM: renamed}))
    again = author.definitions.publish(files())

    assert again.hash == first.hash


def test_a_version_that_lost_its_race_is_not_taken() -> None:
    store = Overtaken()
    with pytest.raises(Conflict):
        Process(store).definitions.publish(files({FORM: renamed_anew}))
    later = MemoryDefinitions()
    later.published, later.sets = store.published, store.sets

    def corrected(document: Any) -> None:  # noqa: ANN401 - as above
        renamed_anew(document)
        document["body"]["title"]["en"] += " (fixed)"

    published = Process(later).definitions.publish(files({FORM: corrected}))

    assert [event.subject for event in later.events] == [published.hash]


def test_a_definition_that_was_published_is_fetched_when_first_asked_for_and_once(store: MemoryDefinitions) -> None:
    Process(store).definitions.publish(files({FORM: renamed_anew}))
    reader = Process(store).definitions

    assert reader.current().codes(FORMS) == packaged().codes(FORMS)
    assert store.fetched == []
    for _ in range(3):
        assert reader.current().get(FORMS, "to-khai-ket-hon").title.vi.endswith("(sửa)")
    reader.current().all(PROCEDURES)

    assert store.fetched == [reader.current().envelopes["forms", "to-khai-ket-hon"].hash]


def test_a_definition_at_hand_is_not_fetched_for_a_newer_set(store: MemoryDefinitions) -> None:
    author, reader = Process(store), Process(store)
    author.definitions.publish(files({FORM: renamed_anew}))
    reader.definitions.current().get(FORMS, "to-khai-ket-hon")

    def renumbered(document: Any) -> None:  # noqa: ANN401 - as above
        document["version"] = "9"

    author.definitions.publish(files({FORM: renamed_anew, "procedures/1.000894.json": renumbered}))
    reader.clock.advance(31)
    reader.definitions.current().get(FORMS, "to-khai-ket-hon")

    assert len(store.fetched) == 1


def test_a_refused_set_changes_nothing(store: MemoryDefinitions) -> None:
    author = Process(store)
    live = author.definitions.publish(version(2))
    kept, pointer = dict(store.sets), store.pointer

    with pytest.raises(RefusedSet):
        author.definitions.publish(files({FORM: lambda document: document.pop("status")}))

    assert (store.sets, store.pointer, len(store.events)) == (kept, pointer, 1)
    assert author.definitions.current().hash == live.hash


class Overtaken(MemoryDefinitions):
    """Between a publisher's reading the pointer and its move, another publish goes through."""

    def keep(self, catalogue: Catalogue, versions: Published, stored: Container[str] = ()) -> str:
        named = super().keep(catalogue, versions, stored)
        self.pointer = Live(CatalogueHash("0" * 64), 7)
        return named


def test_a_lost_race_is_a_conflict_and_shows_readers_nothing() -> None:
    store = Overtaken()
    author = Process(store)

    with pytest.raises(Conflict):
        author.definitions.publish(version(2))

    assert store.pointer == Live(CatalogueHash("0" * 64), 7)
    assert store.events == []
    assert author.definitions.current() is packaged()


class Together(MemoryDefinitions):
    """All publishers have read the same pointer before any of them goes on."""

    def __init__(self, publishers: int) -> None:
        super().__init__()
        self._all_read = Barrier(publishers)

    def keep(self, catalogue: Catalogue, versions: Published, stored: Container[str] = ()) -> str:
        named = super().keep(catalogue, versions, stored)
        self._all_read.wait(20)
        return named


def test_of_sixteen_racing_publishers_one_wins_and_its_set_is_whole() -> None:
    store = Together(16)

    def publish(number: int) -> str | None:
        try:
            return Process(store).definitions.publish(version(number)).hash
        except Conflict:
            return None

    with ThreadPoolExecutor(16) as pool:
        won = [found for found in pool.map(publish, range(100, 116)) if found]

    assert [event.subject for event in store.events] == won
    assert len(won) == 1
    assert store.pointer is not None
    assert (store.pointer.hash, store.pointer.sequence) == (won[0], 1)
    assert Process(store).definitions.current().hash == won[0]


def test_while_the_store_is_down_the_last_known_set_stays_live(store: MemoryDefinitions) -> None:
    reader = Process(store)
    published = Process(store).definitions.publish(version(2))
    reader.definitions.current()
    store.is_down = True
    reader.clock.advance(31)

    assert reader.definitions.current().hash == published.hash
    assert '"code": "store_unavailable"' in reader.lines[-1]

    store.is_down = False
    newer = Process(store).definitions.publish(version(3))
    reader.clock.advance(31)
    assert reader.definitions.current().hash == newer.hash


def test_a_process_born_while_the_store_is_down_serves_the_packaged_set(store: MemoryDefinitions) -> None:
    store.is_down = True

    assert Process(store).definitions.current() is packaged()


def test_a_pointer_to_a_set_that_is_not_there_leaves_the_last_known_live(store: MemoryDefinitions) -> None:
    store.pointer = Live(CatalogueHash("f" * 64), 3)
    reader = Process(store)

    assert reader.definitions.current() is packaged()
    assert '"code": "corrupt"' in reader.lines[-1]


def test_a_pinned_set_stays_readable_after_newer_ones(store: MemoryDefinitions) -> None:
    author = Process(store)
    first = author.definitions.publish(version(2))
    for number in range(3, 21):
        author.definitions.publish(version(number))

    assert author.definitions.at(first.hash).envelopes == first.envelopes
    assert Process(store).definitions.at(first.hash).hash == first.hash


def test_the_packaged_set_is_pinned_without_a_store(store: MemoryDefinitions) -> None:
    store.is_down = True

    assert Process(store).definitions.at(packaged().hash) is packaged()


def test_a_pin_that_was_never_published_is_corrupt(store: MemoryDefinitions) -> None:
    with pytest.raises(Corrupt):
        Process(store).definitions.at(CatalogueHash("f" * 64))


def test_a_set_that_is_not_what_its_name_says_is_not_believed(store: MemoryDefinitions) -> None:
    store.sets[CatalogueHash("f" * 64)] = packaged()

    with pytest.raises(Corrupt):
        Process(store).definitions.at(CatalogueHash("f" * 64))


def test_a_publish_while_the_store_is_down_says_so(store: MemoryDefinitions) -> None:
    store.is_down = True

    with pytest.raises(StoreUnavailable):
        Process(store).definitions.publish(version(2))


class ReadsOneByOne(MemoryDefinitions):
    """Fails the test when two threads of a process read the pointer at once."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.most = 0

    def live(self) -> Live | None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            return super().live()
        finally:
            self.inside -= 1


def test_threads_of_one_process_share_one_reading() -> None:
    store = ReadsOneByOne()
    reader = Process(store)
    start = Barrier(8)

    def ask(_: int) -> str:
        start.wait(20)
        return reader.definitions.current().hash

    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(ask, range(8)))

    assert seen == {packaged().hash}
    assert (store.reads, store.most) == (1, 1)


def test_the_set_that_was_live_at_an_instant_is_found_by_every_process(store: MemoryDefinitions) -> None:
    author = Process(store)
    start = author.clock.now()
    published = []
    for number in (2, 3):
        author.clock.advance(3600)
        published.append(author.definitions.publish(version(number)).hash)
    author.clock.advance(3600)

    reader, hour = Process(store, author.clock).definitions, timedelta(hours=1)
    moments = {timedelta(0): packaged().hash, hour - timedelta(milliseconds=1): packaged().hash}
    moments |= {hour: published[0], 2 * hour - timedelta(milliseconds=1): published[0]}
    moments |= {2 * hour: published[1], 3 * hour: published[1]}
    assert {after: reader.known_at(start + after).hash for after in moments} == moments


def test_a_stretch_of_the_past_is_looked_up_once_and_the_last_minutes_every_time(store: MemoryDefinitions) -> None:
    author = Process(store)
    author.definitions.publish(version(2))
    author.clock.advance(3600)
    reader = Process(store, author.clock).definitions
    now, minute = author.clock.now(), timedelta(minutes=1)
    for ago in (59, 10, 30, 59):
        reader.known_at(now - ago * minute)
    assert store.looked_up == 2
    for _ in range(2):
        reader.known_at(now - minute)
    assert store.looked_up == 4
