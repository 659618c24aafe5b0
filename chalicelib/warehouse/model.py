"""A document of the warehouse, what was read from it, and how much its word counts. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, ClientId, DocumentId, ItemId, PrefillId, SubjectId
from chalicelib.papers.model import MediaType, Scan, Signature

Assurance: TypeAlias = Literal["original_electronic", "certified_copy", "scan", "typed"]
"""How much a document's word counts, the best first (NĐ 30/2020/NĐ-CP Điều 5, 25): an original with the signatures of
the competent person and of the agency · a copy with the agency's signature · a picture or data without either · the
citizen's word. Signatures alone decide it, whoever brought the file."""

Standing: TypeAlias = Literal["issued", "scan", "typed"]
"""What that is worth to a form: signed documents stand together, below registers and above the rest."""

Origin: TypeAlias = Literal["upload", "issued", "back_file", "typed"]
"""How it came in: the citizen's upload · an agency's issue · an agency's import of old results · typed, no paper."""

Holder: TypeAlias = Literal["owner", "other", "unproved"]
"""Whose paper it is by its own words: the owner's of this warehouse, somebody else's (its items are then not used), or
it does not say."""

State: TypeAlias = Literal["available", "superseded", "revoked", "deleted"]
"""`deleted` until the days of grace are over; then it is gone."""

ASSURANCES: Final[tuple[Assurance, ...]] = get_args(Assurance)
_STANDINGS: Final[dict[Assurance, Standing]] = {
    "original_electronic": "issued",
    "certified_copy": "issued",
    "scan": "scan",
    "typed": "typed",
}


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One item as it was read from a document, in the item's own form (vocabulary.cast), and where it stood."""

    item: ItemId
    value: Json
    path: str


@dataclass(frozen=True, slots=True)
class File:
    """The file behind a document, as it was checked; a typed one has none."""

    media_type: MediaType
    size: int
    sha256: str
    """Of the original, in hex."""
    version: str
    """The version of the object that was checked: what is kept is a copy of that one and of no other."""
    scan: Scan
    has_thumbnail: bool
    is_redacted: bool
    """What is served differs from the original: metadata were taken out."""
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Revoked:
    """Since when it does not hold any more, and the issuer's reason (a code, then words)."""

    at: datetime
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The owner's explicit agreement (sự đồng ý, Luật 91/2025/QH15 Điều 9) that this is kept: to what and when."""

    purpose: Literal["profile"]
    at: datetime
    prefill: PrefillId


@dataclass(frozen=True, slots=True)
class Document:
    """A document of one owner (chủ kho): a person, or an organisation.

    `title`, `number`, `items`, `signatures` are personal data, kept under seal. `series` is the id of its first
    version. `type` is the code of its document type, whose definition `mapping` (a hash) it was read with. `issued_on`
    and `valid_until` are ISO 8601 in the precision known. `holder` is whose paper it says it is.
    `agreed` is what a typed one is kept on.
    """

    id: DocumentId
    owner: SubjectId
    type: str
    title: str
    origin: Origin
    state: State
    assurance: Assurance
    created_at: datetime
    mapping: str
    catalogue: CatalogueHash
    holder: Holder
    items: tuple[ReadItem, ...] = ()
    file: File | None = None
    signatures: tuple[Signature, ...] = ()
    number: str | None = None
    issued_on: str | None = None
    valid_until: str | None = None
    issuer: ClientId | None = None
    version: int = 1
    series: DocumentId | None = None
    superseded_by: DocumentId | None = None
    revoked: Revoked | None = None
    deleted_at: datetime | None = None
    purge_at: datetime | None = None
    agreed: Agreed | None = None

    @property
    def standing(self) -> Standing:
        """Return what it is worth to a form: no more than a scan where nothing in it says that it is the owner's.

        A signature proves the bytes. Of a file that somebody brings themselves, whose paper it is and of which type is
        their own word, unless it was read from it.
        """
        standing = _STANDINGS[self.assurance]
        return "scan" if standing == "issued" and self.holder != "owner" else standing

    @property
    def counts(self) -> bool:
        """Say whether its items and the paper itself may be used: it stands, and is not somebody else's."""
        return self.state == "available" and self.holder != "other"


def assurance_of(signatures: Iterable[Signature]) -> Assurance:
    """Return what the signatures of a file make of it.

    An original has a valid signature of a person and one of an agency (NĐ 30/2020 Điều 5), a certified copy the
    agency's (Điều 25.1.c). One signature that does not hold spoils all: somebody changed the file, or signed it who
    may not.
    """
    all_ = tuple(signatures)
    if not all_ or not all(each.is_valid for each in all_):
        return "scan"
    kinds = {each.signer.kind for each in all_ if each.signer is not None}
    if "agency" not in kinds:
        return "scan"
    return "original_electronic" if "person" in kinds else "certified_copy"
