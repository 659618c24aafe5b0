"""The ten forms where somebody else plays a part: reached or named, with consent and without, for every such couple.

Values are read from the other's own file by the tables of `tests/support/expected`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import pytest

from chalicelib.forms.definition import FORMS
from chalicelib.forms.model import OURS
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import PersonalId
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import ABSENT, FILLED, Resolution
from infra.simulators.personas import Persona
from tests.support.definitions import packaged
from tests.support.expected import BOUND, PROCEDURES, expected, of_level, people, spouse_of, told
from tests.support.tried import Try, tried

BIRTH, MARRIAGE = "to-khai-khai-sinh", "to-khai-ket-hon"
STATUS, EXTRACT = "to-khai-xac-nhan-tinh-trang-hon-nhan", "to-khai-cap-ban-sao-trich-luc-ho-tich"
_NEWBORN: Final = "/nks"
FATHER, MOTHER = "001085999013", "001188999014"


class Couple(NamedTuple):
    """Who asks, and who else is in the form."""

    asks: str
    other: str


def _married() -> Iterator[Couple]:
    for person in of_level(2):
        other = spouse_of(people().need(person))
        if other is not None and people().get(other) is not None:
            yield Couple(person, other)


def _engaged() -> Iterator[Couple]:
    for each in people():
        if each.engaged_to is not None and each.identity_level == 2:
            yield Couple(each.personal_id, each.engaged_to)


MARRIED, ENGAGED = [*_married()], [*_engaged()]


def _is_woman(person: str) -> bool:
    return told(people().need(person), "population:gender.code") == ["female"]


def _items(form: str, role: str) -> frozenset[str]:
    """Return all that the form wants of a role: what a person is asked to consent to."""
    declared = packaged().get(FORMS, form)
    found = {each.item for each in declared.fields if each.role == role}
    found |= {item for each in declared.fields if each.role == role and each.derive for item in each.derive.sources}
    found |= {offer.item for each in declared.fields for offer in each.offers if offer.role == role}
    found |= {rows.item for rows in declared.lists.values() if rows.role == role}
    found |= {rule.item for rule in (declared.roles[role].requires,) if rule is not None}
    return frozenset(str(item) for item in found if item is not None)


def _as_parent(
    couple: Couple, consents: Iterable[str] | None = None, answers: Mapping[str, Json] | None = None
) -> tuple[Job, Resolution]:
    relation = "MeDe" if _is_woman(couple.asks) else "ChaDe"
    given = {"/nycQuanHe": relation, **(answers or {})}
    consenting = {} if consents is None else {couple.other: consents}
    persona = people().need(couple.asks)
    wanted = Try(PROCEDURES[BIRTH], BIRTH, persona, ("applicant",), answers=given, consenting=consenting)
    return tried(packaged(), people(), wanted)


def _other_s(form: str, couple: Couple) -> tuple[str, str]:
    """Return the other's role and where the role's fields start."""
    if form == BIRTH:
        return ("father", "/Cha/") if _is_woman(couple.asks) else ("mother", "/Me/")
    return ("groom", "/BenNam/") if _is_woman(couple.asks) else ("bride", "/BenNu/")


def _check_block(resolution: Resolution, form: str, block: str, person: str) -> int:
    """Hold every field of a block to one person's file; return how many are filled."""
    filled = 0
    for pointer in (each for each in BOUND[form] if each.startswith(block)):
        answer, values = resolution.fields[pointer], expected(people().need(person), form, pointer)
        if answer.outcome in FILLED:
            assert [answer.value] == values, pointer
            filled += 1
        else:
            assert answer.value is ABSENT, pointer
            assert not values or answer.detail == "hidden_by_answer", f"{pointer}: {answer}"
    return filled


def _check_empty(resolution: Resolution, block: str, why: tuple[str, str | None]) -> None:
    for pointer, answer in resolution.fields.items():
        if pointer.startswith(block) and answer.outcome != "user_only" and "LoaiCuTru" not in pointer:
            assert (answer.outcome, answer.detail) == why, pointer
        if pointer.startswith(block):
            assert (answer.value, answer.candidates) == (ABSENT, ()), pointer


def _asked(job: Job) -> set[str]:
    return {call.subject for call in job.plan.calls}


@pytest.mark.parametrize("couple", MARRIED)
def test_the_other_parent_s_block_is_empty_and_nobody_is_asked_without_their_consent(couple: Couple) -> None:
    job, resolution = _as_parent(couple)
    _, block = _other_s(BIRTH, couple)
    own = "/Me/" if _is_woman(couple.asks) else "/Cha/"

    _check_empty(resolution, block, ("no_consent", None))
    assert _check_block(resolution, BIRTH, own, couple.asks) >= 5
    assert _asked(job) == {couple.asks}


@pytest.mark.parametrize("couple", MARRIED)
def test_the_other_parent_s_block_is_filled_from_their_own_record_with_their_consent(couple: Couple) -> None:
    role, block = _other_s(BIRTH, couple)
    job, resolution = _as_parent(couple, _items(BIRTH, role))

    assert _check_block(resolution, BIRTH, block, couple.other) >= 5
    assert {call.wave for call in job.plan.calls if call.subject == couple.other} == {2}
    filled = [resolution.fields[each] for each in BOUND[BIRTH] if each.startswith(block)]
    assert {each.provenance.consent for each in filled if each.outcome in FILLED and each.provenance} == {
        f"consent-{couple.other}"
    }


@pytest.mark.parametrize("couple", MARRIED)
def test_of_a_consent_to_a_part_only_that_part_is_asked_and_filled(couple: Couple) -> None:
    role, block = _other_s(BIRTH, couple)
    job, resolution = _as_parent(couple, {"person.full_name", "person.gender"})
    name = next(each for each in BOUND[BIRTH] if each.startswith(block) and each.endswith("HoTen"))

    assert resolution.fields[name].value == people().need(couple.other).name
    others = [each for each in BOUND[BIRTH] if each.startswith(block) and each != name]
    assert {(resolution.fields[each].outcome, resolution.fields[each].detail) for each in others} == {
        ("no_consent", "item_not_granted")
    }
    assert {name for call in job.plan.calls if call.subject == couple.other for name in call.fields} == {
        "name",
        "gender",
    }
    assert role in job.subjects


def test_a_newborn_s_data_come_from_the_mother_s_own_birth_notice_and_are_told_to_nobody_else() -> None:
    by_mother = _as_parent(Couple(MOTHER, FATHER))[1]
    by_father = _as_parent(Couple(FATHER, MOTHER), _items(BIRTH, "mother"))[1]
    newborn = [each for each in BOUND[BIRTH] if each.startswith(_NEWBORN)]

    for pointer in newborn:
        assert [by_mother.fields[pointer].value] == expected(people().need(MOTHER), BIRTH, pointer)
        assert by_father.fields[pointer].value is ABSENT
    assert _check_block(by_father, BIRTH, "/Me/", MOTHER) >= 5


@pytest.mark.parametrize("couple", MARRIED)
def test_a_child_s_native_place_is_offered_from_both_parents_and_never_chosen(couple: Couple) -> None:
    role, _ = _other_s(BIRTH, couple)
    places = {each: told(people().need(each), "population:native_place.text") for each in couple}
    father, mother = (couple.other, couple.asks) if _is_woman(couple.asks) else couple

    both = _as_parent(couple, _items(BIRTH, role))[1].fields["/nksQueQuan"]
    alone = _as_parent(couple)[1].fields["/nksQueQuan"]

    assert (both.outcome, both.detail, both.value) == ("user_only", "choose_one", ABSENT)
    assert [each.value for each in both.candidates] == [*places[father], *places[mother]]
    assert [each.provenance.path for each in both.candidates] == ["$.native_place.text"] * 2
    assert (alone.outcome, alone.detail, alone.value) == ("user_only", "choose_one", ABSENT)
    assert [each.value for each in alone.candidates] == places[couple.asks]


@pytest.mark.parametrize("case", ["chua_xac_dinh_cha", "chua_xac_dinh_ca_hai", "tre_bi_bo_roi"])
def test_a_father_who_is_not_determined_has_no_block_and_is_not_asked_about(case: str) -> None:
    couple = Couple(MOTHER, FATHER)
    job, resolution = _as_parent(couple, _items(BIRTH, "father"), {"/nksLoaiKhaiSinh": case})
    asked = {name for call in job.plan.calls for name in call.fields}

    _check_empty(resolution, "/Cha/", ("not_applicable", "hidden_by_answer"))
    assert _asked(job) == {MOTHER}
    assert "spouse" not in asked
    offered = [each.value for each in resolution.fields["/nksQueQuan"].candidates]
    mother_s = told(people().need(MOTHER), "population:native_place.text")
    assert offered == (mother_s if case == "chua_xac_dinh_cha" else [])


@pytest.mark.parametrize("relation", ["Khac", "BanThan", None])
def test_nobody_is_taken_for_a_parent_whose_relation_does_not_say_so(relation: str | None) -> None:
    answers = {} if relation is None else {"/nycQuanHe": relation}
    wanted = Try(PROCEDURES[BIRTH], BIRTH, people().need(MOTHER), ("applicant",), answers=answers)
    job, resolution = tried(packaged(), people(), wanted)

    for block in ("/Cha/", "/Me/"):
        _check_empty(resolution, block, ("skipped", "no_subject"))
    assert resolution.fields["/nksQueQuan"].candidates == ()
    assert {name for call in job.plan.calls for name in call.fields}.isdisjoint({"spouse", "birth_notice"})


@pytest.mark.parametrize("couple", ENGAGED)
@pytest.mark.parametrize("consents", [True, False])
def test_each_side_of_a_marriage_holds_its_own_person_and_nobody_else(couple: Couple, consents: bool) -> None:
    role, block = _other_s(MARRIAGE, couple)
    own = {"groom": "bride", "bride": "groom"}[role]
    own_block = {"/BenNam/": "/BenNu/", "/BenNu/": "/BenNam/"}[block]
    persona = people().need(couple.asks)
    consenting = {couple.other: _items(MARRIAGE, role)} if consents else {}
    wanted = Try(
        PROCEDURES[MARRIAGE], MARRIAGE, persona, (own,),
        others={role: PersonalId(couple.other)}, consenting=consenting,
    )  # fmt: skip
    job, resolution = tried(packaged(), people(), wanted)

    assert _check_block(resolution, MARRIAGE, own_block, couple.asks) >= 10
    assert resolution.fields[f"{own_block}LanKetHon"].outcome == "user_only"
    assert resolution.fields[f"{block}LanKetHon"].outcome == "user_only"
    if consents:
        assert _check_block(resolution, MARRIAGE, block, couple.other) >= 10
    else:
        _check_empty(resolution, block, ("no_consent", None))
        assert _asked(job) == {couple.asks}


@pytest.mark.parametrize("couple", ENGAGED)
def test_the_wrong_side_stays_empty_even_with_consent(couple: Couple) -> None:
    role, _ = _other_s(MARRIAGE, couple)
    own = {"groom": "bride", "bride": "groom"}[role]
    consenting = {couple.other: _items(MARRIAGE, role)}
    wanted = Try(
        PROCEDURES[MARRIAGE], MARRIAGE, people().need(couple.asks), (role,),
        others={own: PersonalId(couple.other)}, consenting=consenting,
    )  # fmt: skip
    _, resolution = tried(packaged(), people(), wanted)

    for pointer, answer in resolution.fields.items():
        if pointer.startswith("/Ben"):
            assert (answer.outcome, answer.detail, answer.value) == ("no_right", "role_mismatch", ABSENT)


@pytest.mark.parametrize("couple", ENGAGED)
def test_an_intended_spouse_is_proposed_with_consent_and_written_by_hand_without(couple: Couple) -> None:
    given: dict[str, Any] = {"/nycQuanHe": "BanThan", "/LoaiMucDich": "ket_hon"}
    named = {"intended": PersonalId(couple.other)}
    wanted = Try(
        PROCEDURES[STATUS], STATUS, people().need(couple.asks), ("applicant",), others=named, answers=given,
        consenting={couple.other: _items(STATUS, "intended")},
    )  # fmt: skip
    filled = tried(packaged(), people(), wanted)[1]
    empty = tried(packaged(), people(), _without_consent(wanted))[1]

    assert _check_block(filled, STATUS, "/NguoiDuDinhKetHon/", couple.other) == 4
    _check_empty(empty, "/NguoiDuDinhKetHon/", ("no_consent", None))


def _without_consent(wanted: Try) -> Try:
    return Try(
        wanted.procedure, wanted.form, wanted.persona, wanted.roles, others=wanted.others, answers=wanted.answers
    )


@pytest.mark.parametrize("couple", MARRIED)
def test_a_spouse_s_paper_is_asked_for_with_that_spouse_s_consent(couple: Couple) -> None:
    answers: dict[str, Json] = {"/QuanHe": "vo_chong", "/LoaiViec": "ket_hon"}
    consenting = {couple.other: _items(EXTRACT, "owner")}
    persona = people().need(couple.asks)
    wanted = Try(PROCEDURES[EXTRACT], EXTRACT, persona, ("applicant",), answers=answers, consenting=consenting)
    _, filled = tried(packaged(), people(), wanted)
    job, empty = tried(packaged(), people(), _without_consent(wanted))

    assert _check_block(filled, EXTRACT, "/ndc", couple.other) == 3
    _check_block(filled, EXTRACT, "/KetHon/", couple.other)
    _check_empty(filled, "/KhaiSinh/", ("not_applicable", "hidden_by_answer"))
    _check_empty(empty, "/ndc", ("no_consent", None))
    assert _asked(job) == {couple.asks}


def _children() -> Iterator[tuple[Persona, str]]:
    for person in of_level(2):
        for child in told(people().need(person), "population:children[].personal_id"):
            if people().get(str(child)) is not None:
                yield people().need(person), str(child)


@pytest.mark.parametrize(("parent", "child"), [(parent, child) for parent, child in _children()])
def test_a_minor_s_insurance_form_is_filled_through_the_parent_of_record(parent: Persona, child: str) -> None:
    form, born = "tk1-ts", told(people().need(child), "population:birth.date")[0]
    wanted = Try(PROCEDURES[form], form, parent, (), others={"participant": PersonalId(child)})
    job, resolution = tried(packaged(), people(), wanted)
    name = resolution.fields["/01"]

    if str(born) > "2008-11-22":
        assert name.value == people().need(child).name
        assert name.provenance is not None
        assert name.provenance.basis == "guardian"
        assert {call.wave for call in job.plan.calls if call.subject == child} == {2}
    else:
        assert (name.outcome, name.value) == ("no_consent", ABSENT)
        assert all(each.value is ABSENT for each in resolution.fields.values())
    assert {each.policy for each in job.form.fields if resolution.fields[each.pointer].value is not ABSENT} <= OURS
