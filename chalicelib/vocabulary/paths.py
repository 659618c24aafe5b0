r"""From a JSONPath (RFC 9535 notation) to a function that reads it. Pure; knows neither registers nor papers.

A plain path (`$.name.full`, `$.parts[0]`, `$.parts[*].kind`, `$['họ tên']`) becomes a walk over dicts and lists; any
other is left to jsonpath-ng, which is imported only when such a path exists. Descent (`$..x`) is refused: it reads
what nobody declared, and costs a walk over the whole document.
"""

import re
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import BadDefinition

if TYPE_CHECKING:
    from jsonpath_ng.ext.parser import ExtendedJsonPathParser

Getter: TypeAlias = Callable[[Json], list[Json]]
"""Reads a document: every value at a path, none where there is none."""

_LONGEST: Final = 300
_STEP: Final = re.compile(r"\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\['(?P<quoted>[^'*\\\]]+)'\]|\[(?P<index>\d{1,6}|\*)\]")
_RESERVED: Final = frozenset({"where", "wherenot"})


class Each(Enum):
    """The step `[*]`: every element of a list, every value of an object."""

    EACH = "*"


Step: TypeAlias = str | int | Each


class BadPath(BadDefinition):
    """A path that cannot be read, or may not be."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, in words for the author of the definition."""
        super().__init__(reason=reason)
        self.reason = reason


def compile_path(path: str) -> Getter:
    """Return the function that yields all values at the path. Raises BadPath."""
    steps = plain_steps(path)
    if steps is None:
        return _library(path)
    return _branch(steps) if Each.EACH in steps else _walk(steps)


def leads_to_one(path: str) -> bool:
    """Say whether the path leads to one value at most. Raises BadPath."""
    steps = plain_steps(path)
    return steps is not None and Each.EACH not in steps


def plain_steps(path: str) -> tuple[Step, ...] | None:
    """Return the steps of a plain path; None for any other path.

    Raises BadPath for what is refused in either form.
    """
    if not path.startswith("$") or len(path) > _LONGEST:
        raise BadPath("a path starts with $ and is not longer than 300")
    if ".." in path:
        raise BadPath("descent ($..) is refused: say where the value stands")
    steps: list[Step] = []
    at = 1
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or found["name"] in _RESERVED:
            return None
        steps.append(_index(found["index"]) if found["index"] else found["name"] or found["quoted"])
        at = found.end()
    return tuple(steps)


def _index(text: str) -> Step:
    return Each.EACH if text == Each.EACH.value else int(text)


def _walk(steps: tuple[Step, ...]) -> Getter:
    def read(document: Json) -> list[Json]:
        current = [document]
        for step in steps:
            current = _take(current[0], step)
            if not current:
                break
        return current

    return read


def _branch(steps: tuple[Step, ...]) -> Getter:
    def read(document: Json) -> list[Json]:
        current = [document]
        for step in steps:
            current = [taken for each in current for taken in _take(each, step)]
        return current

    return read


def _take(value: Json, step: Step) -> list[Json]:
    """Return what one step leads to."""
    if isinstance(value, dict):
        if isinstance(step, str):
            return [value[step]] if step in value else []
        return list(value.values()) if step is Each.EACH else []
    if isinstance(value, list) and not isinstance(step, str):
        if step is Each.EACH:
            return value
        return [value[step]] if step < len(value) else []
    return []


def _library(path: str) -> Getter:
    """Let jsonpath-ng read it. One parser is kept: building it costs more than parsing."""
    try:
        parsed = _parser().parse(path)
    except Exception as error:  # the library raises plain Exception for a path it cannot parse
        raise BadPath(f"not a JSONPath: {error}") from error

    def read(document: Json) -> list[Json]:
        return [found.value for found in parsed.find(document)]

    return read


@cache
def _parser() -> "ExtendedJsonPathParser":
    from jsonpath_ng.ext.parser import ExtendedJsonPathParser  # noqa: PLC0415 - 20 ms that plain paths never pay

    return ExtendedJsonPathParser()
