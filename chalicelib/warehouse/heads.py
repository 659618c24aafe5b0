"""What a document contributes to what is held of its owner, and which of two counts for more. Pure.

The newest value of an item that is not over stands for all of its standing, and of papers that prove the same the one
that is valid the longest: each has an order that sorts it among its like, the best last.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, TypeAlias

from chalicelib.kernel.clock import iso, local_day
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.model import Document, ReadItem
from chalicelib.warehouse.port import HeldItem, HeldPaper
from chalicelib.warehouse.reading import last_day

MOST_ITEMS: Final = 30
MOST_PAPERS: Final = 6
"""How much of one document is held: it goes to the shelf in one transaction, and that has 100 writes at most. What is
beyond is kept with the document, and only there."""

Held: TypeAlias = HeldItem | HeldPaper
_NO_END: Final = "9999-12-31"
_LATEST: Final = "-99-99"
_YEAR: Final = 4


@dataclass(frozen=True, slots=True)
class Head:
    """Something a document says or proves, and its order among others that do."""

    held: Held
    order: str

    @property
    def rank(self) -> tuple[str, str]:
        """Return what compares it with another of the same item or evidence: the greater one counts."""
        return self.order, self.held.document


def contributed(document: Document, type_: DocumentType) -> tuple[Head, ...]:
    """Return what a document says and proves; nothing when it does not count."""
    if not document.counts:
        return ()
    return (*_items(document, type_), *_papers(document, type_))


def ends(document: Document, type_: DocumentType) -> str | None:
    """Return the last day on which a paper may still hold, None where it has no end.

    One whose day of issue is not known was issued at the latest when it came, one of a year on that year's last day: so
    a picture of a paper that holds for months does not prove for ever.
    """
    issued = document.issued_on or local_day(document.created_at).isoformat()
    return document.valid_until or last_day(type_.validity, issued if len(issued) > _YEAR else f"{issued}-12-31")


def is_over(held: Held, today: date) -> bool:
    """Say whether the last day of it has passed; one known by the year or month ends with that."""
    return held.until is not None and held.until < today.isoformat()[: len(held.until)]


def _items(document: Document, type_: DocumentType) -> Iterator[Head]:
    # Text order is time order: a year sorts before its days, and a day before an instant in it.
    # A day of issue that had not come when the paper did is no reason to stand before all that follow.
    came = iso(document.created_at)
    order, until = min(document.issued_on or came, came), ends(document, type_)
    first: dict[ItemId, ReadItem] = {}
    for read in document.items:
        first.setdefault(read.item, read)
    for read in list(first.values())[:MOST_ITEMS]:
        held = HeldItem(
            item=read.item,
            value=read.value,
            standing=document.standing,
            document=document.id,
            type=document.type,
            path=read.path,
            mapping=document.mapping,
            read_at=iso(document.created_at),
            as_of=document.issued_on,
            until=until,
            legal_basis=type_.legal_basis,
        )
        yield Head(held, order)


def _papers(document: Document, type_: DocumentType) -> Iterator[Head]:
    until = ends(document, type_)
    last = until or _NO_END
    # Known by the year or month only, it is valid to the end of it.
    order = f"{last}{_LATEST[len(last) - _YEAR :]}~{iso(document.created_at)}"
    for evidence in sorted(type_.proves)[:MOST_PAPERS]:
        held = HeldPaper(
            evidence=evidence,
            standing=document.standing,
            document=document.id,
            type=document.type,
            mapping=document.mapping,
            read_at=iso(document.created_at),
            as_of=document.issued_on,
            until=until,
            legal_basis=type_.legal_basis,
        )
        yield Head(held, order)
