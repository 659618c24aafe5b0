"""`diff`: what differs between two folders of definitions, definition by definition, by pointer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.definitions.load import documents
from chalicelib.definitions.model import pointer
from tools.mistakes import Mistake


def difference(a: Path, b: Path) -> str:
    """Return the differences as text, empty for none. Raises Mistake for a file that is no JSON."""
    return "\n".join(_lines(_read(a), _read(b)))


def _read(folder: Path) -> dict[str, Any]:
    found = {}
    for document in documents(folder):
        try:
            found[document.file] = json.loads(document.text)
        except ValueError as error:
            raise Mistake(f"{folder / document.file}: {error}") from error
    return found


def _lines(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for file in sorted(old.keys() | new.keys()):
        if file not in new:
            yield f"removed {file} (version {_version(old[file])})"
        elif file not in old:
            yield f"added   {file} (version {_version(new[file])})"
        elif old[file] != new[file]:
            yield f"changed {file} ({_versions(old[file], new[file])})"
            yield from (f"  {each}" for each in _changes(old[file], new[file], ()))


def _version(document: Any) -> str:  # noqa: ANN401 - JSON of any shape
    return str(document.get("version", "?")) if isinstance(document, dict) else "?"


def _versions(old: Any, new: Any) -> str:  # noqa: ANN401 - as above
    before, after = _version(old), _version(new)
    return f"version {before} -> {after}" if before != after else f"STILL version {after}: a change needs a new one"


def _changes(old: Any, new: Any, at: tuple[str | int, ...]) -> Iterator[str]:  # noqa: ANN401 - as above
    """Yield one line for each place that differs, the deepest that tells it."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (f"- {pointer(*at, name)}" for name in old if name not in new)
        yield from (f"+ {pointer(*at, name)}: {_short(new[name])}" for name in new if name not in old)
        for name in (name for name in old if name in new):
            yield from _changes(old[name], new[name], (*at, name))
    elif isinstance(old, list) and isinstance(new, list):
        for place, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _changes(before, after, (*at, place))
        yield from (f"- {pointer(*at, place)}" for place in range(len(new), len(old)))
        yield from (f"+ {pointer(*at, place)}: {_short(new[place])}" for place in range(len(old), len(new)))
    elif type(old) is not type(new) or old != new:
        yield f"~ {pointer(*at)}: {_short(old)} -> {_short(new)}"


def _short(value: Any) -> str:  # noqa: ANN401 - as above
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
