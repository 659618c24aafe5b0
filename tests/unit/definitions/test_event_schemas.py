"""Every event schema is JSON Schema 2020-12, named after its type, and takes what we say and no value of a person."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from chalicelib.definitions.load import SCHEMAS
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    EventId,
    FormCode,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
    RegisterCode,
)
from chalicelib.prefill import told_edits
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.revision import Header, Opening, Revision
from chalicelib.prefill.sheet import Contest, Proposal
from tests.support.clock import START
from tests.support.definitions import MemoryDefinitions, Process, version
from tests.support.ids import CountedIds

FILES = sorted((SCHEMAS / "events").glob("*.json"))
HASH = "a" * 64
ULID = "01M80FPM800000000000000001"
_CODES = (ProcedureCode("1.000894"), FormCode("to-khai-ket-hon"), CatalogueHash(HASH))
DATA: JsonObject = {
    "procedure": "1.000894",
    "form": "to-khai-ket-hon",
    "catalogue": HASH,
    "revision": 1,
    "attempt": 1,
    "status": "open",
    "pending": ["civil_status"],
    "counts": {"filled_verified": 12, "timed_out": 4},
    "fetched": 20,
    "unused": 3,
}


def schema(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / "events" / f"vn.motlan.{kind}.v1.json").read_text()))


def an_event(kind: str, **changes: Any) -> Event:  # noqa: ANN401 - JSON of any shape
    return Event(EventId(CountedIds().new()), kind, "P1", START, {**DATA, **changes})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_event_schema_is_valid_and_named_after_its_type(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(document)
    assert document["properties"]["type"]["const"] == file.stem


def test_what_a_publish_says_is_of_its_schema() -> None:
    store = MemoryDefinitions()
    Process(store).definitions.publish(version(2))

    schema("definitions.published").validate(store.events[0].to_json())


def test_what_is_said_of_the_citizens_own_changes_is_of_its_schema() -> None:
    revision = Revision(
        Header(PrefillId("P1"), CitizenRef("c"), ClientId("m"), *_CODES, START),
        Opening(PersonalId("001090999001"), 2, {}),
        2,
        START,
        {},
        Resolution({}),
    )
    contest = Contest(ULID, "/a", "x", "why", START, RegisterCode("population"), "R-1", ItemId("person.full_name"))
    made, proposal = EventId(ULID), Proposal(ULID, START, frozenset({"/a"}), START, frozenset({"/a"}))
    for event in (
        told_edits.edited(revision, made, 3),
        told_edits.refreshed(revision, made, proposal),
        told_edits.decided(revision, made, proposal),
        told_edits.contested(revision, made, contest, "opened"),
        told_edits.contested(revision, made, contest, "withdrawn"),
    ):
        schema(event.kind).validate(event.to_json())
        for secret in ("R-1", "why", "001090999001"):
            assert secret not in json.dumps(event.to_json())


def test_a_prefill_event_is_of_its_schema() -> None:
    schema("prefill.incomplete").validate(an_event("prefill.incomplete").to_json())
    schema("prefill.completed").validate(an_event("prefill.completed", status="final", pending=[]).to_json())


@pytest.mark.parametrize(
    "changes",
    [{"name": "AN"}, {"pending": []}, {"status": "final"}, {"counts": {"/BenNu/HoTen": 1}}, {"procedure": "x"}],
)
def test_an_event_that_says_more_or_less_is_not_of_its_schema(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schema("prefill.incomplete").validate(an_event("prefill.incomplete", **changes).to_json())
