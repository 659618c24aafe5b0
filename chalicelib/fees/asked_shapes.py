"""The requests of fees as the API declares them; the description of the API is made from these."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from chalicelib.web.shape import Shape, told

MOST_FACTS = 100
_MOST_DONG = 10**15
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z][a-z0-9_.]*(\[\])?$")]
_Text = Annotated[str, Field(max_length=200)]
Told = (
    bool | Annotated[int, Field(ge=-_MOST_DONG, le=_MOST_DONG)] | _Text | Annotated[list[_Text], Field(max_length=50)]
)
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Province = Annotated[
    str, Field(pattern=r"^[0-9]{2}$", **told("Mã tỉnh, hai chữ số.", "Code of the province, two digits."))
]


class PrefillSeen(Shape):
    """The state of a prefill of one's own that facts are taken from."""

    id: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", **told("Mã lần điền sẵn.", "The id of the prefill."))]
    revision: Annotated[
        int,
        Field(ge=1, le=999_999, **told("Số bản đã xem, như API trả về.", "The revision that was seen, as answered.")),
    ]


class CaseAsked(Shape):
    """What is to be paid for: which procedure, where, through which channel, and what is known of the case."""

    procedure: Annotated[
        str, Field(pattern=r"^[0-9]\.[0-9]{6}$", **told("Mã thủ tục hành chính.", "Code of the procedure."))
    ]
    channel: Annotated[
        Literal["online", "assisted", "counter", "post"],
        Field(
            **told(
                "Kênh nộp: tự làm trực tuyến, trực tuyến có hỗ trợ, tại quầy, qua bưu chính.",
                "How it is filed: online by oneself, online with help, at the counter, by post.",
            )
        ),
    ]
    commune: Annotated[
        str,
        Field(
            pattern=r"^[0-9]{5}$",
            **told(
                "Mã đơn vị hành chính cấp xã nơi tiếp nhận, năm chữ số.", "Code of the receiving commune, five digits."
            ),
        ),
    ]
    as_of: Annotated[
        date | None,
        Field(
            **told(
                "Ngày tiếp nhận hồ sơ; bỏ trống là hôm nay theo giờ Việt Nam.",
                "Day of reception; left out, today in Viet Nam.",
            )
        ),
    ] = None
    quantities: Annotated[
        dict[Name, Annotated[int, Field(ge=0, le=10**12)]],
        Field(
            max_length=20,
            default_factory=dict,
            **told(
                "Số lượng theo tên trong bảng phí: số bản, số trang, trị giá.",
                "By name in the schedule: copies, pages, value in đồng.",
            ),
        ),
    ]
    facts: Annotated[
        dict[Name, Told],
        Field(
            max_length=MOST_FACTS,
            default_factory=dict,
            **told(
                "Điều người nộp tự khai, theo tên trong bảng phí hoặc mã mục thông tin.",
                "What the applicant declares, by name in the schedule or by item.",
            ),
        ),
    ]


class QuoteRequest(CaseAsked):
    """A case, by what was published at an instant, with what a prefill knows of the caller."""

    known_at: Annotated[
        AwareDatetime | None,
        Field(
            **told(
                "Tính theo quy định đã công bố tại thời điểm này; bỏ trống là bây giờ.",
                "By what was published at this instant; left out, now.",
            )
        ),
    ] = None
    prefill: Annotated[
        PrefillSeen | None,
        Field(**told("Lấy thông tin từ một lần điền sẵn của chính bạn.", "Take facts from a prefill of your own.")),
    ] = None


class QuotePath(Shape):
    """Which quote."""

    id: Annotated[str, Field(max_length=64, **told("Mã do API trả về.", "As the API answered."))]


class CoverageQuery(Shape):
    """Of which province; left out, of every one."""

    province: Province | None = None


class RadarQuery(Shape):
    """How far to look ahead."""

    days: Annotated[
        int, Field(ge=0, le=3660, **told("Trong bao nhiêu ngày tới.", "Within how many days from today."))
    ] = 90


class CheckRequest(Shape):
    """A fee file, as it would stand under `schemas/fees`."""

    document: Annotated[dict[str, Any], Field(min_length=1, max_length=20)]


class DiffRequest(Shape):
    """Two published sets, and cases to hold them against each other over."""

    before: Hash
    after: Hash
    cases: Annotated[list[CaseAsked], Field(min_length=1, max_length=200)]
