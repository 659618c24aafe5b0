"""The warehouse of a subject (kho dữ liệu điện tử) as an archive of prefill: its words in prefill's own.

Knows the warehouse by its port alone. Whether a subject's warehouse may be read, and that it was entered in their log
before, is settled by whoever asks.
"""

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, SubjectId
from chalicelib.prefill.model import Archived, Held, HeldPaper
from chalicelib.prefill.port import Archive
from chalicelib.warehouse import port as warehouse


@dataclass(frozen=True, slots=True)
class WarehouseArchive(Archive):
    """What documents of the warehouse say: one query of the shelf a subject."""

    shelf: warehouse.Shelf

    def held(self, subject: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Archived:
        """Return what is held of these items, and the papers that are evidence of these codes.

        Raises StoreUnavailable.
        """
        found = self.shelf.held(subject, items, evidence)
        return Archived(tuple(map(_held, found.items)), tuple(map(_paper, found.papers)))


def _held(held: warehouse.HeldItem) -> Held:
    return Held(
        item=held.item,
        value=held.value,
        assurance=held.standing,
        record=held.document,
        path=held.path,
        mapping=held.mapping,
        read_at=held.read_at,
        legal_basis=held.legal_basis,
        as_of=held.as_of,
        document=held.type,
        until=held.until,
    )


def _paper(held: warehouse.HeldPaper) -> HeldPaper:
    return HeldPaper(
        evidence=held.evidence,
        assurance=held.standing,
        record=held.document,
        document=held.type,
        mapping=held.mapping,
        read_at=held.read_at,
        legal_basis=held.legal_basis,
        as_of=held.as_of,
        until=held.until,
    )
