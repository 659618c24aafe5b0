"""A shelf in memory: the port held by the same contract as the table's. What is held is reckoned anew each time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from chalicelib.kernel.clock import Clock, local_day
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId, ItemId, SubjectId, UploadId
from chalicelib.turns import Raced
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.heads import Head, contributed, is_over
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.port import (
    HeldItem,
    HeldPaper,
    Holdings,
    KeptDocument,
    KeptUpload,
    QuotaExceeded,
    Shelf,
    Usage,
)
from chalicelib.warehouse.quota import LIMITS, Limits, has_room, is_limited
from chalicelib.warehouse.series import Named, named, need_place
from chalicelib.warehouse.upload import Upload
from tests.support.clock import VirtualClock


@dataclass
class MemoryShelf(Shelf):
    """Documents by owner and id, with a number that each change moves on; uploads as they ended."""

    types: Callable[[Document], DocumentType]
    limits: Limits = LIMITS
    documents: dict[tuple[SubjectId, DocumentId], tuple[Document, int]] = field(default_factory=dict)
    used: dict[SubjectId, Usage] = field(default_factory=dict)
    newest: dict[Named, tuple[DocumentId, DocumentId, int]] = field(default_factory=dict)
    ended: dict[UploadId, Upload] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    clock: Clock = field(default_factory=VirtualClock)

    def admit(self, document: Document, event: Event, ended: tuple[KeptUpload, Upload] | None = None) -> None:
        if (document.owner, document.id) in self.documents:
            raise Raced
        usage = self.usage(document.owner)
        held = ended is not None and ended[0].upload.id in usage.open
        if is_limited(document.origin) and not held and not has_room(usage, _size(document), self.limits):
            raise QuotaExceeded
        document = self._placed(document)
        if ended is not None:
            usage = self._end(*ended)
        more = replace(usage, documents=usage.documents + 1, bytes=usage.bytes + _size(document))
        self.used[document.owner] = more
        self.documents[document.owner, document.id] = document, 0
        self.events.append(event)

    def reject(self, kept: KeptUpload, ended: Upload, event: Event) -> None:
        self.used[ended.owner] = self._end(kept, ended)
        self.events.append(event)

    def find(self, owner: SubjectId, document: DocumentId) -> KeptDocument | None:
        found = self.documents.get((owner, document))
        return None if found is None else KeptDocument(found[0], str(found[1]))

    def change(self, kept: KeptDocument, after: Document, event: Event) -> None:
        self.documents[after.owner, after.id] = after, self._unchanged(kept) + 1
        self.events.append(event)

    def remove(self, kept: KeptDocument, event: Event) -> None:
        self._unchanged(kept)
        document = kept.document
        del self.documents[document.owner, document.id]
        usage = self.usage(document.owner)
        less = replace(usage, documents=usage.documents - 1, bytes=usage.bytes - _size(document))
        self.used[document.owner] = less
        self.events.append(event)

    def held(self, owner: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Holdings:
        best: dict[tuple[str, str], Head] = {}
        today = local_day(self.clock.now())

        def rank(head: Head) -> tuple[bool, tuple[str, str]]:
            return not is_over(head.held, today), head.rank

        for (whose, _), (document, _) in self.documents.items():
            for head in contributed(document, self.types(document)) if whose == owner else ():
                name = head.held.item if isinstance(head.held, HeldItem) else f"evidence {head.held.evidence}"
                place = name, head.held.standing
                if place not in best or rank(best[place]) < rank(head):
                    best[place] = head
        held = [each.held for each in best.values()]
        return Holdings(
            tuple(each for each in held if isinstance(each, HeldItem) and each.item in items),
            tuple(each for each in held if isinstance(each, HeldPaper) and each.evidence in evidence),
        )

    def usage(self, owner: SubjectId) -> Usage:
        return self.used.get(owner, Usage())

    def _end(self, kept: KeptUpload, ended: Upload) -> Usage:
        if ended.id in self.ended:
            raise Raced
        self.ended[ended.id] = ended
        usage = self.usage(ended.owner)
        return replace(usage, open={each: size for each, size in usage.open.items() if each != kept.upload.id})

    def _placed(self, document: Document) -> Document:
        series = named(document)
        if series is None:
            return document
        first, latest, version = self.newest.get(series, (document.id, None, 0))
        older = None if latest is None else self.documents.get((document.owner, latest))
        if latest is not None:
            need_place(document, None if older is None else older[0])
        self.newest[series] = first, document.id, version + 1
        if older is not None and latest is not None and older[0].state == "available":
            after = replace(older[0], state="superseded", superseded_by=document.id)
            self.documents[document.owner, latest] = after, older[1] + 1
        return replace(document, series=first, version=version + 1)

    def _unchanged(self, kept: KeptDocument) -> int:
        document, version = self.documents.get((kept.document.owner, kept.document.id), (None, -1))
        if document is None or str(version) != kept.version:
            raise Raced
        return version


def _size(document: Document) -> int:
    return 0 if document.file is None else document.file.size
