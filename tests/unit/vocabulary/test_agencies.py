"""Whose is a dossier: the rule by procedure, place and day, on made-up agencies and on those published."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.forms.definition import PROCEDURES
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.agencies import Agency, Basis, Competence, Place, Question, competent, place_of
from chalicelib.vocabulary.authorities import AGENCIES, PROVINCES
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.unit_tables import units_of
from tests.support.definitions import packaged
from tests.support.views import LABEL, SmallSet, reasons

BA_DINH = Place("00004", "01", "Phường Ba Đình", "Thành phố Hà Nội")
SAI_GON = Place("26740", "79", "Phường Sài Gòn", "Thành phố Hồ Chí Minh")
TODAY = date(2026, 11, 22)
P = ProcedureCode("1.000894")


def a_competence(
    *units: str, since: date = date(2025, 7, 1), until: date | None = None, by: Basis = "residence"
) -> Competence:
    return Competence(frozenset({P}), by, frozenset(units), since, until)


def an_agency(code: str, *competence: Competence) -> Agency:
    return Agency(code, Text(code, code), "commune", None, None, None, competence)


def asked(place: Place = BA_DINH, on: date = TODAY, by: Basis = "residence") -> Question:
    return Question(P, by, place, on)


@pytest.mark.parametrize(
    ("units", "kind"), [(["00004"], "exact"), (["01"], "exact"), (["VN"], "exact"), (["79"], "none")]
)
def test_a_commune_its_province_or_the_whole_country_may_be_a_competence(units: list[str], kind: str) -> None:
    assert competent([an_agency("a", a_competence(*units))], asked()).kind == kind


def test_where_nobody_is_known_the_answer_is_none_and_never_the_nearest() -> None:
    found = competent([an_agency("a", a_competence("00004"))], asked(SAI_GON))

    assert (found.kind, found.receivers) == ("none", ())


def test_where_two_are_competent_both_are_told_in_order() -> None:
    found = competent([an_agency("b", a_competence("01")), an_agency("a", a_competence("00004"))], asked())

    assert found.kind == "ambiguous"
    assert [each.agency for each in found.receivers] == ["a", "b"]


def test_an_agency_with_two_grounds_is_still_one() -> None:
    found = competent([an_agency("a", a_competence("00004"), a_competence("01"))], asked())

    assert found.kind == "exact"


@pytest.mark.parametrize(
    ("on", "agency"),
    [
        (date(2025, 2, 27), "old"),
        (date(2025, 2, 28), "old"),
        (date(2025, 3, 1), "new"),
        (TODAY, "new"),
        (date(2019, 12, 31), None),
    ],
)
def test_a_competence_begins_and_ends_with_its_days(on: date, agency: str | None) -> None:
    old = an_agency("old", a_competence("01", since=date(2020, 1, 1), until=date(2025, 2, 28)))
    new = an_agency("new", a_competence("01", since=date(2025, 3, 1)))

    found = competent([old, new], asked(on=on))

    assert [each.agency for each in found.receivers] == ([] if agency is None else [agency])


def test_residence_seat_and_parcel_are_asked_apart() -> None:
    assert competent([an_agency("a", a_competence("01", by="seat"))], asked()).kind == "none"
    assert competent([an_agency("a", a_competence("01", by="seat"))], asked(by="seat")).kind == "exact"


@pytest.mark.parametrize(
    ("procedure", "by", "place", "on", "names"),
    [
        ("1.000894", "residence", BA_DINH, TODAY, ["Ủy ban nhân dân Phường Ba Đình"]),
        ("1.004222", "residence", SAI_GON, TODAY, ["Công an Phường Sài Gòn"]),
        ("1.001612", "seat", SAI_GON, TODAY, ["Ủy ban nhân dân Phường Sài Gòn"]),
        ("1.001612", "residence", SAI_GON, TODAY, []),
        ("3.000347", "residence", BA_DINH, TODAY, ["Công an Thành phố Hà Nội"]),
        ("3.000333", "residence", BA_DINH, TODAY, ["Công an Thành phố Hà Nội"]),
        ("3.000333", "residence", BA_DINH, date(2025, 2, 28), ["Sở Tư pháp Thành phố Hà Nội"]),
        ("1.013833", "parcel", SAI_GON, TODAY, ["Văn phòng đăng ký đất đai Thành phố Hồ Chí Minh"]),
        (
            "2.000635",
            "residence",
            BA_DINH,
            TODAY,
            ["Sở Tư pháp Thành phố Hà Nội", "Ủy ban nhân dân Phường Ba Đình"],
        ),
        ("9.999999", "residence", BA_DINH, TODAY, []),
    ],
)
def test_the_published_agencies_are_those_of_the_procedure_s_authority(
    procedure: str, by: Basis, place: Place, on: date, names: list[str]
) -> None:
    found = competent(packaged().all(AGENCIES), Question(ProcedureCode(procedure), by, place, on))

    assert [each.name.vi for each in found.receivers] == names


@pytest.mark.parametrize(
    ("code", "on", "place"),
    [("00004", TODAY, BA_DINH), ("26740", TODAY, SAI_GON), ("99999", TODAY, None), ("00001", TODAY, None)],
)
def test_a_commune_s_code_tells_its_place_of_the_day(code: str, on: date, place: Place | None) -> None:
    assert place_of(units_of(packaged()), code, on) == place


def test_a_province_that_units_do_not_know_is_refused() -> None:
    assert any("no province of the table" in each for each in reasons(PROVINCES, PROVINCE, VIEW, code="02"))


def test_every_published_procedure_has_a_receiver_by_its_own_rule() -> None:
    catalogue = packaged()
    for procedure in catalogue.all(PROCEDURES):
        assert procedure.agency_rule is not None
        question = Question(procedure.code, procedure.agency_rule.by, BA_DINH, TODAY)
        assert competent(catalogue.all(AGENCIES), question).kind != "none", procedure.code


def test_the_34_provinces_take_up_the_63_before_each_once() -> None:
    provinces = packaged().all(PROVINCES)

    assert len(provinces) == 34
    assert len([code for each in provinces for code in each.former]) == 63
    assert len({code for each in provinces for code in each.former}) == 63


def test_no_province_is_presented_as_settled() -> None:
    assert {each.status for each in packaged().envelopes.values() if each.kind in {"provinces", "agencies"}} == {
        "unverified"
    }


AGENCY: dict[str, Any] = {
    "name": LABEL,
    "level": "province",
    "agency_code": "H26.01",
    "competence": [{"procedures": ["p"], "by": "residence", "units": ["01", "00004"], "since": "2025-07-01"}],
}
PROVINCE: dict[str, Any] = {
    "name": LABEL,
    "agency_code": None,
    "former": ["08", "02"],
    "agencies": ["a"],
    "registers": ["land"],
    "fee_files": [],
    "contacts": [],
}
UNITS = {
    "provinces": {"current": {"08": {"former": ["08", "03"], "names": [{"name": "nhãn"}]}}},
    "communes": {"communes": {"01": {"00004": "Phường Ba Đình"}}},
}
VIEW = SmallSet(
    {
        "units": UNITS,
        "procedures": {"p": {}},
        "agencies": {"a": {}},
        "registers": {"land": {}},
        "provinces": {"01": {"former": ["01"]}, "04": {"former": ["02"]}},
    }
)
_SECOND = {"procedures": ["p"], "by": "residence", "units": ["01"], "since": "2026-01-01"}


def _competence(**changes: Any) -> Callable[[Any], None]:  # noqa: ANN401 - JSON of any shape
    return lambda body: body["competence"][0].update(changes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_competence(procedures=["q"]), "no such thing: q"),
        (_competence(units=["99"]), "no such thing: 99"),
        (_competence(units=["00005"]), "no such thing: 00005"),
        (_competence(units=["VN", "01"]), "VN is all of them already"),
        (_competence(until="2025-06-30"), "ends before it begins"),
        (lambda body: body["competence"].append(_SECOND), "overlaps with number 0"),
        (lambda body: body.update(province="99"), "no such province: 99"),
        (lambda body: body.update(each="commune"), "{unit}"),
        (lambda body: body.update(name={"vi": "Công an {unit}", "en": "Police of {unit}"}), "{unit}"),
    ],
)
def test_an_agency_that_does_not_hold_is_refused(change: Callable[[Any], None], said: str) -> None:
    body = copy.deepcopy(AGENCY)
    change(body)

    assert reasons(AGENCIES, AGENCY, VIEW) == []
    assert any(said in each for each in reasons(AGENCIES, body, VIEW))


def test_competences_one_after_the_other_do_not_overlap() -> None:
    body = copy.deepcopy(AGENCY)
    body["competence"][0]["until"] = "2025-12-31"
    body["competence"].append(_SECOND)

    assert reasons(AGENCIES, body, VIEW) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"agencies": ["b"]}, "no such thing: b"),
        ({"registers": ["sea"]}, "no such thing: sea"),
        ({"registers": ["land", "land"]}, "names one twice"),
        ({"fee_files": ["fees"]}, "no such thing: fees"),
        ({"former": ["10"]}, "keeps the code of one"),
        ({"former": ["08", "01"]}, "01 went to 01 already"),
        ({"former": ["08"]}, "the table of units says 03, 08"),
        ({"name": {"vi": "khác", "en": "other"}}, "the table of units calls it nhãn"),
    ],
)
def test_a_province_that_does_not_hold_is_refused(change: dict[str, Any], said: str) -> None:
    good = {**PROVINCE, "former": ["08", "03"]}

    assert reasons(PROVINCES, good, VIEW, code="08") == []
    assert any(said in each for each in reasons(PROVINCES, {**good, **change}, VIEW, code="08"))
