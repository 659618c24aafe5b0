"""The part of JSON Schema 2020-12 that forms are written in, and where a form's values stand by it. Pure.

A form's schema is a tree of objects down to values and to arrays of rows; a row is an object of values, with no rows
in it; `$ref` only to its own `$defs`. Anything outside this profile is refused, so that every reader of a form
(renderer, checker, portal) needs to know no more than this.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Final

from chalicelib.definitions.model import pointer
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.frozen import dataclass

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TYPES: Final = ("array", "boolean", "integer", "object", "string")
_DEEPEST = 24
_PARTS: Final = ("if", "then", "else")


def _text(value: Json) -> bool:
    return isinstance(value, str)


def _number(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _values(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str | int) for each in value)


def _object(value: Json) -> bool:
    return isinstance(value, dict)


def _conditions(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) and each.keys() <= set(_PARTS) for each in value)


def _scalar(value: Json) -> bool:
    return isinstance(value, str | int)


def _expression(value: Json) -> bool:
    try:
        return isinstance(value, str) and re.compile(value) is not None
    except re.error:
        return False


_KEYWORDS: Final[Mapping[str, Callable[[Json], bool]]] = {
    **dict.fromkeys(("$schema", "$ref", "$comment", "title", "description", "format", "type"), _text),
    **dict.fromkeys(("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"), _number),
    **dict.fromkeys(("$defs", "properties", "items", "if", "then", "else"), _object),
    "allOf": _conditions,
    **dict.fromkeys(("const", "default"), _scalar),
    "enum": _values,
    "required": _texts,
    "pattern": _expression,
    "additionalProperties": lambda value: value is False,
}
"""The profile: each keyword, and what its value must be."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A place in the schema (RFC 6901) that is outside the profile, and why."""

    at: str
    reason: str


@dataclasses.dataclass(slots=True)
class Tree:
    """Every place where the answers may hold something, by pointer into the answers, with the schema of it there.

    `required` are the places that must hold something in whatever answers, conditions apart. `rows` is the tree of one
    row of each array, its pointers relative to the row.
    """

    nodes: dict[str, JsonObject] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, "Tree"] = field(default_factory=dict)

    def leaves(self) -> Iterator[str]:
        """Yield the places that hold a value, or rows."""
        return (at for at, node in self.nodes.items() if "properties" not in node)

    def under(self, at: str) -> Iterator[str]:
        """Yield the places that hold a value at or below a place."""
        return (leaf for leaf in self.leaves() if leaf == at or leaf.startswith(f"{at}/"))


def tree(schema: JsonObject) -> Tree:
    """Read a form's schema; what is outside the profile is in the tree's problems."""
    found = Tree()
    if schema.get("$schema") != DIALECT:
        found.problems.append(Problem("/$schema", f"must be {DIALECT}"))
    if schema.get("type") != "object":
        found.problems.append(Problem("/type", "a form's answers are an object"))
    _walk(schema, (), _Place(schema, found, ()))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """How the walk got here: the whole schema, what it gathers, and the steps in the schema."""

    root: JsonObject
    found: Tree
    steps: tuple[str, ...]

    def down(self, *steps: str) -> "_Place":
        return _Place(self.root, self.found, (*self.steps, *steps))

    def row(self) -> "_Place":
        return _Place(self.root, Tree(problems=self.found.problems), (*self.steps, "items"))

    def refuse(self, reason: str, *steps: str) -> None:
        self.found.problems.append(Problem(pointer(*self.steps, *steps), reason))


def _walk(node: JsonObject, answers: tuple[str, ...], place: _Place) -> None:
    if len(place.steps) > _DEEPEST:
        place.refuse("nested too deeply, or a $ref to itself")
        return
    resolved = _resolve(node, place)
    if resolved is None or not _in_profile(resolved, place):
        return
    if resolved.get("type") not in TYPES:
        place.refuse(f"type must be one of {', '.join(TYPES)}", "type")
    if answers:
        place.found.nodes[pointer(*answers)] = resolved
    if resolved.get("type") == "array":
        _walk_rows(resolved, answers, place)
    else:
        _walk_object(resolved, answers, place)


def _walk_object(resolved: JsonObject, answers: tuple[str, ...], place: _Place) -> None:
    properties = _properties(resolved)
    if properties and "additionalProperties" not in resolved:
        place.refuse("must be false: nobody may add a field that is not declared", "additionalProperties")
    _names(resolved, resolved, place)
    if not answers or pointer(*answers) in place.found.required:
        place.found.required.update(pointer(*answers, name) for name in _required(resolved))
    for name, below in properties.items():
        _walk(below, (*answers, name), place.down("properties", name))


def _walk_rows(node: JsonObject, answers: tuple[str, ...], place: _Place) -> None:
    row, written = place.row(), node.get("items")
    if not isinstance(written, dict) or not answers:
        place.refuse("an array has rows, described by items", "items")
        return
    _walk(written, (), row)
    if not any("properties" in each for each in (written, _resolve(written, row) or {})):
        row.refuse("a row is an object of values")
    if row.found.rows:
        row.refuse("rows within rows")
    place.found.rows[pointer(*answers)] = row.found


def _in_profile(node: JsonObject, place: _Place) -> bool:
    """Name what is not in the profile; a node that is not cannot be walked further."""
    before = len(place.found.problems)
    for keyword, value in node.items():
        if keyword not in _KEYWORDS:
            place.refuse(f"the keyword {keyword} is not in the profile", keyword)
        elif not _KEYWORDS[keyword](value):
            place.refuse("not a value that the profile takes here", keyword)
    raw = node.get("properties", {})
    for name, below in raw.items() if isinstance(raw, dict) else ():
        if not isinstance(below, dict):
            place.refuse("must be a schema", "properties", name)
    return len(place.found.problems) == before


def _names(node: JsonObject, declared: JsonObject, place: _Place) -> None:
    """Hold every name that a node or a condition of it requires or speaks of against what is declared there."""
    for name in _required(node):
        if name not in _properties(declared):
            place.refuse(f"requires {name}, which is not declared", "required")
    _parts(node, declared, place)
    several = node.get("allOf", [])
    for at, each in enumerate(several if isinstance(several, list) else []):
        _parts(each if isinstance(each, dict) else {}, declared, place.down("allOf", str(at)))


def _parts(node: JsonObject, declared: JsonObject, place: _Place) -> None:
    for part in _PARTS:
        condition = node.get(part)
        if isinstance(condition, dict):
            _condition(condition, declared, place.down(part))


def _condition(node: JsonObject, declared: JsonObject, place: _Place) -> None:
    if not _in_profile(node, place):
        return
    _names(node, declared, place)
    for name, below in _properties(node).items():
        target = _properties(declared).get(name)
        if target is None:
            place.refuse(f"speaks of {name}, which is not declared", "properties", name)
        else:
            _condition(below, _resolve(target, place) or {}, place.down("properties", name))


def _required(node: JsonObject) -> list[str]:
    names = node.get("required", [])
    return [str(name) for name in names] if isinstance(names, list) else []


def _properties(node: JsonObject) -> dict[str, JsonObject]:
    raw = node.get("properties", {})
    return {name: below for name, below in raw.items() if isinstance(below, dict)} if isinstance(raw, dict) else {}


def _resolve(node: JsonObject, place: _Place) -> JsonObject | None:
    """Return the node itself, or what its `$ref` means with the node's own keywords over it."""
    if "$ref" not in node:
        return node
    reference = node["$ref"]
    definitions = place.root.get("$defs", {})
    name = reference.removeprefix("#/$defs/") if isinstance(reference, str) else ""
    target = definitions.get(name) if isinstance(definitions, dict) else None
    if not isinstance(target, dict) or reference != f"#/$defs/{name}" or "$ref" in target:
        place.refuse("must name one of this schema's own $defs, which is no $ref itself", "$ref")
        return None
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}
