"""A small form with one field of each kind, and what sources say of it, for tests of the citizen's hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chalicelib.forms.model import Field, Form, RowList
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import ConsentId, ItemId, RegisterCode
from chalicelib.prefill.hand import Desk
from chalicelib.prefill.model import ABSENT, Absent, FieldAnswer, Outcome, Provenance, Resolution, Row
from chalicelib.prefill.sheet import UNTOUCHED, Sheet
from tests.support.builders import a_dictionary, a_field, a_form, an_item

NAME, BIRTH, HOME, CODE, NOTE, BOX, ROWS = "/Ben/HoTen", "/Ben/NgaySinh", "/Ben/NoiO", "/Ma", "/GhiChu", "/O", "/TV"
ROW_NAME, ROW_NOTE = "/HoTen", "/GhiChu"

ITEMS: Final = a_dictionary(
    an_item("name", normaliser="name"),
    an_item("birth", "partial_date", normaliser="date"),
    an_item("home", "address", normaliser="address"),
    an_item("code", "code", codes=["1", "2"]),
    an_item("member", normaliser="name"),
)
_UNIT: Final[JsonObject] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["code", "name"],
    "properties": {"code": {"type": "string", "maxLength": 10}, "name": {"type": "string", "maxLength": 200}},
}
_NAME: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 40}
SCHEMA: Final[JsonObject] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"DonVi": _UNIT},
    "type": "object",
    "additionalProperties": False,
    "required": ["Ben"],
    "properties": {
        "Ben": {
            "type": "object",
            "additionalProperties": False,
            "required": ["HoTen"],
            "properties": {
                "HoTen": _NAME,
                "NgaySinh": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
                "NoiO": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["country"],
                    "properties": {
                        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                        "province": {"$ref": "#/$defs/DonVi"},
                        "line": {"type": "string", "minLength": 1, "maxLength": 300},
                    },
                },
            },
        },
        "Ma": {"type": "string", "enum": ["1", "2"]},
        "GhiChu": {"type": "integer", "minimum": 1, "maximum": 9},
        "O": {"type": "boolean"},
        "TV": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["HoTen"],
                "properties": {"HoTen": _NAME, "GhiChu": {"type": "string", "format": "date"}},
            },
        },
    },
}
_COLUMNS: Final = (a_field(ROW_NAME, "member"), a_field(ROW_NOTE, None, policy="user"))


def the_form(*, locked_rows: bool = True) -> Form:
    """Return the form; its list is filled and locked, or only suggested."""
    rows = Field(ROWS, _COLUMNS[0].label, "auto" if locked_rows else "suggest", None, "groom", False, None, "confirmed")
    form = a_form(
        a_field(NAME, "name"),
        a_field(BIRTH, "birth", policy="suggest"),
        a_field(HOME, "home"),
        a_field(CODE, "code"),
        a_field(NOTE, None, policy="user"),
        a_field(BOX, None, policy="never"),
        rows,
    )
    return replace(form, schema=SCHEMA, lists={ROWS: RowList(ROWS, None, "groom", _COLUMNS)})


FORM: Final = the_form()


def said(
    value: Json | Absent = ABSENT,
    outcome: Outcome | None = None,
    *,
    locked: bool = True,
    consent: str | None = None,
) -> FieldAnswer:
    """Return what a register says of a field: a verified value, or that there is none."""
    under = None if consent is None else ConsentId(consent)
    source = Provenance(
        RegisterCode("population"),
        "R-1",
        "$.x",
        ItemId("name"),
        "hash",
        "2026-11-22T02:00:00.000Z",
        None,
        "law",
        "register",
        consent=under,
    )
    if isinstance(value, Absent):
        return FieldAnswer(outcome or "not_found", provenance=source)
    return FieldAnswer(outcome or "filled_verified", value, "auto", locked, source)


def rows_of(*names: str) -> tuple[Row, ...]:
    """Return rows as a register fills them: the names, and a column that is the citizen's."""
    return tuple({ROW_NAME: said(name), ROW_NOTE: FieldAnswer("user_only")} for name in names)


def sources(form: Form = FORM, members: tuple[Row, ...] = (), **answers: FieldAnswer) -> Resolution:
    """Return what sources say, by the field's short name (`NAME` and so on); nothing of the rest."""
    places: Mapping[str, str] = {"name": NAME, "birth": BIRTH, "home": HOME, "code": CODE, "note": NOTE}
    fields = {field.pointer: FieldAnswer("not_found") for field in form.fields}
    fields[BOX], fields[NOTE] = FieldAnswer("skipped", detail="never"), FieldAnswer("user_only")
    fields |= {places[name]: answer for name, answer in answers.items()}
    if members:
        fields[ROWS] = said([{"HoTen": str(row[ROW_NAME].value)} for row in members])
    return Resolution(fields, rows={ROWS: members} if members else {})


def a_desk(resolution: Resolution, sheet: Sheet = UNTOUCHED, form: Form = FORM) -> Desk:
    """Return a sheet on what sources say."""
    return Desk(form, ITEMS, resolution, sheet)
