"""What an owner's warehouse takes and answers, as the API declares it; the description of the API is made of these."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.papers.model import Integrity, MediaType, Scan, SignerKind, Trust
from chalicelib.warehouse.model import Assurance, Holder, Origin, State
from chalicelib.web.paging import PageQuery
from chalicelib.web.shape import Shape, told

MOST_LISTED: Final = 50
Organisation = Annotated[
    str | None,
    Field(
        pattern=r"^[0-9]{10}$",
        **told(
            "Mã số của tổ chức mà bạn là người đại diện; bỏ trống là kho của chính bạn.",
            "Code of an organisation that you represent; left out, your own warehouse.",
        ),
    ),
]


class OwnerQuery(Shape):
    """Whose warehouse: the caller's own, or that of an organisation they represent."""

    organisation: Organisation = None


class DocumentsQuery(PageQuery):
    """Which documents to list."""

    limit: Annotated[
        int, Field(ge=1, le=MOST_LISTED, **told("Số giấy tờ mỗi trang.", "Documents to look at for a page."))
    ] = 20
    type: Annotated[
        str | None,
        Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$", **told("Mã loại giấy tờ.", "Code of a document type.")),
    ] = None
    state: Annotated[
        State | None,
        Field(**told("Bỏ trống: mọi giấy tờ chưa xóa.", "Left out: all that are not deleted.")),
    ] = None
    organisation: Organisation = None


class DocumentSearch(DocumentsQuery):
    """Which documents to find. In a body: what a title or number says is personal data, and URLs are kept in logs."""

    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            **told(
                "Các từ trong tên, số hoặc loại giấy tờ, có dấu hay không dấu; phải có đủ mọi từ.",
                "Words of title, number or type, with or without marks; all must be there.",
            ),
        ),
    ]


class ContentQuery(OwnerQuery):
    """Which copy of the file."""

    copy_: Annotated[
        Literal["served", "original"],
        Field(
            alias="copy",
            **told(
                "served: bản đã bỏ thông tin ẩn của ảnh; original: đúng tệp đã nhận.",
                "served: without what a picture hides; original: the very file that came.",
            ),
        ),
    ] = "served"


class DocumentPath(Shape):
    """Path of one document."""

    id: Annotated[str, Field(max_length=100)]


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PaperNamed(_Answered):
    """A code with its name in both languages."""

    code: str
    vi: str
    en: str


class Told(_Answered):
    """A text in both languages."""

    vi: str
    en: str


class DocumentBrief(_Answered):
    """A document as it is listed."""

    id: str
    type: PaperNamed
    title: str
    origin: Origin
    state: State
    assurance: Assurance
    worth: Annotated[Told, Field(description="What the assurance means, in words.")]
    created_at: str
    version: int
    number: str | None = None
    issued_on: str | None = None
    valid_until: str | None = None
    issuer: PaperNamed | None = None
    media_type: MediaType | None = None
    size: int | None = None
    has_thumbnail: bool = False
    purge_at: Annotated[str | None, Field(description="Deleted: until then it can be brought back.")] = None


class ItemRead(_Answered):
    """One item as it was read from the document, in the item's own form."""

    item: PaperNamed
    value: Any
    path: Annotated[str, Field(description="Where it stood in the document.")]


class SignerShown(_Answered):
    """By whom, as the certificate says."""

    kind: SignerKind
    name: str
    organisation: str | None = None
    issuer: str
    certificate: Annotated[str, Field(description="SHA-256 of the certificate, in hex.")]


class SignatureShown(_Answered):
    """The three answers about a signature: intact? by whom? when?"""

    valid: bool
    integrity: Integrity
    trust: Trust
    signer: SignerShown | None = None
    at: str | None = None
    at_proved: Annotated[bool, Field(description="The time is proved by a trusted timestamp, not merely claimed.")]
    in_words: list[Told]


class FileShown(_Answered):
    """The file behind a document."""

    media_type: MediaType
    size: int
    sha256: Annotated[str, Field(description="Of the original, in hex.")]
    scan: Annotated[Scan, Field(description="What the malware scanner said; not_scanned where none was on.")]
    redacted: Annotated[bool, Field(description="What is served leaves out metadata of the original.")]
    pages: int | None = None


class RevocationShown(_Answered):
    """Since when it does not hold any more, and why."""

    at: str
    reason: str
    note: str | None = None


class AgreementShown(_Answered):
    """On which agreement of its owner it is kept."""

    purpose: Literal["profile"]
    at: str
    prefill: Annotated[str, Field(description="Where it was given.")]
    in_words: Told


class DocumentShown(DocumentBrief):
    """All that is known of a document."""

    holder: Annotated[Holder, Field(description="Whose paper it says it is; other: its items are not used.")]
    counts: Annotated[bool, Field(description="Its items and the paper itself may be used.")]
    items: list[ItemRead]
    signatures: list[SignatureShown]
    file: FileShown | None = None
    series: Annotated[str | None, Field(description="The id of its first version.")] = None
    superseded_by: str | None = None
    revoked: RevocationShown | None = None
    agreed: AgreementShown | None = None
    deleted_at: str | None = None
    mapping: Annotated[str, Field(description="Digest of the type's definition that it was read with.")]
    catalogue: Annotated[str, Field(description="Digest of the published set of that time.")]


class DocumentList(_Answered):
    """Documents, newest first. A page may be short, or empty, and still have a next one."""

    documents: list[DocumentBrief]
    next: str | None = None


class LinkAnswer(_Answered):
    """A link to a file, for whoever holds it, and until when."""

    url: str
    expires_at: str


class DocumentMoved(_Answered):
    """How a document stands after it was put away or brought back."""

    id: str
    state: State
    purge_at: Annotated[str | None, Field(description="Until then it can be brought back.")] = None


class ExportPath(Shape):
    """Path of one export."""

    id: Annotated[str, Field(max_length=100)]


class ExportShown(_Answered):
    """An archive of everything, and a link to it once it is ready."""

    id: str
    state: Literal["requested", "ready", "expired", "failed"]
    requested_at: str
    documents: Annotated[int | None, Field(description="How many documents are in it, once it is ready.")] = None
    size: Annotated[int | None, Field(description="In bytes, once it is ready.")] = None
    expires_at: Annotated[str | None, Field(description="Until when it is kept.")] = None
    link: LinkAnswer | None = None


class AmountShown(_Answered):
    """How much is used, and how much there may be."""

    used: int
    most: int


class WarehouseShown(_Answered):
    """What a warehouse holds, and how much it may."""

    documents: AmountShown
    bytes: AmountShown
    open_uploads: AmountShown
    uploads_this_hour: AmountShown
