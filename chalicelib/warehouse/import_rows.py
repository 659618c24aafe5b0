"""One row of a manifest held against the document type it names: what it brings, or why it cannot. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, PersonalId, is_personal_id, is_synthetic
from chalicelib.kernel.text import comparable
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.names import read_name
from chalicelib.vocabulary.reading import Unread
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.manifest import COLUMNS, NEEDED, UNREADABLE, RowFault
from chalicelib.warehouse.model import ReadItem
from chalicelib.warehouse.reading import last_day, may_be_one_day
from chalicelib.warehouse.upload import Rejection

_LONGEST: Final = 200
_DESCRIBING: Final = ("full_name", "birth_date")
_TRUTH: Final[Mapping[str, bool]] = {"true": True, "false": False}


class BadRow(Exception):
    """The row brings nothing: the code of why, and the column where there is one."""

    def __init__(self, reason: RowFault | Rejection, column: str | None = None) -> None:
        """Keep both; never a value."""
        super().__init__(reason)
        self.reason: RowFault | Rejection = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Described:
    """Somebody named without a personal id: as old papers name people."""

    name: str
    birth: str
    old_number: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose paper a row is: by number, described, or both."""

    number: PersonalId | None
    described: Described | None


@dataclass(frozen=True, slots=True)
class Row:
    """What a row brings. A personal id is checked for its form alone; whoever is described is looked for."""

    type: DocumentType
    number: str
    issued_on: str
    valid_until: str | None
    title: str
    holder: Holder
    file: str | None
    items: tuple[ReadItem, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are held against."""

    catalogue: Catalogue
    today: date
    allows_synthetic: bool
    issuable: frozenset[str]


def checked(cells: Mapping[str, Json], ground: Ground) -> Row:
    """Return what the row brings. Raises BadRow for the first thing wrong in it."""
    missing = next((name for name in NEEDED if name not in cells), None)
    if missing is not None:
        raise BadRow("missing", missing)
    type_ = ground.catalogue.find(DOCUMENT_TYPES, _text(cells, "type"))
    if type_ is None or not type_.persons:
        raise BadRow("no_such_type", "type")
    if type_.code not in ground.issuable:
        raise BadRow("not_issuer", "type")
    issued_on = _day(cells, "issued_on")
    if issued_on > ground.today.isoformat()[: len(issued_on)]:
        raise BadRow("in_future", "issued_on")
    items = tuple(_items(cells, type_, vocabulary(ground.catalogue).items))
    stated = next((str(each.value) for each in items if each.item == type_.validity.until), None)
    until = _day(cells, "valid_until") if "valid_until" in cells else stated or last_day(type_.validity, issued_on)
    if until is not None and until < issued_on[: len(until)]:
        raise BadRow("bad_value", "valid_until")
    row = Row(
        type_,
        _text(cells, "number"),
        issued_on,
        until,
        _text(cells, "title") if "title" in cells else type_.name.vi,
        _holder(cells, ground),
        _text(cells, "file") if "file" in cells else None,
        items,
    )
    _agree(row)
    return row


def _agree(row: Row) -> None:
    """Hold the items that name the paper against the columns that do."""
    for each in row.items:
        other = each.item == row.type.number and comparable(str(each.value)) != comparable(row.number)
        other |= each.item == row.type.issued_on and not may_be_one_day(each.value, row.issued_on)
        if other:
            raise BadRow("contradicts", each.item)


def _holder(cells: Mapping[str, Json], ground: Ground) -> Holder:
    number = _number(cells, ground) if "personal_id" in cells else None
    missing = [name for name in _DESCRIBING if name not in cells]
    if number is not None and len(missing) == len(_DESCRIBING):
        return Holder(number, None)
    if missing:
        raise BadRow("no_holder", missing[0])
    return Holder(number, _described(cells))


def _number(cells: Mapping[str, Json], ground: Ground) -> PersonalId:
    number = _text(cells, "personal_id")
    if not is_personal_id(number) or (is_synthetic(PersonalId(number)) and not ground.allows_synthetic):
        raise BadRow("bad_personal_id", "personal_id")
    return PersonalId(number)


def _described(cells: Mapping[str, Json]) -> Described:
    name = _text(cells, "full_name")
    if isinstance(read_name(name), Unread):
        raise BadRow("bad_value", "full_name")
    old = _text(cells, "old_number") if "old_number" in cells else None
    return Described(name, _day(cells, "birth_date"), old)


def _items(cells: Mapping[str, Json], type_: DocumentType, items: Mapping[ItemId, Item]) -> Iterable[ReadItem]:
    for name, value in cells.items():
        if name in COLUMNS:
            continue
        item = items.get(ItemId(name))
        if item is None:
            raise BadRow("unknown_column")  # not named: it may be anything, and what came of a row is kept in the clear
        if item.id not in type_.supplies:
            raise BadRow("not_of_type", name)
        _need_readable(name, value)
        try:
            yield ReadItem(item.id, cast(item, _typed(item, value)), f"manifest:{name}")
        except InvalidValue as error:
            raise BadRow("bad_value", name) from error


def _typed(item: Item, value: Json) -> Json:
    """Return a cell, where all is text, as what its item is made of."""
    if not isinstance(value, str):
        return value
    if item.type in {"integer", "dong"} and value.isascii() and value.removeprefix("-").isdecimal() and len(value) < 19:
        return int(value)
    return _TRUTH.get(value, value) if item.type == "boolean" else value


def _need_readable(name: str, value: Json) -> None:
    if isinstance(value, str) and UNREADABLE in value:
        raise BadRow("not_utf8", name)


def _text(cells: Mapping[str, Json], name: str) -> str:
    value = cells[name]
    _need_readable(name, value)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or not value.isprintable():
        raise BadRow("bad_value", name)
    return value.strip()


def _day(cells: Mapping[str, Json], name: str) -> str:
    try:
        return str(PartialDate.parse(_text(cells, name)))
    except InvalidValue as error:
        raise BadRow("bad_date", name) from error
