"""A projected prefill as the API declares it, with an example."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from chalicelib.kernel.canonical import JsonObject
from chalicelib.prefill.model import Origin, Outcome
from chalicelib.prefill.provenance_shapes import Answered, Words
from chalicelib.prefill.shapes import Code, PrefillPath
from chalicelib.web.shape import told


class ProjectionPath(PrefillPath):
    """Which prefill, in whose keys."""

    profile: Annotated[Code, Field(**told("Mã bảng ánh xạ của cổng.", "Code of the portal's mapping."))]


class ReasonShown(Answered):
    """Why a key has no value."""

    outcome: Outcome
    detail: str | None = None
    retry_after: Annotated[int | None, Field(description="Seconds.")] = None
    message: Words
    next_action: Words


class ProjectionAnswer(Answered):
    """A revision of a prefill in a portal's own keys; provenance and candidates are in the prefill itself."""

    id: str
    revision: int
    status: Literal["open", "final"]
    pending: Annotated[list[str], Field(description="Registers asked again in the background.")]
    profile: str
    form: str
    data: Annotated[dict[str, Any], Field(description="What the portal's own form takes as its data.")]
    locked: Annotated[list[str], Field(description="Keys that are not to be typed into.")]
    reasons: Annotated[
        dict[str, ReasonShown],
        Field(description="Why a key is not in `data`; `key[row].column` for a cell that cannot be written."),
    ]
    origins: Annotated[dict[str, Origin], Field(description="Who put the value of each key there.")]
    unmapped: Annotated[
        list[str], Field(description="Places of the form that the mapping leaves out; `*` stands for every row.")
    ]


EXAMPLE: Final[JsonObject] = {
    "id": "01M80FPM80BWSBTRCJN0ZW2MWR",
    "revision": 1,
    "status": "final",
    "pending": [],
    "profile": "formio-ket-hon",
    "form": "to-khai-ket-hon",
    "data": {"benNam": {"hoTen": "NGUYỄN VĂN AN", "ngaySinh": "17/05/1990"}},
    "locked": ["benNam.hoTen", "benNam.ngaySinh"],
    "reasons": {
        "benNu.hoTen": {
            "outcome": "skipped",
            "detail": "no_subject",
            "message": {
                "vi": "Chưa rõ ai là người trong phần này nên chúng tôi không điền.",
                "en": "Nobody was named for this part, so it was not filled.",
            },
            "next_action": {
                "vi": "Bạn có thể tự khai mục này, hoặc yêu cầu điền sẵn lại khi đã nêu người đó.",
                "en": "You may type it yourself, or prefill again naming that person.",
            },
        }
    },
    "origins": {"benNam.hoTen": "auto", "benNam.ngaySinh": "auto"},
    "unmapped": [],
}
