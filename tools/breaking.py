"""What of one OpenAPI document would break a program written for an earlier one. Pure: two documents in, faults out.

Breaking: a path, method, parameter, field, status or enum value that is gone; an input newly required or accepting
less; an answer's field that may now be missing; a token newly needed. Adding is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Described: TypeAlias = Mapping[str, Any]
Direction: TypeAlias = Literal["in", "out"]

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_JSON_TYPES: Final = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


def breaking(old: Described, new: Described) -> list[str]:
    """Return one line for each thing that breaks, in the order of the old document."""
    return list(_paths(old, new))


def _paths(old: Described, new: Described) -> Iterator[str]:
    comparison = _Comparison(old, new)
    for path, methods in old["paths"].items():
        for method, operation in methods.items():
            where = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{where}: gone"
            else:
                yield from comparison.operation(where, operation, now)


@dataclass(frozen=True, slots=True)
class _Comparison:
    old: Described
    new: Described

    def operation(self, where: str, was: Described, now: Described) -> Iterator[str]:
        if _is_open(was) and not _is_open(now):
            yield f"{where}: needs a token now"
        yield from self._parameters(where, was, now)
        yield from self._body(where, was.get("requestBody"), now.get("requestBody"))
        for status, answer in was["responses"].items():
            if status < "4":
                yield from self._answer(f"{where} -> {status}", answer, now["responses"].get(status))

    def _parameters(self, where: str, was: Described, now: Described) -> Iterator[str]:
        before, after = ({(each["in"], each["name"]): each for each in one["parameters"]} for one in (was, now))
        for key, each in after.items():
            if each["required"] and not before.get(key, {"required": False})["required"]:
                yield f"{where}: {' '.join(key)} is required now"
        for key, each in before.items():
            if key not in after:
                yield f"{where}: {' '.join(key)} is gone"
            else:
                yield from self._schema(f"{where} {' '.join(key)}", each["schema"], after[key]["schema"], "in")

    def _body(self, where: str, was: Described | None, now: Described | None) -> Iterator[str]:
        if was is None or now is None:
            if was is not now and (was is not None or now is None or now["required"]):
                yield f"{where}: the body is {'gone' if now is None else 'required now'}"
            return
        yield from self._content(f"{where} body", was["content"], now["content"], "in")

    def _answer(self, where: str, was: Described, now: Described | None) -> Iterator[str]:
        if now is None:
            yield f"{where}: gone"
        else:
            yield from self._content(where, was["content"], now["content"], "out")

    def _content(self, where: str, was: Described, now: Described, way: Direction) -> Iterator[str]:
        for media, each in was.items():
            if media not in now:
                yield f"{where}: {media} is gone"
            else:
                yield from self._schema(where, each["schema"], now[media]["schema"], way)

    def _schema(
        self, where: str, was: Described, now: Described, way: Direction, seen: frozenset[tuple[str, str]] = frozenset()
    ) -> Iterator[str]:
        pair = (was.get("$ref", ""), now.get("$ref", ""))
        if all(pair) and pair in seen:
            return
        seen |= {pair}
        before, after = _resolved(self.old, was), _resolved(self.new, now)
        ones, others = _branches(before), _branches(after)
        yield from _types(where, before, after, way)
        if len(ones) != len(others):
            yield f"{where}: has {len(others)} alternatives now"
            return
        if ones[0] is not before or others[0] is not after:
            for one, other in zip(ones, others, strict=True):
                yield from self._schema(where, one, other, way, seen)
            return
        yield from _values(where, before, after, way)
        yield from _bounds(where, before, after, way)
        yield from self._children(where, before, after, way, seen)

    def _children(
        self, where: str, was: Described, now: Described, way: Direction, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        yield from _required(where, was, now, way)
        properties = now.get("properties", {})
        for name, each in was.get("properties", {}).items():
            if name not in properties:
                yield f"{where}/{name}: gone"
            else:
                yield from self._schema(f"{where}/{name}", each, properties[name], way, seen)
        for keyword in ("items", "additionalProperties"):
            if isinstance(was.get(keyword), dict) and isinstance(now.get(keyword), dict):
                yield from self._schema(f"{where}/*", was[keyword], now[keyword], way, seen)
        if way == "in" and now.get("additionalProperties") is False is not was.get("additionalProperties", True):
            yield f"{where}: no further fields are taken now"


def _is_open(operation: Described) -> bool:
    security = operation.get("security", [])
    return not security or {} in security


def _resolved(document: Described, schema: Described) -> Described:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _branches(schema: Described) -> Sequence[Described]:
    found = schema.get("anyOf") or schema.get("oneOf")
    return [schema] if found is None else [each for each in found if each.get("type") != "null"]


def _types(where: str, was: Described, now: Described, way: Direction) -> Iterator[str]:
    before, after = _kinds(was), _kinds(now)
    narrower, wider = (after, before) if way == "in" else (before, after)
    if not narrower >= wider:
        yield f"{where}: {'takes' if way == 'in' else 'may be'} {' | '.join(sorted(after))} now"


def _kinds(schema: Described) -> frozenset[str]:
    return frozenset().union(*(_kind(each) for each in schema.get("anyOf") or schema.get("oneOf") or [schema]))


def _kind(schema: Described) -> frozenset[str]:
    if "$ref" in schema:
        return frozenset({"object"})
    said = schema.get("type")
    if said is None:
        return frozenset() if {"enum", "const"} & schema.keys() else _JSON_TYPES
    return frozenset([said] if isinstance(said, str) else said)


def _values(where: str, was: Described, now: Described, way: Direction) -> Iterator[str]:
    before, after = _enum(was), _enum(now)
    if before is None:
        if after is not None and way == "in":
            yield f"{where}: takes only {', '.join(sorted(after))} now"
    elif after is not None:
        yield from (f"{where}: the value {gone} is gone" for gone in sorted(before - after))
    elif way == "out":
        yield f"{where}: is no closed set any more"


def _enum(schema: Described) -> frozenset[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else frozenset(map(str, values))


def _bounds(where: str, was: Described, now: Described, way: Direction) -> Iterator[str]:
    if way == "out":
        return
    if "pattern" in now and now["pattern"] != was.get("pattern"):
        yield f"{where}: must match {now['pattern']} now"
    for keyword in (*_LOWER, *_UPPER):
        if keyword in now and _tighter(keyword, was.get(keyword), now[keyword]):
            yield f"{where}: {keyword} is {now[keyword]} now"


def _tighter(keyword: str, was: float | None, now: float) -> bool:
    return was is None or (now > was if keyword in _LOWER else now < was)


def _required(where: str, was: Described, now: Described, way: Direction) -> Iterator[str]:
    before, after = set(was.get("required", ())), set(now.get("required", ()))
    if way == "in":
        yield from (f"{where}/{name}: required now" for name in sorted(after - before))
    else:
        left = before - after
        yield from (f"{where}/{name}: may be missing now" for name in sorted(left & now.get("properties", {}).keys()))
