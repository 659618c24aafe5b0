"""Parts of the dossier in words: every case has a text in both languages, and names what can be attached."""

from collections.abc import Iterator

import pytest

from chalicelib.forms.definition import PROCEDURES
from chalicelib.forms.model import Component, Procedure
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.prefill.components_shapes import ComponentFound, UsageShown
from chalicelib.prefill.model import OUTCOMES, ComponentAnswer, HeldPaper, Lack, Outcome, Proof, Provenance, Usage
from chalicelib.prefill.render_components import case_of, component_shown, components_shown, usage_shown
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from tests.support.definitions import packaged

NAME = ItemId("person.full_name")
CASES = ("satisfied", "not_needed", "may_still_come", "no_consent", "unknown", "missing", "optional")


def procedures() -> Iterator[Procedure]:
    return iter(packaged().all(PROCEDURES))


def part(procedure: str = "3.000333", at: int = 0) -> Component:
    return packaged().get(PROCEDURES, procedure).components[at]


def origin(**changes: object) -> Provenance:
    known: dict[str, object] = {
        "register": RegisterCode("population"),
        "record": "R-1",
        "path": "$.x",
        "item": NAME,
        "mapping": "m",
        "fetched_at": "t",
        "as_of": None,
        "legal_basis": "law",
        "assurance": "register",
    }
    return Provenance(**(known | changes))  # type: ignore[arg-type]


def lacking(*outcomes: Outcome, needed: bool | None = True) -> ComponentAnswer:
    return ComponentAnswer("part", needed, None, lacks=tuple((Lack(NAME, None, each),) for each in outcomes))


@pytest.mark.parametrize(
    ("answer", "case"),
    [
        (ComponentAnswer("part", True, 0), "satisfied"),
        (ComponentAnswer("part", None, 0), "satisfied"),
        (ComponentAnswer("part", False, None), "not_needed"),
        (lacking("no_consent", "timed_out"), "may_still_come"),
        (lacking("no_consent", "not_found"), "no_consent"),
        (lacking("not_found", needed=None), "unknown"),
        (lacking("not_found"), "missing"),
    ],
)
def test_the_case_says_what_the_citizen_can_still_do(answer: ComponentAnswer, case: str) -> None:
    assert case_of(part(), answer) == case
    helpful = part(at=1)
    assert case_of(helpful, answer) == ("optional" if case == "missing" else case)


def test_every_case_and_every_lack_has_its_texts() -> None:
    texts = vocabulary(packaged()).texts

    assert {f"component.{case}{ending}" for case in CASES for ending in ("", ".next")} <= texts.keys()
    assert {f"lack.{outcome}" for outcome in (*OUTCOMES, "no_document")} <= texts.keys()


def test_components_of_every_procedure_are_written_as_declared() -> None:
    for procedure in procedures():
        answers = [
            ComponentAnswer(each.code, needed, way, (Proof(NAME, None, origin()),) if way == 0 else (), ((), ()))
            for each in procedure.components
            for needed, way in (((None, None)), ((True, 0)), ((False, None)))
        ]
        for answer in answers:
            shown = components_shown([answer], procedure, packaged())
            assert len(shown) == 1
            found = ComponentFound.model_validate(shown[0])
            assert found.satisfied == (answer.way is not None)
            assert found.needed is answer.needed
            assert "{" not in found.message.vi + found.next_action.vi + found.message.en + found.next_action.en


def test_what_can_be_attached_is_named_with_and_for_one_way_and_or_between_ways() -> None:
    lodging = next(each for each in packaged().get(PROCEDURES, "1.004222").components if each.code == "cho-o-hop-phap")
    shown = component_shown(lodging, lacking("not_found"), packaged())

    said = ComponentFound.model_validate(shown).next_action
    assert said.en.count("; or ") == 1
    assert said.en.count(" and ") >= 1
    assert said.vi.count("; hoặc ") == 1


def test_a_proof_names_its_register_or_its_paper() -> None:
    held = origin(register=None, document="ban-sao-can-cuoc", assurance="scan")
    answer = ComponentAnswer("part", True, 0, (Proof(NAME, None, origin()), Proof(None, "ban-sao-can-cuoc", held)))
    shown = ComponentFound.model_validate(component_shown(part(), answer, packaged()))

    assert "Cơ sở dữ liệu quốc gia về dân cư; Bản sao căn cước" in shown.message.vi
    first, second = (each.provenance for each in shown.proofs)
    assert first is not None
    assert second is not None
    assert (first.register_, first.document, first.basis) == ("population", None, "own")
    assert (second.register_, second.register_name, second.document) == (None, None, "ban-sao-can-cuoc")
    assert second.document_name is not None


def test_a_paper_held_is_shown_with_its_id_and_type_so_that_it_can_be_attached() -> None:
    paper = HeldPaper("ban-sao-can-cuoc", "scan", "D-1", "the-can-cuoc", "m", "2026-11-22T02:00:00.000Z", "law", "2021")
    answer = ComponentAnswer("part", True, 0, (Proof(None, "ban-sao-can-cuoc", None, paper),))
    shown = ComponentFound.model_validate(component_shown(part(), answer, packaged()))

    found = shown.proofs[0].paper
    assert found is not None
    assert (found.id, found.type, found.assurance, found.as_of, found.until) == (
        "D-1",
        "the-can-cuoc",
        "scan",
        "2021",
        None,
    )
    assert found.type_name.vi == packaged().get(DOCUMENT_TYPES, "the-can-cuoc").name.vi
    assert f"Đã có trong {found.type_name.vi}" in shown.message.vi


def test_a_lack_tells_its_narrower_reason_where_there_is_one() -> None:
    lacks = ((Lack(NAME, None, "no_right", "identity_level"), Lack(None, "ban-sao-can-cuoc", "no_document")),)
    shown = ComponentFound.model_validate(
        component_shown(part(), ComponentAnswer("part", True, None, lacks=lacks), packaged())
    )

    level, paper = shown.lacks[0]
    assert (level.item, level.detail, level.message.en) == (
        NAME,
        "identity_level",
        "Your VNeID account is below level 2.",
    )
    assert (paper.document, paper.item, paper.name.en) == (
        "ban-sao-can-cuoc",
        None,
        "Copy of an identity card or passport",
    )


def test_usage_is_written_by_name_and_number() -> None:
    written: Json = usage_shown(Usage(3, (NAME,)))
    assert written == {"fetched": 3, "unused": [NAME]}
    assert UsageShown.model_validate(written).unused == [NAME]
