"""What comes in by message, what is said of it, and what a document adds to what is held."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.definitions.load import SCHEMAS
from chalicelib.kernel.errors import Contention, InvalidRequest, StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CitizenRef, EventId, ItemId
from chalicelib.kernel.log import Log
from chalicelib.vocabulary.model import Text
from chalicelib.warehouse import told
from chalicelib.warehouse.document_type import Validity
from chalicelib.warehouse.events import ARRIVED, SCANNED, read_arrival
from chalicelib.warehouse.heads import MOST_ITEMS, contributed
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.port import Due, Dues
from chalicelib.warehouse.sweep import MOST, Sweep
from chalicelib.warehouse.upload import expired, received, rejected
from chalicelib.warehouse.words import MOST_WORDS, blinded, document_words
from tests.support.clock import START, VirtualClock
from tests.support.shelves import a_document, a_type, an_upload, issued

ULID = "01M80FPM80BWSBTRCJN0ZW2MWR"


def object_created(key: str, **more: str) -> dict[str, Any]:
    return {
        "id": "17a60dde-2463-4cc7-85e7-e6489b9fe4e6",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": "2026-11-22T02:00:00Z",
        "detail": {"bucket": {"name": "b"}, "object": {"key": key, "size": 1, **more}},
    }


def object_scanned(key: str, **more: str) -> dict[str, Any]:
    return {
        "id": "72c7d362-737a-6dce-fc78-9e27a0171419",
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "time": "2026-11-22T02:00:03Z",
        "detail": {
            "scanStatus": "COMPLETED",
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {"bucketName": "b", "objectKey": key, **more},
            "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND", "threats": None},
        },
    }


def test_a_scan_is_about_the_upload_that_its_key_names_and_says_nothing_of_what_was_found() -> None:
    event = read_arrival(object_scanned(f"in/{ULID}/2", versionId="v7"))
    assert (event.kind, event.subject, event.data) == (SCANNED, ULID, {"key": f"in/{ULID}/2", "version": "v7"})


def test_an_object_is_about_the_upload_that_its_key_names() -> None:
    event = read_arrival(object_created(f"in/{ULID}/2", **{"version-id": "v7"}))
    assert (event.kind, event.subject, event.data) == (ARRIVED, ULID, {"key": f"in/{ULID}/2", "version": "v7"})
    assert read_arrival(object_created(f"in/{ULID}/2")).data["version"] is None


def test_an_event_of_the_bus_is_read_as_everywhere() -> None:
    said = Event(EventId(ULID), "warehouse.upload_completed", ULID, START)
    assert read_arrival({"source": "motlan", "detail": said.to_json()}) == said


@pytest.mark.parametrize(
    "envelope",
    [
        None,
        {},
        [],
        object_scanned("backfile/1"),
        object_created("elsewhere/1"),
        object_created(f"in/{ULID}/x"),
        object_created("in/a/b/c"),
    ],
)
def test_anything_else_is_refused(envelope: object) -> None:
    with pytest.raises(InvalidRequest):
        read_arrival(envelope)


def valid(event: Event) -> bool:
    schema = json.loads((SCHEMAS / "events" / f"{event.type}.json").read_text())
    return Draft202012Validator(schema).is_valid(event.to_json())


def test_what_is_said_of_arrivals_is_what_the_schemas_describe() -> None:
    upload, own, brought = an_upload(id=ULID), a_document(id=ULID), issued(id=ULID)
    came = received(upload, f"in/{ULID}/1", "v1", START)
    assert valid(told.came(own, upload, EventId(ULID), START))
    assert valid(told.came(brought, upload, EventId(ULID), START))
    assert valid(told.rejected(rejected(came, "malware", START), EventId(ULID), START))
    assert valid(told.expired(expired(upload, START), EventId(ULID), START))


def ranked(*documents: Document) -> list[str]:
    """Return the titles of documents in the order in which their papers count, the best first."""
    heads = [(head.rank, each.title) for each in documents for head in contributed(each, a_type()) if not each.items]
    return [title for _, title in sorted(heads, reverse=True)]


def test_papers_known_by_the_month_are_valid_to_its_end_and_without_an_end_the_longest() -> None:
    untils = ["2030-06-30", "2030-06", "2030-05-31", "2030", None, "2029-12-31"]
    papers = [a_document(1, {}, title=str(until), valid_until=until) for until in untils]
    assert ranked(*papers) == ["None", "2030", "2030-06", "2030-06-30", "2030-05-31", "2029-12-31"]


def test_a_paper_of_months_ends_though_its_day_of_issue_is_not_known() -> None:
    six = a_type(validity=Validity(months=6))
    came = a_document(1, {}, issued_on=None, created_at=START)
    (paper,) = contributed(came, six)
    assert paper.held.until == "2027-05-22"
    (paper,) = contributed(replace(came, issued_on="2024"), six)
    assert paper.held.until == "2025-06-30"
    (paper,) = contributed(replace(came, issued_on="2024", valid_until="2030"), six)
    assert paper.held.until == "2030"
    (paper,) = contributed(came, a_type())
    assert paper.held.until is None


@pytest.mark.parametrize("changes", [{"holder": "other"}, {"state": "revoked"}, {"state": "superseded"}])
def test_what_does_not_count_adds_nothing(changes: dict[str, Any]) -> None:
    assert contributed(a_document(1, **changes), a_type()) == ()


def test_no_document_adds_more_than_one_transaction_takes() -> None:
    many = a_document(1, {ItemId(f"person.item{number}"): 1 for number in range(60)})
    type_ = a_type(proves=frozenset(f"evidence{number}" for number in range(20)))
    heads = contributed(many, type_)
    assert len(heads) == MOST_ITEMS + 6
    # Each is a head and a version; besides: document, type, words, key, usage, series, upload, its two notes, event.
    assert 2 * len(heads) + MOST_WORDS + 9 <= 100


def test_words_are_found_without_marks_and_are_another_text_for_another_owner() -> None:
    type_ = a_type(name=Text("Giấy khai sinh", "Birth certificate"))
    words = document_words(a_document(1, title="Của Đặng Thị Hòa", number="12/KS"), type_)
    assert words == ("cua", "dang", "thi", "hoa", "12", "ks", "giay", "khai", "sinh")
    long = a_document(1, title=" ".join(f"w{number}" for number in range(50)))
    assert len(document_words(long, type_)) == MOST_WORDS
    one, other = (blinded(b"secret", CitizenRef(ref), "hoa") for ref in "ab")
    assert one != other
    assert "hoa" not in one


class Notes(Dues):
    """Has due notes and nothing else."""

    def __init__(self, *dues: Due) -> None:
        self.dues = dues

    def due(self, until: Any) -> Any:  # noqa: ANN401, ARG002 - the port's
        return iter(self.dues)


def test_what_fails_in_a_sweep_holds_up_nothing_else(clock: VirtualClock) -> None:
    looked: list[str] = []
    lines: list[str] = []

    def look(due: Due) -> None:
        looked.append(due.id)
        if due.id == "1":
            raise StoreUnavailable
        if due.id == "2":
            raise Contention
        if due.id == "3":
            raise ValueError(due.id)

    kinds = ["upload", "upload", "upload", "upload", "new", "upload"]
    sweep = Sweep(
        Notes(*(Due(kind, str(at), START) for at, kind in enumerate(kinds))),
        {"upload": look},
        clock,
        Log(clock, lines.append),
    )
    assert sweep.run() == 6
    assert looked == ["0", "1", "2", "3", "5"]
    said = [json.loads(line) for line in lines]
    assert [each.get("code", each.get("exception")) for each in said] == [
        "store_unavailable",
        "contention",
        "ValueError",
        "new",
    ]


def test_a_backlog_is_shared_out_among_sweeps(clock: VirtualClock) -> None:
    looked: list[Due] = []
    notes = Notes(*(Due("upload", str(at), START) for at in range(MOST + 5)))
    assert Sweep(notes, {"upload": looked.append}, clock, Log(clock)).run() == MOST

    def slow(due: Due) -> None:
        looked.append(due)
        clock.advance(10)

    looked.clear()
    Sweep(notes, {"upload": slow}, clock, Log(clock)).run()
    assert len(looked) == 5
