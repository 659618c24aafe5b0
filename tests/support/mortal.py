"""The ports of an ingest in memory, whose process may die at any write, before it is done or right after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId, SubjectId
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.port import Arrived, KeptUpload, Usage
from chalicelib.warehouse.upload import Upload
from tests.support.killing import Killed
from tests.support.memory_files import MemoryFiles
from tests.support.memory_shelf import MemoryShelf
from tests.support.memory_uploads import MemoryUploads


@dataclass
class Fuse:
    """What ends the process at the write that it was set to; 0: never."""

    left: int = 0
    is_after: bool = False

    def set(self, nth: int, *, is_after: bool) -> None:
        self.left, self.is_after = nth, is_after

    @contextmanager
    def write(self) -> Iterator[None]:
        """Do one write, or half of what a process does around it."""
        self.left -= 1
        if self.left == 0 and not self.is_after:
            raise Killed
        yield
        if self.left == 0:
            raise Killed


@dataclass
class MortalFiles(MemoryFiles):
    """Files, each of whose writes may be the last."""

    fuse: Fuse = field(default_factory=Fuse)

    def promote(self, arrived: Arrived, key: str, sha256: str) -> None:
        with self.fuse.write():
            super().promote(arrived, key, sha256)

    def keep(self, key: str, body: bytes, media_type: str) -> None:
        with self.fuse.write():
            super().keep(key, body, media_type)

    def discard(self, arrived: Arrived) -> None:
        with self.fuse.write():
            super().discard(arrived)

    def remove(self, document: DocumentId) -> None:
        with self.fuse.write():
            super().remove(document)


@dataclass
class MortalUploads(MemoryUploads):
    """Uploads, each of whose changes may be the last."""

    fuse: Fuse = field(default_factory=Fuse)

    def change(self, kept: KeptUpload, after: Upload, event: Event | None = None) -> None:
        with self.fuse.write():
            super().change(kept, after, event)


@dataclass
class MortalShelf(MemoryShelf):
    """A shelf that ends uploads where they are kept, in one write with the document, which may be the last."""

    uploads: MortalUploads = field(default_factory=MortalUploads)

    def admit(self, document: Document, event: Event, ended: tuple[KeptUpload, Upload] | None = None) -> None:
        with self.uploads.fuse.write():
            super().admit(document, event, ended)
            self.uploads.use(document.owner, self.used[document.owner])

    def reject(self, kept: KeptUpload, ended: Upload, event: Event) -> None:
        with self.uploads.fuse.write():
            super().reject(kept, ended, event)
            self.uploads.use(ended.owner, self.used[ended.owner])

    def usage(self, owner: SubjectId) -> Usage:
        return self.uploads.usage(owner)

    def _end(self, kept: KeptUpload, ended: Upload) -> Usage:
        self.uploads.need(kept)
        self.uploads.write(ended)
        self.ended.pop(ended.id, None)  # one that expired may be renewed and end once more; the store tells races
        return super()._end(kept, ended)
