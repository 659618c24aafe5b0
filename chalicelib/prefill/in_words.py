"""Dates in Vietnamese words, as papers write them beside the figures (ngày, tháng, năm bằng chữ). Pure.

Own code: the library for numbers in words reads 2024 as "hai nghìn lẻ hai mươi bốn", which no registrar would accept.
"""

from typing import Final

from chalicelib.kernel.dates import PartialDate

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TEN: Final = {5: "lăm"}
_AFTER_TENS: Final = {1: "mốt", 4: "tư", 5: "lăm"}
_FOURTH: Final = "tư"
"""The fourth month is tháng tư, never tháng bốn."""


def date_in_words(day: PartialDate) -> str:
    """Write a date as far as it is known: a year alone stays a year."""
    words = [f"năm {number_in_words(day.year)}"]
    if day.month is not None:
        words.insert(0, f"tháng {_FOURTH if day.month == 4 else number_in_words(day.month)}")
    if day.day is not None:
        words.insert(0, f"ngày {number_in_words(day.day)}")
    return " ".join(words)


def number_in_words(number: int) -> str:
    """Write a number from 0 to 9,999: 2005 is "hai nghìn không trăm linh năm"."""
    thousands, below = divmod(number, 1000)
    if not thousands:
        return _hundreds(below)
    start = f"{_DIGITS[thousands]} nghìn"
    return f"{start} {_hundreds(below, whole=True)}" if below else start


def _hundreds(number: int, *, whole: bool = False) -> str:
    """Write a number below 1,000; `whole` names the hundreds and the empty ten even where there are none."""
    hundreds, below = divmod(number, 100)
    if not hundreds and not whole:
        return _tens(below)
    start = f"{_DIGITS[hundreds]} trăm"
    if not below:
        return start
    return f"{start} linh {_DIGITS[below]}" if below < 10 else f"{start} {_tens(below)}"


def _tens(number: int) -> str:
    tens, unit = divmod(number, 10)
    if not tens:
        return _DIGITS[unit]
    start, last = ("mười", _AFTER_TEN) if tens == 1 else (f"{_DIGITS[tens]} mươi", _AFTER_TENS)
    return f"{start} {last.get(unit, _DIGITS[unit])}" if unit else start
