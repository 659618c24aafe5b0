"""What is asked and answered about uploads; the description of the API is made from these."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.papers.model import MediaType
from chalicelib.warehouse.upload import Rejection, UploadState
from chalicelib.web.shape import Shape, told

Organisation = Annotated[
    str | None,
    Field(
        pattern=r"^[0-9]{10}$",
        **told(
            "Mã số doanh nghiệp của tổ chức mà bạn đại diện; bỏ trống: kho của chính bạn.",
            "Code of the organisation that you represent; left out: your own warehouse.",
        ),
    ),
]


class UploadPath(Shape):
    """The id of an upload."""

    id: Annotated[str, Field(max_length=64, **told("Mã của lần tải lên.", "The upload's id."))]


class OwnerQuery(Shape):
    """Whose warehouse it is in."""

    organisation: Organisation = None


class UploadRequest(Shape):
    """A file to be uploaded, declared to the byte."""

    type: Annotated[str, Field(min_length=1, max_length=80, **told("Mã loại giấy tờ.", "Code of the document type."))]
    media_type: Annotated[MediaType, Field(**told("Định dạng tệp.", "What kind of file."))]
    size: Annotated[int, Field(ge=1, le=2**40, **told("Số byte, đúng từng byte.", "Bytes, exactly."))]
    sha256: Annotated[
        str,
        Field(
            pattern=r"^[0-9a-f]{64}$",
            **told("SHA-256 của tệp, dạng hex viết thường.", "SHA-256 of the file, in lower-case hex."),
        ),
    ]
    title: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            **told("Tên gọi; bỏ trống thì lấy tên loại giấy tờ.", "What it is called; left out, the type's name."),
        ),
    ] = None
    file_name: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            **told("Tên tệp trên máy của bạn, không có đường dẫn.", "What the file is called, without folders."),
        ),
    ] = None
    organisation: Organisation = None


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Words(_Answered):
    """A text in both languages."""

    vi: str
    en: str


class TicketShown(_Answered):
    """Where the file is to be sent, and the form fields that go before it (S3 POST policy)."""

    url: str
    fields: dict[str, str]
    expires_at: str


class RejectionShown(_Answered):
    """Why a file was not taken, and what to do next."""

    code: Rejection
    message: Words


class UploadShown(_Answered):
    """An upload as it stands; `ticket` where one was given out with this answer."""

    id: str
    state: UploadState
    message: Annotated[Words, Field(description="What the state means.")]
    type: str
    title: str
    media_type: MediaType
    size: int
    file_name: str | None = None
    attempt: int
    opened_at: str
    ticket_until: str
    changed_at: str | None = None
    ticket: TicketShown | None = None
    rejection: RejectionShown | None = None
    document: Annotated[str | None, Field(description="The document that came of it.")] = None
    links: dict[Literal["document"], str] | None = None
