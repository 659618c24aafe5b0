"""The profile of JSON Schema that forms are written in."""

from typing import Any

import pytest

from chalicelib.forms.schema import DIALECT, tree

TEXT = {"type": "string"}


def schema(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"$schema": DIALECT, "type": "object", "additionalProperties": False, "properties": {"a": TEXT}, **changes}


def closed(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {"type": "object", "additionalProperties": False, "properties": properties}


def test_every_place_is_found_and_every_value_s_place_is_a_leaf() -> None:
    found = tree(
        schema(properties={"a": TEXT, "b": {"$ref": "#/$defs/B"}}, **{"$defs": {"B": closed(**{"c/d": TEXT})}})
    )

    assert found.problems == []
    assert set(found.nodes) == {"/a", "/b", "/b/c~1d"}
    assert list(found.leaves()) == ["/a", "/b/c~1d"]
    assert list(found.under("/b")) == ["/b/c~1d"]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (schema(**{"$schema": "http://json-schema.org/draft-07/schema#"}), "/$schema"),
        (schema(type="array"), "/type"),
        (schema(additionalProperties=True), "/additionalProperties"),
        (schema(properties={"a": {"type": "array", "items": TEXT}}), "/properties/a/items"),
        (schema(properties={"a": {"type": ["string", "null"]}}), "/properties/a/type"),
        (schema(properties={"a": True}), "/properties/a"),
        (schema(properties=[]), "/properties"),
        (schema(required=["b"]), "/required"),
        (schema(required=[1]), "/required"),
        (schema(properties={"a": {"type": "string", "pattern": "["}}), "/properties/a/pattern"),
        (schema(properties={"a": {"type": "string", "minLength": "1"}}), "/properties/a/minLength"),
        (schema(properties={"a": {"type": "string", "enum": []}}), "/properties/a/enum"),
        (schema(**{"if": {"required": ["b"]}}), "/if/required"),
        (schema(then={"properties": {"b": {}}}), "/then/properties/b"),
        (schema(**{"else": {"contains": {}}}), "/else/contains"),
        (schema(properties={"a": {"$ref": "https://example.org/x"}}), "/properties/a/$ref"),
        (
            schema(properties={"a": {"$ref": "#/$defs/A"}}, **{"$defs": {"A": {"$ref": "#/$defs/A"}}}),
            "/properties/a/$ref",
        ),
    ],
)
def test_what_is_outside_the_profile_is_named(written: dict[str, Any], place: str) -> None:
    assert place in {problem.at for problem in tree(written).problems}


def test_a_definition_that_holds_itself_ends() -> None:
    written = schema(properties={"a": {"$ref": "#/$defs/A"}}, **{"$defs": {"A": closed(a={"$ref": "#/$defs/A"})}})

    assert any("nested too deeply" in problem.reason for problem in tree(written).problems)
