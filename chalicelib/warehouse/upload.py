"""One upload (tải lên) from its ticket to its end, as a machine of states. Pure: time and ids are passed in.

opened → received → checking → available | rejected(reason); opened → expired when no file came in time, and back to
received should one come all the same: nothing that somebody put there is lost.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, ClientId, DocumentId, SubjectId, UploadId
from chalicelib.papers.model import MediaType, Reason
from chalicelib.warehouse.model import ReadItem

UploadState: TypeAlias = Literal["opened", "received", "checking", "available", "rejected", "expired"]
Rejection: TypeAlias = (
    Reason | Literal["quota_exceeded", "no_such_type", "not_signed", "already_issued", "file_gone", "not_checked"]
)
"""Why it ended in `rejected`; `not_signed`: an agency's document whose signatures do not make it one;
`already_issued`: a back file of what its issuer has put there already; `file_gone`: it was not checked before it was
taken away; `not_checked`: no check of it came to an end, however often it was begun."""

ENDED: Final[frozenset[UploadState]] = frozenset({"available", "rejected"})
GRACE: Final = timedelta(minutes=2)
"""How long after a ticket's end its file may still be under way, and how long a check may take before it is begun
again."""
LATE_FILE: Final = timedelta(hours=1)
"""When a sweep looks once more whether the file of an expired upload came all the same, should nobody have said so."""
LOOKS: Final = 8
"""How often a sweep begins an unfinished check again, each time after twice as long: some eight hours in all."""
LEAVES_COPIES: Final[frozenset[Rejection | None]] = frozenset(
    {"quota_exceeded", "already_issued", "file_gone", "not_checked", "malware", "not_signed"}
)
"""Rejections that may come after files were kept, be it by a look before the one that refused: a scanner learns, and
signatures are held against the roots of the day. A sweep looks once more whether they were taken away."""


class IllegalMove(Conflict):
    """A move that this state does not allow: somebody else made one first, or the caller did not look."""


class UploadUnderWay(Conflict):
    """A further ticket is asked for, and a file came already."""

    code = "upload_under_way"


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
    looks: int = 0
    """How many sweeps found it as it is."""


def object_key(upload: UploadId, attempt: int) -> str:
    """Return where the file of an attempt is to be put: made here, of nothing that the caller sent."""
    return f"in/{upload}/{attempt}"


def upload_of(key: str) -> UploadId | None:
    """Return whose upload an object key is of, None for a key that was never made here."""
    match key.split("/"):
        case ["in", upload, attempt] if attempt.isdecimal() and upload:
            return UploadId(upload)
    return None


def attempt_of(key: str) -> int:
    """Return which attempt an object key is of, 0 for a key that was never made here."""
    return 0 if upload_of(key) is None else int(key.rpartition("/")[2])


def received(upload: Upload, key: str, version: str, at: datetime) -> Upload:
    """Pin the first version that came, of whichever attempt. One that comes later, or for an upload that ended, or
    under a key that no ticket of it has, changes nothing.
    """  # noqa: D205
    known = upload_of(key) == upload.id and 1 <= attempt_of(key) <= upload.attempt
    if upload.state not in {"opened", "expired"} or not known:
        return upload
    return replace(upload, state="received", key=key, version=version, changed_at=at, looks=0)


def checking(upload: Upload, at: datetime) -> Upload:
    """Begin the check, or begin it again: who began before may have died. Raises IllegalMove."""
    _need(upload, "received", "checking")
    return replace(upload, state="checking", changed_at=at)


def available(upload: Upload, at: datetime) -> Upload:
    """End in a document. Raises IllegalMove."""
    _need(upload, "checking")
    return replace(upload, state="available", changed_at=at, looks=0)


def rejected(upload: Upload, reason: Rejection, at: datetime) -> Upload:
    """End without a document. Raises IllegalMove."""
    _need(upload, "received", "checking")
    return replace(upload, state="rejected", rejection=reason, changed_at=at, looks=0)


def expired(upload: Upload, at: datetime) -> Upload:
    """Close the tickets once their time is over and the grace too; before, or after a file came, nothing changes."""
    if upload.state != "opened" or at < upload.ticket_until + GRACE:
        return upload
    return replace(upload, state="expired", changed_at=at)


def renewed(upload: Upload, until: datetime, at: datetime) -> Upload:
    """Open a further attempt. Raises UploadUnderWay once a file came."""
    if upload.state not in {"opened", "expired"}:
        raise UploadUnderWay
    return replace(upload, state="opened", attempt=upload.attempt + 1, ticket_until=until, changed_at=at, looks=0)


def look_again_at(upload: Upload) -> datetime | None:
    """Return when a sweep is to look at it: no file came in time or none yet, nobody works the one that did, or copies
    of one that was rejected may be left. None: no more.
    """  # noqa: D205
    since = upload.changed_at or upload.opened_at
    if upload.state == "opened":
        return upload.ticket_until + GRACE
    if upload.state in {"received", "checking"}:
        return since + GRACE * (1 << upload.looks)
    if upload.state == "expired" and not upload.looks:
        return since + LATE_FILE
    if upload.rejection in LEAVES_COPIES and not upload.looks:
        return since + GRACE
    return None


def looked_at(upload: Upload, at: datetime) -> Upload:
    """Count a sweep's look at what came and was not ended, or was not tidied; before its time nothing changes."""
    again = look_again_at(upload)
    if again is None or at < again or upload.state == "opened":
        return upload
    return replace(upload, looks=upload.looks + 1)


def is_hopeless(upload: Upload) -> bool:
    """Say whether its check was begun so often that nobody is to begin it again."""
    return upload.state in {"received", "checking"} and upload.looks > LOOKS


def _need(upload: Upload, *states: UploadState) -> None:
    if upload.state not in states:
        raise IllegalMove
