"""How projections are written under `schemas/`: their shapes, and nothing of what they mean."""

from typing import Annotated, NotRequired, TypeAlias

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, written
from chalicelib.forms.written import Pointer
from chalicelib.prefill.projected_values import Theirs, Writing
from chalicelib.prefill.projection import Style
from chalicelib.vocabulary.definition import TextBody

Key: TypeAlias = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$",
        max_length=200,
    ),
]
"""A key that form.io takes: letters, digits, `_`, and `-` inside; dots part the steps, and no step starts with a digit,
which would make an array of it."""


@written
class PlaceBody(TypedDict):
    """The key of one place, and how its value is written there: `written_as` first, then `values` (ours → theirs)."""

    key: Key
    written_as: NotRequired[Writing]
    values: NotRequired[Annotated[dict[Code, Theirs], Field(min_length=1, max_length=500)]]


Places: TypeAlias = Annotated[dict[Pointer, PlaceBody], Field(min_length=1)]


@written
class RowsBody(TypedDict):
    """The key of an array, and of its columns."""

    key: Key
    columns: Places


@written
class ProjectionBody(TypedDict):
    """A projection as written: what it is for, and each place of the form with its key."""

    form: Code
    title: TextBody
    client: NotRequired[Code]
    style: Style
    fields: Places
    lists: NotRequired[Annotated[dict[Pointer, RowsBody], Field(min_length=1)]]
