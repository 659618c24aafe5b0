"""One byte form per value, so that digests and stored answers are equal whoever computes them.

The subset of RFC 8785 (JSON Canonicalization Scheme) that we use: sorted keys, no white space, UTF-8,
whole numbers only.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import TypeAlias

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


def _refuse_ambiguous(value: object) -> None:
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, Mapping):
            if not all(isinstance(key, str) for key in current):
                raise InvalidValue(what="json key")
            stack.extend(current.values())
        elif isinstance(current, list | tuple):
            stack.extend(current)
        elif current is not None and not isinstance(current, str | int):
            raise InvalidValue(what=f"json {type(current).__name__}")
