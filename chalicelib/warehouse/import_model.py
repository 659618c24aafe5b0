"""A back-file import (số hóa kết quả cũ) and what comes of its rows. Pure: time and ids are passed in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final, Literal, NewType, TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, DocumentId, encode_ulid, ulid_time
from chalicelib.papers.model import MediaType
from chalicelib.warehouse.manifest import Format, ManifestFault

ImportId = NewType("ImportId", str)
ImportState: TypeAlias = Literal["opened", "running", "finished", "failed"]
Outcome: TypeAlias = Literal["imported", "skipped_duplicate", "failed", "ambiguous_match", "no_match"]
CHUNK: Final = 20
"""Rows that one message works."""
STALLS: Final = 6
"""How often a sweep carries on an import that stands still, each time after twice as long: some 21 hours in all."""
_LOOK_AGAIN: Final = timedelta(minutes=10)
"""After so long without a step a sweep says again what carries the import on."""


@dataclass(frozen=True, slots=True)
class ManifestWish:
    """The manifest as it will be sent; `sha256` in hex."""

    media_type: Format
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileWish:
    """A file that rows of the manifest name. The name is the agency's: shown to it, never part of a key."""

    name: str
    media_type: MediaType
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """What came of a row: a code, with the reason and the column where it failed; never a value."""

    row: int
    outcome: Outcome
    reason: str | None = None
    column: str | None = None
    document: DocumentId | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands.

    `rows` are those of the manifest, known once it was looked through; `done` of them are worked, the next begins at
    byte `offset` of the manifest's `version`. `reason` is why the manifest as a whole could not be used.
    """

    id: ImportId
    client: ClientId
    manifest: ManifestWish
    note: str | None
    state: ImportState
    opened_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    look_at: datetime | None = None
    """When a sweep is to look whether it goes on."""
    version: str | None = None
    columns: tuple[str, ...] = ()
    rows: int | None = None
    done: int = 0
    offset: int = 0
    counts: Mapping[Outcome, int] = field(default_factory=dict)
    reason: str | None = None
    stalls: int = 0
    """How often a sweep found it standing where it stands."""
    careful: bool = False
    """A chunk of it did not end, and its message was not merely lost: rows are worked one by one from there on."""


def started(import_: Import, version: str, at: datetime) -> Import:
    """Return it running: the version of the manifest that is there now is the one that is worked."""
    return replace(import_, state="running", version=version, started_at=at)


def advanced(import_: Import, results: Iterable[RowResult], offset: int, at: datetime) -> Import:
    """Return it further on by these rows, and finished after the last."""
    worked = tuple(results)
    counts = Counter[Outcome](import_.counts)
    counts.update(each.outcome for each in worked)
    further = replace(
        import_, done=import_.done + len(worked), offset=offset, counts=dict(sorted(counts.items())), stalls=0
    )
    return finished(further, at) if further.rows is not None and further.done >= further.rows else further


def finished(import_: Import, at: datetime) -> Import:
    """Return it ended."""
    return replace(import_, state="finished", finished_at=at)


def failed(import_: Import, reason: ManifestFault, at: datetime) -> Import:
    """Return it ended before its last row: none was worked, or the manifest went away meanwhile."""
    return replace(import_, state="failed", reason=reason, finished_at=at)


def stalled(import_: Import) -> Import:
    """Return it as a sweep found it, standing still."""
    stalls = import_.stalls + 1
    return replace(import_, stalls=stalls, careful=import_.careful or stalls > 1)


def is_stuck(import_: Import) -> bool:
    """Say whether its next row was begun so often that nobody is to begin it again: it may be what they die of."""
    return import_.stalls > STALLS


def look_again_at(import_: Import, at: datetime) -> datetime:
    """Return when a sweep is to look whether it went on from where it stands at `at`."""
    return at + _LOOK_AGAIN * (1 << import_.stalls)


def document_of(import_: ImportId, row: int) -> DocumentId:
    """Return the id of the document that a row brings: always the same, so that a row worked twice brings one."""
    digest = hashlib.sha256(f"{import_}#{row}".encode()).digest()
    milliseconds = int(ulid_time(import_).timestamp() * 1000)
    return DocumentId(encode_ulid(milliseconds, int.from_bytes(digest[:10])))
