r"""From a JSONPath (RFC 9535 notation) to a function that reads it. Pure; knows no register.

A plain path (`$.name.full`, `$.parts[0]`, `$['họ tên']`) becomes a walk over dicts and lists; any other is left to
jsonpath-ng, which is imported only when such a path exists. Descent (`$..x`) is refused: it reads what nobody
declared, and costs a walk over the whole reply.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import BadDefinition
from chalicelib.sources.model import Getter

if TYPE_CHECKING:
    from jsonpath_ng.ext.parser import ExtendedJsonPathParser

_LONGEST: Final = 300
_STEP: Final = re.compile(r"\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\['(?P<quoted>[^'\\\]]+)'\]|\[(?P<index>\d{1,6})\]")
_RESERVED: Final = frozenset({"where", "wherenot"})

Step: TypeAlias = str | int


class BadPath(BadDefinition):
    """A path that cannot be read, or may not be."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, in words for the author of the definition."""
        super().__init__(reason=reason)
        self.reason = reason


def compile_path(path: str) -> Getter:
    """Return the function that yields all values at the path. Raises BadPath."""
    steps = plain_steps(path)
    return _library(path) if steps is None else _walk(steps)


def plain_steps(path: str) -> tuple[Step, ...] | None:
    """Return the steps of a plain path, which leads to one value at most; None for any other path.

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
        steps.append(int(found["index"]) if found["index"] else found["name"] or found["quoted"])
        at = found.end()
    return tuple(steps)


def _walk(steps: tuple[Step, ...]) -> Getter:
    def read(document: Json) -> list[Json]:
        current = document
        for step in steps:
            if isinstance(step, str):
                if not isinstance(current, dict) or step not in current:
                    return []
                current = current[step]
            else:
                if not isinstance(current, list) or step >= len(current):
                    return []
                current = current[step]
        return [current]

    return read


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
