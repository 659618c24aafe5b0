"""What somebody asks to upload, held against the catalogue. Pure."""

import re
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.errors import FieldProblem, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import SubjectId, is_organisation
from chalicelib.papers.model import MediaType
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.upload import Wish

MOST_LETTERS: Final = 200
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_PATH_PARTS: Final = frozenset({".", ".."})


class NoSuchDocumentType(Unprocessable):
    """The catalogue has no such document type."""

    code = "no_such_document_type"


class NoSuchHolder(Unprocessable):
    """Such a paper is never a person's, or never an organisation's."""

    code = "no_such_holder"


class MediaTypeNotTaken(Unprocessable):
    """The document type takes no such files."""

    code = "media_type_not_taken"


class FileTooBig(Unprocessable):
    """The file would be bigger than the document type allows."""

    code = "file_too_big"


class BadDigest(Unprocessable):
    """Not the SHA-256 of a file in lower-case hex."""

    code = "bad_file_digest"


class BadTitle(Unprocessable):
    """A title that is empty, too long, or holds what nobody can see."""

    code = "bad_title"


class BadFileName(Unprocessable):
    """A file name that leads somewhere, is too long, or holds what nobody can see."""

    code = "bad_file_name"


@dataclass(frozen=True, slots=True)
class Wished:
    """What is asked, as it came; a title left out is the name of the type."""

    type: str
    media_type: MediaType
    size: int
    sha256: str
    title: str | None = None
    file_name: str | None = None


def wish_of(catalogue: Catalogue, owner: SubjectId, asked: Wished) -> Wish:
    """Return the wish, everything in it looked up.

    Raises NoSuchDocumentType, NoSuchHolder, MediaTypeNotTaken, FileTooBig, BadDigest, BadTitle and BadFileName, each
    with the place in the request.
    """
    type_ = catalogue.find(DOCUMENT_TYPES, asked.type)
    # A type without readers of files is of what is typed by hand: no file makes one.
    if type_ is None or not type_.media_types:
        raise NoSuchDocumentType(FieldProblem("/type", NoSuchDocumentType.code))
    if not (type_.organisations if is_organisation(owner) else type_.persons):
        raise NoSuchHolder(FieldProblem("/type", NoSuchHolder.code))
    if asked.media_type not in type_.media_types:
        raise MediaTypeNotTaken(FieldProblem("/media_type", MediaTypeNotTaken.code))
    if not 0 < asked.size <= type_.max_bytes:
        raise FileTooBig(FieldProblem("/size", FileTooBig.code))
    if not _HEX.fullmatch(asked.sha256):
        raise BadDigest(FieldProblem("/sha256", BadDigest.code))
    title = type_.name.vi if asked.title is None else asked.title.strip()
    if not _is_plain(title):
        raise BadTitle(FieldProblem("/title", BadTitle.code))
    return Wish(asked.type, title, asked.media_type, asked.size, asked.sha256, _file_name(asked.file_name))


def _file_name(name: str | None) -> str | None:
    if name is None:
        return None
    if not _is_plain(name) or "/" in name or "\\" in name or name in _PATH_PARTS:
        raise BadFileName(FieldProblem("/file_name", BadFileName.code))
    return name


def _is_plain(text: str) -> bool:
    """Say whether it is a line that can be shown as it is: nothing in it turns what stands around it."""
    return 0 < len(text) <= MOST_LETTERS and text.isprintable()
