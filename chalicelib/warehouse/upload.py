"""One upload (tải lên) from its ticket to its end, as a machine of states. Pure: time and ids are passed in.

opened → received → checking → available | rejected(reason); opened → expired when no file came in time, and back to
received should one come all the same: nothing that somebody put there is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from chalicelib.kernel.ids import CatalogueHash, ClientId, DocumentId, SubjectId, UploadId
from chalicelib.papers.model import MediaType, Reason
from chalicelib.warehouse.model import ReadItem

UploadState: TypeAlias = Literal["opened", "received", "checking", "available", "rejected", "expired"]
Rejection: TypeAlias = Reason | Literal["quota_exceeded", "no_such_type", "not_signed"]
"""Why it ended in `rejected`; `not_signed`: an agency's document whose signatures do not make it one."""

ENDED: Final[frozenset[UploadState]] = frozenset({"available", "rejected"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody sets out to upload: of which type, and what the file is to be, to the byte."""

    type: str
    title: str
    media_type: MediaType
    size: int
    sha256: str
    """In hex."""
    file_name: str | None = None
    """As the citizen's machine calls it: shown to them, never part of a key or a path."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What an agency says of the document whose file this is; its items were read from the data it sent.

    `version` and `series` place it among the versions of one document, `supersedes` is the one it takes the place of.
    """

    origin: Literal["issued", "back_file"]
    number: str
    issued_on: str
    valid_until: str | None = None
    items: tuple[ReadItem, ...] = ()
    version: int = 1
    series: DocumentId | None = None
    supersedes: DocumentId | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as it stands.

    `attempt` numbers its tickets: each has an object key of its own. `version` is the version of the object that is
    checked, from `received` on. `issue` is what an agency said of the document it issues with this file, None for a
    citizen's own upload.
    """

    id: UploadId
    owner: SubjectId
    client: ClientId
    wish: Wish
    catalogue: CatalogueHash
    state: UploadState
    opened_at: datetime
    ticket_until: datetime
    attempt: int = 1
    key: str | None = None
    """The object that arrived, from `received` on: of which attempt, that is."""
    version: str | None = None
    rejection: Rejection | None = None
    changed_at: datetime | None = None
    issue: Issue | None = None


def object_key(upload: UploadId, attempt: int) -> str:
    """Return where the file of an attempt is to be put: made here, of nothing that the caller sent."""
    return f"in/{upload}/{attempt}"


def upload_of(key: str) -> UploadId | None:
    """Return whose upload an object key is of, None for a key that was never made here."""
    match key.split("/"):
        case ["in", upload, attempt] if attempt.isdecimal() and upload:
            return UploadId(upload)
    return None
