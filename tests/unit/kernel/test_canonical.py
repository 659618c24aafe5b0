"""One value, one byte form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.canonical import Json, canonical, digest
from chalicelib.kernel.errors import InvalidValue

_SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Json] = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
)


@given(VALUES)
def test_reading_back_gives_the_same_value(value: Json) -> None:
    assert json.loads(canonical(value)) == value


def test_order_of_keys_and_marks_of_letters_have_one_form() -> None:
    assert canonical({"b": 1, "a": "đồng"}) == '{"a":"đồng","b":1}'.encode()
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


@pytest.mark.parametrize("value", [1.0, float("nan"), {1: "a"}, [{"a": b"x"}], {"a": {1, 2}}])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidValue):
        canonical(value)


def test_a_boolean_is_not_a_number() -> None:
    assert digest(True) != digest(1)
