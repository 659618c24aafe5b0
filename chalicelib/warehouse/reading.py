"""From an opened file to the items that stand in it, and whose paper it says it is. Pure; reads by the type's words.

What cannot be read is left out and named, never guessed: an address that fits two communes, two cards in one picture,
a value that is not of its item's type. What comes of it is declared; nothing here proves anything.
"""

import dataclasses
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import MAXYEAR, date
from typing import Final, TypeAlias

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, SubjectId, code_of, is_organisation
from chalicelib.papers.model import MediaType
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.places import Gazetteer
from chalicelib.vocabulary.service import vocabulary
from chalicelib.vocabulary.unit_tables import units_of
from chalicelib.warehouse.document_type import DocumentType, Mapped, Reader, Validity
from chalicelib.warehouse.model import Holder, ReadItem
from chalicelib.warehouse.reading_cards import citizen_card, health_card

Codes: TypeAlias = tuple[str, ...]
"""The texts of the QR codes that were found in a picture."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_TRUTH: Final[Mapping[str, bool]] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Tables:
    """What reading looks things up in: items, and units as they are on the day of reading."""

    items: Mapping[ItemId, Item]
    places: Gazetteer
    today: date


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. `number` and `issued_on` name the paper; `valid_until` is its last day, in the precision known.

    `problems` are codes, with the item behind a colon where there is one; never a value.
    """

    items: tuple[ReadItem, ...] = ()
    holder_value: str | None = None
    number: str | None = None
    issued_on: str | None = None
    valid_until: str | None = None
    problems: tuple[str, ...] = ()


@dataclasses.dataclass(slots=True)
class _Found:
    """What is found while reading goes on."""

    items: list[ReadItem] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def text(self, item: ItemId | None) -> str | None:
        """Return the value of an item as text, None where it was not read."""
        return next((str(each.value) for each in self.items if each.item == item), None)


def tables(catalogue: Catalogue, today: date) -> Tables:
    """Return what a set of definitions has for reading; kept as long as the set."""
    places = catalogue.derive("gazetteer", lambda known: Gazetteer(units_of(known)))
    return Tables(vocabulary(catalogue).items, places, today)


def read(type_: DocumentType, media_type: MediaType, payload: Codes | Json, known: Tables) -> Reading:
    """Read the items of a file: `payload` is the codes in a picture, or a structured file as JSON.

    Nothing comes of a media type that the type has no reader for. Dates stay as precise as they stand there.
    """
    reader = type_.readers.get(media_type)
    if reader is None:
        return Reading()
    found = _Found()
    for document in _documents(reader, payload, known, found.problems):
        _collect(type_.mapped.get(reader, ()), (reader, document), known, found)
    issued_on = found.text(type_.issued_on)
    return Reading(
        items=tuple(found.items),
        holder_value=found.text(type_.holder),
        number=found.text(type_.number),
        issued_on=issued_on,
        valid_until=found.text(type_.validity.until) or last_day(type_.validity, issued_on),
        problems=tuple(found.problems),
    )


def holder_of(type_: DocumentType, reading: Reading, owner: SubjectId) -> Holder:
    """Say whose paper it is: the owner's where it has their number, somebody else's where it has another one."""
    if reading.holder_value is None:
        return "unproved"
    if is_organisation(owner):
        is_own = type_.organisations and reading.holder_value == code_of(owner)
    else:
        is_own = type_.persons and reading.holder_value == owner
    return "owner" if is_own else "other"


def may_be_one_day(one: Json, other: str) -> bool:
    """Say whether two dates can be one: as far as both are known."""
    return isinstance(one, str) and (one.startswith(other) or other.startswith(one))


def last_day(validity: Validity, issued_on: str | None) -> str | None:
    """Return the last day that a paper holds, counted in months from its issue.

    A term in months ends with the same day of its last month, or with that month where it has no such day (Bộ luật
    Dân sự 91/2015/QH13 Điều 148 [M]; that a holiday puts it off is not reckoned). Of an issue known by the month the
    end is known by the month; a year alone gives none, nor does an end that no calendar has.
    """
    if validity.months is None or issued_on is None:
        return None
    start = PartialDate.parse(issued_on)
    if start.month is None:
        return None
    years, month = divmod(start.month - 1 + validity.months, 12)
    year, month = start.year + years, month + 1
    day = None if start.day is None else min(start.day, monthrange(year, month)[1])
    return str(PartialDate(year, month, day)) if year <= MAXYEAR else None


def _documents(reader: Reader, payload: Codes | Json, known: Tables, problems: list[str]) -> Iterator[Json]:
    """Yield what the paths are to read: at most one document."""
    if not isinstance(payload, tuple):
        yield payload
        return
    match reader:
        case "citizen_card_qr":
            yield from citizen_card(payload, known.places, known.today, problems)
        case "health_card_qr":
            yield from health_card(payload, problems)


def _collect(mapped: Iterable[Mapped], read_: tuple[Reader, Json], known: Tables, found: _Found) -> None:
    reader, document = read_
    for each in mapped:
        for value in each.read(document):
            if value is None or value == "":
                continue
            try:
                item = known.items[each.item]
                found.items.append(ReadItem(each.item, _cast(each, item, value, reader), each.path))
            except InvalidValue:
                found.problems.append(f"cast_failed:{each.item}")


def _cast(mapped: Mapped, item: Item, value: Json, reader: Reader) -> Json:
    if isinstance(value, str):
        value = mapped.codes.get(value, value)
    return cast(item, _typed(item, value) if reader == "xml" else value)


def _typed(item: Item, value: Json) -> Json:
    """Return a value of XML, where all is text, as what its item is made of."""
    if not isinstance(value, str):
        return value
    if item.type in {"integer", "dong"} and _WHOLE.fullmatch(value):
        return int(value)
    return _TRUTH.get(value, value) if item.type == "boolean" else value
