"""Locked values on their way through a browser: honest trips pass, every alteration is named."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.prefill.answers import nested
from chalicelib.prefill.check import differences
from chalicelib.prefill.compare import value_at
from chalicelib.prefill.model import ABSENT, Absent, FieldAnswer, Resolution
from chalicelib.prefill.sheet import HIDDEN
from tests.support.sheets import BIRTH, CODE, FORM, HOME, ITEMS, NAME, ROWS, rows_of, said, sources

HANOI: Final[JsonObject] = {"country": "VN", "province": {"code": "01", "name": "Hà Nội"}, "line": "Số 2 phố Hoà Mã"}
FULL: Final = sources(
    name=said("NGUYỄN THUÝ HOÀ"),
    birth=said("1990-05-17"),
    home=said(HANOI),
    code=said("1"),
    members=rows_of("Trần Thị Bình", "Lê Văn Cường", "Đỗ Ân"),
)
Spelling: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]
LOCKED: Final = (NAME, BIRTH, HOME, CODE, ROWS)
OTHER: Final[Mapping[str, Json]] = {
    NAME: "NGUYỄN THUÝ HOA",
    BIRTH: "1990-05-18",
    HOME: {"country": "VN", "province": {"code": "79", "name": "Hà Nội"}, "line": "Số 2 phố Hoà Mã"},
    CODE: "2",
    ROWS: [{"HoTen": "Trần Thị Bình"}, {"HoTen": "Lê Văn Cường"}, {"HoTen": "Đỗ An"}],
}


def altered(given: JsonObject, seen: Resolution = FULL) -> tuple[str, ...]:
    return differences(FORM, ITEMS, seen, given)


def whole(**changes: Json) -> dict[str, Json | Absent]:
    return {**{at: value_at(FULL, at) for at in LOCKED}, **changes}


def _respelt(value: Json, form: Spelling, order: bool) -> Json:
    """Spell a value as another machine might: letters composed otherwise, names in another order."""
    if isinstance(value, str):
        return unicodedata.normalize(form, value)
    if isinstance(value, list):
        respelt = [_respelt(each, form, order) for each in value]
        return respelt[::-1] if order else respelt
    if isinstance(value, dict):
        names = sorted(value, reverse=order)
        return {name: _respelt(value[name], form, order) for name in names}
    return value


@given(
    st.sets(st.sampled_from(LOCKED)),
    st.sets(st.sampled_from(LOCKED)),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.booleans(),
    st.sampled_from([None, ABSENT]),
)
def test_an_honest_round_trip_always_passes(
    left_out: set[str], emptied: set[str], form: Spelling, order: bool, nothing: Json | Absent
) -> None:
    sent = {at: value for at, value in whole().items() if at not in left_out}
    sent |= {at: nothing for at in emptied - left_out}  # noqa: C420 - typed as the others are
    browser = json.loads(json.dumps(_respelt(nested(sent), form, order)))
    assert altered(browser) == ()


@given(st.sets(st.sampled_from(LOCKED)), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_every_altered_value_is_named_and_no_other(changed: set[str], form: Spelling, order: bool) -> None:
    sent = whole(**{at: OTHER[at] for at in changed})
    browser = json.loads(json.dumps(_respelt(nested(sent), form, order)))
    assert altered(browser) == tuple(at for at in LOCKED if at in changed)


_JSON: Final[st.SearchStrategy[Any]] = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(min_size=1, max_size=4),
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.text(max_size=2), inner, min_size=1),
    max_leaves=4,
)


@given(st.sampled_from(LOCKED), _JSON.filter(lambda each: each != "1" and str(each).strip()))
def test_whatever_else_stands_there_is_named_and_breaks_nothing(pointer: str, value: Json) -> None:
    assert altered(nested(whole(**{pointer: value}))) == (pointer,)


@pytest.mark.parametrize("nothing", ["", "  ", {}, [], None])
def test_what_says_nothing_is_not_an_alteration(nothing: Json) -> None:
    assert altered(nested(dict.fromkeys(LOCKED, nothing))) == ()


def test_a_value_put_away_with_its_surroundings_is_named() -> None:
    assert altered({"Ben": "An"}) == (NAME, BIRTH, HOME)
    assert altered({"Ben": ["An"]}) == (NAME, BIRTH, HOME)
    assert altered({"Ben": None}) == altered({}) == ()


def test_a_hidden_field_is_not_checked() -> None:
    hidden = sources(name=FieldAnswer("not_applicable", detail=HIDDEN))
    assert altered({"Ben": {"HoTen": "x"}}, hidden) == ()


def test_a_field_that_may_be_changed_is_not_checked() -> None:
    loose = sources(name=said("An", locked=False))
    assert altered({"Ben": {"HoTen": "Bình"}, "Khac": 1}, loose) == ()


def rows(*names: str, **more: Json) -> JsonObject:
    return {"TV": [{"HoTen": name, **more} for name in names]}


def test_rows_may_come_in_any_order_and_with_the_citizens_own_cells() -> None:
    assert altered(rows("ĐỖ ÂN", "Lê Văn Cường", "Trần Thị Bình", GhiChu="2026-01-01")) == ()


def test_a_row_more_a_row_less_or_one_twice_is_named() -> None:
    for names in (("Trần Thị Bình",), ("Trần Thị Bình", "Trần Thị Bình", "Đỗ Ân"), (*"ABCD",)):
        assert altered(rows(*names)) == (ROWS,)


def test_rows_with_cells_left_out_find_the_rows_they_can_be() -> None:
    # The empty row must give way to the one that fits nowhere else.
    assert altered({"TV": [{}, {"HoTen": "Trần Thị Bình"}, {"HoTen": "Lê Văn Cường"}]}) == ()
    assert altered({"TV": [{}, {}, {"HoTen": "Ai"}]}) == (ROWS,)
