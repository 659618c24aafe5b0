"""The requests and answers of consent as the API declares them; the description of the API is made from these."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chalicelib.consent.request import LONGEST_NOTE
from chalicelib.web.paging import PageQuery
from chalicelib.web.shape import Shape, told

_MOST_ITEMS = 200
_Item = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9_.]+(\[\])?(\.[a-z0-9_.]+)?$")]


class ConsentWish(Shape):
    """What is asked of whom, and what for. The id names a person and tells nothing about them."""

    procedure: Annotated[
        str,
        Field(pattern=r"^[0-9]\.[0-9]{6}$", **told("Mã thủ tục: mục đích duy nhất.", "The procedure: the purpose.")),
    ]
    role: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            pattern=r"^[A-Za-z0-9._-]+$",
            **told("Vai trò của người được hỏi trong biểu mẫu.", "The part that the person asked plays in the form."),
        ),
    ]
    personal_id: Annotated[
        str, Field(pattern=r"^[0-9]{12}$", **told("Số định danh của người được hỏi.", "Personal id of who is asked."))
    ]
    items: Annotated[
        list[_Item] | None,
        Field(
            min_length=1,
            max_length=_MOST_ITEMS,
            **told("Bỏ trống để hỏi mọi mục mà vai trò cần.", "Left out, all that the role needs."),
        ),
    ] = None
    prefill: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$",
            **told("Lần điền sẵn được điền tiếp khi có đồng ý.", "The prefill that goes on once there is consent."),
        ),
    ] = None
    note: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST_NOTE,
            pattern=r"^[^\x00-\x1f\x7f]*$",
            **told("Lời nhắn cho người được hỏi.", "A word to the person asked."),
        ),
    ] = None


class ConsentChoice(Shape):
    """What the person asked decides."""

    decision: Annotated[
        Literal["grant", "refuse", "block"],
        Field(
            **told(
                "Chặn thì người hỏi không được báo, và không còn hiện yêu cầu của người đó.",
                "Of a block the asker is not told, and nothing of theirs is shown any more.",
            )
        ),
    ]
    items: Annotated[
        list[_Item] | None,
        Field(
            min_length=1,
            max_length=_MOST_ITEMS,
            **told("Những mục đồng ý; bỏ trống là tất cả.", "The items granted; left out, all of them."),
        ),
    ] = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(**told("Bỏ trống là 72 giờ; tối đa 30 ngày.", "Left out, 72 hours; 30 days at most.")),
    ] = None


class ConsentPath(Shape):
    """Which one."""

    id: Annotated[str, Field(max_length=64, **told("Mã do API trả về.", "As the API answered."))]


class RequestQuery(PageQuery):
    """Which list of requests."""

    direction: Annotated[
        Literal["received", "sent"], Field(**told("Được hỏi, hay đã hỏi.", "What one was asked, or asked."))
    ] = "received"


class ConsentQuery(PageQuery):
    """Which list of consents."""

    direction: Annotated[
        Literal["given", "received"], Field(**told("Đã cho, hay đã nhận.", "What one gave, or received."))
    ] = "given"


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class CodeNamed(_Answered):
    """A code with its name in both languages."""

    code: str
    vi: str
    en: str


class ItemNamed(CodeNamed):
    """An item of information; of a list also what each of its rows holds."""

    sensitive: Annotated[bool, Field(description="Sensitive personal data.")]
    columns: list[CodeNamed] = []


class ConsentAsked(_Answered):
    """The request as it stands after asking: it tells nothing of who was asked."""

    id: str
    procedure: str
    role: str
    items: list[str]
    status: Literal["open"] = "open"
    expires_at: str


class RequestShown(_Answered):
    """A request, to either side. The asker is told of a grant and a refusal, never of a block."""

    id: str
    status: Literal["open", "granted", "refused", "expired"]
    personal_id: Annotated[str, Field(description="The other side: who asks, or who was asked.")]
    client: Annotated[CodeNamed, Field(description="Through which client it was asked.")]
    procedure: CodeNamed
    role: CodeNamed
    items: list[ItemNamed]
    note: str | None = None
    asked_at: str
    expires_at: str
    consent: Annotated[str | None, Field(description="The consent that was granted.")] = None


class RequestList(_Answered):
    """Requests, newest first."""

    requests: list[RequestShown]
    next: str | None = None


class ConsentDecided(_Answered):
    """What was decided."""

    id: str
    procedure: str
    role: str
    status: Literal["granted", "refused", "blocked"]
    decided_at: str
    consent: str | None = None
    revision: int | None = None
    items: Annotated[list[str] | None, Field(description="The items granted.")] = None
    expires_at: Annotated[str | None, Field(description="Until when the consent holds.")] = None


class ConsentShown(_Answered):
    """A consent, to either party."""

    id: str
    revision: int
    status: Literal["granted", "withdrawn", "expired"]
    personal_id: Annotated[str, Field(description="The other party: the receiver, or the giver.")]
    client: Annotated[CodeNamed, Field(description="Through which client it was asked for.")]
    procedure: CodeNamed
    role: CodeNamed
    items: list[ItemNamed]
    changed_at: str
    expires_at: str
    hash: Annotated[str, Field(description="h_n = SHA-256(h_{n-1} ‖ canonical revision), in hex.")]


class ConsentList(_Answered):
    """Consents, newest first."""

    consents: list[ConsentShown]
    next: str | None = None


class ConsentWithdrawn(_Answered):
    """A consent that holds no more: taken back, or over before."""

    id: str
    revision: int
    procedure: str
    status: Literal["withdrawn", "expired"]
    changed_at: str


class BlockShown(_Answered):
    """Somebody whose requests are not shown."""

    id: str
    personal_id: str
    blocked_at: str


class BlockList(_Answered):
    """Whom one blocks."""

    blocks: list[BlockShown]
    next: str | None = None


class BlockLifted(_Answered):
    """A block that holds no more."""

    id: str
    status: Literal["lifted"] = "lifted"
