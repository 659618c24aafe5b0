"""Who is asked about after the first replies: organisations and children, never in a third wave."""

from datetime import UTC, datetime
from typing import Final

import pytest

from chalicelib.kernel.ids import PersonalId, PrefillId, SubjectId, organisation_id
from chalicelib.prefill.entries import Occasion, entries_of
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.sought import sought_of
from infra.simulators.personas import Personas
from tests.support.clock import START
from tests.support.definitions import packaged
from tests.support.enterprise import FORM, PROCEDURE, with_enterprise
from tests.support.tried import Try, tried

PEOPLE: Final = Personas.load()
FATHER: Final = "001085999013"
OWNER, REPRESENTS_TWO, NOBODY_IN_BUSINESS = "074078999020", "079180999028", "001090999001"
COMPANY, OTHERS_COMPANY, NO_COMPANY = (organisation_id(each) for each in ("9900000104", "9900000217", "9900000000"))


def of_enterprise(person: str, named: SubjectId | None = None) -> tuple[Job, Resolution]:
    others = {} if named is None else {"enterprise": named}
    return tried(
        with_enterprise(), PEOPLE, Try(PROCEDURE, FORM, PEOPLE.need(person), ("representative",), others=others)
    )


def test_the_one_enterprise_that_somebody_represents_is_reached_and_filled() -> None:
    job, found = of_enterprise(OWNER)
    assert found.fields["/DoanhNghiep/MaSo"].value == "9900000104"
    provenance = found.fields["/DoanhNghiep/Ten"].provenance
    assert provenance is not None
    assert (provenance.register, provenance.basis) == ("business", "representative")
    assert {(call.register.code, call.wave) for call in job.plan.calls if call.subject == COMPANY} == {("business", 2)}
    assert len(found.rows["/NganhNghe"]) == 2


def test_an_enterprise_that_is_named_is_filled_once_the_callers_record_says_they_act_for_it() -> None:
    job, found = of_enterprise(REPRESENTS_TWO, OTHERS_COMPANY)
    assert found.fields["/DoanhNghiep/MaSo"].value == "9900000217"
    assert job.subjects["enterprise"].right.basis == "representative"


@pytest.mark.parametrize("company", [OTHERS_COMPANY, NO_COMPANY])
def test_somebody_elses_enterprise_and_one_that_is_not_there_are_refused_alike(company: SubjectId) -> None:
    job, found = of_enterprise(OWNER, company)
    enterprises = [field for place, field in found.fields.items() if place.startswith("/DoanhNghiep")]
    assert {(field.outcome, field.detail) for field in enterprises} == {("no_right", "not_representative")}
    assert not [call for call in job.plan.calls if call.subject == company]


def test_of_two_enterprises_none_is_taken_for_the_one_that_is_meant() -> None:
    job, found = of_enterprise(REPRESENTS_TWO)
    assert found.fields["/DoanhNghiep/MaSo"].outcome != "filled_verified"
    assert "enterprise" not in job.subjects


def test_nobodys_enterprise_is_not_looked_for() -> None:
    _, found = of_enterprise(NOBODY_IN_BUSINESS)
    assert found.fields["/DoanhNghiep/MaSo"].outcome == "not_applicable"


def test_an_asking_has_one_entry_a_subject_and_wave_and_a_denial_is_told_once() -> None:
    job, _ = of_enterprise(OWNER)
    second = [call for call in job.plan.calls if call.wave == 2]
    known = {subject: each for subject, each in sought_of(job).items() if subject != COMPANY}
    entries = entries_of(job, Occasion(PrefillId("P1"), START), second, known=known)
    assert {subject: (entry.wave, entry.basis, entry.own, entry.archive) for subject, entry in entries.items()} == {
        COMPANY: (2, "representative", False, True)
    }
    refused, _ = of_enterprise(OWNER, NO_COMPANY)
    denied = entries_of(refused, Occasion(PrefillId("P1"), START), ())
    assert denied[NO_COMPANY].decision == "no_right"
    assert not denied[NO_COMPANY].archive
    known = sought_of(refused)
    assert entries_of(refused, Occasion(PrefillId("P1"), START), (), frozenset(denied), known) == {}


@pytest.mark.parametrize(("hour", "basis"), [(16, "guardian"), (17, None)])
def test_a_child_comes_of_age_at_midnight_in_vietnam(hour: int, basis: str | None) -> None:
    eve = datetime(2039, 8, 2, hour, tzinfo=UTC)
    child = PersonalId("001321999016")
    wanted = Try("2.000986", "tk1-ts", PEOPLE.need(FATHER), (), others={"participant": child}, at=eve)
    job, found = tried(packaged(), PEOPLE, wanted)
    assert job.subjects["participant"].right.basis == basis
    assert found.fields["/01"].outcome == ("no_consent" if basis is None else "filled_verified")
