"""One byte form per value, so that digests and stored answers are equal whoever computes them.

The subset of RFC 8785 (JSON Canonicalization Scheme) that we use: sorted keys, no white space, UTF-8,
whole numbers only.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from chalicelib.kernel.errors import InvalidValue

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None
JsonObject: TypeAlias = dict[str, Json]


def canonical(value: object) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises InvalidValue for what has no single form: floats, NaN, keys that are not text.
    """
    _refuse_ambiguous(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


_PLAIN: Final = frozenset({str, int, bool, type(None)})


def _refuse_ambiguous(value: object) -> None:
    # Hot: whole definitions pass here, so exact types are asked first and abstract ones only of what is left.
    stack = [value]
    while stack:
        current = stack.pop()
        kind = type(current)
        if kind in _PLAIN:
            continue
        if kind is dict or isinstance(current, Mapping):
            if not all(type(key) is str for key in current):  # type: ignore[attr-defined]
                raise InvalidValue(what="json key")
            stack.extend(current.values())  # type: ignore[attr-defined]
        elif isinstance(current, list | tuple):
            stack.extend(current)
        elif not isinstance(current, str | int):
            raise InvalidValue(what=f"json {kind.__name__}")
