"""The ten forms as the answers change them: what they hide, and which parts of the dossier the data prove.

Whether a piece of evidence is there is read from the citizen's own file, not by the published mappings.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import pytest

from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Component, OnAnswer
from chalicelib.kernel.canonical import Json
from chalicelib.prefill.model import ABSENT, ComponentAnswer
from infra.simulators.personas import Persona
from tests.support.definitions import packaged
from tests.support.expected import BOUND, MOVED, holding_of, of_level, people, province_of, told
from tests.support.expected import PROCEDURES as PROCEDURE_OF
from tests.support.tried import Try, tried

_FULL: Final = "001090999001"
_OTHERWISE: Final[Mapping[object, Json]] = {True: False}


def _hidden_by(rule: OnAnswer) -> Json:
    """Return an answer that hides what the rule shows."""
    return _OTHERWISE.get(rule.one_of[0], "") if isinstance(rule.one_of[0], bool) else "no such case"


def _shown() -> Iterator[tuple[str, str]]:
    for form in BOUND:
        deciding = {each.visible_when.pointer for each in packaged().get(FORMS, form).fields if each.visible_when}
        yield from ((form, pointer) for pointer in sorted(deciding))


@pytest.mark.parametrize(("form", "deciding"), [*_shown()])
def test_what_an_answer_hides_is_empty_and_whatever_is_not_hidden_stays(form: str, deciding: str) -> None:
    declared = packaged().get(FORMS, form)
    rules = {each.pointer: each.visible_when for each in declared.fields if each.visible_when}
    hanging = {pointer for pointer, rule in rules.items() if rule.pointer == deciding}
    answer = next(_hidden_by(rules[each]) for each in hanging)
    plain, changed = _applied(form, {}), _applied(form, {deciding: answer})

    below = hanging | {pointer for pointer, rule in rules.items() if rule.pointer in hanging}
    for pointer, before in plain.items():
        if pointer in below:
            assert changed[pointer] == ("not_applicable", "hidden_by_answer", ABSENT), pointer
        else:
            assert changed[pointer] == before, pointer


def _applied(form: str, answers: Mapping[str, Json]) -> dict[str, tuple[object, ...]]:
    roles = tuple(role for role, rule in packaged().get(FORMS, form).roles.items() if not rule.via)
    named = tuple(role for role in roles if role not in {"bride", "intended"})
    wanted = Try(PROCEDURE_OF[form], form, people().need(_FULL), named, "01", answers=answers)
    _, resolution = tried(packaged(), people(), wanted)
    return {pointer: (each.outcome, each.detail, each.value) for pointer, each in resolution.fields.items()}


def test_what_is_hidden_is_not_asked_for() -> None:
    asked = {}
    for kind in ("khai_sinh", "ket_hon", "khai_tu"):
        answers: dict[str, Json] = {"/QuanHe": "ban_than", "/LoaiViec": kind}
        form = "to-khai-cap-ban-sao-trich-luc-ho-tich"
        wanted = Try(PROCEDURE_OF[form], form, people().need(_FULL), ("applicant",), answers=answers)
        job, _ = tried(packaged(), people(), wanted)
        asked[kind] = {name for call in job.plan.calls if call.register.code == "civil_status" for name in call.fields}

    assert asked == {"khai_sinh": {"birth"}, "ket_hon": {"marriage"}, "khai_tu": set()}


_EVIDENCE: Final[Mapping[str, str]] = {
    "person.full_name": "population:name.full",
    "person.personal_id": "population:personal_id.number",
    "person.identity_document.number": "population:identity_document.number",
    "person.identity_document.issued_on": "population:identity_document.issued_on",
    "person.marital_status": "civil_status:marital_status.code",
    "person.divorce.decision": "civil_status:divorce.decision",
    "person.divorce.date": "civil_status:divorce.date",
    "person.divorce.court": "civil_status:divorce.court",
    "civil_status.marriage.number": "civil_status:marriage.so",
    "civil_status.marriage.registered_on": "civil_status:marriage.ngayDangKy",
    "household.head.personal_id": "population:household.head.personal_id",
    "household.relation_to_head": "population:household.relation",
    "person.father.personal_id": "civil_status:parents.father.personal_id",
    "person.mother.personal_id": "civil_status:parents.mother.personal_id",
    "land.certificate.registry_number": "land:parcels[].certificate.registry_number",
    "land.certificate.issue_number": "land:parcels[].certificate.issue_number",
    "land.certificate.issued_on": "land:parcels[].certificate.issued_on",
    "land.parcel.address": "land:parcels[].address",
    "licence.number": "driving_licence:licence.number",
    "licence.class": "driving_licence:licence.class",
    "licence.issued_on": "driving_licence:licence.issued_on",
    "health.certificate.number": "health:driver_certificate.number",
    "health.certificate.issued_on": "health:driver_certificate.issued_on",
    "health.certificate.conclusion": "health:driver_certificate.conclusion",
}
"""Item → its place in a citizen's file; an item that is not here proves nothing in these forms."""
_COPIES: Final = {
    "civil_status:marital_status.code": "population:marital_status.code",
    "civil_status:parents.father.personal_id": "population:father.personal_id",
    "civil_status:parents.mother.personal_id": "population:mother.personal_id",
}
_UNFIT: Final = "3"
"""The conclusion (kết luận) of a health certificate that proves nobody fit to drive."""


@cache
def _components(form: str, person: str) -> tuple[ComponentAnswer, ...]:
    persona = people().need(person)
    side = {"female": "bride", "male": "groom"}[told(persona, "population:gender.code")[0]]
    roles = {
        "to-khai-ket-hon": (side,),
        "don-dang-ky-bien-dong-dat-dai": ("owner",),
        "giay-de-nghi-dang-ky-ho-kinh-doanh": ("owner",),
        "tk1-ts": ("participant",),
        "to-khai-xac-nhan-tinh-trang-hon-nhan": ("applicant", "person"),
    }.get(form, ("applicant",))
    wanted = Try(PROCEDURE_OF[form], form, persona, roles, province_of(persona))
    return tried(packaged(), people(), wanted)[1].components


def _proven(persona: Persona, item: str) -> bool:
    """Say whether a file holds one certain value of an item, which no other register contradicts."""
    place = _EVIDENCE.get(item)
    if place is None:
        return False
    register, path = place.split(":")
    holding = holding_of(persona, register)
    told_twice = [*told(persona, place), *(told(persona, _COPIES[place]) if place in _COPIES else [])]
    if holding is not None and path.split(".")[0].removesuffix("[]") in holding.under_review:
        return False
    if item == "health.certificate.conclusion" and told_twice == [_UNFIT]:
        return False
    return len({str(each) for each in told_twice}) == 1


def _own_components(form: str) -> list[Component]:
    procedure = packaged().get(PROCEDURES, PROCEDURE_OF[form])
    own = {"applicant", "owner", "person", "bride", "groom"}
    return [each for each in procedure.components if each.role in own]


@pytest.mark.parametrize("person", of_level(2))
@pytest.mark.parametrize("form", [form for form in BOUND if form != "tk1-ts"])
def test_a_part_of_the_dossier_is_satisfied_by_data_just_where_the_file_holds_them_all(form: str, person: str) -> None:
    persona = people().need(person)
    answers = {each.code: each for each in _components(form, person)}
    played = "bride" if told(persona, "population:gender.code") == ["female"] else "groom"
    for component in _own_components(form):
        if component.role in {"bride", "groom"} and component.role != played:
            assert not answers[component.code].is_satisfied
            continue
        ways = [
            all(each.document is None and all(_proven(persona, item) for item in each.items) for each in way)
            for way in component.any_of
        ]
        first = next((at for at, is_whole in enumerate(ways) if is_whole), None)
        assert answers[component.code].way == first, (component.code, answers[component.code])


@pytest.mark.parametrize("form", [form for form in BOUND if form != "tk1-ts"])
def test_every_part_was_satisfied_for_somebody_where_data_can_prove_it(form: str) -> None:
    """The two sides of a marriage are one: their parts are alike."""
    satisfied = {
        each.code.replace("-ben-nam", "-ben-nu")
        for person in of_level(2)
        for each in _components(form, person)
        if each.is_satisfied
    }
    provable = {
        component.code.replace("-ben-nam", "-ben-nu")
        for component in _own_components(form)
        for way in component.any_of
        if all(each.items and _EVIDENCE.keys() >= set(each.items) for each in way)
    }

    assert satisfied == provable


def test_a_copy_of_the_card_is_proved_by_the_population_database() -> None:
    component = next(each for each in _components("to-khai-ly-lich-tu-phap", _FULL) if each.code == "ban-sao-can-cuoc")

    assert component.way == 0
    assert {proof.provenance.register for proof in component.proofs if proof.provenance} == {"population"}


def test_a_sensitive_item_that_no_field_asks_for_is_not_fetched_to_prove_anything() -> None:
    component = next(each for each in _components("to-khai-ly-lich-tu-phap", _FULL) if each.code == "mien-giam-phi")

    assert not component.is_satisfied
    assert {lack.detail for way in component.lacks for lack in way if lack.item} == {"not_asked_sensitive"}


def test_whoever_is_on_record_in_a_divided_ward_has_to_choose_and_proves_no_residence() -> None:
    divided = next(person for (person, _), places in MOVED.items() if len(places) > 1)
    form = "to-khai-ly-lich-tu-phap"
    wanted = Try(PROCEDURE_OF[form], form, people().need(divided), ("applicant",))
    answer = tried(packaged(), people(), wanted)[1].fields["/ThuongTru"]

    assert (answer.outcome, answer.detail, answer.value) == ("conflict", "address_split", ABSENT)
    assert [each.value for each in answer.candidates] == MOVED[divided, "residence.permanent"]
    assert all(each.provenance.original is not None for each in answer.candidates)
