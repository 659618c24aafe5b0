"""What a projection may say: each way to be wrong is named at its place."""

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest
from pydantic import ValidationError

from chalicelib.prefill.projection_definition import PROJECTIONS
from tests.support.views import LABEL, SmallSet, reasons

_TEXT: Final = {"type": "string"}
_HOME: Final = {
    "type": "object",
    "properties": {"line": _TEXT, "unit": {"type": "object", "properties": {"code": _TEXT}}},
}
_DAY: Final = {"type": "string", "format": "date"}
FORM: dict[str, Any] = {
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "name": _TEXT,
            "born": _DAY,
            "sex": {"type": "string", "enum": ["m", "f"]},
            "people": {"type": "string", "pattern": "^[0-9]{2}$"},
            "own": {"type": "string", "pattern": "^[0-9]$"},
            "copies": {"type": "integer"},
            "agrees": {"type": "boolean"},
            "box": _TEXT,
            "home": _HOME,
            "rows": {"type": "array", "items": {"type": "object", "properties": {"name": _TEXT, "mark": _TEXT}}},
            "marks": {"type": "array", "items": {"type": "object", "properties": {"name": _TEXT}}},
        },
    },
    "fields": {
        "/name": {"policy": "auto"},
        "/born": {"policy": "auto"},
        "/sex": {"policy": "auto"},
        "/people": {"policy": "auto", "item": "person.people"},
        "/own": {"policy": "auto", "item": "person.people", "codes": {"01": "1", "02": "2"}},
        "/copies": {"policy": "user"},
        "/agrees": {"policy": "user"},
        "/box": {"policy": "never"},
        "/home": {"policy": "auto"},
    },
    "lists": {
        "/rows": {"policy": "suggest", "columns": {"/name": {"policy": "suggest"}, "/mark": {"policy": "never"}}},
        "/marks": {"policy": "never", "columns": {"/name": {"policy": "never"}}},
    },
}  # fmt: skip
VIEW = SmallSet(
    {
        "forms": {"form": FORM, "broken": {}},
        "clients": {"portal": {}},
        "dictionary": {"words": {"items": {"person.people": {"codes": {"01": LABEL, "02": LABEL}}}}},
    }
)
BODY: dict[str, Any] = {
    "form": "form",
    "title": LABEL,
    "client": "portal",
    "style": "nested",
    "fields": {
        "/name": {"key": "a.name"},
        "/born": {"key": "a.born", "written_as": "day"},
        "/sex": {"key": "a.sex", "values": {"m": "nam", "f": "nu"}},
        "/people": {"key": "people", "values": {"01": 1, "02": 2}},
        "/own": {"key": "own", "values": {"1": "one", "2": "two"}},
        "/copies": {"key": "copies", "written_as": "text"},
        "/agrees": {"key": "agrees", "written_as": "text", "values": {"true": "co", "false": "khong"}},
        "/home/line": {"key": "home.street-line"},
        "/home/unit": {"key": "home.unit"},
    },
    "lists": {"/rows": {"key": "rows", "columns": {"/name": {"key": "name"}}}},
}


def _with(*steps: str, value: object) -> dict[str, Any]:
    body = copy.deepcopy(BODY)
    node = body
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = value
    return body


def _field(place: str, **written: object) -> dict[str, Any]:
    return _with("fields", place, value={"key": "k", **written})


def test_a_projection_that_holds_together_passes() -> None:
    assert reasons(PROJECTIONS, BODY, VIEW) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_with("form", value="none"), "/body/form: no such form: none"),
        (_with("client", value="none"), "/body/client: no such client: none"),
        (_field("/nobody"), "/body/fields/~1nobody: the form has no such field"),
        (_field("/home/street"), "/body/fields/~1home~1street: the form has no such field"),
        (_field("/rows"), "/body/fields/~1rows: the form has no such field"),
        (_field("/box"), "/body/fields/~1box: is never filled: leave it out"),
        (_field("/home"), "/body/fields/~1home~1line: is written twice: what it stands in has a key of its own"),
        (_field("/name", written_as="text"), "/body/fields/~1name: only a number or a yes/no is put into text"),
        (_field("/name", written_as="day"), "/body/fields/~1name: the schema takes no date there"),
        (_field("/copies", written_as="date_dmy"), "/body/fields/~1copies: the schema takes no date there"),
        (_field("/name", values={"m": "x"}), "/body/fields/~1name/values: not a closed list of codes"),
        (_field("/agrees", values={"true": "x"}), "/body/fields/~1agrees/values: not a closed list of codes"),
        (_field("/born", written_as="day", values={"x": "y"}), "/body/fields/~1born/values: not a closed list"),
        (_field("/sex", values={"m": "x"}), "/body/fields/~1sex/values: leaves codes without a value: f"),
        (_field("/sex", values={"m": 1, "f": 2, "x": 3}), "/body/fields/~1sex/values: no codes of this field: x"),
        (_field("/sex", values={"m": "x", "f": "x"}), "/body/fields/~1sex/values: gives one value to several codes"),
        (_field("/sex", values={"m": "", "f": "x"}), "/body/fields/~1sex/values: an empty text is an empty box"),
        (_field("/own", values={"01": "a", "02": "b"}), "/body/fields/~1own/values: no codes of this field: 01, 02"),
        (_field("/name") | {"style": "flat"}, None),
        (_with("fields", "/name", value={"key": "people"}), "/body/fields/~1people/key: people is another place's key"),
        (_with("fields", "/name", value={"key": "a"}), "/body/fields/~1born/key: a.born stands inside another place's"),
        (_with("fields", "/name", value={"key": "rows.x"}), "/body/fields/~1name/key: rows.x stands inside another"),
        (_with("fields", "/name", value={"key": "a.__proto__.b"}), "a.__proto__.b is a name that JavaScript keeps"),
        (_with("lists", "/name", value=BODY["lists"]["/rows"]), "/body/lists/~1name: the form has no such list"),
        (
            _with("lists", "/marks", value={"key": "m", "columns": {"/name": {"key": "n"}}}),
            "/body/lists/~1marks: is never filled: leave it out",
        ),
        (
            _with("lists", "/rows", "columns", "/mark", value={"key": "mark"}),
            "/body/lists/~1rows/columns/~1mark: is never filled: leave it out",
        ),
        (
            _with("lists", "/rows", "columns", "/age", value={"key": "age"}),
            "/body/lists/~1rows/columns/~1age: the form has no such field",
        ),
    ],
)
def test_what_does_not_hold_together_is_told_at_its_place(body: dict[str, Any], told: str | None) -> None:
    found = reasons(PROJECTIONS, body, VIEW)
    if told is None:
        assert found == []
    else:
        assert any(told in each for each in found), found


def test_a_broken_form_is_a_fault_of_its_own() -> None:
    assert reasons(PROJECTIONS, _with("form", value="broken"), VIEW) == []


@pytest.mark.parametrize("key", ["1a", "a.", ".a", "a..b", "a.1", "a b", "a-", "-a", "", "họ", "a/b", "a\n", "x" * 201])
def test_a_key_that_no_form_takes_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        PROJECTIONS.parse(_with("fields", "/name", value={"key": key}))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("style"),
        lambda body: body.update(style="deep"),
        lambda body: body["title"].pop("en"),
        lambda body: body["fields"].clear(),
        lambda body: body["fields"]["/sex"].update(values={"m": 1.5, "f": 2}),
        lambda body: body["fields"]["/sex"].update(values={}),
        lambda body: body["fields"]["/sex"].update(written_as="loud"),
        lambda body: body["lists"]["/rows"]["columns"].clear(),
    ],
)
def test_what_is_not_of_the_shape_is_refused(spoil: Callable[[Any], object]) -> None:
    body = copy.deepcopy(BODY)
    spoil(body)
    with pytest.raises(ValidationError):
        PROJECTIONS.parse(body)
