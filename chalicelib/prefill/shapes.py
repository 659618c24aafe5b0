"""The request and the answer of prefill as the API declares them; the description of the API is made from these."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chalicelib.definitions.model import Status
from chalicelib.forms.model import Policy
from chalicelib.kernel.ids import PersonalId, SubjectId, organisation_id
from chalicelib.prefill.components_shapes import ComponentFound, UsageShown
from chalicelib.prefill.model import Origin, Outcome, Rule
from chalicelib.prefill.provenance_shapes import Answered, ProvenanceShown, Words
from chalicelib.prefill.sheet_shapes import ContestNoted, RefreshNoted
from chalicelib.sources.model import CallOutcome
from chalicelib.web.shape import Shape, told

_PersonalId = Annotated[
    str, Field(pattern=r"^[0-9]{12}$", **told("Số định danh cá nhân, 12 chữ số.", "Personal id, 12 digits."))
]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]


class NamedSubject(Shape):
    """Who plays a role: a person or an organisation. The id grants nothing: rights come from the token."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["personal_id"]}, {"required": ["organisation_id"]}]}
    )

    # Left out is not null: a default of their own type keeps null out.
    personal_id: Annotated[_PersonalId, Field(default_factory=str)]
    organisation_id: Annotated[
        str,
        Field(
            default_factory=str,
            pattern=r"^[0-9]{10}$",
            **told("Mã số doanh nghiệp, 10 chữ số.", "Enterprise code, 10 digits."),
        ),
    ]

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if bool(self.personal_id) == bool(self.organisation_id):
            raise ValueError
        return self

    @property
    def subject(self) -> SubjectId:
        """Return the subject's id."""
        return PersonalId(self.personal_id) if self.personal_id else organisation_id(self.organisation_id)


class PrefillRequest(Shape):
    """What to fill, for whom, and how long the caller can wait."""

    procedure: Annotated[
        str, Field(pattern=r"^[0-9]\.[0-9]{6}$", **told("Mã thủ tục hành chính.", "Code of the procedure."))
    ]
    form: Annotated[
        Code | None,
        Field(**told("Bỏ trống để dùng biểu mẫu đầu tiên của thủ tục.", "Leave out for the procedure's first form.")),
    ] = None
    subjects: Annotated[
        dict[Code, NamedSubject],
        Field(min_length=1, max_length=20, **told("Vai trò trong biểu mẫu → người.", "Role of the form → person.")),
    ]
    province: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{2}$",
            **told(
                "Mã tỉnh có cơ sở dữ liệu riêng cần hỏi (ví dụ đất đai); bỏ trống thì không hỏi.",
                "Whose own registers to ask (land, for one); left out, theirs are not asked.",
            ),
        ),
    ] = None
    answers: Annotated[
        dict[str, Any],
        Field(
            default_factory=dict,
            max_length=500,
            **told(
                "Nội dung người dân đã tự khai, theo lược đồ của biểu mẫu; được giữ nguyên.",
                "What the citizen has typed, as the form's schema shapes it; it stands.",
            ),
        ),
    ]
    profile: Annotated[
        Code | None,
        Field(
            **told(
                "Mã bảng ánh xạ của cổng, nếu answers viết theo khoá của biểu mẫu riêng.",
                "The portal's mapping, where `answers` are in the keys of its own form.",
            )
        ),
    ] = None
    deadline_ms: Annotated[
        int,
        Field(
            ge=300,
            le=8_000,
            **told("Trả lời đúng hạn này, đủ hoặc từng phần.", "The answer comes by then, whole or in part."),
        ),
    ] = 2_500


class PrefillPath(Shape):
    """Which prefill."""

    id: Annotated[str, Field(max_length=64, **told("Mã do lệnh POST trả về.", "As a POST answered."))]


class SinceQuery(Shape):
    """From which revision on to tell what changed."""

    since: Annotated[
        int | None, Field(ge=1, le=1_000, **told("Bản mà bên gọi đang có.", "The revision that the caller has."))
    ] = None


class CandidateShown(Answered):
    """One of several values that do not agree."""

    value: Any
    provenance: ProvenanceShown


class FieldShown(Answered):
    """A field: its value with provenance, or the named reason why there is none."""

    label: Words
    policy: Policy
    status: Annotated[Status, Field(description="How well the field's own legal basis is known.")]
    outcome: Outcome
    value: Annotated[Any, Field(description="Absent when there is none; never null.")] = None
    origin: Origin | None = None
    locked: bool
    provenance: ProvenanceShown | None = None
    candidates: Annotated[list[CandidateShown], Field(default_factory=list)]
    policy_named: Annotated[Rule | None, Field(description="How a conflict was settled.")] = None
    retry_after: Annotated[int | None, Field(description="Seconds.")] = None
    detail: str | None = None
    message: Words
    next_action: Words


class RowShown(Answered):
    """One row of a list."""

    fields: Annotated[dict[str, FieldShown], Field(description="By the column's pointer into the row.")]


class SourceShown(Answered):
    """How one register did for one role."""

    register_: Annotated[str, Field(alias="register")]
    register_name: Words
    role: str
    outcome: CallOutcome
    ms: int
    wave: Annotated[Literal[1, 2], Field(description="2: asked by what a first reply said.")]


class PrefillAnswer(Answered):
    """A revision of a prefill; it names every field of the form."""

    id: str
    procedure: str
    form: str
    form_version: str
    form_status: Status
    revision: int
    status: Literal["open", "final"]
    pending: Annotated[list[str], Field(description="Registers asked again in the background.")]
    catalogue: Annotated[str, Field(description="Hash of the definitions this prefill is pinned to.")]
    opened_at: str
    answered_at: str
    expires_at: str
    fields: dict[str, FieldShown]
    rows: Annotated[dict[str, list[RowShown]], Field(description="By the pointer of the list.")]
    components: list[ComponentFound]
    sources: list[SourceShown]
    counts: dict[str, int]
    usage: UsageShown
    contests: Annotated[list[ContestNoted], Field(default_factory=list)]
    refresh: RefreshNoted | None = None
    changed: Annotated[list[str] | None, Field(description="Pointers that differ from revision `since`.")] = None
