"""Values that people call equal are equal, and no others."""

import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.canonical import Json
from chalicelib.vocabulary.model import Normaliser
from chalicelib.vocabulary.normalise import key

HANOI: Final[Json] = {"code": "01", "name": "Thành phố Hà Nội"}
ALIAS: Final[Json] = {"code": "01", "name": "TP. Hà Nội"}
BA_DINH: Final[Json] = {"code": "00004", "name": "Phường Ba Đình"}


def at(province: Json, line: Json, country: str = "VN") -> Json:
    return {"country": country, "province": province, "commune": BA_DINH, "line": line}


ALIKE: Final[list[tuple[Normaliser, Json, Json]]] = [
    ("name", "NGUYỄN VĂN AN", "Nguyễn Văn An"),
    ("name", "Nguyễn", unicodedata.normalize("NFD", "Nguyễn")),
    ("name", "Hòa", "Hoà"),
    ("text", "  Số 12   phố ", "số 12 phố"),
    ("date", "1990-05-17", "17/05/1990"),
    ("date", "1950", " 1950 "),
    ("phone", "0900000001", "+84 900 000 001"),
    ("phone", "0900.000.001", "0084900000001"),
    ("phone", "84900000001", "(+84) 0900 000 001"),
    ("date", "7-5-1990", "ngày 7 tháng 5 năm 1990"),
    ("name", "Ðức", "Đức"),
    ("text", "Xã M’Drắk", "xã M'Drắk"),
    ("address", at(HANOI, "Số 12 phố Hòe Nhai"), at(ALIAS, "SỐ 12 PHỐ HOÈ NHAI")),
]
UNLIKE: Final[list[tuple[Normaliser, Json, Json]]] = [
    ("exact", "An", "an"),
    ("exact", True, 1),
    ("exact", "1", 1),
    ("name", "Nguyễn Văn An", "An Nguyễn Văn"),
    ("name", "Nguyễn", "Nguyên"),
    ("date", "1990-05-17", "1990-05"),
    ("date", "never", "1990"),
    ("phone", "0900000001", "0900000002"),
    ("phone", "01200000001", "0700000001"),
    ("phone", "không có", "chưa có"),
    ("address", at(HANOI, "Số 12"), at(HANOI, "Số 13")),
    ("address", at(HANOI, "Số 12"), at(HANOI, "Số 12", "LA")),
    ("address", at(HANOI, "Số 12"), at(HANOI, None)),
]


@pytest.mark.parametrize(("normaliser", "one", "other"), ALIKE)
def test_two_spellings_of_one_value_are_equal(normaliser: Normaliser, one: Json, other: Json) -> None:
    assert key(normaliser, one) == key(normaliser, other)


@pytest.mark.parametrize(("normaliser", "one", "other"), UNLIKE)
def test_two_values_are_not_equal(normaliser: Normaliser, one: Json, other: Json) -> None:
    assert key(normaliser, one) != key(normaliser, other)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["exact", "text", "name", "date", "phone", "address"]), _ANY)
def test_every_value_has_a_key(normaliser: Normaliser, value: Json) -> None:
    assert isinstance(key(normaliser, value), str)


_WRITTEN = st.sampled_from(
    ["Hòa", "Hoà", "HÒA ", "Hoa", "0900000001", "+84 900 000 001", "84900000001", "1950", "05/1950", "5-1950", " ", "?"]
)


@given(st.sampled_from(["text", "name", "date", "phone"]), _WRITTEN | st.text(max_size=12))
def test_what_is_written_as_its_key_has_that_key(normaliser: Normaliser, text: str) -> None:
    found = key(normaliser, text)
    assert found.startswith('"') or key(normaliser, found) == found


@given(st.sampled_from(["text", "name", "date", "phone"]), _WRITTEN, _WRITTEN, _WRITTEN)
def test_agreement_is_an_equivalence(normaliser: Normaliser, one: str, two: str, three: str) -> None:
    def agree(left: str, right: str) -> bool:
        return key(normaliser, left) == key(normaliser, right)

    assert agree(one, one)
    assert agree(one, two) == agree(two, one)
    assert agree(one, three) or not (agree(one, two) and agree(two, three))
