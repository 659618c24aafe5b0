"""`explain-path`: what a JSONPath means, what it reads in a reply, and which item that is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ItemId
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import Attribute, Column, Register
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.paths import BadPath, compile_path, leads_to_one, plain_steps
from chalicelib.vocabulary.service import vocabulary
from tools.mistakes import Mistake


def explain(catalogue: Catalogue, register: str, path: str, reply: str | None = None) -> str:
    """Return the explanation, by the register's own examples or by one reply. Raises Mistake."""
    found = catalogue.find(REGISTERS, register)
    if found is None:
        raise Mistake(f"no such register: {register}; there are {', '.join(catalogue.codes(REGISTERS))}")
    try:
        lines = [*_meaning(path), *_mapping(catalogue, found, path)]
    except BadPath as error:
        raise Mistake(f"{path}: {error.reason}") from error
    for name, data in _replies(catalogue, register, reply):
        values = compile_path(path)(data)
        lines.append(f"in {name}: {json.dumps(values, ensure_ascii=False) if values else 'nothing there'}")
        lines += [f"  {told}" for told in _typed(catalogue, found, path, values)]
    return "\n".join(lines)


def _meaning(path: str) -> Iterator[str]:
    how = "walked step by step" if plain_steps(path) is not None else "read by the path library"
    yield f"{path}: {'one value at most' if leads_to_one(path) else 'any number of values'}, {how}"


def _mapping(catalogue: Catalogue, register: Register, path: str) -> Iterator[str]:
    words = vocabulary(catalogue)
    for attribute in _mapped(register, path):
        item = words.item(attribute.item)
        place = item.precedence.index(register.code) + 1 if register.code in item.precedence else 0
        yield f"{register.code} maps it to {item.id} ({item.type}, {item.label.vi}), asked for by `{attribute.asks}`"
        yield f"  authority {place} of {len(item.precedence)} for this item: {', '.join(item.precedence)}"
        for column in attribute.columns:
            yield f"  column {column.path} is {column.item}"
    if not _mapped(register, path):
        near = sorted({each.path for each in register.attributes})
        yield f"{register.code} does not map it; it maps {', '.join(near)}"


def _mapped(register: Register, path: str) -> list[Attribute]:
    return [each for each in register.attributes if each.path == path]


def reply_of(catalogue: Catalogue, register: str, wanted: str) -> dict[str, Json]:
    """Return a reply's data: one of the register's examples by its name, or a JSON file. Raises Mistake."""
    if register not in catalogue.codes(REGISTERS):
        raise Mistake(f"no such register: {register}")
    examples = _examples(catalogue, register)
    return examples[wanted] if wanted in examples else _read(wanted, examples)


def _replies(catalogue: Catalogue, register: str, wanted: str | None) -> Iterator[tuple[str, dict[str, Json]]]:
    if wanted is None:
        yield from ((f"example “{name}”", data) for name, data in _examples(catalogue, register).items())
    else:
        yield wanted, reply_of(catalogue, register, wanted)


def _examples(catalogue: Catalogue, register: str) -> dict[str, Any]:
    body: Any = catalogue.envelopes["registers", register].body
    return {str(each["name"]): each["reply"] for each in body["examples"]}


def _read(wanted: str, examples: dict[str, Any]) -> dict[str, Json]:
    try:
        data = json.loads(Path(wanted).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Mistake(f"{wanted}: no JSON file, and no example; there are {', '.join(examples)}") from error
    if not isinstance(data, dict):
        raise Mistake(f"{wanted}: a reply's data is an object")
    return data


def _typed(catalogue: Catalogue, register: Register, path: str, values: list[Json]) -> Iterator[str]:
    for attribute in _mapped(register, path):
        for value in values:
            if attribute.columns:
                yield from (_cell(catalogue, column, value) for column in attribute.columns)
            else:
                yield _as_item(catalogue, attribute.item, attribute.codes, value)


def _cell(catalogue: Catalogue, column: Column, row: Json) -> str:
    found = column.read(row)
    return _as_item(catalogue, column.item, column.codes, found[0]) if found else f"{column.item}: nothing there"


def _as_item(catalogue: Catalogue, id_: ItemId, codes: Any, value: Json) -> str:  # noqa: ANN401 - as the models have it
    ours = codes.get(value, value) if isinstance(value, str) else value
    item = vocabulary(catalogue).item(id_)
    try:
        return f"{id_} = {json.dumps(cast(item, ours), ensure_ascii=False)}"
    except InvalidValue:
        return f"{id_}: {json.dumps(ours, ensure_ascii=False)} is not of its type, {item.type}"
