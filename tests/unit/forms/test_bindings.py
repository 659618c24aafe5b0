"""What a form may bind and how: each way to be wrong is named at its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.forms.definition import FORMS
from tests.support.views import LABEL, SmallSet, reasons

Change = Callable[[Any], None]


def _item(type_: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"type": type_, "label": LABEL, "normaliser": "exact", **more}


ITEMS = {
    "person.name": _item("text"),
    "person.id": _item("personal_id"),
    "person.gender": _item("code", codes={"male": LABEL, "female": LABEL}),
    "person.born": _item("partial_date"),
    "person.home": _item("address"),
    "person.spouse_id": _item("personal_id"),
    "home.members[]": _item("list", columns=["home.member.name", "home.member.gender"]),
    "home.member.name": _item("text"),
    "home.member.gender": _item("code", codes={"male": LABEL, "female": LABEL}),
}
VIEW = SmallSet({"dictionary": {"words": {"items": ITEMS}}})


def _text(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"type": "string", **more}


def _field(policy: str = "auto", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"label": LABEL, "policy": policy, "necessity": "optional", **more}


BODY: dict[str, Any] = {
    "title": LABEL,
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "name": _text(),
            "gender": _text(enum=["nam", "nu"]),
            "year": _text(),
            "kind": _text(enum=["one", "two"]),
            "more": _text(enum=["yes", "no"]),
            "rest": _text(),
            "spouse": _text(),
            "members": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name"],
                    "properties": {"name": _text(), "gender": _text(enum=["nam", "nu"])},
                },
            },
        },
    },
    "layout": [
        {
            "title": LABEL,
            "fields": ["/name", "/gender", "/year", "/kind", "/more", "/rest", "/spouse", "/members"],
        }
    ],
    "roles": {
        "one": {"label": LABEL},
        "other": {"label": LABEL, "via": {"role": "one", "item": "person.spouse_id"}},
    },
    "fields": {
        "/name": _field(item="person.name", role="one"),
        "/gender": _field(item="person.gender", role="one", codes={"male": "nam", "female": "nu"}),
        "/year": _field("suggest", role="one", derive={"rule": "year_of", "of": ["person.born"]}),
        "/kind": _field("user"),
        "/more": _field("user", visible_when={"pointer": "/kind", "one_of": ["two"]}),
        "/rest": _field("user", visible_when={"pointer": "/more", "one_of": ["yes"]}),
        "/spouse": _field(item="person.name", role="other"),
    },
    "lists": {
        "/members": {
            **_field("suggest", role="one"),
            "list": "home.members[]",
            "columns": {
                "/name": {**_field("suggest", item="home.member.name"), "necessity": "required"},
                "/gender": _field("suggest", item="home.member.gender", codes={"male": "nam", "female": "nu"}),
            },
        }
    },
}


def _set(*steps: str) -> Callable[[Any], Change]:
    def to(value: Any) -> Change:  # noqa: ANN401 - JSON of any shape
        def change(body: Any) -> None:  # noqa: ANN401 - JSON of any shape
            for step in steps[:-1]:
                body = body[step]
            if value is None:
                del body[steps[-1]]
            else:
                body[steps[-1]] = value

        return change

    return to


def _changed(change: Change) -> dict[str, Any]:
    body = copy.deepcopy(BODY)
    change(body)
    return body


def test_every_kind_of_binding_passes() -> None:
    assert reasons(FORMS, BODY, VIEW) == []


F, L = ("fields",), ("lists", "/members")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set(*F, "/gender", "codes")({"male": "nam"}), "without translation: female"),
        (_set(*F, "/gender", "codes")({"male": "nam", "female": "nu", "x": "nu"}), "no codes of person.gender: x"),
        (_set(*F, "/gender", "codes")({"male": "nam", "female": "khac"}), "'khac' is no value"),
        (_set(*F, "/gender", "codes")(None), "does not take the item's codes female, male"),
        (_set(*F, "/name", "codes")({"a": "b"}), "type text has no codes"),
        (_set(*F, "/year", "codes")({"a": "b"}), "codes translate an item"),
        (_set(*F, "/year", "derive", "of")(["person.name"]), "cannot be made of person.name"),
        (_set(*F, "/year", "derive", "of")(["person.age"]), "no such item: person.age"),
        (_set(*F, "/year", "item")("person.name"), "not both"),
        (_set(*F, "/year", "role")(None), "name the role"),
        (_set(*F, "/year", "policy")("never"), "nothing may be inferred"),
        (_set(*F, "/name", "item")("home.members[]"), "bound under lists"),
        (_set(*F, "/name", "item")(None), "policy auto needs an item"),
        (_set(*F, "/more", "visible_when", "pointer")("/nowhere"), "no such field: /nowhere"),
        (_set(*F, "/more", "visible_when", "one_of")(["three"]), "'three' is no value"),
        (_set(*F, "/more", "visible_when", "one_of")([True]), "True is no value"),
        (_set(*F, "/more", "visible_when", "pointer")("/members"), "no such field: /members"),
        (
            _set(*F, "/more", "visible_when")({"pointer": "/more", "one_of": ["yes"]}),
            "decide whether it is shown itself",
        ),
        (
            _set(*F, "/more", "visible_when")({"pointer": "/rest", "one_of": ["x"]}),
            "in a circle: /more → /rest → /more",
        ),
        (_set(*F, "/more", "necessity")("required"), "cannot be required in whatever answers"),
        (_set("roles", "other", "via", "role")("nobody"), "no such role: nobody"),
        (_set("roles", "other", "via", "role")("other"), "not reached through itself"),
        (_set("roles", "other", "via", "item")("person.name"), "person.name is no personal id"),
        (_set("roles", "other", "via", "item")("person.uid"), "no such item: person.uid"),
        (_set("roles", "one", "via")({"role": "other", "item": "person.id"}), "third wave"),
        (_set(*L, "list")("home.people[]"), "no such list: home.people[]"),
        (_set(*L, "list")("person.name"), "no such list: person.name"),
        (_set(*L, "list")(None), "needs a list"),
        (_set(*L, "columns", "/name", "item")("person.name"), "has no column person.name"),
        (_set(*L, "columns", "/name")(None), "no column for /name"),
        (_set(*L, "columns", "/name", "necessity")("optional"), "do not agree"),
        (_set(*L, "columns", "/age")({**_field("user")}), "a row has no such place"),
        (_set(*L, "role")("nobody"), "no such role: nobody"),
        (_set("lists")(None), "no field for /members"),
        (_set(*F, "/members")({**_field("user")}), "bound twice"),
        (_set("schema", "properties", "members", "items")(None), "described by items"),
        (_set("schema", "properties", "members", "items")({"type": "string"}), "a row is an object"),
        (_set("schema", "properties", "extra")(_text()), "no field for /extra"),
        (_set("layout")([{"title": LABEL, "fields": ["/name"]}]), "does not show /members"),
    ],
)
def test_what_does_not_hold_is_named(change: Change, said: str) -> None:
    found = reasons(FORMS, _changed(change), VIEW)

    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    "change",
    [
        _set(*F, "/name", "label")({"vi": "tên"}),
        _set("title")({"vi": "biểu mẫu", "en": ""}),
        _set(*L, "columns", "/name", "label")({"en": "name"}),
        _set(*F, "/year", "derive", "rule")("guessed"),
        _set(*F, "/name", "policy")("maybe"),
    ],
)
def test_what_is_not_written_as_a_form_is_refused(change: Change) -> None:
    with pytest.raises(ValidationError):
        reasons(FORMS, _changed(change), VIEW)


def test_rows_within_rows_are_outside_the_profile() -> None:
    inner = {"type": "array", "items": {"type": "object", "additionalProperties": False, "properties": {"a": _text()}}}
    change = _set("schema", "properties", "members", "items", "properties", "sub")(inner)

    assert any("rows within rows" in each for each in reasons(FORMS, _changed(change), VIEW))
