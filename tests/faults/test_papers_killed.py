"""A process that dies at any write of an ingest of real papers, and whatever comes next: all ends as if it had not.

A photo of a citizen's card, a PDF that a person and an agency signed and that supersedes an earlier one, files that are
attacks or for which there is no room. Opened, read and checked by the libraries that the service has; the fault points
are all writes to tables and buckets. What stands at the end is compared whole: items, events, objects and versions.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId
from chalicelib.papers.model import Scan
from chalicelib.warehouse.places import export_key
from chalicelib.warehouse.port import Arrived, KeptUpload, Malware
from chalicelib.warehouse.upload import Upload
from chalicelib.warehouse.upload_store import TableUploads
from chalicelib.warehouse.upload_stored import UploadItems
from tests.support.aws import Home
from tests.support.killed_papers import (
    EVIDENCE,
    NEWER,
    OLDER,
    WAYS,
    YEAR,
    a_card,
    a_later_version,
    a_purge,
    an_export,
    card,
    left,
)
from tests.support.killed_world import Paper, World
from tests.support.killing import Killed, Moment, killed, objects

MOMENTS: Final[tuple[Moment, Moment]] = ("before-call", "after-call")
SHORT: Final[frozenset[tuple[str, Moment]]] = frozenset(
    {
        ("a card", "before-call"),
        ("a later version, signed twice", "after-call"),
        ("an attack", "after-call"),
        ("a purge", "before-call"),
        ("an export", "after-call"),
    }
)
"""What every change is held against; the others, alike but for a write or two or the other moment, are proved."""


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=[pytest.mark.prove] * (way not in dict(SHORT))) for way in WAYS]
)
def test_the_fault_points_are_all_the_writes_there_are(simulated: Home, way: str) -> None:
    begin, writes = WAYS[way]
    run = begin(simulated)
    with killed(simulated, "after-call", 0) as seen:
        run.work()
    assert seen == writes


@pytest.mark.parametrize(
    ("way", "moment"),
    [
        pytest.param(way, moment, marks=[] if (way, moment) in SHORT else [pytest.mark.prove])
        for way in WAYS
        for moment in MOMENTS
    ],
)
def test_killed_at_any_write_and_delivered_again_it_ends_as_if_it_had_not_been(
    simulated: Home, way: str, moment: Moment
) -> None:
    begin, writes = WAYS[way]
    calm = begin(simulated)
    calm.work()
    expected = left(calm)
    for nth in range(1, len(writes) + 1):
        run = begin(simulated)
        with pytest.raises(Killed), killed(simulated, moment, nth) as seen:
            run.work()
        assert seen == writes[:nth]
        run.work()
        assert left(run) == expected, f"delivered again after it was killed {moment} {nth}"
        run.work()
        run.work()
        assert left(run) == expected, f"delivered twice more after it was killed {moment} {nth}"


def test_what_an_ingest_of_real_papers_leaves_is_what_they_say(simulated: Home) -> None:
    """What all the killed runs are compared with."""
    run = a_card(simulated)
    run.work()
    document = run.world.document(NEWER)
    assert document is not None
    assert (document.holder, document.state, document.assurance) == ("owner", "available", "scan")
    assert len(document.items) >= 6
    assert document.file is not None
    assert (document.file.scan, document.file.has_thumbnail) == ("clean", True)
    assert {place[1].rpartition("/")[2] for place in left(run)["objects"]} == {"original", "served", "thumbnail"}


def test_the_later_version_alone_is_held_and_the_older_one_is_superseded(simulated: Home) -> None:
    run = a_later_version(simulated)
    run.work()
    older, newer = run.world.document(OLDER), run.world.document(NEWER)
    assert older is not None
    assert newer is not None
    assert (older.state, older.superseded_by, older.version) == ("superseded", DocumentId(NEWER), 1)
    assert (newer.state, newer.series, newer.version) == ("available", DocumentId(OLDER), 2)
    assert newer.assurance == "original_electronic"
    assert [(each.integrity, each.trust) for each in newer.signatures] == [("intact", "trusted")] * 2
    held = left(run)["held"]
    assert [(each.item, each.value, each.document) for each in held.items] == [(YEAR, 2026, NEWER)]
    assert [(each.evidence, each.document) for each in held.papers] == [(EVIDENCE, NEWER)]
    assert left(run)["usage"].documents == 2


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("an attack", "pdf_script"),
        ("a card without room for it", "quota_exceeded"),
        ("a back file of what was issued", "already_issued"),
    ],
)
def test_what_is_refused_leaves_no_file_and_says_why(simulated: Home, way: str, reason: str) -> None:
    run = WAYS[way][0](simulated)
    run.work()
    stands = left(run)
    assert stands["uploads"][NEWER] == reason
    assert stands["documents"][NEWER] is None
    assert not [key for _, key in stands["objects"] if NEWER in key]
    assert stands["usage"].open == {}


class Wiser(Malware):
    """A scanner that knows of more the second time."""

    def __init__(self) -> None:
        self.said: list[Scan] = ["clean", "infected"]

    def scan(self, arrived: Arrived, body: bytes) -> Scan:  # noqa: ARG002 - the port's
        return self.said.pop(0)


def test_what_a_second_look_refuses_leaves_no_copy_of_the_first(simulated: Home) -> None:
    world = World(simulated)
    ingest = replace(world.ingest, examiner=replace(world.ingest.examiner, malware=Wiser()))
    came = world.sent(Paper("the-can-cuoc", "image/jpeg", card()), NEWER)
    with pytest.raises(Killed), killed(simulated, "after-call", 4):
        ingest.run(NEWER, came)
    assert len(objects(simulated)) == 4
    ingest.run(NEWER, came)
    kept = world.kept.find(NEWER)
    assert kept is not None
    assert kept.upload.rejection == "malware"
    assert objects(simulated) == {}


class Overtaken(TableUploads):
    """Once, right after a write, somebody else does something."""

    def __init__(self, world: World, other: Callable[[], None]) -> None:
        super().__init__(world.table, world.keys, UploadItems(world.keys))
        self.others = [other]

    def change(self, kept: KeptUpload, after: Upload, event: Event | None = None) -> None:
        super().change(kept, after, event)
        while self.others:
            self.others.pop()()


def test_a_worker_that_is_overtaken_after_it_pinned_ends_in_peace(simulated: Home) -> None:
    world = World(simulated)
    came = world.sent(Paper("the-can-cuoc", "image/jpeg", card()), NEWER)

    def other() -> None:
        with pytest.raises(Killed), killed(simulated, "before-call", len(WAYS["a card"][1]) - 1):
            world.ingest.run(NEWER, came)  # all but the last: it has pinned already, and the object is still there

    replace(world.ingest, uploads=Overtaken(world, other)).run(NEWER, came)
    kept = world.kept.find(NEWER)
    assert kept is not None
    assert kept.upload.state == "available"


def test_an_archive_that_was_cut_off_is_made_anew_and_holds_the_file(simulated: Home) -> None:
    run = an_export(simulated)
    run.work()
    (archive,) = (body for (_, key), body in left(run)["objects"].items() if key.startswith(export_key("")))
    texts = {name for name in archive if not name.startswith("documents/")}
    assert texts == {"README.txt", "danh-sach.txt", "manifest.json", "access-log.json"}
    assert len(archive) == len(texts) + 1
    assert card() in archive.values()


def test_a_purge_leaves_nothing_of_the_document(simulated: Home) -> None:
    run = a_purge(simulated)
    run.work()
    stands = left(run)
    assert (stands["documents"][NEWER], stands["objects"], stands["uploads"]) == (None, {}, {})
    assert (stands["usage"].documents, stands["usage"].bytes) == (0, 0)
    assert (stands["held"].items, stands["held"].papers) == ((), ())
