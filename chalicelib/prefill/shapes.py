"""The request and the answer of prefill as the API declares them; the description of the API is made from these."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.definitions.model import Status
from chalicelib.forms.model import Policy
from chalicelib.prefill.model import Origin, Outcome, Rule
from chalicelib.sources.model import CallOutcome
from chalicelib.web.shape import Shape, told

_PersonalId = Annotated[
    str, Field(pattern=r"^[0-9]{12}$", **told("Số định danh cá nhân, 12 chữ số.", "Personal id, 12 digits."))
]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]


class NamedSubject(Shape):
    """Who plays a role. The id names a person and grants nothing: rights come from the token."""

    personal_id: _PersonalId


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


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Words(_Answered):
    """A text in both languages."""

    vi: str
    en: str


class ProvenanceShown(_Answered):
    """Where a value, or a register's no, is from."""

    register_: Annotated[str, Field(alias="register")]
    register_name: Words
    record: str | None = None
    path: str
    item: str
    mapping: Annotated[str, Field(description="Hash of the definition the reply was read with.")]
    fetched_at: str
    as_of: str | None = None
    legal_basis: str
    assurance: Literal["register"] = "register"


class CandidateShown(_Answered):
    """One of several values that do not agree."""

    value: Any
    provenance: ProvenanceShown


class FieldShown(_Answered):
    """A field: its value with provenance, or the named reason why there is none."""

    label: Words
    policy: Policy
    status: Annotated[Status, Field(description="How well the field's own legal basis is known.")]
    outcome: Outcome
    value: Annotated[Any, Field(description="Absent when there is none; never null.")] = None
    origin: Origin | None = None
    locked: bool
    provenance: ProvenanceShown | None = None
    candidates: list[CandidateShown] = []
    policy_named: Annotated[Rule | None, Field(description="How a conflict was settled.")] = None
    retry_after: Annotated[int | None, Field(description="Seconds.")] = None
    detail: str | None = None
    message: Words
    next_action: Words


class SourceShown(_Answered):
    """How one register did for one role."""

    register_: Annotated[str, Field(alias="register")]
    register_name: Words
    role: str
    outcome: CallOutcome
    ms: int


class PrefillAnswer(_Answered):
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
    sources: list[SourceShown]
    counts: dict[str, int]
    changed: Annotated[list[str] | None, Field(description="Pointers that differ from revision `since`.")] = None
