"""A form of an enterprise: its part is filled for whoever the business register names as its representative alone."""

import json
from typing import Any, Final

import pytest

from chalicelib.forms.definition import FORMS
from chalicelib.kernel.ids import organisation_id
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import ABSENT, Resolution
from chalicelib.sources.definition import REGISTERS
from tests.support.corruptions import whole
from tests.support.definitions import packaged
from tests.support.enterprise import DOCUMENTS, FORM, PROCEDURE, with_enterprise
from tests.support.expected import people
from tests.support.tried import Try, tried

_OF_ONE, _OF_TWO, _OF_NONE = "074078999020", "079180999028", "001090999001"
_COMPANY, _OTHER_COMPANY = "9900000104", "9900000217"
_STATUS: Final = {"1": "1", "2": "2", "3": "3"}


def _asked(person: str, company: str | None = None) -> tuple[Job, Resolution]:
    others = {} if company is None else {"enterprise": organisation_id(company)}
    wanted = Try(PROCEDURE, FORM, people().need(person), ("representative",), others=others)
    return tried(with_enterprise(), people(), wanted)


def _file(company: str) -> Any:  # noqa: ANN401 - JSON of any shape
    found = people().organisation(company)
    assert found is not None
    return found.registers["business"].data


def _check_company(resolution: Resolution, company: str) -> None:
    data = _file(company)
    place = data["enterprise"]["address"]
    assert {name: each.value for name, each in resolution.fields.items() if name.startswith("/DoanhNghiep/")} == {
        "/DoanhNghiep/MaSo": company,
        "/DoanhNghiep/Ten": data["enterprise"]["name"],
        "/DoanhNghiep/TinhTrang": _STATUS[data["enterprise"]["status"]],
        "/DoanhNghiep/TruSo": f"{place['line']}, {place['commune']['name']}, {place['province']['name']}",
        "/DoanhNghiep/Von": data["enterprise"]["capital"],
    }
    assert resolution.fields["/NganhNghe"].value == [
        {"Ma": each["code"], "Ten": each["name"], "Chinh": each["main"]} for each in data["lines"]
    ]


def test_the_form_holds_together_within_the_published_set() -> None:
    file = f"forms/{FORM}.json"

    assert [each for each in whole().faults(file, json.dumps(DOCUMENTS[file])) if each.file == file] == []


def test_a_representative_s_only_enterprise_is_reached_and_filled_in_the_second_wave() -> None:
    job, resolution = _asked(_OF_ONE)

    _check_company(resolution, _COMPANY)
    assert resolution.fields["/DaiDien/HoTen"].value == people().need(_OF_ONE).name
    assert {(call.subject, call.wave) for call in job.plan.calls} == {(_OF_ONE, 1), (organisation_id(_COMPANY), 2)}
    assert resolution.fields["/DoanhNghiep/Ten"].provenance is not None
    assert resolution.fields["/DoanhNghiep/Ten"].provenance.basis == "representative"
    assert resolution.components[0].is_satisfied


def test_of_two_enterprises_none_is_chosen_for_anybody() -> None:
    job, resolution = _asked(_OF_TWO)

    assert {each.value for name, each in resolution.fields.items() if name.startswith("/DoanhNghiep/")} == {ABSENT}
    assert {call.subject for call in job.plan.calls} == {_OF_TWO}


@pytest.mark.parametrize("company", [_COMPANY, _OTHER_COMPANY])
def test_an_enterprise_that_is_named_is_filled_for_its_representative_and_for_nobody_else(company: str) -> None:
    represented = people().need(_OF_TWO).registers["business"].data["represented"]
    named = {each["code"] for each in represented}
    for person in (_OF_ONE, _OF_TWO, _OF_NONE):
        job, resolution = _asked(person, company)
        mine = named if person == _OF_TWO else {_COMPANY} if person == _OF_ONE else set()
        if company in mine:
            _check_company(resolution, company)
            continue
        refused = {
            (each.outcome, each.detail, each.value)
            for name, each in resolution.fields.items()
            if name.startswith(("/DoanhNghiep/", "/NganhNghe"))
        }
        assert refused == {("no_right", "not_representative", ABSENT)}
        assert {call.subject for call in job.plan.calls} == {person}


def test_what_an_enterprise_s_role_may_bind_is_what_registers_answer_by_its_code() -> None:
    """The check of forms goes by the items' names: here it is held to the registers."""
    mapped = [attribute for register in packaged().all(REGISTERS) for attribute in register.attributes]
    by_code = {each.item for each in mapped if each.key == "business.code"}
    bound = {each.item for each in with_enterprise().get(FORMS, FORM).fields if each.role == "enterprise" and each.item}

    assert bound <= by_code
    assert {item for item in by_code if not item.startswith("business.")} == set()
    by_person = {each.item for each in mapped if each.key != "business.code"}
    assert {item for item in by_person if item.startswith("business.")} == {"business.represented[]"}
