"""The document types of the live set, as anybody may read them. Must not know HTTP, or anything of a person."""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.model import Item, Text
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.checks import EVIDENCE
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.document_type import DocumentType


class Live(Protocol):
    """Where the live set of definitions comes from."""

    def current(self) -> Catalogue:
        """Return the live set."""
        ...


@dataclass(frozen=True, slots=True)
class TypeView:
    """A type with the names of what it supplies and proves, and the notice to show where it is not fully verified."""

    type: DocumentType
    items: Mapping[ItemId, Item]
    evidence: Mapping[str, Text]
    notice: Text | None


@dataclass(frozen=True, slots=True)
class Types:
    """The document types of the live set."""

    definitions: Live

    def all(self) -> tuple[TypeView, ...]:
        """Return them by code."""
        return self.definitions.current().derive("document_type_views", _views)


def _views(catalogue: Catalogue) -> tuple[TypeView, ...]:
    words = vocabulary(catalogue)
    return tuple(
        TypeView(
            type=each,
            items={item: words.item(item) for item in sorted(each.supplies)},
            evidence={code: words.texts[f"{EVIDENCE}{code}"] for code in sorted(each.proves)},
            notice=words.notice(each.status),
        )
        for each in catalogue.all(DOCUMENT_TYPES)
    )
