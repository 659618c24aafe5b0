"""Answers as a portal writes them, against the form they are for."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chalicelib.forms.definition import FORMS
from chalicelib.forms.schema import tree
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.prefill.answers import InvalidAnswer, checked, flatten, nested
from chalicelib.prefill.fitting import faults
from chalicelib.prefill.model import ABSENT, Absent
from tests.support.definitions import packaged
from tests.support.sheets import BIRTH, BOX, CODE, FORM, HOME, NAME, NOTE, ROWS, SCHEMA

HANOI: Final[JsonObject] = {"country": "VN", "province": {"code": "01", "name": "Hà Nội"}, "line": "12 Hàng Bài"}
WHOLE: Final[JsonObject] = {
    "Ben": {"HoTen": "An", "NgaySinh": "1990-05", "NoiO": HANOI},
    "Ma": "1",
    "GhiChu": 3,
    "TV": [{"HoTen": "Bình", "GhiChu": "2026-11-22"}, {}],
}


def refused(document: JsonObject) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswer) as error:
        flatten(FORM, document)
    return [(each.pointer, each.code) for each in error.value.problems]


def test_answers_are_taken_apart_and_put_together_by_field() -> None:
    flat = flatten(FORM, WHOLE)
    assert flat == {NAME: "An", BIRTH: "1990-05", HOME: HANOI, CODE: "1", NOTE: 3, ROWS: WHOLE["TV"]}
    assert nested(flat) == WHOLE


def test_null_says_that_there_is_nothing() -> None:
    assert flatten(FORM, {"Ben": {"HoTen": None}, "Ma": None, "TV": None}) == {NAME: ABSENT, CODE: ABSENT, ROWS: ABSENT}
    assert flatten(FORM, {"Ben": None}) == {}
    assert nested({NAME: ABSENT}) == {}


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ({"Khac": 1}, [("/Khac", "unknown_field")]),
        ({"Ben": {"Khac": {"x": 1}}}, [("/Ben/Khac", "unknown_field")]),
        ({"Ben": "An"}, [("/Ben", "wrong_type")]),
        ({"a/b~c": 1}, [("/a~1b~0c", "unknown_field")]),
        ({"O": True}, [(BOX, "not_yours_to_fill")]),
        ({"Ben": {"HoTen": ""}}, [(NAME, "too_short")]),
        ({"Ben": {"HoTen": "a" * 41}}, [(NAME, "too_long")]),
        ({"Ben": {"HoTen": "An\x00"}}, [(NAME, "invalid_value")]),
        ({"Ben": {"HoTen": 7}}, [(NAME, "wrong_type")]),
        ({"Ben": {"NgaySinh": "05/1990"}}, [(BIRTH, "pattern")]),
        ({"Ben": {"NgaySinh": "1990\n"}}, [(BIRTH, "pattern")]),
        ({"Ben": {"NoiO": {"line": "x"}}}, [(HOME + "/country", "missing")]),
        ({"Ben": {"NoiO": {"country": "VN", "ward": "x"}}}, [(HOME + "/ward", "unknown_field")]),
        (
            {"Ben": {"NoiO": {"country": "VN", "province": {"code": 1}}}},
            [
                (HOME + "/province/code", "wrong_type"),
                (HOME + "/province/name", "missing"),
            ],
        ),
        ({"Ben": {"NoiO": "Hà Nội"}}, [(HOME, "wrong_type")]),
        ({"Ma": "3"}, [(CODE, "not_allowed")]),
        ({"GhiChu": 0}, [(NOTE, "out_of_range")]),
        ({"GhiChu": True}, [(NOTE, "wrong_type")]),
        ({"GhiChu": 1.0}, [(NOTE, "wrong_type")]),
        ({"TV": {}}, [(ROWS, "wrong_type")]),
        (
            {"TV": [1, {"HoTen": 1, "x": 1}]},
            [
                (ROWS + "/0", "wrong_type"),
                (ROWS + "/1/HoTen", "wrong_type"),
                (ROWS + "/1/x", "unknown_field"),
            ],
        ),
        ({"TV": [{}] * 4}, [(ROWS, "too_long")]),
        ({"TV": [{"GhiChu": "2026-02-30"}]}, [(ROWS + "/0/GhiChu", "invalid_value")]),
    ],
)
def test_what_the_form_does_not_take_is_named_with_its_reason(
    document: JsonObject, problems: list[tuple[str, str]]
) -> None:
    assert refused(document) == problems


def test_problems_stand_where_the_answers_do_in_the_request() -> None:
    with pytest.raises(InvalidAnswer) as error:
        flatten(FORM, {"Khac": 1}, "/answers")
    assert [each.pointer for each in error.value.problems] == ["/answers/Khac"]


def test_edits_by_pointer_are_held_to_the_same() -> None:
    edits: dict[str, Json | Absent] = {NAME: "An", ROWS: [{}], CODE: ABSENT}
    assert checked(FORM, edits) == edits


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [("/Ben", {}, "unknown_field"), (BOX, ABSENT, "not_yours_to_fill"), (NAME, None, "wrong_type")],
)
def test_an_edit_that_the_form_does_not_take_is_refused(pointer: str, value: Json | Absent, code: str) -> None:
    with pytest.raises(InvalidAnswer) as error:
        checked(FORM, {pointer: value})
    assert [each.code for each in error.value.problems] == [code]


_VALUES: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 11)
    | st.sampled_from(["", "An", "VN", "01", "1990", "1990-05", "2026-11-22", "2026-02-30", "a@b.vn", "1", "x" * 50]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["country", "province", "code", "name", "line", "HoTen", "GhiChu"]), inner)
    ),
    max_leaves=6,
)


@given(st.sampled_from([NAME, BIRTH, HOME, CODE, NOTE, BOX]), _VALUES)
def test_a_value_is_taken_exactly_where_json_schema_takes_it(pointer: str, value: Json) -> None:
    found = tree(SCHEMA)
    by_the_book = Draft202012Validator({"$defs": SCHEMA["$defs"], **found.nodes[pointer]}).is_valid(value)
    assert (not list(faults(found, pointer, value))) == by_the_book


@given(st.lists(st.fixed_dictionaries({"HoTen": _VALUES}, optional={"GhiChu": _VALUES}), max_size=4))
def test_rows_are_taken_exactly_where_json_schema_takes_them(rows: list[Json]) -> None:
    found = tree(SCHEMA)
    checker = Draft202012Validator.FORMAT_CHECKER
    by_the_book = Draft202012Validator(found.nodes[ROWS], format_checker=checker).is_valid(rows)
    assert (not list(faults(found, ROWS, rows))) == by_the_book


def test_every_place_of_every_packaged_form_takes_what_its_schema_takes() -> None:
    samples: list[Json] = [
        "An",
        "01",
        "001090999001",
        "VN",
        "1990",
        "1990-05-17",
        "0900000001",
        "a@b.vn",
        1,
        2026,
        True,
    ]
    for form in packaged().all(FORMS):
        found = tree(form.schema)
        for field in form.fields:
            if field.policy != "never" and field.pointer not in form.lists:
                book = Draft202012Validator(
                    {"$defs": form.schema.get("$defs", {}), **found.nodes[field.pointer]},
                    format_checker=Draft202012Validator.FORMAT_CHECKER,
                )
                for value in samples:
                    assert (not list(faults(found, field.pointer, value))) == book.is_valid(value), (form.code, field)
