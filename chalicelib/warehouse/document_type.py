"""What a document type (loại giấy tờ) is: which files it may be, how its items are read, what it proves. Pure."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId
from chalicelib.papers.model import MediaType
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.paths import Getter

Reader: TypeAlias = Literal["citizen_card_qr", "health_card_qr", "json", "xml", "typed"]
"""How items come out of a document: the code on a card (sources.md §2.6), the paths of a structured file, or only by
hand."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One item that a reader supplies: where it stands, and the paper's codes for ours."""

    item: ItemId
    path: str
    read: Getter
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Validity:
    """How long such a paper holds, counted from the day of issue, or up to the day that one of its items names.

    Neither: it has no end. `status` and `basis` say how well that is known.
    """

    months: int | None = None
    until: ItemId | None = None
    basis: str = ""
    status: Status = "unverified"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A document type.

    `readers` by the media type they read. `proves` are the codes of evidence that components of procedures ask for and
    that this paper is. `holder` is the item whose value says whose paper it is, `number`, `issued_on` the items that
    name the paper. `typed` are the items that an owner may add by hand. `organisations`: such a paper may be an
    organisation's. `issuers`: the kinds of agency that issue it, as text for readers.
    """

    code: str
    name: Text
    media_types: frozenset[MediaType]
    max_bytes: int
    readers: Mapping[MediaType, Reader]
    mapped: Mapping[Reader, tuple[Mapped, ...]]
    proves: frozenset[str]
    validity: Validity
    holder: ItemId | None
    number: ItemId | None
    issued_on: ItemId | None
    typed: frozenset[ItemId]
    persons: bool
    organisations: bool
    legal_basis: str
    status: Status
    mapping: str
    issuers: Text | None = None

    @property
    def supplies(self) -> frozenset[ItemId]:
        """Return every item that may come out of such a paper."""
        return frozenset(each.item for mapped in self.mapped.values() for each in mapped) | self.typed
