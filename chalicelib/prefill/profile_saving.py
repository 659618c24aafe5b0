"""Keep what the citizen typed as their own word, in their warehouse, so that the next form has it. Must not know HTTP.

Only on their explicit agreement (sự đồng ý, Luật 91/2025/QH15 Điều 9), which is kept with it. What is kept is one
document of the type of typed information; the same answers of the same revision are kept once, however often it is
asked. Entered in the access log before.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from chalicelib.audit.model import of_warehouse
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.canonical import JsonObject, canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import PreconditionFailed
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import DocumentId, EventId, IdSource, ProcedureCode, encode_ulid
from chalicelib.prefill.asking import TRIES
from chalicelib.prefill.hand import Desk
from chalicelib.prefill.job import Job, Who
from chalicelib.prefill.port import PrefillStore
from chalicelib.prefill.profile import Allowed, Savable, savable
from chalicelib.prefill.reader import Reader
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.writing import Change
from chalicelib.turns import in_turn
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.model import Agreed, Document, ReadItem
from chalicelib.warehouse.port import KeptDocument, Shelf

TYPE: Final = "thong-tin-tu-khai"
"""The type of document that typed information is."""
SAVED: Final = "warehouse.profile_saved"


@dataclass(frozen=True, slots=True)
class Saved:
    """What was kept of which revision, and the document that holds it."""

    revision: Revision
    document: Document
    kept: tuple[Savable, ...]
    job: Job


@dataclass(frozen=True, slots=True)
class ProfileSaving:
    """The use case."""

    store: PrefillStore
    reader: Reader
    shelf: Shelf
    definitions: Definitions
    clock: Clock
    ids: IdSource

    def save(self, change: Change, pointers: Iterable[str]) -> Saved:
        """Keep what is typed at these pointers; the caller agreed to that.

        Raises CannotSave, PreconditionFailed where the caller saw an older revision, QuotaExceeded, Contention, and
        what `Reader.revision` raises.
        """
        revision = self.reader.revision(change.who, change.prefill)
        if change.seen not in {None, revision.number}:
            raise PreconditionFailed
        job, catalogue = self.reader.job(revision), self.definitions.current()
        type_ = catalogue.get(DOCUMENT_TYPES, TYPE)
        own = frozenset(role for role, named in job.subjects.items() if named.subject == change.who.person)
        desk = Desk(job.form, job.items, revision.resolution, revision.sheet)
        kept = savable(desk, pointers, Allowed(own, type_.typed))
        document = self._document(change.who, revision, kept, type_)
        return Saved(revision, self._admitted(change.who, document, job.procedure.code), kept, job)

    def _document(self, who: Who, revision: Revision, kept: tuple[Savable, ...], type_: DocumentType) -> Document:
        at = self.clock.now()
        return Document(
            id=_id(revision, kept),
            owner=who.person,
            type=type_.code,
            title=type_.name.vi,
            origin="typed",
            state="available",
            assurance="typed",
            created_at=at,
            mapping=type_.mapping,
            catalogue=self.definitions.current().hash,
            holder="owner",
            items=tuple(ReadItem(each.item, each.value, each.pointer) for each in kept),
            agreed=Agreed("profile", at, revision.header.id),
        )

    def _admitted(self, who: Who, document: Document, procedure: ProcedureCode) -> Document:
        """Enter it in the log and put it on the shelf, unless it stands there already."""
        entry = of_warehouse("saved", document.created_at, who.client, "own", document.id)
        entry = replace(entry, items=tuple(sorted(each.item for each in document.items)))
        data: JsonObject = {"type": document.type, "origin": document.origin, "items": len(document.items)}
        event = Event(EventId(self.ids.new()), SAVED, document.id, document.created_at, data)

        def standing() -> KeptDocument | None:
            return self.shelf.find(who.person, document.id)

        def entered() -> None:
            known = standing()
            if known is None or known.document.state == "deleted":
                self.store.begin(who, frozenset(), procedure).enter({who.person: entry})

        def admitted() -> Document:
            known = standing()
            if known is None:
                self.shelf.admit(document, event)
                return document
            if known.document.state != "deleted":
                return known.document
            # They took it out, and now agree to it again.
            again = replace(known.document, state="available", deleted_at=None, purge_at=None, agreed=document.agreed)
            self.shelf.change(known, again, event)
            return again

        in_turn(entered, self.clock, TRIES)
        return in_turn(admitted, self.clock, TRIES)


def _id(revision: Revision, kept: tuple[Savable, ...]) -> DocumentId:
    """Return the id of a document by what is kept of which revision: a ULID of the revision's time."""
    fields = [each.pointer for each in sorted(kept, key=lambda each: each.pointer)]
    named = canonical({"prefill": revision.header.id, "revision": revision.number, "fields": [*fields]})
    milliseconds = int(revision.made_at.timestamp() * 1000)
    return DocumentId(encode_ulid(milliseconds, int.from_bytes(hashlib.sha256(named).digest()[:10])))
