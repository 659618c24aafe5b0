"""Each of the ten forms, for every made-up citizen of level 2: every field that can be filled of the applicant alone.

What must come out is read from the citizen's own file by the tables of `tests/support/expected`, not by the published
mappings; each field and each cell of a row is held to it one by one. Every other field must say why it is not filled.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import pytest

from chalicelib.forms.model import OURS, Field
from chalicelib.kernel.canonical import Json
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import ABSENT, FILLED, FieldAnswer, Resolution
from infra.simulators.personas import Persona
from tests.support.definitions import packaged
from tests.support.expected import (
    BOUND,
    PROCEDURES,
    ROWS,
    expected,
    expected_rows,
    holding_of,
    of_level,
    people,
    province_of,
    spouse_of,
    told,
)
from tests.support.tried import Try, tried

_BY_SEX: Final[Mapping[str, tuple[str, str, dict[str, Json]]]] = {
    "female": ("bride", "mother", {"/nycQuanHe": "MeDe"}),
    "male": ("groom", "father", {"/nycQuanHe": "ChaDe"}),
}
_FAILS: Final = {403: "no_right", 409: "ambiguous_match"}
_LEAST_TRIED: Final = 3


def _try_of(form: str, persona: Persona) -> tuple[Try, frozenset[str]]:
    """Return what the persona tries, and the parts they play in it themselves, the way that a portal would ask."""
    side, parent, relation = _BY_SEX[str(persona.registers["population"].data["gender"]["code"])]
    cases: Mapping[str, tuple[str, dict[str, Json], set[str]]] = {
        "to-khai-ket-hon": (side, {}, {side}),
        "to-khai-khai-sinh": ("applicant", relation, {"applicant", parent}),
        "to-khai-xac-nhan-tinh-trang-hon-nhan": ("applicant", {"/nycQuanHe": "BanThan"}, {"applicant", "person"}),
        "to-khai-cap-ban-sao-trich-luc-ho-tich": ("applicant", {"/QuanHe": "ban_than"}, {"applicant", "owner"}),
        "don-dang-ky-bien-dong-dat-dai": ("owner", {}, {"owner"}),
        "giay-de-nghi-dang-ky-ho-kinh-doanh": ("owner", {}, {"owner"}),
        "tk1-ts": ("participant", {}, {"participant"}),
    }
    named, answers, played = cases.get(form, ("applicant", {}, {"applicant"}))
    wanted = Try(PROCEDURES[form], form, persona, (named,), province_of(persona), answers=answers)
    return wanted, frozenset(played)


@cache
def _tried(form: str, person: str) -> tuple[Job, Resolution, frozenset[str]]:
    wanted, played = _try_of(form, people().need(person))
    return *tried(packaged(), people(), wanted), played


def _is_own(form: str, field: Field, played: frozenset[str]) -> bool:
    return field.role in played and (field.pointer in BOUND[form] or field.pointer in ROWS.get(form, {}))


def _cases() -> Iterator[tuple[str, str]]:
    return ((form, person) for form in BOUND for person in of_level(2))


def _reasons(persona: Persona, place: str) -> set[str]:
    """Return how a field may end of which the register has nothing."""
    holding = holding_of(persona, place.split(":", 1)[0])
    if holding is None:
        return {"not_found"}
    if holding.fails is not None:
        return {_FAILS.get(holding.fails, "source_unavailable")}
    return {"not_found", "not_applicable", "under_review"}


@pytest.mark.parametrize(("form", "person"), [*_cases()])
def test_every_field_of_one_s_own_holds_what_the_register_says(form: str, person: str) -> None:
    job, resolution, played = _tried(form, person)
    persona = people().need(person)
    for field in job.form.fields:
        if _is_own(form, field, played) and field.pointer in BOUND[form]:
            _check_filled(persona, field, resolution.fields[field.pointer], form)


def _check_filled(persona: Persona, field: Field, answer: FieldAnswer, form: str) -> None:
    values = expected(persona, form, field.pointer)
    about = f"{field.pointer} of {persona.personal_id}: {answer}"
    if field.applies_when is not None and answer.outcome == "not_applicable":
        assert told(persona, "civil_status:marital_status.code") != ["3"], about
    elif not values:
        assert answer.value is ABSENT, about
        assert answer.outcome in _reasons(persona, BOUND[form][field.pointer]), about
    elif answer.outcome == "conflict":
        _check_conflict(answer, values, about)
    else:
        assert answer.outcome in FILLED | {"under_review"}, about
        assert [answer.value] == values, about
        assert answer.provenance is not None, about
        assert answer.locked == (field.policy == "auto" and answer.outcome == "filled_verified"), about


def _check_conflict(answer: FieldAnswer, values: list[Json], about: str) -> None:
    """Hold a conflict to what it is: the master's word with the others beside it, or several and no choice."""
    assert {str(each) for each in values} <= {str(each.value) for each in answer.candidates}, about
    if answer.policy == "master_decides":
        assert [answer.value] == values, about
    else:
        assert answer.value is ABSENT, about
        assert len(values) > 1, about


@pytest.mark.parametrize(("form", "person"), [(form, person) for form in ROWS for person in of_level(2)])
def test_every_list_has_the_rows_of_the_register_cell_by_cell(form: str, person: str) -> None:
    job, resolution, _ = _tried(form, person)
    persona = people().need(person)
    for pointer, (place, _columns) in ROWS[form].items():
        answer, rows = resolution.fields[pointer], resolution.rows.get(pointer, ())
        wanted = _rows_due(persona, form, pointer)
        about = f"{pointer} of {person}: {answer}"
        if not wanted:
            assert (answer.value, rows) == (ABSENT, ()), about
            assert answer.outcome in _reasons(persona, place) | {"skipped"}, about
            continue
        assert answer.outcome in FILLED | {"under_review"}, about
        assert answer.value == [{name.removeprefix("/"): cell for name, cell in row.items()} for row in wanted], about
        listed = {each.pointer for each in job.form.lists[pointer].columns}
        for row, cells in zip(wanted, rows, strict=True):
            assert set(cells) == listed
            assert {name: each.value for name, each in cells.items() if each.value is not ABSENT} == row
            assert all(cells[name].provenance is not None for name in row)
            assert all(cells[name].outcome in {"not_found", "user_only"} for name in listed - set(row))


def _rows_due(persona: Persona, form: str, pointer: str) -> list[dict[str, Any]]:
    """Return the rows; those who share a parcel only where every parcel found is shared."""
    if form == "don-dang-ky-bien-dong-dat-dai" and set(told(persona, "land:parcels[].use_form")) != {"C"}:
        return []
    return expected_rows(persona, form, pointer)


@pytest.mark.parametrize(("form", "person"), [*_cases()])
def test_every_other_field_says_why_it_is_not_filled(form: str, person: str) -> None:
    job, resolution, played = _tried(form, person)
    persona = people().need(person)
    assert list(resolution.fields) == [field.pointer for field in job.form.fields]
    for field in job.form.fields:
        if not _is_own(form, field, played):
            answer = resolution.fields[field.pointer]
            assert answer.value is ABSENT, field.pointer
            assert (answer.outcome, answer.detail) == _why(persona, field, played), field.pointer


def _why(persona: Persona, field: Field, played: frozenset[str]) -> tuple[str, str | None]:
    if field.offers:
        return "user_only", "choose_one" if told(persona, "population:native_place.text") else None
    if field.policy == "user":
        return "user_only", None
    if field.policy == "never":
        return "skipped", "never"
    if field.role is None or field.role in played:
        return "skipped", "no_supplier"
    if field.role not in {"mother", "father"}:
        return "skipped", "no_subject"
    return ("no_consent", None) if spouse_of(persona) else (_no_spouse(persona), None)


def _no_spouse(persona: Persona) -> str:
    """Return what is said of the other parent where no record names a spouse: what that item ended with."""
    holding = holding_of(persona, "civil_status")
    if holding is None:
        return "not_found"
    return "not_applicable" if holding.fails is None else _FAILS.get(holding.fails, "source_unavailable")


@pytest.mark.parametrize("form", BOUND)
def test_nothing_is_left_for_a_later_engine(form: str) -> None:
    details = {each.detail for person in of_level(2) for each in _tried(form, person)[1].fields.values()}

    assert not [detail for detail in details if detail is not None and detail.startswith("not_yet")]


@pytest.mark.parametrize("form", BOUND)
def test_the_tables_have_every_field_that_a_source_may_fill(form: str) -> None:
    declared = _tried(form, of_level(2)[0])[0].form
    bound = {each.pointer for each in declared.fields if each.item is not None or each.derive is not None}

    assert bound == {*BOUND[form], *ROWS.get(form, {})}
    assert {each.pointer for each in declared.fields if each.policy in OURS} - bound <= {
        each.pointer for each in declared.fields if "LoaiCuTru" in each.pointer or each.pointer == "/nksQuocTich"
    }


@pytest.mark.parametrize("form", BOUND)
def test_the_form_was_tried_for_enough_people_to_say_so(form: str) -> None:
    filled = [sum(each.outcome in FILLED for each in _tried(form, person)[1].fields.values()) for person in of_level(2)]

    assert len([count for count in filled if count >= 3]) >= _LEAST_TRIED


def _outcomes(form: str, pointer: str) -> set[str]:
    """Return how a field ended for anybody; the two sides of a marriage are one field, whose halves are alike."""
    alike = {pointer, pointer.replace("/BenNam/", "/BenNu/"), pointer.replace("/BenNu/", "/BenNam/")}
    return {_tried(form, person)[1].fields[each].outcome for person in of_level(2) for each in alike}


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        (form, pointer)
        for form, fields in BOUND.items()
        for pointer in (*fields, *ROWS.get(form, {}))
        if "DuDinhKetHon" not in pointer
    ],
)
def test_each_field_of_the_tables_is_filled_for_somebody(form: str, pointer: str) -> None:
    found = _outcomes(form, pointer)

    assert found & (FILLED | {"conflict"}), found


@pytest.mark.parametrize("form", BOUND)
@pytest.mark.parametrize("person", of_level(1))
def test_nothing_is_filled_at_level_1_and_it_says_to_raise_the_level(form: str, person: str) -> None:
    job, resolution, played = _tried(form, person)
    for field in job.form.fields:
        answer = resolution.fields[field.pointer]
        assert (answer.value, answer.candidates) == (ABSENT, ())
        if field.role in played and field.policy in OURS:
            assert (answer.outcome, answer.detail) == ("no_right", "identity_level"), field.pointer
    assert resolution.rows == {}
