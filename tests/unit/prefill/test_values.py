"""From an item to a field: the form's own codes, and values that a rule makes."""

from dataclasses import replace
from typing import Final

import pytest

from chalicelib.forms.model import Derivation, DeriveRule, Field
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, FieldAnswer
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.values import make
from chalicelib.sources.model import Reply
from tests.support.builders import (
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_item,
)

MASTER: Final = a_register("master", {"$.f.v": "x", "$.g.v": "y"})
LOWER: Final = a_register("lower", {"$.f.v": "x", "$.h.v": "z"})
REST: Final = (an_item("y", of=["master"]), an_item("z", of=["lower"]))
SEX: Final = an_item("x", "code", of=["master", "lower"], codes=["male", "female"])
BORN: Final = an_item("x", "partial_date", of=["master", "lower"], normaliser="date")
HOME: Final[dict[str, Json]] = {
    "country": "VN",
    "province": {"code": "01", "name": "Thành phố Hà Nội"},
    "commune": {"code": "00004", "name": "Phường Ba Đình"},
    "line": "Số 12 phố Đội Cấn",
}
WHERE: Final = replace(an_item("x", "address", of=["master", "lower"]), normaliser="address")


def v(value: Json) -> Reply:
    return a_reply({"f": {"v": value}})


def said(field: Field, item: object, master: Reply, lower: Reply | None = None) -> FieldAnswer:
    form = a_form(field, a_field("/y", "y"), a_field("/z", "z"))
    items = a_dictionary(item, *REST)  # type: ignore[arg-type]
    found = plan(Needs(form, items, "p"), [MASTER, LOWER], {"groom": a_subject()})
    by_code = {"master": master, "lower": lower or a_reply()}
    return resolve(form, items, found, {call.id: by_code[call.register.code] for call in found.calls}).fields["/x"]


def coded(**codes: str) -> Field:
    return replace(a_field("/x", "x"), codes=codes)


def made(rule: DeriveRule) -> Field:
    return replace(a_field("/x"), derive=Derivation(rule, (ItemId("x"),)))


def test_a_code_of_the_dictionary_becomes_the_forms_and_stays_locked() -> None:
    answer = said(coded(male="1", female="2"), SEX, v("female"))

    assert (answer.outcome, answer.value, answer.locked) == ("filled_verified", "2", True)


def test_the_candidates_of_a_conflict_are_in_the_forms_codes_too() -> None:
    answer = said(coded(male="1", female="2"), SEX, v("male"), v("female"))

    assert (answer.outcome, answer.value) == ("conflict", "1")
    assert [each.value for each in answer.candidates] == ["1", "2"]


def test_a_code_that_the_form_does_not_know_is_not_a_value_and_nobody_elses_stands_in() -> None:
    answer = said(coded(male="1"), SEX, v("female"), v("male"))

    assert (answer.outcome, answer.value, answer.candidates) == ("cast_failed", ABSENT, ())
    assert answer.provenance is not None


def test_a_reason_is_not_translated() -> None:
    assert said(coded(male="1"), SEX, a_failure("source_busy", 9)) == FieldAnswer("source_busy", retry_after=9)


@pytest.mark.parametrize(
    ("rule", "value", "result"),
    [
        ("province_of", HOME, "Thành phố Hà Nội"),
        ("commune_of", HOME, "Phường Ba Đình"),
        ("line_of", HOME, "Số 12 phố Đội Cấn"),
        ("whole_address", HOME, "Số 12 phố Đội Cấn, Phường Ba Đình, Thành phố Hà Nội"),
        ("whole_address", {**HOME, "line": None}, "Phường Ba Đình, Thành phố Hà Nội"),
        ("whole_address", {"country": "US", "line": "1 Main St"}, "1 Main St, US"),
        ("line_of", {"country": "VN"}, None),
        ("province_of", {"country": "US", "line": "1 Main St"}, None),
        ("whole_address", "Số 12", None),
        ("year_of", "1950", "1950"),
        ("year_of", "1950-03-12", "1950"),
        ("year_of", 1950, None),
        ("date_in_words", "1950-03", "tháng ba năm một nghìn chín trăm năm mươi"),
        ("date_in_words", "soon", None),
    ],
)
def test_a_rule_makes_what_is_there_and_invents_nothing(rule: DeriveRule, value: Json, result: str | None) -> None:
    assert make(rule, value) == (() if result is None else (result,))


def test_a_made_value_says_by_which_rule_and_of_which_item() -> None:
    answer = said(made("year_of"), BORN, v("1950-03-12"))

    assert (answer.outcome, answer.value, answer.locked) == ("filled_verified", "1950", True)
    assert answer.provenance is not None
    assert (answer.provenance.rule, answer.provenance.item, answer.provenance.path) == ("year_of", "x", "$.f.v")


def test_a_difference_that_does_not_reach_the_made_value_is_none() -> None:
    answer = said(made("year_of"), BORN, v("1950-03-12"), v("1950-12-03"))

    assert (answer.outcome, answer.value, answer.candidates) == ("filled_verified", "1950", ())


def test_a_difference_that_reaches_it_is_shown_as_the_rule_makes_it() -> None:
    answer = said(made("year_of"), BORN, v("1950"), v("1951"))

    assert (answer.outcome, answer.value, answer.policy) == ("conflict", "1950", "master_decides")
    assert [(each.value, each.provenance.rule) for each in answer.candidates] == [
        ("1950", "year_of"),
        ("1951", "year_of"),
    ]


def test_a_part_that_only_a_lower_source_has_is_not_set_beside_the_masters_other_parts() -> None:
    answer = said(made("line_of"), WHERE, v({**HOME, "line": None}), v({**HOME, "line": "Số 9"}))

    assert (answer.outcome, answer.value) == ("conflict", ABSENT)
    assert [each.value for each in answer.candidates] == ["Số 9"]


def test_the_absence_of_what_it_would_be_made_from_is_carried_over() -> None:
    assert said(made("year_of"), BORN, a_failure("timed_out"), a_failure("timed_out")) == FieldAnswer("timed_out")
    assert said(made("line_of"), WHERE, v({**HOME, "line": None})).outcome == "not_found"


def test_the_next_source_of_a_made_value_is_asked_only_where_the_first_is_known_not_to_be() -> None:
    either = replace(a_field("/x"), derive=Derivation("year_of", (ItemId("x"), ItemId("y"))))
    day = an_item("y", "date", of=["master"])

    def year(reply: Reply) -> FieldAnswer:
        form = a_form(either)
        items = a_dictionary(BORN, day)
        found = plan(Needs(form, items, "p"), [MASTER], {"groom": a_subject()})
        return resolve(form, items, found, {call.id: reply for call in found.calls}).fields["/x"]

    assert year(a_reply({"g": {"v": "1951-01-01"}})).value == "1951"
    assert year(a_reply({"f": {"v": "1950"}, "g": {"v": "1951-01-01"}})).value == "1950"
    assert year(a_failure("source_busy")).outcome == "source_busy"
