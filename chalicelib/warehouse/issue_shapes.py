"""What agencies send and are answered about documents they issue; the description of the API is made from these."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.papers.model import Scan
from chalicelib.warehouse.model import Assurance
from chalicelib.warehouse.upload import Rejection, UploadState
from chalicelib.web.shape import Shape, told

MOST_BYTES = 20 * 1024 * 1024
Ulid = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
PartialDay = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
TypeCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
ReasonCode = Literal["issued_in_error", "data_wrong", "replaced", "expired_by_law", "obtained_by_fraud", "other"]


class IssuePath(Shape):
    """The id of an issued document, as the answer to its issue said it."""

    id: Annotated[str, Field(max_length=64, **told("Mã của lần cấp.", "The id of the issued document."))]


class HolderAsked(Shape):
    """Whose paper it is: a person by personal id, or an organisation by its code; one of the two."""

    personal_id: Annotated[
        str | None, Field(pattern=r"^[0-9]{12}$", **told("Số định danh cá nhân.", "The holder's personal id."))
    ] = None
    organisation_id: Annotated[
        str | None, Field(pattern=r"^[0-9]{10}$", **told("Mã số doanh nghiệp.", "The organisation's code."))
    ] = None


class PdfAsked(Shape):
    """The signed file, as it will be sent."""

    media_type: Annotated[Literal["application/pdf"], Field(**told("Loại tệp.", "What kind of file."))]
    size: Annotated[int, Field(ge=1, le=MOST_BYTES, **told("Số byte, đúng từng byte.", "Bytes, exactly."))]
    sha256: Annotated[Sha256, Field(**told("SHA-256 của tệp, dạng hex.", "SHA-256 of the file, in hex."))]


class IssueRequest(Shape):
    """A document to be issued into its holder's warehouse."""

    type: Annotated[TypeCode, Field(**told("Mã loại giấy tờ.", "Code of the document type."))]
    holder: Annotated[HolderAsked, Field(**told("Chủ giấy tờ.", "Whose paper it is."))]
    number: Annotated[
        str, Field(min_length=1, max_length=100, **told("Số giấy tờ, như trên giấy.", "Its number, as written on it."))
    ]
    issued_on: Annotated[Day, Field(**told("Ngày cấp.", "Day of issue."))]
    valid_until: Annotated[
        Day | None, Field(**told("Ngày cuối còn giá trị, nếu có.", "The last day it holds, where there is one."))
    ] = None
    title: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            **told("Tên gọi; bỏ trống thì lấy tên loại.", "What it is called; left out, the type's name."),
        ),
    ] = None
    data: Annotated[
        dict[str, Any],
        Field(**told("Dữ liệu của giấy tờ, theo mô tả của loại.", "What it says, as its type describes.")),
    ]
    file: Annotated[PdfAsked, Field(**told("Bản điện tử có chữ ký số.", "The signed electronic copy."))]


class RevocationRequest(Shape):
    """Why a document does not hold any more."""

    reason: Annotated[ReasonCode, Field(**told("Lý do, theo mã.", "The reason, by its code."))]
    note: Annotated[
        str | None,
        Field(min_length=1, max_length=500, **told("Giải thích thêm cho người dân.", "Words for the citizen.")),
    ] = None


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class FormShown(_Answered):
    """Where the file is to be sent, and the form fields that go before it (S3 POST policy)."""

    url: str
    fields: dict[str, str]
    expires_at: str


class IssueOpened(_Answered):
    """A document whose file is awaited. `version` is the one it would be by now; admission decides."""

    id: str
    version: int
    state: UploadState
    ticket: FormShown


class VersionShown(_Answered):
    """One version of an issued document."""

    id: str
    version: int
    state: Literal["available", "superseded", "revoked"]
    superseded_by: str | None = None


class RevokedShown(_Answered):
    """Since when it does not hold, and why."""

    at: str
    reason: str
    note: str | None = None


class IssueShown(_Answered):
    """An issued document as its issuer sees it: how far it is, and what became of it.

    What its holder does with it is not said here.
    """

    id: str
    type: str
    state: Annotated[
        UploadState | Literal["superseded", "revoked"], Field(description="Of the upload, then of the document.")
    ]
    version: int
    rejection: Rejection | None = None
    assurance: Assurance | None = None
    scan: Scan | None = None
    opened_at: str
    issued_at: str | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    newest: VersionShown | None = None
    revoked: RevokedShown | None = None
