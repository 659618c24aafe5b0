"""The QR codes in a picture of a card as one small document that a type's paths read. Pure.

A picture may hold several codes: those that are not such a card say nothing, and two different cards say nothing
either, for nobody can tell which one was meant.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, TypeVar
from unicodedata import normalize

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.dates import PartialDate
from chalicelib.vocabulary.addresses import Address, read_address, today
from chalicelib.vocabulary.places import Gazetteer
from chalicelib.vocabulary.qr import CitizenCard, HealthCard, read_citizen_card, read_health_card
from chalicelib.vocabulary.reading import Unread
from chalicelib.vocabulary.units import Exact

T = TypeVar("T", CitizenCard, HealthCard)
_CLINIC: Final = re.compile(r"([0-9]{2})\s*-\s*([0-9]{3})")
_SOCIAL_NUMBER: Final = 10
_OLD_CARD: Final = 9
CITIZEN_CARD: Final = frozenset({"number", "old_number", "name", "birth", "gender", "issued_on", "residence"})
HEALTH_CARD: Final = frozenset({"number", "social_number", "name", "birth", "gender", "clinic", "valid_from"})
"""What the documents made of cards have at most."""


def citizen_card(codes: tuple[str, ...], places: Gazetteer, on: date, problems: list[str]) -> Iterator[Json]:
    """Yield number, old_number, name, birth, gender, issued_on and residence of the one card there is.

    Its address is one string, as of its day of issue; `residence` is there only where reading it and finding its land
    today leave a single commune. An old number is that of a card of nine digits (CMND), or is left out.
    """
    for card in _only(codes, read_citizen_card, problems):
        residence = _residence(card, places, on)
        if residence is None:
            problems.append("address_unresolved")
        yield {
            "number": card.number,
            "old_number": card.old_number if len(card.old_number or "") == _OLD_CARD else None,
            "name": normalize("NFC", card.name),
            "birth": str(card.birth),
            "gender": card.gender,
            "issued_on": str(card.issued_on),
            "residence": residence,
        }


def health_card(codes: tuple[str, ...], problems: list[str]) -> Iterator[Json]:
    """Yield number or social_number, name, birth, gender, clinic and valid_from of the one card there is.

    The address on it is nobody's declared residence, and is left where it is. Cards of ten digits bear the social
    insurance number (sources.md §2.3 [M]).
    """
    for card in _only(codes, read_health_card, problems):
        clinic = _CLINIC.fullmatch(card.clinic or "")
        yield {
            "social_number" if len(card.number) == _SOCIAL_NUMBER else "number": card.number,
            "name": normalize("NFC", card.name),
            "birth": str(card.birth),
            "gender": card.gender,
            "clinic": f"{clinic[1]}{clinic[2]}" if clinic else None,
            "valid_from": None if card.valid_from is None else str(card.valid_from),
        }


def _only(codes: tuple[str, ...], reads: Callable[[str], T | Unread], problems: list[str]) -> Iterator[T]:
    cards = {card for card in (reads(code) for code in codes) if not isinstance(card, Unread)}
    if len(cards) == 1:
        yield from cards
    elif cards:
        problems.append("ambiguous_codes")
    else:
        problems.append("codes_unread" if codes else "no_codes")


def _residence(card: CitizenCard, places: Gazetteer, on: date) -> JsonObject | None:
    issued = _day(card.issued_on)
    found = None if issued is None else read_address(card.address, issued, places)
    if not isinstance(found, Address):
        return None
    match today(found, places.units):
        case Exact(code):
            commune = places.units.load("communes").get(code)
        case _:
            return None
    province = commune and places.units.province_at(commune.province, on)
    if not commune or not province:
        return None
    line: JsonObject = {"line": normalize("NFC", found.line)} if found.line else {}
    return {
        "country": "VN",
        "province": {"code": province.code, "name": province.name},
        "commune": {"code": commune.code, "name": commune.name},
        **line,
    }


def _day(known: PartialDate) -> date | None:
    return date(known.year, known.month, known.day) if known.month and known.day else None
