"""Uploads in memory: the port held by the same contract as the table's, and the ends that a shelf would write."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import ClientId, SubjectId, UploadId
from chalicelib.turns import Once, Raced
from chalicelib.warehouse.port import Due, Earlier, KeptUpload, Opening, UploadStore, Usage
from chalicelib.warehouse.upload import Upload, look_again_at


@dataclass
class MemoryUploads(UploadStore):
    """Uploads by id with the number of their last write, usage by owner likewise, idempotency keys."""

    uploads: dict[UploadId, tuple[Upload, int]] = field(default_factory=dict)
    used: dict[SubjectId, tuple[Usage, int]] = field(default_factory=dict)
    keys: dict[tuple[str, ClientId, str], tuple[str, UploadId]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def begin(self, owner: SubjectId, client: ClientId, once: Once | None) -> Opening:
        found = None if once is None else self.keys.get(_place(owner, client, once))
        earlier = None if found is None or once is None else Earlier(found[1], found[0] == once.body)
        usage, number = self.used.get(owner, (Usage(), 0))
        return _MemoryOpening(self, owner, client, once, earlier, usage, number)

    def find(self, upload: UploadId) -> KeptUpload | None:
        found = self.uploads.get(upload)
        return None if found is None else KeptUpload(found[0], str(found[1]))

    def change(self, kept: KeptUpload, after: Upload, event: Event | None = None) -> None:
        self.need(kept)
        self.write(after, event)

    def due(self, until: datetime) -> Iterator[Due]:
        noted = [(look_again_at(upload), upload.id) for upload, _ in self.uploads.values()]
        for at, id_ in sorted((at, id_) for at, id_ in noted if at is not None and at <= until):
            yield Due("upload", id_, at)

    def end(self, kept: KeptUpload, after: Upload, usage: Usage) -> None:
        """Write the end of an upload and what its owner uses then, as a shelf does."""
        self.need(kept)
        self.write(after)
        self.use(after.owner, usage)

    def need(self, kept: KeptUpload) -> None:
        if self.find(kept.upload.id) != kept:
            raise Raced

    def write(self, upload: Upload, event: Event | None = None) -> None:
        _, number = self.uploads.get(upload.id, (upload, 0))
        self.uploads[upload.id] = (upload, number + 1)
        if event is not None:
            self.events.append(event)

    def use(self, owner: SubjectId, usage: Usage) -> None:
        _, number = self.used.get(owner, (usage, 0))
        self.used[owner] = (usage, number + 1)

    def usage(self, owner: SubjectId) -> Usage:
        return self.used.get(owner, (Usage(), 0))[0]


def _place(owner: SubjectId, client: ClientId, once: Once) -> tuple[str, ClientId, str]:
    return once.about or owner, client, once.key


@dataclass
class _MemoryOpening(Opening):
    store: MemoryUploads
    owner: SubjectId
    client: ClientId
    once: Once | None
    found: Earlier | None
    using: Usage
    number: int

    @property
    def earlier(self) -> Earlier | None:
        return self.found

    @property
    def usage(self) -> Usage:
        return self.using

    def open(self, upload: Upload, usage: Usage, event: Event) -> None:
        self._still()
        if self.once is not None:
            place = _place(self.owner, self.client, self.once)
            if place in self.store.keys:
                raise Raced
            self.store.keys[place] = (self.once.body, upload.id)
        self.store.use(self.owner, usage)
        self.store.write(upload, event)

    def renew(self, kept: KeptUpload, after: Upload, usage: Usage, event: Event) -> None:
        self._still()
        self.store.need(kept)
        self.store.use(self.owner, usage)
        self.store.write(after, event)

    def _still(self) -> None:
        if self.store.used.get(self.owner, (None, 0))[1] != self.number:
            raise Raced
