"""The text in the QR code of a citizen card, and of a health insurance card (sources.md §2.6 [C]). Pure.

It is not signed: whoever prints can print any text, so what is read here is declared, never verified. No national
description is published; fields beyond those known are kept as they are and given no meaning.
"""

import re
from binascii import unhexlify
from typing import Final, TypeVar

from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import is_personal_id
from chalicelib.kernel.text import comparable
from chalicelib.vocabulary.days import read_day, read_packed_day
from chalicelib.vocabulary.names import read_name
from chalicelib.vocabulary.personal_ids import Gender
from chalicelib.vocabulary.reading import LONGEST, Reason, Unread

T = TypeVar("T")
_OLD_CARD: Final = re.compile(r"[0-9]{9}|[0-9]{12}")
_HEALTH_NUMBER: Final = re.compile(r"[0-9]{10}|[A-Z]{2}[0-9]{13}")
_FIELDS: Final = 7
_EMPTY: Final = frozenset({"", "-"})
_GENDERS: Final[dict[str, Gender]] = {"nam": "male", "nữ": "female", "1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class CitizenCard:
    """Seven fields of the card, the address as one string; `more` is what newer cards (07/2024) put behind [M].

    There is no ethnic group, no native place and no expiry in it.
    """

    number: str
    old_number: str | None
    name: str
    birth: PartialDate
    gender: Gender
    address: str
    issued_on: PartialDate
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthCard:
    """A health insurance card (thẻ BHYT): number of 10 digits, or of 15 signs on older cards; the rest as printed."""

    number: str
    name: str
    birth: PartialDate
    gender: Gender
    address: str | None
    clinic: str | None
    valid_from: PartialDate | None
    more: tuple[str, ...] = ()


def read_citizen_card(payload: str | bytes) -> CitizenCard | Unread:
    """Read `number|old number|name|ddMMyyyy|gender|address|ddMMyyyy`, UTF-8; the second may be empty."""
    try:
        number, old_number, name, born, gender, address, issued, *more = _fields(payload)
        return CitizenCard(
            number=_if(is_personal_id(number), number, "bad_personal_id"),
            old_number=_if(not old_number or bool(_OLD_CARD.fullmatch(old_number)), old_number, "bad_card_number")
            or None,
            name=_name(name),
            birth=_day(read_packed_day(born)),
            gender=_gender(gender),
            address=address,
            issued_on=_day(read_packed_day(issued)),
            more=tuple(more),
        )
    except _Unreadable as bad:
        return Unread(bad.reason)


def read_health_card(payload: str | bytes) -> HealthCard | Unread:
    """Read `number|hex name|birth|1 or 2|hex address|province - clinic|valid from|…|$`; '-' stands for nothing."""
    try:
        number, name, born, gender, address, clinic, since, *more = _fields(payload)
        return HealthCard(
            number=_if(bool(_HEALTH_NUMBER.fullmatch(number)), number, "bad_card_number"),
            name=_name(_hex(name)),
            birth=_day(read_day(born)),
            gender=_gender(gender),
            address=None if address in _EMPTY else _hex(address),
            clinic=None if clinic in _EMPTY else clinic,
            valid_from=None if since in _EMPTY else _day(read_day(since)),
            more=tuple(more),
        )
    except _Unreadable as bad:
        return Unread(bad.reason)


class _Unreadable(Exception):
    """One field that cannot be read; never leaves this module."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def _fields(payload: str | bytes) -> list[str]:
    if len(payload) > 4 * LONGEST:
        raise _Unreadable("too_long")
    try:
        text = payload.decode("utf-8") if isinstance(payload, bytes) else payload
    except UnicodeDecodeError as error:
        raise _Unreadable("bad_encoding") from error
    if not text.strip():
        raise _Unreadable("empty")
    fields = [field.strip() for field in text.strip("\ufeff\r\n").split("|")]
    return _if(len(fields) >= _FIELDS, fields, "too_few_fields")


def _if(holds: bool, value: T, otherwise: Reason) -> T:
    if not holds:
        raise _Unreadable(otherwise)
    return value


def _name(text: str) -> str:
    return _if(not isinstance(read_name(text), Unread), text, "bad_name")


def _day(found: PartialDate | Unread) -> PartialDate:
    if isinstance(found, Unread):
        raise _Unreadable("bad_date")
    return found


def _hex(text: str) -> str:
    try:
        return unhexlify(text).decode("utf-8")
    except ValueError as error:  # binascii.Error and UnicodeDecodeError are both of it
        raise _Unreadable("bad_encoding") from error


def _gender(text: str) -> Gender:
    found = _GENDERS.get(comparable(text))
    if found is None:
        raise _Unreadable("bad_gender")
    return found
