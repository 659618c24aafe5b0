"""Repeating rows: a list in the form's shape, and an answer for every cell."""

from dataclasses import replace
from typing import Final

import pytest

from chalicelib.forms.model import Derivation, Policy, RowList
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, Context, FieldAnswer, Held, Resolution
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import Reply
from tests.support.builders import (
    AN,
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_list_item,
    a_register,
    a_reply,
    a_subject,
    an_attribute,
    an_attribute_of_rows,
    an_item,
    held,
    with_rows,
)
from tests.support.clock import START
from tests.support.units import published_units

CELLS: Final = {"$.name": "name", "$.born": "born", "$.sex": "sex", "$.at": "home"}
MASTER: Final = a_register(
    "master", [an_attribute_of_rows("$.people[*]", "people[]", CELLS), an_attribute("$.g.v", "y")]
)
LOWER: Final = a_register(
    "lower",
    [an_attribute_of_rows("$.people[*]", "people[]", {"$.name": "name", "$.born": "born"}), an_attribute("$.h.v", "z")],
)
ITEMS: Final = a_dictionary(
    a_list_item("people[]", "name", "born", "sex", "home", of=["master", "lower"]),
    an_item("name", of=[], normaliser="name"),
    an_item("born", "partial_date", of=[], normaliser="date"),
    an_item("sex", "code", of=[], codes=["male", "female"]),
    replace(an_item("home", "address", of=[]), normaliser="address"),
    an_item("y", of=["master"]),
    an_item("z", of=["lower"]),
)
COLUMNS: Final = (
    a_field("/who/name", "name"),
    a_field("/who/born", "born"),
    replace(a_field("/sex", "sex"), codes={"male": "1", "female": "2"}),
    replace(a_field("/year"), derive=Derivation("year_of", (ItemId("born"),))),
    a_field("/home", "home"),
    a_field("/job", policy="user"),
)
AN_ROW: Final[dict[str, Json]] = {"name": "An", "born": "1990-03-12", "sex": "male"}
BINH_ROW: Final[dict[str, Json]] = {"name": "Bình", "born": "1950", "sex": "female"}


def resolved(master: Reply, lower: Reply | None = None, *papers: Held, policy: Policy = "suggest") -> Resolution:
    fields = (a_field("/list", "people[]", policy=policy), a_field("/y", "y"), a_field("/z", "z"))
    form = with_rows(a_form(*fields), RowList("/list", ItemId("people[]"), "groom", COLUMNS))
    registers = [MASTER] if lower is None else [MASTER, LOWER]
    found = plan(Needs(form, ITEMS, "p"), registers, {"groom": a_subject()})
    said = {"master": master, "lower": lower or a_reply()}
    context = Context({AN: papers}, units=published_units(), at=START)
    return resolve(form, ITEMS, found, {call.id: said[call.register.code] for call in found.calls}, context)


def people(*rows: Json) -> Reply:
    return a_reply({"people": list(rows)})


def cell(found: Resolution, column: str, number: int = 0) -> FieldAnswer:
    return found.rows["/list"][number][column]


def test_a_list_is_one_value_in_the_forms_shape_and_a_row_for_each_element() -> None:
    found = resolved(people(AN_ROW, BINH_ROW))
    answer = found.fields["/list"]

    assert (answer.outcome, answer.origin, answer.candidates) == ("filled_verified", "auto", ())
    assert answer.value == [
        {"who": {"name": "An", "born": "1990-03-12"}, "sex": "1", "year": "1990"},
        {"who": {"name": "Bình", "born": "1950"}, "sex": "2", "year": "1950"},
    ]
    assert [list(row) for row in found.rows["/list"]] == [[column.pointer for column in COLUMNS]] * 2


def test_a_cell_says_in_which_record_row_and_place_it_stands() -> None:
    provenance = cell(resolved(people(AN_ROW, BINH_ROW)), "/who/name", 1).provenance

    assert provenance is not None
    assert (provenance.register, provenance.record, provenance.path, provenance.item) == (
        "master",
        "R-1",
        "$.people[1].name",
        "name",
    )


def test_a_made_cell_says_by_which_rule() -> None:
    provenance = cell(resolved(people(AN_ROW)), "/year").provenance
    assert provenance is not None
    assert (provenance.rule, provenance.item) == ("year_of", "born")


def test_a_cell_that_does_not_cast_costs_itself() -> None:
    found = resolved(people({**AN_ROW, "born": "hôm qua"}))

    assert cell(found, "/who/born").outcome == cell(found, "/year").outcome == "cast_failed"
    assert cell(found, "/who/name").value == "An"
    assert found.fields["/list"].value == [{"who": {"name": "An"}, "sex": "1"}]


def test_what_a_row_does_not_hold_is_not_found_there_and_the_citizens_columns_stay_theirs() -> None:
    found = resolved(people({"name": "An", "born": None, "sex": " "}))

    assert cell(found, "/sex").outcome == cell(found, "/who/born").outcome == "not_found"
    assert cell(found, "/job") == FieldAnswer("user_only")


def test_a_row_is_locked_only_where_list_and_column_are_filled_as_they_are() -> None:
    columns = dict(resolved(people(AN_ROW), policy="auto").rows["/list"][0])
    assert {column: answer.locked for column, answer in columns.items() if answer.locked} == {
        "/who/name": True,
        "/who/born": True,
        "/sex": True,
        "/year": True,
    }
    assert not resolved(people(AN_ROW), policy="auto").fields["/list"].locked
    assert not any(answer.locked for answer in resolved(people(AN_ROW)).rows["/list"][0].values())


@pytest.mark.parametrize("element", [None, "An", 7, [], {}, {"other": 1}])
def test_an_element_that_is_no_row_keeps_its_place_and_has_only_bad_cells(element: Json) -> None:
    found = resolved(people(element, AN_ROW))

    assert {cell(found, column.pointer).outcome for column in COLUMNS[:2]} == {"cast_failed"}
    assert cell(found, "/who/name", 1).value == "An"
    assert found.fields["/list"].value == [
        {},
        {"who": {"name": "An", "born": "1990-03-12"}, "sex": "1", "year": "1990"},
    ]


@pytest.mark.parametrize("element", ["An", 7, {}, {"name": 7}])
def test_a_list_without_one_cell_that_casts_is_no_value(element: Json) -> None:
    found = resolved(people(element))
    assert (found.fields["/list"].outcome, found.fields["/list"].value, dict(found.rows)) == ("cast_failed", ABSENT, {})


def test_no_rows_is_not_found_and_a_failure_is_its_own_reason() -> None:
    assert resolved(people()).fields["/list"].outcome == "not_found"
    assert resolved(a_reply({"people": None})).fields["/list"].outcome == "not_found"
    assert resolved(a_failure("source_busy", 5)).fields["/list"] == FieldAnswer("source_busy", retry_after=5)


def test_more_rows_than_a_person_has_are_no_answer() -> None:
    assert len(resolved(people(*[AN_ROW] * 200)).rows["/list"]) == 200
    found = resolved(people(*[AN_ROW] * 201))
    assert (found.fields["/list"].outcome, dict(found.rows)) == ("source_invalid", {})


def test_two_sources_with_the_same_rows_agree_in_any_order_and_spelling_as_far_as_both_have_the_columns() -> None:
    found = resolved(
        people(AN_ROW, BINH_ROW), people({"name": "BÌNH", "born": "1950"}, {"name": "an", "born": "12/03/1990"})
    )
    assert (found.fields["/list"].outcome, cell(found, "/who/name").value) == ("filled_verified", "An")


def test_a_row_more_is_a_conflict_the_masters_rows_stand_and_both_lists_are_shown() -> None:
    found = resolved(people(AN_ROW), people({"name": "An", "born": "1990-03-12"}, {"name": "Bình", "born": "1950"}))
    answer = found.fields["/list"]

    assert (answer.outcome, answer.policy, answer.locked) == ("conflict", "master_decides", False)
    assert [len(each.value) for each in answer.candidates if isinstance(each.value, list)] == [1, 2]
    assert answer.value == answer.candidates[0].value
    assert (cell(found, "/who/name").outcome, cell(found, "/who/name").value) == ("conflict", "An")


def test_a_list_that_is_held_fills_in_and_disagrees_like_any_source() -> None:
    paper = held("people[]", [{"name": "An", "born": "1990-03-12", "sex": "male", "job": "x"}])
    alone = resolved(a_failure("timed_out"), None, paper)
    beside = resolved(people(BINH_ROW), None, paper)

    assert (alone.fields["/list"].outcome, cell(alone, "/sex").value) == ("filled_issued", "1")
    provenance = cell(alone, "/who/name").provenance
    assert provenance is not None
    assert (provenance.path, provenance.record) == ("$.x[0]", "D-1")
    assert (beside.fields["/list"].outcome, beside.fields["/list"].policy) == ("conflict", "master_decides")


def test_papers_alone_that_disagree_leave_no_rows() -> None:
    papers = (held("people[]", [AN_ROW]), held("people[]", [BINH_ROW], "typed"))
    found = resolved(people(), None, *papers)
    assert (found.fields["/list"].value, dict(found.rows), len(found.fields["/list"].candidates)) == (ABSENT, {}, 2)


@pytest.mark.parametrize("value", ["An", {}, [], [7], None])
def test_a_held_list_that_is_none_is_no_value(value: Json) -> None:
    assert resolved(people(), None, held("people[]", value)).fields["/list"].value is ABSENT


def home(code: str, name: str) -> Json:
    return {
        "country": "VN",
        "province": {"code": "01", "name": "Thành phố Hà Nội"},
        "commune": {"code": code, "name": name},
    }


def test_an_address_in_a_row_is_put_into_units_of_today_or_left_to_the_citizen() -> None:
    found = resolved(
        people(
            {"at": home("00004", "Phường Trúc Bạch")}, {"at": home("00022", "Phường Đội Cấn")}, {"at": home("9", "Lạ")}
        )
    )
    moved, divided, nowhere = (cell(found, "/home", number) for number in range(3))

    assert moved.value == home("00004", "Phường Ba Đình")
    assert moved.provenance is not None
    assert moved.provenance.original == home("00004", "Phường Trúc Bạch")
    assert (divided.outcome, divided.detail, len(divided.candidates)) == ("conflict", "address_split", 2)
    assert nowhere.outcome == "cast_failed"
    assert found.fields["/list"].value == [{"home": moved.value}, {}, {}]


def test_under_review_is_said_of_the_list_and_of_its_cells() -> None:
    found = resolved(a_reply({"people": [AN_ROW]}, review=["people"]))
    assert found.fields["/list"].outcome == cell(found, "/who/name").outcome == "under_review"
