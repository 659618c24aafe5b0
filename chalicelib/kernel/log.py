"""One JSON line per thing worth telling an operator, from an allow-list of fields.

A field that is not declared here cannot be logged, so personal data cannot slip in by habit: what is not a code,
an id of ours, a count or a duration has no name to go by.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from chalicelib.kernel.clock import Clock, iso

Value: TypeAlias = str | int | bool | None

FIELDS: Final[Mapping[str, type]] = {
    "attempt": int,
    "catalogue": str,
    "client": str,
    "code": str,
    "consumer": str,
    "count": int,
    "event": str,
    "event_type": str,
    "exception": str,
    "form": str,
    "ms": int,
    "outcome": str,
    "prefill": str,
    "procedure": str,
    "queue": str,
    "register": str,
    "route": str,
    "status": int,
    "trace": str,
    "upload": str,
    "where": str,
}
_LONGEST = 200


class UndeclaredField(TypeError):
    """A log call used a field, or a type, that the allow-list does not have: a mistake in our code."""


def _to_stdout(line: str) -> None:
    sys.stdout.write(line + "\n")


class Log:
    """Writes allowed fields as one JSON line; `write` is where lines go."""

    def __init__(self, clock: Clock, write: Callable[[str], None] = _to_stdout) -> None:
        self._clock = clock
        self._write = write

    def info(self, message: str, **fields: Value) -> None:
        """Tell of something normal. `message` is a constant in the code, never built from data."""
        self._line("info", message, fields)

    def error(self, message: str, **fields: Value) -> None:
        """Tell of something an operator should look at."""
        self._line("error", message, fields)

    def metric(self, name: str, value: int, **dimensions: str) -> None:
        """Write a count in CloudWatch's embedded metric format; dimensions are allow-listed fields too."""
        _check(dimensions)
        document = {
            "_aws": {
                "Timestamp": int(self._clock.now().timestamp() * 1000),
                "CloudWatchMetrics": [
                    {"Namespace": "motlan", "Dimensions": [sorted(dimensions)], "Metrics": [{"Name": name}]}
                ],
            },
            name: value,
            **dimensions,
        }
        self._write(json.dumps(document))

    def _line(self, level: str, message: str, fields: Mapping[str, Value]) -> None:
        _check(fields)
        shown = {key: value[:_LONGEST] if isinstance(value, str) else value for key, value in fields.items()}
        self._write(
            json.dumps({"at": iso(self._clock.now()), "level": level, "message": message, **shown}, ensure_ascii=False)
        )


def _check(fields: Mapping[str, Value]) -> None:
    for key, value in fields.items():
        if value is not None and type(value) is not FIELDS.get(key):
            raise UndeclaredField(key)
