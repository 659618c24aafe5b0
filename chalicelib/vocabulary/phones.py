"""Phone numbers as people write them: +84, 0084, 84 or 0 in front, dots and spaces between (sources.md §2.7). Pure.

From 15/09/2018 to 30/06/2019 mobile numbers of eleven digits got ten (plan of Bộ Thông tin và Truyền thông of
29/05/2018, gsm.vn and Pháp Luật TP.HCM). An old number is warned of, with its new form; it is never rewritten, for
nobody knows whose it is today.
"""

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.kernel.frozen import dataclass
from chalicelib.vocabulary.reading import Unread, refused

_BETWEEN: Final = re.compile(r"[\s.\-()/\u00a0]+")
_COUNTRY: Final = re.compile(r"^(?:\+84|0084|84(?=\d{9,10}$))0?(?=\d)")
_NUMBER: Final = re.compile(r"\+?\d{3,15}")
_COMPLETE: Final = re.compile(r"0\d{8,10}|\+[1-9]\d{6,14}")
_MOVED: Final[Mapping[str, str]] = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in one form: 0… within the country, +… abroad. `moved_to`: what an old number became in 2018–2019."""

    number: str
    moved_to: str | None = None


def read_phone(text: str) -> Phone | Unread:
    """Return the number in one form, or why it is none."""
    if (no := refused(text)) is not None:
        return no
    packed = _BETWEEN.sub("", text)
    if not _NUMBER.fullmatch(packed) or not packed.isascii():
        return Unread("not_a_number")
    number = _COUNTRY.sub("0", packed, count=1)
    if number.startswith("00"):
        number = "+" + number[2:]
    if not _COMPLETE.fullmatch(number):
        return Unread("wrong_length")
    return Phone(number, _moved(number))


def _moved(number: str) -> str | None:
    new = _MOVED.get(number[:4]) if len(number) == 11 else None
    return new + number[4:] if new else None
