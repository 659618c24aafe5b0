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
    "person.represents.business_code": _item("text"),
    "business.code": _item("text"),
    "business.name": _item("text"),
    "business.represented[]": _item("list", columns=["business.code"]),
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
            "origin": _text(),
            "firm": _text(),
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
            "fields": [
                "/name",
                "/gender",
                "/year",
                "/kind",
                "/more",
                "/rest",
                "/spouse",
                "/origin",
                "/firm",
                "/members",
            ],
        }
    ],
    "roles": {
        "one": {"label": LABEL},
        "other": {
            "label": LABEL,
            "via": [
                {"role": "one", "when": {"pointer": "/kind", "one_of": ["one"]}},
                {"role": "one", "item": "person.spouse_id", "when": {"pointer": "/kind", "one_of": ["two"]}},
            ],
        },
        "third": {"label": LABEL},
        "firm": {
            "label": LABEL,
            "kind": "organisation",
            "via": [{"role": "one", "item": "person.represents.business_code"}],
        },
    },
    "fields": {
        "/name": _field(item="person.name", role="one"),
        "/gender": _field(item="person.gender", role="one", codes={"male": "nam", "female": "nu"}),
        "/year": _field("suggest", role="one", derive={"rule": "year_of", "of": ["person.born"]}),
        "/kind": _field("user"),
        "/more": _field("user", visible_when={"pointer": "/kind", "one_of": ["two"]}),
        "/rest": _field("user", visible_when={"pointer": "/more", "one_of": ["yes"]}),
        "/spouse": _field(item="person.name", role="other"),
        "/origin": _field(
            "user",
            offers=[
                {"role": "one", "item": "person.name"},
                {"role": "other", "item": "person.name", "when": {"pointer": "/kind", "one_of": ["two"]}},
            ],
        ),
        "/firm": _field(item="business.name", role="firm"),
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
OTHER, FIRM, ORIGIN = ("roles", "other", "via"), ("roles", "firm", "via"), (*F, "/origin")


def _when(pointer: str, *values: str) -> dict[str, Any]:
    return {"pointer": pointer, "one_of": [*values]}


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
        (_set(*OTHER)([{"role": "nobody"}]), "/via/0: no such role: nobody"),
        (_set(*OTHER)([{"role": "other"}]), "/via/0: a role is not reached through itself"),
        (_set(*OTHER)([{"role": "one", "item": "person.name"}]), "person.name is no personal id"),
        (_set(*OTHER)([{"role": "one", "item": "person.uid"}]), "no such item: person.uid"),
        (_set(*OTHER)([{"role": "one", "when": _when("/no", "x")}]), "/via/0/when: no such field: /no"),
        (_set(*OTHER)([{"role": "one", "when": _when("/kind", "three")}]), "/via/0/when: 'three' is no value"),
        (_set(*OTHER)([{"role": "one", "when": _when("/spouse", "x")}]), "filled for the role itself"),
        (_set(*OTHER)([{"role": "one"}, {"role": "third"}]), "/via/1: is never taken"),
        (
            _set(*OTHER)([{"role": who, "when": _when("/kind", "two")} for who in ("one", "third")]),
            "/via/1: an earlier way is taken for 'two'",
        ),
        (_set(*OTHER)([{"role": "firm"}]), "they cannot be the same"),
        (_set("roles", "one", "via")([{"role": "other", "item": "person.id"}]), "circle: one → other → one"),
        (_set("roles", "one", "via")([{"role": "other"}]), "circle: one → other → one"),
        (_set("roles", "third", "via")([{"role": "other", "item": "person.id"}]), "third wave"),
        (_set("roles", "third", "via")([{"role": "other"}]), "third wave"),
        (_set(*FIRM)([{"role": "one", "item": "person.spouse_id"}]), "person.spouse_id is no enterprise's code"),
        (_set(*FIRM)([{"role": "one", "item": "person.name"}]), "person.name is no enterprise's code"),
        (_set(*FIRM)([{"role": "one", "item": "business.code"}]), "business.code is no item of a person"),
        (_set(*FIRM)([{"role": "one"}]), "they cannot be the same"),
        (_set(*F, "/firm", "item")("person.name"), "person.name is no item of an organisation"),
        (_set(*F, "/name", "item")("business.name"), "business.name is no item of a person"),
        (_set(*F, "/year", "derive", "of")(["business.code"]), "business.code is no item of a person"),
        (
            _set("roles", "firm", "requires")({"item": "person.gender", "one_of": ["male"]}),
            "no item of an organisation",
        ),
        (_set(*ORIGIN, "offers")([{"role": "nobody", "item": "person.name"}]), "/offers/0: no such role: nobody"),
        (_set(*ORIGIN, "offers")([{"role": "one", "item": "person.age"}]), "/offers/0: no such item: person.age"),
        (
            _set(*ORIGIN, "offers")([{"role": "one", "item": "person.home"}]),
            "written as object, the schema says string",
        ),
        (_set(*ORIGIN, "offers")([{"role": "one", "item": "home.members[]"}]), "bound under lists, and not offered"),
        (_set(*ORIGIN, "offers")([{"role": "one", "item": "business.name"}]), "no item of a person"),
        (_set(*ORIGIN, "offers")([{"role": "one", "item": "person.name"}] * 2), "/offers/1: is offered twice"),
        (
            _set(*ORIGIN, "offers")([{"role": "one", "item": "person.name", "when": _when("/no", "x")}]),
            "/offers/0/when: no such field: /no",
        ),
        (
            _set(*ORIGIN, "offers")([{"role": "one", "item": "person.name", "when": _when("/origin", "x")}]),
            "decide whether it is shown itself",
        ),
        (_set(*F, "/kind", "offers")([{"role": "one", "item": "person.gender"}]), "codes female, male"),
        (_set(*F, "/name", "offers")([{"role": "one", "item": "person.name"}]), "nothing is filled"),
        (_set(*ORIGIN, "policy")("auto"), "nothing is filled"),
        (_set(*ORIGIN, "policy")("never"), "nothing is filled"),
        (_set(*ORIGIN, "item")("person.name"), "nothing is filled"),
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
        _set(*ORIGIN, "policy")("suggest"),
        _set(*OTHER)([{"role": "one"}]),
        _set(*OTHER)([{"role": "one", "item": "person.spouse_id", "when": _when("/kind", "one")}, {"role": "third"}]),
        _set(*L, "list")("business.represented[]"),
    ],
)
def test_what_only_looks_wrong_passes(change: Change) -> None:
    found = reasons(FORMS, _changed(change), VIEW)

    assert [each for each in found if "has no column" not in each] == []


@pytest.mark.parametrize(
    "change",
    [
        _set(*F, "/name", "label")({"vi": "tên"}),
        _set("title")({"vi": "biểu mẫu", "en": ""}),
        _set(*L, "columns", "/name", "label")({"en": "name"}),
        _set(*F, "/year", "derive", "rule")("guessed"),
        _set(*F, "/name", "policy")("maybe"),
        _set("roles", "one", "kind")("machine"),
        _set(*OTHER)([]),
        _set(*OTHER)({"role": "one"}),
        _set(*ORIGIN, "offers")([]),
    ],
)
def test_what_is_not_written_as_a_form_is_refused(change: Change) -> None:
    with pytest.raises(ValidationError):
        reasons(FORMS, _changed(change), VIEW)


def test_rows_within_rows_are_outside_the_profile() -> None:
    inner = {"type": "array", "items": {"type": "object", "additionalProperties": False, "properties": {"a": _text()}}}
    change = _set("schema", "properties", "members", "items", "properties", "sub")(inner)

    assert any("rows within rows" in each for each in reasons(FORMS, _changed(change), VIEW))
