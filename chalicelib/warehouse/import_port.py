"""What back-file imports need of the world: where they and their files are kept, and what works one row."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.warehouse.import_model import FileWish, Import, ImportId, Outcome, RowResult
from chalicelib.warehouse.manifest import Raw
from chalicelib.warehouse.port import PostForm


@dataclass(frozen=True, slots=True)
class KeptImport:
    """An import as it was read; `version` is for the store to see that nothing changed it since."""

    import_: Import
    version: str


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Some rows in the order of the manifest, and where the next page starts."""

    rows: tuple[RowResult, ...]
    next: str | None


class ImportStore(Protocol):
    """Where imports are kept."""

    def create(self, import_: Import) -> None:
        """Keep a new one."""
        ...

    def find(self, import_: ImportId) -> KeptImport | None:
        """Return an import on the service's own account: whoever shows it compares the client first."""
        ...

    def change(self, kept: KeptImport, after: Import, results: Sequence[RowResult], event: Event) -> None:
        """Write the next state, what came of rows, the note of when to look again, and the event. Raises Raced."""
        ...

    def announce(self, kept: KeptImport, files: Sequence[FileWish]) -> None:
        """Keep what files will be; announced again, the last word counts. Raises Raced when it was started."""
        ...

    def announced(self, import_: Import, name: str) -> FileWish | None:
        """Return a file by the name that the manifest has for it."""
        ...

    def rows(self, import_: ImportId, outcome: Outcome | None, start: str | None, limit: int) -> RowsPage:
        """Return what came of rows, all or of one outcome."""
        ...


class ImportFiles(Protocol):
    """Where the manifest and the files of an import are put."""

    def manifest_ticket(self, import_: Import, seconds: int) -> PostForm:
        """Return a form that takes the manifest."""
        ...

    def ticket(self, import_: Import, file: FileWish, seconds: int) -> PostForm:
        """Return a form that takes a file."""
        ...

    def place(self, import_: Import, name: str) -> str:
        """Return the key of a file that is named so."""
        ...

    def manifest_version(self, import_: Import) -> str | None:
        """Return the version that is there now, if it has the announced size."""
        ...

    def manifest(self, import_: Import, start: int) -> Iterator[bytes]:
        """Yield the pinned version from a byte on, in pieces. Raises BadManifest when it is gone, StoreUnavailable."""
        ...

    def digest(self, import_: Import) -> str:
        """Return the SHA-256 of the pinned version, in hex."""
        ...


class RowWork(Protocol):
    """What works one row (import_row)."""

    def work(self, import_: Import, number: int, raw: Raw) -> RowResult:
        """Bring what the row says, and say what came of it. Raises SourceError, StoreUnavailable: try again."""
        ...
