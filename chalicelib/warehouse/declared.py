"""What an agency says of a document it brings, held against the document's type. Pure.

Items are read from its data at once, so that what cannot be read is told to the agency and not found out later.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final

from chalicelib.definitions.model import Catalogue, pointer
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import local_day
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import FieldProblem, InvalidValue, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, SubjectId, is_organisation
from chalicelib.papers.model import MediaType
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.issuers import need_issuer
from chalicelib.warehouse.reading import Reading, holder_of, last_day, may_be_one_day, read, tables
from chalicelib.warehouse.upload import Issue, Wish
from chalicelib.warehouse.wishes import MediaTypeNotTaken, NoSuchDocumentType, NoSuchHolder

_MOST_NAMED: Final = 20
_STEP: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\['([^']+)'\]")


class BadDeclared(Unprocessable):
    """Something said of the document cannot be, or cannot be read as its type describes."""

    code = "bad_declared"


class BadHolder(Unprocessable):
    """Neither a person nor an organisation is named as the holder, or both, or an id that is nobody's."""

    code = "bad_holder"


class HolderMismatch(Unprocessable):
    """The document's own data name another holder than the one it is brought for."""

    code = "holder_mismatch"


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said of a document; `media_type`, `size`, `sha256` are of the file that will come."""

    type: str
    holder: SubjectId
    number: str
    issued_on: str
    data: JsonObject
    size: int
    sha256: str
    valid_until: str | None = None
    title: str | None = None
    media_type: MediaType = "application/pdf"


def stated(catalogue: Catalogue, who: ClientId, asked: Declared, at: datetime) -> tuple[Wish, Issue]:
    """Return the upload and the issue that the agency asks for, every value read.

    Raises NoSuchDocumentType, NoSuchHolder, NotIssuer, MediaTypeNotTaken, BadDeclared and HolderMismatch, each with
    its place.
    """
    type_ = type_for(catalogue, asked.type, asked.holder)
    need_issuer(catalogue, who, type_.code)
    if asked.media_type not in type_.media_types:
        raise MediaTypeNotTaken(FieldProblem("/file/media_type", MediaTypeNotTaken.code))
    if asked.size > type_.max_bytes:
        raise BadDeclared(FieldProblem("/file/size", "out_of_range"))
    today = local_day(at)
    found = reading_of(catalogue, type_, asked, today)
    # The agency's own word, else what its data say or the type's term makes of the day of issue.
    until = asked.valid_until or found.valid_until or last_day(type_.validity, asked.issued_on)
    title = asked.title or type_.name.vi
    wish = Wish(asked.type, title, asked.media_type, asked.size, asked.sha256)
    return wish, Issue("issued", asked.number, asked.issued_on, until, found.items)


def type_for(catalogue: Catalogue, code: str, holder: SubjectId) -> DocumentType:
    """Return the type, if this kind of holder may have such a paper. Raises NoSuchDocumentType, NoSuchHolder."""
    type_ = catalogue.find(DOCUMENT_TYPES, code)
    # A type without readers of files is of what is typed by hand: no agency issues one.
    if type_ is None or not type_.media_types:
        raise NoSuchDocumentType(FieldProblem("/type", NoSuchDocumentType.code))
    if not (type_.organisations if is_organisation(holder) else type_.persons):
        raise NoSuchHolder(FieldProblem("/holder", NoSuchHolder.code))
    return type_


def reading_of(catalogue: Catalogue, type_: DocumentType, asked: Declared, today: date) -> Reading:
    """Read the data and hold it against the rest of what is said. Raises BadDeclared, HolderMismatch."""
    found = read(type_, "application/json", asked.data, tables(catalogue, today))
    about_data = *_unread(type_, asked), *_uncast(type_, found)
    problems = [*_unseen(asked), *about_data, *_dates(asked, today), *_contradictions(type_, asked, found)]
    if problems:
        raise BadDeclared(*problems)
    if holder_of(type_, found, asked.holder) == "other":
        raise HolderMismatch(FieldProblem("/data", HolderMismatch.code))
    return found


def pointer_of(path: str) -> str:
    """Return where in the request a JSONPath of the data leads; up to its first step that is no name or number."""
    steps, at = [], 1
    while found := _STEP.match(path, at):
        steps.append(next(part for part in found.groups() if part is not None))
        at = found.end()
    return "/data" + pointer(*steps)


def _unseen(asked: Declared) -> Iterator[FieldProblem]:
    """Name the texts that are empty, or hold what nobody can see."""
    for place, text in (("/number", asked.number), ("/title", asked.title)):
        if text is not None and not (text.strip() and text.isprintable()):
            yield FieldProblem(place, "invalid_value")


def _unread(type_: DocumentType, asked: Declared) -> Iterator[FieldProblem]:
    """Name the data that nothing reads: they would be lost."""
    if "application/json" not in type_.readers:
        if asked.data:
            yield FieldProblem("/data", "unread")
        return
    read_ = tuple(pointer_of(path) for path in _paths(type_).values())
    lost = (
        at for at in _leaves(asked.data, "/data") if not any(at == each or at.startswith(f"{each}/") for each in read_)
    )
    for place in islice(lost, _MOST_NAMED):
        yield FieldProblem(place, "unread")


def _leaves(value: Json, place: str) -> Iterator[str]:
    """Yield where something is said (RFC 6901); null and empty text say nothing."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, place + pointer(name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _leaves(each, place + pointer(at))
    elif value not in (None, ""):
        yield place


def _paths(type_: DocumentType) -> dict[str, str]:
    reader = type_.readers.get("application/json")
    return {} if reader is None else {str(each.item): each.path for each in type_.mapped.get(reader, ())}


def _uncast(type_: DocumentType, found: Reading) -> Iterator[FieldProblem]:
    paths = _paths(type_)
    for problem in found.problems:
        item = problem.partition(":")[2]
        yield FieldProblem(pointer_of(paths.get(item, "$")), "invalid_value")


def _dates(asked: Declared, today: date) -> Iterator[FieldProblem]:
    issued = _date(asked.issued_on)
    if issued is None or issued.year > today.year or str(issued) > today.isoformat():
        yield FieldProblem("/issued_on", "out_of_range")
    until = None if asked.valid_until is None else _date(asked.valid_until)
    if asked.valid_until is not None and (until is None or str(until) < asked.issued_on):
        yield FieldProblem("/valid_until", "out_of_range")


def _contradictions(type_: DocumentType, asked: Declared, found: Reading) -> Iterator[FieldProblem]:
    if found.number is not None and asked.number.strip() and found.number != asked.number:
        yield FieldProblem("/number", "contradicts_data")
    if found.issued_on is not None and not may_be_one_day(found.issued_on, asked.issued_on):
        yield FieldProblem("/issued_on", "contradicts_data")
    # A term in months is the rule, and the agency may say otherwise; a day in the data is its own word.
    ends = found.valid_until if type_.validity.until is not None else None
    if asked.valid_until is not None and ends is not None and not may_be_one_day(ends, asked.valid_until):
        yield FieldProblem("/valid_until", "contradicts_data")


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except InvalidValue:
        return None
