"""Coverage: how well each procedure's fee is known in each province."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.definitions.model import Status
from chalicelib.fees.coverage import Fees, Grade, ProcedureCoverage, coverage
from chalicelib.fees.effect import Fraction, OffEffect, UnknownEffect, ZeroEffect
from chalicelib.fees.model import Among, Channel, Condition, FeeFile, Place, Row, RowRef
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.model import Text
from tests.support.fee_files import (
    COPY,
    ELSEWHERE,
    HANOI,
    HCMC,
    MARRIAGE,
    a_basis,
    a_benefit,
    a_policy,
    a_rate,
    a_schedule,
    in_province,
    words,
)

ON = date(2026, 11, 22)
HALF = OffEffect(Fraction(1, 2))


def of(
    files: Sequence[FeeFile], province: str = HANOI, on: date = ON, also: Mapping[ProcedureCode, Text] | None = None
) -> dict[str, ProcedureCoverage]:
    fees = Fees(files, also or {}, {"00004": HANOI, "26740": HCMC}.get)
    (found,) = coverage(fees, [province], on)
    assert sum(found.counts.values()) == len(found.procedures)
    return {each.procedure: each for each in found.procedures}


@pytest.mark.parametrize("status", ["confirmed", "single_source", "unverified"])
def test_a_procedure_is_known_as_its_rate_is(status: Status) -> None:
    found = of([a_schedule("x", a_rate("a", 8_000, a_basis(status=status)))])
    assert found[COPY].grade == status
    assert found[COPY].lines[0].weakest == (RowRef("x", "a"),)


def test_a_procedure_without_schedule_is_unknown_and_not_left_out() -> None:
    found = of([], also={MARRIAGE: words("Kết hôn")})
    assert (found[MARRIAGE].grade, found[MARRIAGE].lines) == ("unknown", ())


def test_a_rate_that_nobody_found_is_unknown_however_well_that_is_confirmed() -> None:
    assert of([a_schedule("x", a_rate("a", UnknownEffect(words("mức"))))])[COPY].grade == "unknown"


@pytest.mark.parametrize(("on", "grade"), [(date(2025, 12, 31), "unknown"), (date(2026, 1, 1), "confirmed")])
def test_before_a_rate_is_in_force_the_procedure_is_unknown(on: date, grade: Grade) -> None:
    assert of([a_schedule("x", a_rate("a", 8_000))], on=on)[COPY].grade == grade


def test_the_weakest_line_decides() -> None:
    weak = a_rate("b", 1, a_basis(status="unverified"), line="le_phi")
    found = of([a_schedule("x", a_rate("a", 8_000), weak)])[COPY]
    assert (found.grade, [each.grade for each in found.lines]) == ("unverified", ["unverified", "confirmed"])


def test_a_rate_set_by_the_province_is_known_there_only() -> None:
    files: list[FeeFile] = [a_schedule("x", a_rate("hanoi", 0, None, in_province(HANOI)))]
    assert of(files, HANOI)[COPY].grade == "confirmed"
    assert of(files, HCMC)[COPY].grade == "unknown"


def test_a_benefit_that_is_weaker_than_the_rate_weakens_it_where_it_holds() -> None:
    doubtful = a_benefit("b", ZeroEffect("zero_rated"), a_basis(status="single_source"))
    files: list[FeeFile] = [
        a_schedule("x", a_rate("a", 8_000)),
        a_policy("nq", doubtful, places=(Place(HCMC, frozenset()),)),
    ]
    there, elsewhere = of(files, HCMC)[COPY], of(files, ELSEWHERE)[COPY]
    assert (there.grade, there.lines[0].rates, there.lines[0].benefits) == (
        "single_source",
        "confirmed",
        "single_source",
    )
    assert there.policies == ("nq",)
    assert (elsewhere.grade, elsewhere.lines[0].benefits, elsewhere.policies) == ("confirmed", None, ())


def test_a_policy_of_some_communes_reaches_their_province_while_it_holds() -> None:
    place = Place(None, frozenset({"00004"}), until=date(2026, 11, 22))
    files: list[FeeFile] = [a_schedule("x", a_rate("a", 8_000)), a_policy("nq", a_benefit("b", HALF), places=(place,))]
    assert of(files, HANOI)[COPY].policies == ("nq",)
    assert of(files, HCMC)[COPY].policies == ()
    assert of(files, HANOI, date(2026, 11, 23))[COPY].policies == ()


def test_what_is_free_for_everybody_through_a_channel_is_as_well_known_as_that() -> None:
    free = a_policy(
        "nq",
        a_benefit("b", ZeroEffect("zero_rated")),
        places=(Place(HCMC, frozenset()),),
        channels=frozenset({"online"}),
    )
    files: list[FeeFile] = [a_schedule("x", a_rate("a", UnknownEffect(words("mức")))), free]
    fees = Fees(files, {}, lambda _: None)

    def grade(province: str, channel: Channel | None) -> Grade:
        return coverage(fees, [province], ON, channel)[0].procedures[0].grade

    assert grade(HCMC, "online") == "confirmed"
    assert [grade(HCMC, "counter"), grade(HCMC, None), grade(HANOI, "online")] == ["unknown"] * 3


@pytest.mark.parametrize(
    "benefit",
    [
        a_benefit("b", HALF),
        a_benefit("b", ZeroEffect("exempt"), None, Condition("poor", Among(frozenset({True})))),
        a_benefit("b", ZeroEffect("exempt"), a_basis(status="unverified")),
        replace(a_benefit("b", ZeroEffect("exempt")), review=words("?")),
        replace(a_benefit("b", ZeroEffect("exempt")), yearly="once"),
        a_benefit("b", OffEffect(Fraction(0, 1), most_off=5_000)),
    ],
)
def test_what_is_free_for_some_or_in_part_or_in_doubt_does_not_make_a_rate_known(benefit: Row) -> None:
    files: list[FeeFile] = [a_schedule("x", a_rate("a", UnknownEffect(words("mức")))), a_policy("nq", benefit)]
    assert of(files)[COPY].grade == "unknown"


def test_a_policy_about_other_kinds_of_lines_does_not_touch_the_procedure() -> None:
    policy = a_policy("nq", a_benefit("b", HALF), kinds=frozenset({"le_phi"}))
    assert of([a_schedule("x", a_rate("a", 8_000)), policy])[COPY].policies == ()


def test_lines_that_any_procedure_may_have_count_for_none() -> None:
    every = a_schedule("bank", a_rate("t", 5_500, a_basis(status="unverified")), procedures=None, kind="third_party")
    assert of([a_schedule("x", a_rate("a", 8_000)), every])[COPY].grade == "confirmed"


def test_each_province_asked_for_is_told_with_its_counts() -> None:
    fees = Fees([a_schedule("x", a_rate("a", 8_000), procedures=[COPY, MARRIAGE])], {}, lambda _: None)
    found = coverage(fees, [HANOI, HCMC], ON)
    assert [each.province for each in found] == [HANOI, HCMC]
    assert found[0].counts == {"confirmed": 2, "single_source": 0, "unverified": 0, "unknown": 0}
