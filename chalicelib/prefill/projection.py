"""An answer in the keys of a portal that keeps its own form. Pure.

A projection is published data: which place of ours is which key of theirs, and how a value is written there. It loses
nothing silently and makes nothing up: every key is either in `data` or in `reasons`, and what the profile leaves out
is named in `unmapped`. `unprojection` reads back what this writes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final, Literal, TypeAlias

from chalicelib.definitions.model import pointer as pointed
from chalicelib.forms.model import Form
from chalicelib.forms.schema import tree
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, FormCode
from chalicelib.prefill.model import ABSENT, Absent
from chalicelib.prefill.places import found, put
from chalicelib.prefill.projected_values import Theirs, Writing, write
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary

Style: TypeAlias = Literal["nested", "flat"]
"""nested: a key with dots is a way through objects, as form.io keeps submission data; flat: it is one name."""

_SAID: Final = ("outcome", "detail", "retry_after", "message", "next_action")
_MOST_PROBLEMS: Final = 50


@dataclass(frozen=True, slots=True)
class Place:
    """One place of ours (RFC 6901: a field, a part of its value, or a column of a row) and its key over there."""

    pointer: str
    key: str
    writing: Writing | None = None
    values: Mapping[str, Theirs] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of ours and the key of theirs that holds an array of rows."""

    pointer: str
    key: str
    columns: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """A stored mapping of one form into the keys of another (`profile`); `client` None: any may use it."""

    code: str
    form: FormCode
    title: Text
    client: ClientId | None
    style: Style
    places: tuple[Place, ...]
    rows: tuple[Rows, ...]

    def at(self, key: str) -> str:
        """Return where a key stands in their data (RFC 6901)."""
        return pointed(*key.split(".")) if self.style == "nested" else pointed(key)


def project(projection: Projection, form: Form, rendered: JsonObject, words: Vocabulary) -> JsonObject:
    """Return a rendered prefill in the projection's keys.

    `locked` keys are not to be typed into, `origins` tells who put each value there, `reasons` why a key has none; the
    key of a cell that cannot be written is `key[row].column`. `unmapped` are the places of ours that are left out.
    """
    sheet = _Sheet(projection, _objects(rendered["fields"]), words)
    for place in projection.places:
        sheet.place(place)
    for rows in projection.rows:
        sheet.rows(rows)
    answer = {name: rendered[name] for name in ("id", "revision", "status", "pending")}
    left_out: list[Json] = list(unmapped(projection, form))
    return answer | {
        "profile": projection.code,
        "form": projection.form,
        "data": sheet.data,
        "locked": [*sorted(sheet.locked)],
        "reasons": dict(sorted(sheet.reasons.items())),
        "origins": dict(sorted(sheet.origins.items())),
        "unmapped": left_out,
    }


def unmapped(projection: Projection, form: Form) -> tuple[str, ...]:
    """Return our places that the projection leaves out, in the schema's order; `*` stands for every row of a list."""
    schema, mapped = tree(form.schema), [place.pointer for place in projection.places]
    listed = {rows.pointer: {column.pointer for column in rows.columns} for rows in projection.rows}
    left_out: list[str] = []
    for leaf in schema.leaves():
        if leaf in listed:
            left_out += (f"{leaf}/*{cell}" for cell in schema.rows[leaf].leaves() if cell not in listed[leaf])
        elif not any(leaf == at or leaf.startswith(f"{at}/") for at in mapped):
            left_out.append(leaf)
    return tuple(left_out)


class _Sheet:
    """Their answer while it is written."""

    def __init__(self, projection: Projection, fields: Mapping[str, JsonObject], words: Vocabulary) -> None:
        self._projection = projection
        self._fields = fields
        self._words = words
        self.data: JsonObject = {}
        self.locked: list[str] = []
        self.reasons: JsonObject = {}
        self.origins: JsonObject = {}

    def place(self, place: Place) -> None:
        """Write one place."""
        owner = next((at for at in above(place.pointer) if at in self._fields), place.pointer)
        value = self._value(place.key, owner)
        if isinstance(value, Absent):
            return
        part = found(value, place.pointer[len(owner) :])
        if isinstance(part, Absent):
            self._say(place.key, "not_found", "not_in_value")
        else:
            self._put(place, part, self.data, place.key)

    def rows(self, rows: Rows) -> None:
        """Write a list, row by row; a cell without a value is left out."""
        value = self._value(rows.key, rows.pointer)
        if isinstance(value, list):
            written: list[Json] = [self._row(rows, row, f"{rows.key}[{number}]") for number, row in enumerate(value)]
            put(self.data, self._projection.at(rows.key), written)
        elif not isinstance(value, Absent):
            self._say(rows.key, "cast_failed", "not_in_profile")

    def _row(self, rows: Rows, row: Json, at: str) -> JsonObject:
        written: JsonObject = {}
        for column in rows.columns:
            cell = found(row, column.pointer)
            if not isinstance(cell, Absent):
                self._put(column, cell, written, f"{at}.{column.key}")
        return written

    def _value(self, key: str, owner: str) -> Json | Absent:
        """Return a field's value with its lock and origin noted, or note why there is none."""
        said = self._fields[owner]
        if said.get("locked") is True:
            self.locked.append(key)
        if "value" not in said:
            self.reasons[key] = {name: said[name] for name in _SAID if name in said}
            return ABSENT
        if "origin" in said:
            self.origins[key] = said["origin"]
        return said["value"]

    def _put(self, place: Place, value: Json, data: JsonObject, key: str) -> None:
        written = write(value, place.writing, place.values)
        if isinstance(written, Absent):
            self._say(key, "cast_failed", "not_in_profile")
        else:
            put(data, self._projection.at(place.key), written)

    def _say(self, key: str, outcome: str, detail: str) -> None:
        """Note why a value that we have does not stand under a key."""
        self.origins.pop(key, None)
        code = f"outcome.{outcome}.{detail}"
        reason: JsonObject = {"outcome": outcome, "detail": detail}
        for name, ending in (("message", ""), ("next_action", ".next")):
            reason[name] = {"vi": self._words.text(code + ending, "vi"), "en": self._words.text(code + ending, "en")}
        self.reasons[key] = reason


def above(pointer: str) -> Iterator[str]:
    """Yield a place and the places that it stands in, the nearest first."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _objects(value: Json) -> dict[str, JsonObject]:
    return {name: each for name, each in value.items() if isinstance(each, dict)} if isinstance(value, dict) else {}
