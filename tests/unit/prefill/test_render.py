"""A revision put into words: what the API declares, rows and all, and nothing that is absent."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest

from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ConsentId, ItemId, PrefillId
from chalicelib.prefill.codec import from_json, to_json
from chalicelib.prefill.examples import ANSWER
from chalicelib.prefill.job import Job, Shown
from chalicelib.prefill.model import FieldAnswer, Provenance, Resolution
from chalicelib.prefill.render import render
from chalicelib.prefill.revision import Header, Revision
from chalicelib.prefill.shapes import PrefillAnswer
from infra.simulators.personas import Personas
from tests.support.clock import START
from tests.support.definitions import packaged
from tests.support.tried import Try, tried

PEOPLE: Final = Personas.load()
AN: Final = PEOPLE.need("001090999001")
"""Head of a household."""


def rendered(job: Job, resolution: Resolution) -> dict[str, Any]:
    """Return the answer, which the API's description must allow."""
    catalogue, order = packaged(), job.order
    header = Header(
        PrefillId("P"),
        CitizenRef("r"),
        job.who.client,
        order.procedure,
        job.form.code,
        CatalogueHash(catalogue.hash),
        START,
    )
    answer = render(Shown(Revision(header, job.opening, 1, START, {}, resolution), job))
    PrefillAnswer.model_validate(answer)
    assert "null" not in json.dumps({name: answer[name] for name in ("rows", "components", "usage")})
    return answer


def moving() -> tuple[Job, Resolution]:
    return tried(packaged(), PEOPLE, Try("1.004222", "ct01", AN, ("applicant",)))


def test_the_example_is_what_is_declared() -> None:
    PrefillAnswer.model_validate(ANSWER)


def test_rows_are_shown_column_by_column_as_fields_are() -> None:
    job, resolution = moving()
    answer = rendered(job, resolution)
    rows = answer["rows"]["/ThanhVien"]

    assert answer["fields"]["/ThanhVien"]["value"][0]["HoTen"] == rows[0]["fields"]["/HoTen"]["value"]
    assert list(rows[0]["fields"]) == [column.pointer for column in job.form.lists["/ThanhVien"].columns]
    cell = rows[0]["fields"]["/HoTen"]
    assert cell["provenance"]["path"] == "$.household_members[0].name"
    assert cell["message"]["vi"].startswith("Đã điền từ ")


def test_each_source_says_in_which_wave_it_was_asked() -> None:
    assert {each["wave"] for each in rendered(*moving())["sources"]} == {1}


def test_what_comes_back_from_the_store_is_shown_byte_for_byte_alike() -> None:
    job, resolution = moving()
    stored = from_json(json.loads(canonical(to_json(resolution))))
    assert canonical(rendered(job, stored)) == canonical(rendered(job, resolution))


def shown(answer: FieldAnswer) -> dict[str, Any]:
    """Return how one answer is shown, in the place of some field."""
    job, resolution = moving()
    place = job.form.fields[0].pointer
    changed = replace(resolution, fields={**resolution.fields, place: answer})
    fields: dict[str, dict[str, Any]] = rendered(job, changed)["fields"]
    return fields[place]


HELD: Final = Provenance(
    register=None,
    record="D-1",
    path="$.x",
    item=ItemId("person.full_name"),
    mapping="m",
    fetched_at="2026-11-22T02:00:00.000Z",
    as_of=None,
    legal_basis="law",
    assurance="dossier",
    basis="consent",
    consent=ConsentId("C-1"),
    rule="line_of",
    original={"country": "VN"},
)


def test_where_a_held_value_is_from_is_shown_whole() -> None:
    answer = shown(FieldAnswer("filled_declared", "An", "auto", provenance=HELD))

    assert answer["provenance"].keys() >= {"record", "basis", "consent", "rule", "original", "assurance"}
    assert not answer["provenance"].keys() & {"register", "register_name"}
    assert answer["message"]["vi"] == "Đã điền từ hồ sơ bạn từng nộp và đã được tiếp nhận."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (FieldAnswer("user_only", detail="choose_one"), "There are values to choose from; we chose none for you."),
        (FieldAnswer("no_consent", detail="item_not_granted"), "This person agreed to share data, but not this."),
        (FieldAnswer("no_consent", detail="unheard_of"), "The person this is about has not agreed to share it."),
        (
            FieldAnswer("filled_stale", "An", "auto", provenance=replace(HELD, assurance="issued")),
            "Filled from a signed document that has expired or is out of date.",
        ),
    ],
)
def test_the_narrowest_text_there_is_is_shown(answer: FieldAnswer, words: str) -> None:
    assert shown(answer)["message"]["en"] == words
