"""The part of JSON Schema 2020-12 that forms are written in, and where a form's values stand by it. Pure.

A form's schema is a tree of objects down to values; `$ref` only to its own `$defs`. Anything outside this profile is
refused, so that every reader of a form (renderer, checker, portal) needs to know no more than this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from chalicelib.definitions.model import pointer
from chalicelib.kernel.canonical import Json, JsonObject

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
KEYWORDS: Final = frozenset(
    {"$schema", "$id", "$defs", "$ref", "$comment", "title", "description"}
    | {"type", "enum", "const", "format", "default"}
    | {"properties", "required", "additionalProperties", "if", "then", "else", "allOf"}
    | {"minLength", "maxLength", "pattern", "minimum", "maximum"}
)
TYPES: Final = ("boolean", "integer", "object", "string")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """A place in the schema (RFC 6901) that is outside the profile, and why."""

    at: str
    reason: str


@dataclass(slots=True)
class Tree:
    """Every place where the answers may hold something, by pointer into the answers, with the schema of it there."""

    nodes: dict[str, JsonObject] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def leaves(self) -> Iterator[str]:
        """Yield the places that hold a value."""
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

    def refuse(self, reason: str, *steps: str) -> None:
        self.found.problems.append(Problem(pointer(*self.steps, *steps), reason))


def _walk(node: JsonObject, answers: tuple[str, ...], place: _Place) -> None:
    if len(place.steps) > _DEEPEST * 2:
        place.refuse("nested too deeply, or a $ref to itself")
        return
    resolved = _resolve(node, place)
    if resolved is None:
        return
    for keyword in sorted((node.keys() | resolved.keys()) - KEYWORDS):
        place.refuse(f"the keyword {keyword} is not in the profile", keyword)
    if resolved.get("type") not in TYPES:
        place.refuse(f"type must be one of {', '.join(TYPES)}", "type")
    if answers:
        place.found.nodes[pointer(*answers)] = resolved
    _properties(resolved, answers, place)


def _properties(node: JsonObject, answers: tuple[str, ...], place: _Place) -> None:
    properties = node.get("properties", {})
    if not isinstance(properties, dict):
        place.refuse("must be an object", "properties")
        return
    if properties and node.get("additionalProperties") is not False:
        place.refuse("must be false: nobody may add a field that is not declared", "additionalProperties")
    _required(node, properties, place)
    for name, below in properties.items():
        if isinstance(below, dict):
            _walk(below, (*answers, name), place.down("properties", name))
        else:
            place.refuse("must be a schema", "properties", name)


def _required(node: JsonObject, properties: Mapping[str, Json], place: _Place) -> None:
    required = node.get("required", [])
    names = required if isinstance(required, list) else [required]
    for name in names:
        if not isinstance(name, str) or name not in properties:
            place.refuse(f"requires {name}, which is not declared", "required")


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
