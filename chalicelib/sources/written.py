"""How a register is written: the shapes that pydantic holds a file against. Knows nothing of the rest of the set."""

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Words, written
from chalicelib.sources.model import CallOutcome, Scope
from chalicelib.vocabulary.definition import ItemName, TextBody
from chalicelib.vocabulary.paths import BadPath, compile_path

ErrorName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([A-Z][A-Z_]*|http:[45]\d\d)$")]
"""The register's own code, or an HTTP status for answers that carry none."""


def _readable(path: str) -> str:
    try:
        compile_path(path)
    except BadPath as error:
        raise ValueError(error.reason) from error
    return path


Path: TypeAlias = Annotated[str, AfterValidator(_readable)]
"""A JSONPath that may be read."""


@written
class ColumnBody(TypedDict):
    """One cell of a row: its path starts at the row's own element."""

    path: Path
    item: ItemName
    codes: NotRequired[dict[str, str]]


@written
class AttributeBody(TypedDict):
    """One mapped piece of a reply's `data`. `codes` translates the register's codes; left out, they are ours.

    Where the item is a list, each value at the path is one row and `columns` says what stands in it. `key` is the item
    that names the subject when this piece is asked for; left out, it is the register's `key_item`.
    """

    asks: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    path: Path
    item: ItemName
    absent_means: NotRequired[Literal["not_found", "not_applicable"]]
    codes: NotRequired[dict[str, str]]
    columns: NotRequired[Annotated[list[ColumnBody], Field(min_length=1)]]
    key: NotRequired[ItemName]


@written
class QuotaBody(TypedDict):
    """How often the register lets us ask."""

    per_minute: Annotated[int, Field(ge=1)]


@written
class ExampleBody(TypedDict):
    """The `data` of a reply, and the items that must come out of it: these, with these values, and no other."""

    name: Words
    reply: dict[str, Any]
    extracts: dict[ItemName, Any]


@written
class FailureBody(TypedDict):
    """A refusal of the register, by HTTP status and its own code if it gave one, and the outcome it must have."""

    status: Annotated[int, Field(ge=400, le=599)]
    error: NotRequired[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]*$")]]
    outcome: CallOutcome


@written
class RegisterBody(TypedDict):
    """A register as written. `own_data_only`: it is asked about the caller alone, whatever others consent to."""

    name: TextBody
    owner: TextBody
    legal_basis: Words
    scope: Scope
    route: Annotated[str, StringConstraints(pattern=r"^(ngsp|lgsp:(\d{2}|\{province\}))$")]
    key_item: ItemName
    own_data_only: NotRequired[bool]
    timeout_ms: Annotated[int, Field(ge=100, le=8000)]
    quota: QuotaBody
    attributes: Annotated[list[AttributeBody], Field(min_length=1)]
    errors: Annotated[dict[ErrorName, CallOutcome], Field(min_length=1)]
    examples: Annotated[list[ExampleBody], Field(min_length=1)]
    failures: Annotated[list[FailureBody], Field(min_length=1)]
