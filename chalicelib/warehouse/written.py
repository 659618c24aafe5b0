"""How a document type is written: the shapes that pydantic holds a file against. Knows nothing of the rest."""

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, Words, written
from chalicelib.definitions.model import Status
from chalicelib.papers.model import MediaType
from chalicelib.vocabulary.definition import ItemName, TextBody
from chalicelib.vocabulary.paths import BadPath, compile_path, leads_to_one

FileReader: TypeAlias = Literal["citizen_card_qr", "health_card_qr", "json", "xml"]
"""What reads a file; the reader `typed` is for what has none."""


def _to_one(path: str) -> str:
    try:
        compile_path(path)
        if not leads_to_one(path):
            raise ValueError("may lead to several values: a paper says one thing of an item")
    except BadPath as error:
        raise ValueError(error.reason) from error
    return path


PathToOne: TypeAlias = Annotated[str, AfterValidator(_to_one)]
"""A JSONPath that leads to one value at most."""


@written
class MappedBody(TypedDict):
    """Where one item stands. `codes` translates the paper's codes; left out, they are ours."""

    item: ItemName
    path: PathToOne
    codes: NotRequired[dict[str, str]]


@written
class ValidityBody(TypedDict):
    """How long such a paper holds: `months` from its day of issue, or `until` the day in one of its items."""

    months: NotRequired[Annotated[int, Field(ge=1, le=1200)]]
    until: NotRequired[ItemName]
    basis: Words
    status: Status


@written
class ExampleBody(TypedDict):
    """What a file of this type holds (`codes`: the texts of its QR codes, `data`: JSON, or `xml`) and what comes of it.

    These items, with these values, and no other; likewise the problems and the last day that it holds.
    """

    name: Words
    media_type: MediaType
    codes: NotRequired[list[str]]
    data: NotRequired[dict[str, Any]]
    xml: NotRequired[Words]
    extracts: dict[ItemName, Any]
    problems: NotRequired[list[str]]
    valid_until: NotRequired[str]


@written
class DocumentTypeBody(TypedDict):
    """A document type as written. `persons` and `organisations`: whose warehouse may hold such a paper."""

    name: TextBody
    media_types: list[MediaType]
    max_bytes: Annotated[int, Field(ge=0, le=50_000_000)]
    readers: dict[MediaType, FileReader]
    mapped: dict[FileReader, Annotated[list[MappedBody], Field(min_length=1)]]
    proves: list[Code]
    validity: ValidityBody
    holder: NotRequired[ItemName]
    number: NotRequired[ItemName]
    issued_on: NotRequired[ItemName]
    typed: NotRequired[Annotated[list[ItemName], Field(min_length=1)]]
    persons: bool
    organisations: bool
    issuers: NotRequired[TextBody]
    legal_basis: Words
    examples: list[ExampleBody]
