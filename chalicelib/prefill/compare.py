"""When do two values of one field say the same? Pure; compares, and never alters what is shown.

By the normaliser of the field's item; a value that was translated or derived is text of the form's own. Whatever the
item, composed and decomposed letters are one, and so are objects whose names stand in another order. Lists are equal
when their rows are, in any order.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from chalicelib.forms.model import Field, Form
from chalicelib.kernel.canonical import Json, canonical
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, Absent, Resolution, Row
from chalicelib.prefill.places import found, put
from chalicelib.vocabulary.model import Item, Normaliser
from chalicelib.vocabulary.normalise import key

_OWN_TEXT: Final[Normaliser] = "text"


class Comparer:
    """The comparisons of one form; total, whatever stands in the values."""

    def __init__(self, form: Form, items: Mapping[ItemId, Item]) -> None:
        self._rules = {each.pointer: _rule(each, items) for each in form.fields}
        self._columns = {
            at: {column.pointer: _rule(column, items) for column in rows.columns} for at, rows in form.lists.items()
        }

    def same(self, pointer: str, one: Json | Absent, other: Json | Absent) -> bool:
        """Say whether two values of the field at a pointer say the same; absent equals absent alone."""
        if isinstance(one, Absent) or isinstance(other, Absent):
            return one is other
        return self._key(pointer, one) == self._key(pointer, other)

    def columns(self, pointer: str) -> Mapping[str, Normaliser]:
        """Return the columns of the list at a pointer; none where there is no list."""
        return self._columns.get(pointer, {})

    def _key(self, pointer: str, value: Json) -> str:
        if pointer in self._columns and isinstance(value, list):
            return _text(sorted(_text(dict(_cells(self._columns[pointer], row))) for row in value))
        return key_of(self._rules.get(pointer, "exact"), value)


def key_of(rule: Normaliser, value: Json) -> str:
    """Return what equal values have in common under a normaliser, however their letters are composed."""
    return key(rule, _plain(value))


def value_at(resolution: Resolution, pointer: str) -> Json | Absent:
    """Return the value of a field, of a list its rows as one value."""
    answer = resolution.fields.get(pointer)
    if answer is None:
        return ABSENT
    rows = resolution.rows.get(pointer)
    return rows_value(rows) if rows and isinstance(answer.value, Absent) else answer.value


def rows_value(rows: tuple[Row, ...]) -> Json:
    """Write rows as the form's schema shapes them; a cell without a value is left out."""
    written: list[Json] = []
    for row in rows:
        document: dict[str, Json] = {}
        for column, answer in row.items():
            if not isinstance(answer.value, Absent):
                put(document, column, answer.value)
        written.append(document)
    return written


def _rule(field: Field, items: Mapping[ItemId, Item]) -> Normaliser:
    item = None if field.item is None else items.get(field.item)
    return _OWN_TEXT if item is None or field.codes or field.derive is not None else item.normaliser


def _cells(columns: Mapping[str, Normaliser], row: Json) -> Iterator[tuple[str, str]]:
    if not isinstance(row, dict):
        yield "", key_of("exact", row)
        return
    for column, rule in columns.items():
        cell = found(row, column)
        if cell is not None and not isinstance(cell, Absent):
            yield column, key_of(rule, cell)


def _plain(value: Json) -> Json:
    """Return the value with composed letters, and whole numbers as such: a browser may write 3.0."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return value


def _text(value: object) -> str:
    return canonical(value).decode()
