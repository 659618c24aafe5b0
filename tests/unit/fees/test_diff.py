"""The difference between two sets of rules over cases: whose fee changes, from what to what, by which row."""

from dataclasses import replace
from datetime import date

from chalicelib.fees.diff import Answer, Difference, difference, rules_of
from chalicelib.fees.effect import UnknownEffect, ZeroEffect
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import Case, Condition, Fact, FeeFile, Input, Place, Source, Within
from tests.support.fee_files import (
    COPY,
    HANOI,
    HCMC,
    a_basis,
    a_benefit,
    a_policy,
    a_rate,
    a_schedule,
    the_rules,
    words,
)

HERE = Case(COPY, date(2026, 11, 22), "online", HANOI, "00004")
THERE = replace(HERE, province=HCMC, commune="26740")
COUNTER = replace(HERE, channel="counter")
BASE = a_schedule("trich-luc", a_rate("copy", 8_000))
FREE_HERE = a_policy(
    "nq77",
    a_benefit("free", ZeroEffect("zero_rated")),
    places=(Place(HANOI, frozenset()),),
    channels=frozenset({"online"}),
)


def between(before: list[FeeFile], after: list[FeeFile], *cases: Case) -> Difference:
    sides = []
    for files in (before, after):
        rules = the_rules(*files)
        sides.append(rules_of(files, lambda case, rules=rules: price(rules, case)))  # type: ignore[misc]
    return difference(sides[0], sides[1], cases)


def test_the_same_rules_change_nobodys_fee() -> None:
    assert between([BASE, FREE_HERE], [BASE, FREE_HERE], HERE, THERE, COUNTER).changed == ()


def test_only_the_cases_that_a_policy_reaches_change() -> None:
    found = between([BASE], [BASE, FREE_HERE], HERE, THERE, COUNTER)
    assert [(each.number, each.case) for each in found.changed] == [(0, HERE)]
    assert (found.cases, found.dearer, found.cheaper) == (3, 0, 1)


def test_a_change_is_told_by_row_and_article_on_both_sides() -> None:
    (changed,) = between([BASE], [BASE, FREE_HERE], HERE).changed
    (line,) = changed.lines
    assert (changed.before, changed.after) == (Answer("amount", 8_000), Answer("zero", 0))
    assert [each.row for each in line.before_by] == [("trich-luc", "copy")]
    assert [each.row for each in line.after_by] == [("trich-luc", "copy"), ("nq77", "free")]
    assert all(each.basis is not None and each.basis.article == "Điều 4" for each in (*line.before_by, *line.after_by))


def test_an_amount_that_is_no_longer_known_is_a_change_and_neither_dearer_nor_cheaper() -> None:
    lost = a_schedule("trich-luc", a_rate("copy", UnknownEffect(words("mức"))))
    found = between([BASE], [lost], HERE)
    assert found.changed[0].after == Answer("unknown", None)
    assert [each.what for each in found.changed[0].lines[0].missing] == ["rate"]
    assert (found.dearer, found.cheaper) == (0, 0)


def test_a_line_that_comes_or_goes_is_told_although_the_sum_may_stay() -> None:
    more = a_schedule("trich-luc", a_rate("copy", 8_000), a_rate("card", 0, None, line="le_phi"))
    (changed,) = between([BASE], [more], HERE).changed
    assert (changed.before.amount, changed.after.amount) == (8_000, 8_000)
    assert [(each.line, each.before) for each in changed.lines] == [("le_phi", None)]


def test_free_for_another_reason_is_a_change() -> None:
    exempt, rated = (
        a_schedule("trich-luc", a_rate("copy", ZeroEffect(meaning))) for meaning in ("exempt", "zero_rated")
    )
    assert len(between([exempt], [rated], HERE).changed) == 1


def test_a_row_that_is_only_renamed_or_cited_anew_changes_nobodys_fee() -> None:
    renamed = a_schedule("trich-luc", a_rate("copies", 8_000, a_basis(document="TT 2/2026")))
    assert between([BASE], [renamed], HERE).changed == ()


def test_a_case_tells_each_side_only_what_its_inputs_accept() -> None:
    """A fact that one of the sets has no input for says nothing there, and breaks nothing."""
    age = Input("age", "int", words("tuổi"), Source("fact"), low=0, high=150)
    elder = a_rate("elder", 0, None, Condition("age", Within(60, 150)))
    younger = a_rate("younger", 9_000, None, Condition("age", Within(0, 59)))
    by_age = a_schedule("trich-luc", elder, younger)
    by_age = replace(by_age, inputs={**by_age.inputs, "age": age})
    told = replace(HERE, facts={"age": Fact(70, "verified"), "other": Fact(value=True, assurance="verified")})
    wrong = replace(HERE, facts={"age": Fact("seventy", "verified")})
    found = between([BASE], [by_age], told, wrong)
    assert [each.after.status for each in found.changed] == ["zero", "unknown"]
