"""Real papers in a warehouse over real stores, and the ways in which one thing is done there, again and again."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from chalicelib.kernel.ids import DocumentId, ItemId, UploadId
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.archive_file import LOG
from chalicelib.warehouse.library_port import Acting
from chalicelib.warehouse.model import ReadItem
from chalicelib.warehouse.places import export_key
from chalicelib.warehouse.quota import Limits
from chalicelib.warehouse.upload import ENDED, GRACE, Issue, upload_of
from infra.simulators import ca
from tests.support.attack_files import attack_files
from tests.support.aws import Home
from tests.support.cards import CARD_HOLDERS, Shot, citizen_payload, photo
from tests.support.clock import START
from tests.support.honest_files import pdf_of
from tests.support.killed_world import PORTAL, Paper, World, catalogue
from tests.support.killing import events, items, objects
from tests.support.service import AN
from tests.support.shelves import document_id

OLDER, NEWER = UploadId(document_id(1)), UploadId(document_id(2))
YEAR: Final = ItemId("social.poor_household.year")
EVIDENCE: Final = "giay-to-mien-giam-phi"
PIN = END = "TransactWriteItems"
COPIES: Final = ["CopyObject", "PutObject", "PutObject"]
LATER: Final = 8 * 60


@cache
def card() -> bytes:
    return photo(citizen_payload(CARD_HOLDERS[0]), Shot(scale=0.5))


@cache
def signed_twice(pages: int = 1) -> bytes:
    return ca.sign_pdf(ca.sign_pdf(pdf_of(pages), "person", START), "agency", START)


def confirmation(year: int, pages: int, origin: Any = "issued") -> Paper:  # noqa: ANN401 - a literal of its own
    said = (ReadItem(YEAR, year, "$.year"),)
    issue = Issue(origin, "HN-999001", f"{year}-11-20", items=said)
    return Paper("giay-xac-nhan-ho-ngheo", "application/pdf", signed_twice(pages), issue)


def attack() -> Paper:
    found = next(each for each in attack_files() if each.reason == "pdf_script")
    return Paper("giay-to-khac", found.declared, found.body)


@dataclass(frozen=True)
class Run:
    """A world in which one thing is to be done, again and again if need be."""

    world: World
    work: Callable[[], object]
    is_late: bool = False
    """Whether nothing but a sweep comes again: it may end later than one that was not cut off."""
    differs: frozenset[str] = frozenset()
    """Fields that are of a run, not of what is done."""

    def goes_by_rule(self, bucket: str, key: str) -> bool:
        """Say whether it is what was sent of an upload that has ended: the bucket's rule takes it away in days."""
        upload = upload_of(key) if bucket == self.world.home.settings.uploads_bucket else None
        kept = None if upload is None else self.world.kept.find(upload)
        return kept is not None and kept.upload.state in ENDED


def left(run: Run) -> Mapping[str, Any]:
    """Return all that stands. Copies that were made twice are the same bytes, whichever is current: one is shown."""
    world = run.world
    copies = objects(world.home)
    if run.is_late:
        copies = {place: versions for place, versions in copies.items() if not run.goes_by_rule(*place)}
    for (bucket, key), versions in copies.items():
        assert len(set(versions)) == 1, f"{key} has versions that differ"
        assert len(versions) <= 2, f"{key} was copied more than once more"
        assert bucket == world.home.settings.documents_bucket, f"{key} was not taken away"
    known = (OLDER, NEWER)
    return {
        "items": items(world.home, without=run.differs),
        "events": events(world.home, without=run.differs),
        "objects": {place: inside(place[1], versions[0]) for place, versions in copies.items()},
        "documents": {each: world.document(each) for each in known},
        "uploads": {each: kept.upload.rejection for each in known if (kept := world.kept.find(each)) is not None},
        "held": world.shelf.held(AN, frozenset(vocabulary(catalogue()).items), frozenset({EVIDENCE})),
        "usage": world.shelf.usage(AN),
    }


def inside(key: str, body: bytes) -> object:
    """Return a file; of an archive what is in it, but for the log, whose entries are salted."""
    if not key.startswith(export_key("")):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: b"" if name == LOG else archive.read(name) for name in archive.namelist()}


def by_event(world: World, paper: Paper, id_: UploadId = NEWER) -> Run:
    """An upload whose file came, and S3's word of it, delivered as often as need be."""
    came = world.sent(paper, id_)
    return Run(world, lambda: world.ingest.run(id_, came))


def a_card(home: Home) -> Run:
    return by_event(World(home), Paper("the-can-cuoc", "image/jpeg", card()))


def an_attack(home: Home) -> Run:
    return by_event(World(home), attack())


def without_room(home: Home) -> Run:
    return by_event(World(home, Limits(documents=0)), Paper("the-can-cuoc", "image/jpeg", card()))


def a_later_version(home: Home) -> Run:
    world = World(home)
    by_event(world, confirmation(2025, 1), OLDER).work()
    world.clock.advance(60)
    return by_event(world, confirmation(2026, 2))


def a_back_file_of_what_was_issued(home: Home) -> Run:
    world = World(home)
    by_event(world, confirmation(2025, 1), OLDER).work()
    return by_event(world, confirmation(2026, 2, "back_file"))


def by_the_owners_word(home: Home) -> Run:
    """S3 says nothing: the owner does, and the word is worked."""
    world = World(home)
    world.sent(Paper("the-can-cuoc", "image/jpeg", card()), NEWER)

    def work() -> None:
        world.uploads.complete(AN, PORTAL, NEWER)
        world.ingest.run(NEWER)

    return Run(world, work)


def by_the_sweep(home: Home) -> Run:
    """Nobody says anything: one sweep finds the file, and another, when its time has come, what that one left."""
    world = World(home)
    by_event(world, confirmation(2025, 1), OLDER).work()
    world.sent(confirmation(2026, 2), NEWER)
    world.clock.advance(LATER)

    def work() -> None:
        world.sweep.run()
        world.clock.advance(GRACE.total_seconds() + 1)
        world.sweep.run()

    return Run(world, work, is_late=True, differs=frozenset({"changed_at"}))


def without_room_by_the_sweep(home: Home) -> Run:
    """Nobody says anything, and what was copied before it was refused is to be taken away by the next sweep."""
    world = World(home, Limits(documents=0))
    world.sent(Paper("the-can-cuoc", "image/jpeg", card()), NEWER)
    world.clock.advance(LATER)

    def work() -> None:
        for _ in range(3):
            world.sweep.run()
            world.clock.advance(GRACE.total_seconds() + 1)

    return Run(world, work, is_late=True, differs=frozenset({"changed_at"}))


def a_purge(home: Home) -> Run:
    world = World(home)
    by_event(world, Paper("the-can-cuoc", "image/jpeg", card())).work()
    world.library.delete(Acting(AN, PORTAL), DocumentId(NEWER))
    world.clock.advance((world.library.rules.grace + timedelta(minutes=1)).total_seconds())
    return Run(world, world.sweep.run)


def an_export(home: Home) -> Run:
    world = World(home)
    by_event(world, Paper("the-can-cuoc", "image/jpeg", card())).work()
    world.clock.advance(60)
    export = world.exports.request(Acting(AN, PORTAL), None)
    return Run(world, lambda: world.exports.run(export.id), differs=frozenset({"size", "bytes"}))


WAYS: Final[Mapping[str, tuple[Callable[[Home], Run], list[str]]]] = {
    "a card": (a_card, [PIN, *COPIES, END, "DeleteObject"]),
    "a later version, signed twice": (a_later_version, [PIN, *COPIES, END, "DeleteObject"]),
    "an attack": (an_attack, [PIN, END, "DeleteObject"]),
    "a card without room for it": (without_room, [PIN, *COPIES, END, "DeleteObject", "DeleteObjects"]),
    "a back file of what was issued": (
        a_back_file_of_what_was_issued,
        [PIN, *COPIES, END, "DeleteObject", "DeleteObjects"],
    ),
    "a card by its owner's word": (by_the_owners_word, [PIN, PIN, *COPIES, END, "DeleteObject"]),
    "a later version by the sweep": (by_the_sweep, [PIN, *COPIES, END, "DeleteObject"]),
    "a card without room, by the sweep": (
        without_room_by_the_sweep,
        [PIN, *COPIES, END, "DeleteObject", "DeleteObjects", "DeleteObject", END],
    ),
    "a purge": (a_purge, ["DeleteObjects", END]),
    "an export": (an_export, ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", END]),
}
