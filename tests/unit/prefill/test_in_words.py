"""Dates in Vietnamese words, as registrars write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.dates import PartialDate
from chalicelib.prefill.in_words import date_in_words, number_in_words

_READ = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1990-03-12", "ngày mười hai tháng ba năm một nghìn chín trăm chín mươi"),
        ("2024-04-24", "ngày hai mươi tư tháng tư năm hai nghìn không trăm hai mươi tư"),
        ("2005-11-05", "ngày năm tháng mười một năm hai nghìn không trăm linh năm"),
        ("2015-12-15", "ngày mười lăm tháng mười hai năm hai nghìn không trăm mười lăm"),
        ("1951-10-21", "ngày hai mươi mốt tháng mười năm một nghìn chín trăm năm mươi mốt"),
        ("1904-01-31", "ngày ba mươi mốt tháng một năm một nghìn chín trăm linh bốn"),
        ("2000-06-04", "ngày bốn tháng sáu năm hai nghìn"),
        ("1900-07-14", "ngày mười bốn tháng bảy năm một nghìn chín trăm"),
        ("2010-08-20", "ngày hai mươi tháng tám năm hai nghìn không trăm mười"),
        ("1950-03", "tháng ba năm một nghìn chín trăm năm mươi"),
        ("1950", "năm một nghìn chín trăm năm mươi"),
    ],
)
def test_a_date_is_read_out_as_far_as_it_is_known(written: str, words: str) -> None:
    assert date_in_words(PartialDate.parse(written)) == words


def number_of(words: str) -> int:
    """Read a number back, knowing the words for tens and units alone."""
    total = tens = 0
    digits = {word: digit for digit, word in enumerate(_READ)} | {"mốt": 1, "tư": 4, "lăm": 5}
    last = 0
    for word in words.split():
        match word:
            case "nghìn" | "trăm":
                total += last * (1000 if word == "nghìn" else 100)
                last = 0
            case "mươi":
                tens, last = last * 10, 0
            case "mười":
                tens, last = 10, 0
            case "linh":
                last = 0
            case _:
                last = digits[word]
    return total + tens + last


@given(st.integers(0, 9999))
def test_every_number_can_be_read_back(number: int) -> None:
    assert number_of(number_in_words(number)) == number
