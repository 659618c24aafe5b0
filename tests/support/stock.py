"""Documents put straight on a citizen's shelf, as they stand once they were checked and read."""

from dataclasses import replace
from typing import Final

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId, EventId, ItemId, SubjectId
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.model import Assurance, Document, ReadItem
from chalicelib.warehouse.port import Shelf
from tests.support.service import AN, Portal, Service

_EVENT: Final = "warehouse.document_available"
CARD: Final = "the-can-cuoc"


def a_document(
    portal: Portal,
    items: dict[str, Json],
    assurance: Assurance = "scan",
    type_: str = CARD,
    owner: SubjectId = AN,
    **changes: object,
) -> Document:
    """Return a document of these items, of now."""
    catalogue = portal.services.definitions.current()
    known = Document(
        id=DocumentId(portal.ids.new()),
        owner=owner,
        type=type_,
        title="Giấy tờ",
        origin="typed" if assurance == "typed" else "upload",
        state="available",
        assurance=assurance,
        created_at=portal.services.profile_saving.clock.now(),
        mapping=catalogue.get(DOCUMENT_TYPES, type_).mapping,
        catalogue=catalogue.hash,
        holder="owner",
        items=tuple(ReadItem(ItemId(item), value, "$.x") for item, value in items.items()),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def stock(portal: Portal, document: Document) -> Document:
    """Put it on the shelf."""
    shelf_of(portal).admit(document, _event(portal, document))
    return document


def shelved(service: Service, items: dict[str, Json], assurance: Assurance = "scan", **changes: object) -> Document:
    """Put a new document of An's on their shelf."""
    return stock(service, a_document(service, items, assurance, **changes))  # type: ignore[arg-type]


def turned(portal: Portal, document: Document, **changes: object) -> None:
    """Change a document's state, as its owner or its issuer does."""
    kept = shelf_of(portal).find(document.owner, document.id)
    assert kept is not None
    after = replace(kept.document, **changes)  # type: ignore[arg-type]
    shelf_of(portal).change(kept, after, _event(portal, after))


def shelf_of(portal: Portal) -> Shelf:
    """Return the shelf."""
    return portal.services.warehouse.shelf


def _event(portal: Portal, document: Document) -> Event:
    counts: dict[str, Json] = {"type": document.type, "origin": document.origin, "assurance": document.assurance}
    return Event(EventId(portal.ids.new()), _EVENT, document.id, document.created_at, counts)
