"""Requests and answers of the citizen's own changes, as the API declares them; its description is made from these."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.prefill.provenance_shapes import Answered, Words
from chalicelib.prefill.shapes import FieldShown, PrefillPath, SourceShown
from chalicelib.web.shape import Shape, told

Pointer = Annotated[
    str,
    Field(
        min_length=2,
        max_length=200,
        pattern=r"^(/[^/]{1,100}){1,8}$",
        **told("Vị trí của mục trong câu trả lời (RFC 6901).", "Where the field stands in the answers (RFC 6901)."),
    ),
]
_Pointers = Annotated[list[Pointer], Field(max_length=500)]
_Nested = Annotated[
    dict[Annotated[str, Field(max_length=100)], Any],
    Field(
        max_length=200,
        **told("Câu trả lời theo lược đồ JSON của biểu mẫu.", "Answers as the form's JSON Schema shapes them."),
    ),
]


class EditRequest(Shape):
    """What to type into which fields, and which to clear; a list is one value, all its rows."""

    set: Annotated[
        dict[Pointer, Any],
        Field(default_factory=dict, max_length=500, **told("Mục → giá trị tự khai.", "Field → what is typed.")),
    ]
    clear: Annotated[_Pointers, Field(default_factory=list, **told("Các mục cần xoá trắng.", "Fields to clear."))]


class RefreshRequest(Shape):
    """How long the caller can wait for the registers."""

    deadline_ms: Annotated[
        int,
        Field(ge=300, le=8_000, **told("Trả lời đúng hạn này.", "The answer comes by then.")),
    ] = 2_500


class DecisionRequest(Shape):
    """What is taken of a refresh and what is refused: every field that it proposes, once; or all of it alike."""

    accept: Annotated[
        _Pointers, Field(default_factory=list, **told("Nhận giá trị mới.", "Fields whose new answer is taken."))
    ]
    refuse: Annotated[
        _Pointers, Field(default_factory=list, **told("Giữ giá trị cũ.", "Fields whose old answer stays."))
    ]
    all: Annotated[
        Literal["accept", "refuse"] | None,
        Field(**told("Nhận hoặc giữ tất cả; khi đó bỏ trống hai danh sách.", "All alike; then leave both lists out.")),
    ] = None


class ContestRequest(Shape):
    """What is right in place of a register's value, in the citizen's word."""

    pointer: Pointer
    value: Annotated[Any, Field(**told("Giá trị mà người dân khai là đúng.", "What the citizen declares is right."))]
    reason: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=1_000,
            pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$",
            **told("Vì sao, và theo giấy tờ nào.", "Why, and by which paper."),
        ),
    ] = None


class CheckRequest(Shape):
    """The answers as they would be submitted."""

    answers: _Nested


class RefreshPath(PrefillPath):
    """Which refresh of which prefill."""

    refresh: Annotated[str, Field(max_length=64, **told("Mã lần làm mới.", "As the refresh answered."))]


class ContestPath(PrefillPath):
    """Which contest of which prefill."""

    contest: Annotated[str, Field(max_length=64, **told("Mã phản ánh.", "As the contest answered."))]


class ChangeShown(Answered):
    """What a refresh would change in one field."""

    pointer: str
    kind: Literal["added", "changed", "deleted"]
    before: FieldShown
    after: FieldShown


class RefreshAnswer(Answered):
    """A refresh: what it proposes, until that is decided, and how each register did."""

    id: str
    prefill: str
    revision: Annotated[int, Field(description="The prefill's latest revision.")]
    at: str
    state: Literal["open", "settled"]
    changes: list[ChangeShown]
    accepted: list[str]
    refused: list[str]
    decided_at: str | None = None
    pending: Annotated[list[str], Field(description="Registers asked again in the background.")]
    sources: list[SourceShown]


class ContestAnswer(Answered):
    """A declared value beside a register's; the register's stands until its owner corrects it."""

    id: str
    prefill: str
    revision: int
    pointer: str
    value: Any
    reason: str | None = None
    at: str
    register_: Annotated[str, Field(alias="register")]
    register_name: Words
    owner: Annotated[Words, Field(description="The agency that keeps the register.")]
    record: str | None = None
    item: str


class CheckAnswer(Answered):
    """No locked value was altered."""

    ok: Literal[True]
    prefill: str
    revision: Annotated[int, Field(description="The revision that the answers were held against.")]
    status: Literal["open", "final"]
