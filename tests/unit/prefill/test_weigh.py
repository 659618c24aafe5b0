"""How one item is settled: what registers said of it, cast, compared and weighed."""

from dataclasses import replace
from typing import Final

import pytest

from chalicelib.kernel.canonical import Json
from chalicelib.prefill.model import ABSENT, Absent, FieldAnswer
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import CallId, Register, Reply
from chalicelib.vocabulary.model import Item, ItemType
from tests.support.builders import (
    AN,
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_attribute,
    an_item,
)

MASTER: Final = a_register("master", {"$.f.v": "x", "$.g.v": "y"})
LOWER: Final = a_register("lower", {"$.f.v": "x", "$.h.v": "z"})


def weighed(master: Reply | None, lower: Reply | None, item: Item) -> FieldAnswer:
    """Resolve one item of two authorities, both asked because each is first for something else."""
    form = a_form(a_field("/x", "x"), a_field("/y", "y"), a_field("/z", "z"))
    items = a_dictionary(item, an_item("y", of=["master"]), an_item("z", of=["lower"]))
    found = plan(Needs(form, items, "p"), [MASTER, LOWER], {"groom": a_subject()})
    said = {"master": master, "lower": lower}
    replies = {call.id: reply for call in found.calls if (reply := said[call.register.code]) is not None}
    return resolve(form, items, found, replies).fields["/x"]


def v(value: Json, *, review: tuple[str, ...] = (), age_days: int = 0) -> Reply:
    return a_reply({"f": {"v": value}}, review=review, age_days=age_days)


def one(item: Item, register: Register, reply: Reply) -> FieldAnswer:
    """Resolve a form of one field that one register supplies."""
    form, items = a_form(a_field("/x", item.id)), a_dictionary(item)
    found = plan(Needs(form, items, "p"), [register], {"groom": a_subject()})
    return resolve(form, items, found, {CallId(register.code, AN): reply}).fields["/x"]


NAMED: Final = an_item("x", of=["master", "lower"], normaliser="name")


def test_values_that_people_call_equal_agree_and_the_masters_spelling_stands() -> None:
    answer = weighed(v("HOÀ BÌNH"), v("Hòa  bình"), NAMED)
    assert (answer.outcome, answer.value, answer.candidates) == ("filled_verified", "HOÀ BÌNH", ())


def test_a_real_difference_shows_all_candidates_and_the_masters_value() -> None:
    answer = weighed(v("An"), v("Ân"), NAMED)
    assert (answer.outcome, answer.value, answer.policy, answer.locked) == ("conflict", "An", "master_decides", False)
    assert [(each.value, each.provenance.register) for each in answer.candidates] == [("An", "master"), ("Ân", "lower")]


def test_without_the_masters_value_a_difference_chooses_none() -> None:
    item = an_item("x", of=["nobody", "master", "lower"])
    answer = weighed(v("An"), v("Ân"), item)
    assert (answer.outcome, answer.value, answer.policy) == ("conflict", ABSENT, "citizen_decides")
    assert len(answer.candidates) == 2


def test_several_values_of_the_master_itself_choose_none() -> None:
    answer = weighed(v(["Hà Nội", "Nam Định"]), None, NAMED)
    assert (answer.outcome, answer.value, len(answer.candidates)) == ("conflict", ABSENT, 2)


def test_a_value_under_review_is_shown_and_not_locked() -> None:
    answer = weighed(v("An", review=("f",)), None, NAMED)
    assert (answer.outcome, answer.value, answer.locked) == ("under_review", "An", False)


def test_a_value_older_than_its_window_is_stale_and_not_locked() -> None:
    item = replace(an_item("x", of=["master", "lower"]), freshness_days=30)
    assert weighed(v("An", age_days=30), None, item).outcome == "filled_verified"
    answer = weighed(v("An", age_days=31), None, item)
    assert (answer.outcome, answer.value, answer.locked) == ("filled_stale", "An", False)


def test_a_value_that_does_not_cast_leaves_the_others_word() -> None:
    item = an_item("x", "date", of=["master", "lower"])
    answer = weighed(v("31/02/1990"), v("1990-03-12"), item)
    assert (answer.outcome, answer.value) == ("filled_verified", "1990-03-12")
    assert weighed(v("31/02/1990"), a_reply(), item).outcome == "cast_failed"


def test_an_answer_that_may_still_come_is_told_before_a_final_no() -> None:
    assert weighed(a_reply(), a_failure("source_busy", 9), NAMED) == FieldAnswer("source_busy", retry_after=9)
    assert weighed(a_failure("timed_out"), a_reply(), NAMED).outcome == "timed_out"
    assert weighed(a_failure("not_found"), a_failure("no_right"), NAMED).outcome == "not_found"


@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_null_and_blank_are_no_answer(nothing: Json) -> None:
    answer = weighed(v(nothing), None, an_item("x", of=["master"]))
    assert (answer.outcome, answer.value) == ("not_found", ABSENT)
    assert answer.provenance is not None


def test_an_absent_boolean_is_not_false() -> None:
    item = an_item("x", "boolean", of=["master"])
    assert weighed(a_reply(), None, item).value is ABSENT
    assert weighed(v(False), None, item).value is False


def test_codes_of_the_register_become_codes_of_the_dictionary() -> None:
    register = a_register("master", [an_attribute("$.f.v", "x", codes={"NAM": "male"})])
    item = an_item("x", "code", of=["master"], codes=["male", "female"])
    assert one(item, register, v("NAM")).value == "male"
    assert one(item, register, v("KHAC")).outcome == "cast_failed"


def test_the_second_path_is_read_where_the_first_has_nothing() -> None:
    register = a_register("master", [an_attribute("$.f.new", "x"), an_attribute("$.f.old", "x")])
    answer = one(an_item("x", of=["master"]), register, a_reply({"f": {"old": "An"}}))
    assert answer.provenance is not None
    assert (answer.value, answer.provenance.path) == ("An", "$.f.old")


def test_a_list_without_end_is_looked_at_only_so_far() -> None:
    many: list[Json] = [str(number) for number in range(10_000)]
    assert len(weighed(v(many), None, NAMED).candidates) == 20


TYPES: Final[list[tuple[ItemType, Json, Json | Absent]]] = [
    ("text", "Số 12 phố Hàng Bài", "Số 12 phố Hàng Bài"),
    ("partial_date", "1950", "1950"),
    ("partial_date", "12/03/1950", "1950-03-12"),
    ("date", "1990-05-17", "1990-05-17"),
    ("date", "1990", ABSENT),
    ("boolean", "true", ABSENT),
    ("boolean", 1, ABSENT),
    ("integer", 3, 3),
    ("integer", True, ABSENT),
    ("dong", 12_500, 12_500),
    ("dong", "12500", ABSENT),
    ("personal_id", "001090999001", "001090999001"),
    ("personal_id", "123456789", ABSENT),
    ("text", {"full": "An"}, ABSENT),
    ("text", "An\u0000", ABSENT),
    ("text", "x" * 1001, ABSENT),
    ("address", {"country": "US", "line": "1 Main St"}, {"country": "US", "line": "1 Main St"}),
    ("address", {"country": "VN", "line": "Số 12"}, ABSENT),
    ("address", "Số 12", ABSENT),
]


@pytest.mark.parametrize(("type_", "said", "value"), TYPES)
def test_a_value_has_its_items_type_or_is_not_a_value(type_: ItemType, said: Json, value: Json | Absent) -> None:
    answer = weighed(v(said), None, an_item("x", type_, of=["master"]))
    assert answer.value == value
    assert answer.outcome == ("cast_failed" if answer.value is ABSENT else "filled_verified")


def test_an_address_keeps_what_the_type_knows_and_no_more() -> None:
    unit: Json = {"code": "01", "name": "Thành phố Hà Nội"}
    said: Json = {"country": "VN", "province": unit, "commune": unit, "line": "Số 12", "owner": "BINH"}
    answer = weighed(v(said), None, an_item("x", "address", of=["master"]))
    assert answer.value == {"country": "VN", "province": unit, "commune": unit, "line": "Số 12"}
