"""Vietnamese text is compared as people mean it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.text import comparable, squeeze, unmarked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoà"),
        ("THÚY", "thuý"),
        ("Khỏe", "Khoẻ"),
        ("Nguyễn  Văn An ", "NGUYỄN VĂN AN"),
        (unicodedata.normalize("NFD", "Đặng Thị Hòa"), "Đặng Thị Hoà"),
    ],
)
def test_two_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("Hòa", "Hoa"), ("Đức", "Dức"), ("Toán", "Toàn"), ("Văn An", "An Văn")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize(("text", "typed"), [("Đăng ký kết hôn", "dang ky ket hon"), ("ƯỚC", "uoc")])
def test_search_ignores_marks_and_case(text: str, typed: str) -> None:
    assert unmarked(text) == typed


@given(st.text())
def test_comparing_is_idempotent(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


@given(st.text())
def test_composition_never_matters(text: str) -> None:
    forms = {comparable(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


def test_squeezing_trims_and_folds_spaces() -> None:
    assert squeeze("  a\u00a0 b\n") == "a b"
