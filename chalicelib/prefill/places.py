"""Places in answers by RFC 6901 pointer: what stands there, put there. Pure; objects only, rows are one value."""

from typing import Final

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.prefill.model import ABSENT, Absent

_ROOT: Final = ""


def steps(pointer: str) -> tuple[str, ...]:
    """Return the names that lead to a place; none lead to the whole."""
    if pointer == _ROOT:
        return ()
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))


def found(document: Json, pointer: str) -> Json | Absent:
    """Return what stands at a place, ABSENT where nothing does: neither there nor on the way there."""
    node = document
    for step in steps(pointer):
        if not isinstance(node, dict) or step not in node:
            return ABSENT
        node = node[step]
    return node


def put(document: JsonObject, pointer: str, value: Json) -> None:
    """Put a value at a place, making the objects on the way. Nothing but objects may stand there already."""
    *way, last = steps(pointer)
    node = document
    for step in way:
        below = node.setdefault(step, {})
        node = below if isinstance(below, dict) else {}
    node[last] = value
