"""The edge models that all kinds share: exact types, no unknown field, and the envelope around every body.

Knows pydantic, so that slices' `definition` modules may; no kind.
"""

from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chalicelib.definitions.model import Status


class Body(BaseModel):
    """Base of every edge model of published data; built when first used, for most of a set is never opened."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


def _on_the_calendar(text: str) -> str:
    date.fromisoformat(text)
    return text


Day: TypeAlias = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_on_the_calendar)]
"""A day, ISO 8601."""
Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
"""Text that says something."""
Code: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
"""A stable name that may stand in a URL and in a storage key."""


class EnvelopeBody(Body):
    """The envelope as written in a file."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    code: Code
    version: Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,2}$")]
    effective_from: Day
    status: Status
    sources: Annotated[list[Words], Field(min_length=1)]
    body: dict[str, Any]
