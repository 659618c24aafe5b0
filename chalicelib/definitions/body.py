"""How written data is described: typed dicts with exact types and no unknown field, and the envelope around all.

A typed dict is the data as it stands: pydantic validates it when a set is checked, and a set that passed is read
without building a validator, which a cold start would pay for. Knows no kind.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from chalicelib.definitions.model import Status

T = TypeVar("T")

written: Final = with_config(ConfigDict(strict=True, extra="forbid"))
"""Decorates every typed dict of written data."""


def parser(shape: type[T]) -> Callable[[object], T]:
    """Return what checks a value against a typed dict. It raises pydantic's ValidationError; built on first use."""

    @cache
    def adapter() -> TypeAdapter[T]:
        return TypeAdapter(shape)

    return lambda value: adapter().validate_python(value)


def _on_the_calendar(text: str) -> str:
    date.fromisoformat(text)
    return text


Day: TypeAlias = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_on_the_calendar)]
"""A day, ISO 8601."""
Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
"""Text that says something."""
Code: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
"""A stable name that may stand in a URL and in a storage key."""


@written
class EnvelopeBody(TypedDict):
    """The envelope as written in a file."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    code: Code
    version: Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,2}$")]
    effective_from: Day
    status: Status
    sources: Annotated[list[Words], Field(min_length=1)]
    body: dict[str, Any]


parse_envelope: Final = parser(EnvelopeBody)
