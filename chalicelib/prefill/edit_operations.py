"""What the routes of the citizen's own changes take, answer and refuse, with an example of each."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import Contention, NotFound, PreconditionFailed, StoreUnavailable
from chalicelib.prefill.answers import InvalidAnswer
from chalicelib.prefill.edit_shapes import (
    CheckAnswer,
    CheckRequest,
    ContestAnswer,
    ContestPath,
    ContestRequest,
    DecisionRequest,
    EditRequest,
    RefreshAnswer,
    RefreshPath,
    RefreshRequest,
)
from chalicelib.prefill.editing import AnswersAltered
from chalicelib.prefill.examples import ANSWER
from chalicelib.prefill.hand import FieldLocked, NothingToContest
from chalicelib.prefill.port import PrefillFull
from chalicelib.prefill.reader import Expired, InFlight, LevelTooLow
from chalicelib.prefill.renewal import AlreadyDecided, NotTheDiff
from chalicelib.prefill.service import KeyReused
from chalicelib.prefill.shapes import PrefillAnswer, PrefillPath
from chalicelib.web.operation import Citizen, Label, Operation

SCOPE: Final = "prefill"
_READ: Final = (NotFound, Expired, LevelTooLow, InFlight, StoreUnavailable)
_WRITE: Final = (*_READ, PrefillFull, Contention)

_PREFILL: Final = "01JD9N3Z0000000000000000AA"
_CONTEST: Final = "01JD9N3Z0000000000000000CC"
_REFRESH: Final = "01JD9N3Z0000000000000000BB"
_NAME: Final = "/BenNam/HoTen"

CONTESTED: Final[JsonObject] = {
    "id": _CONTEST,
    "prefill": _PREFILL,
    "revision": 3,
    "pointer": _NAME,
    "value": "NGUYỄN VĂN ÂN",
    "reason": "Giấy khai sinh ghi là Ân.",
    "at": "2026-11-22T02:05:00.000Z",
    "register": "population",
    "register_name": {"vi": "Cơ sở dữ liệu quốc gia về dân cư", "en": "National population database"},
    "owner": {"vi": "Bộ Công an", "en": "Ministry of Public Security"},
    "record": "DC-999001",
    "item": "person.full_name",
}
REFRESHED: Final[JsonObject] = {
    "id": _REFRESH,
    "prefill": _PREFILL,
    "revision": 2,
    "at": "2026-11-22T02:04:00.000Z",
    "state": "settled",
    "changes": [],
    "accepted": [],
    "refused": [],
    "pending": [],
    "sources": [],
}

EDIT: Final = Operation(
    id="editAnswers",
    summary=Label("Tự khai hoặc xoá trắng các mục; cần If-Match", "Type into fields or clear them; takes If-Match"),
    auth=Citizen(scope=SCOPE),
    path=PrefillPath,
    body=EditRequest,
    answer=PrefillAnswer,
    if_match=True,
    errors=(*_WRITE, PreconditionFailed, InvalidAnswer, FieldLocked),
    body_example={"set": {"/BenNam/LanKetHon": 1}, "clear": ["/BenNam/DanTocKhac"]},
    answer_example=ANSWER,
)
CHECK: Final = Operation(
    id="checkAnswers",
    summary=Label("Kiểm tra các mục đã khoá còn nguyên vẹn", "Check that no locked value was altered"),
    auth=Citizen(scope=SCOPE),
    path=PrefillPath,
    body=CheckRequest,
    answer=CheckAnswer,
    errors=(*_READ, AnswersAltered),
    body_example={"answers": {"BenNam": {"HoTen": "NGUYỄN VĂN AN"}}},
    answer_example={"ok": True, "prefill": _PREFILL, "revision": 2, "status": "final"},
)
REFRESH: Final = Operation(
    id="refreshPrefill",
    summary=Label("Hỏi lại các cơ sở dữ liệu, đề xuất thay đổi", "Ask the registers again and propose what changed"),
    auth=Citizen(scope=SCOPE),
    path=PrefillPath,
    body=RefreshRequest,
    answer=RefreshAnswer,
    status=201,
    errors=(*_WRITE, KeyReused),
    idempotency="optional",
    body_example={"deadline_ms": 2500},
    answer_example=REFRESHED,
)
SHOW_REFRESH: Final = Operation(
    id="getRefresh",
    summary=Label("Xem lần làm mới gần nhất", "Get the last refresh of a prefill"),
    auth=Citizen(scope=SCOPE),
    path=RefreshPath,
    answer=RefreshAnswer,
    errors=_READ,
    answer_example=REFRESHED,
)
DECIDE: Final = Operation(
    id="decideRefresh",
    summary=Label("Nhận hoặc giữ từng thay đổi được đề xuất", "Take or refuse each proposed change"),
    auth=Citizen(scope=SCOPE),
    path=RefreshPath,
    body=DecisionRequest,
    answer=PrefillAnswer,
    errors=(*_WRITE, AlreadyDecided, NotTheDiff),
    body_example={"accept": ["/BenNam/NoiCuTru"], "refuse": ["/BenNam/DanToc"]},
    answer_example=ANSWER,
)
CONTEST: Final = Operation(
    id="contestField",
    summary=Label("Phản ánh dữ liệu của cơ quan nhà nước bị sai", "Say that a register's value is wrong"),
    auth=Citizen(scope=SCOPE),
    path=PrefillPath,
    body=ContestRequest,
    answer=ContestAnswer,
    status=201,
    errors=(*_WRITE, InvalidAnswer, NothingToContest, KeyReused),
    idempotency="optional",
    body_example={"pointer": _NAME, "value": "NGUYỄN VĂN ÂN", "reason": "Giấy khai sinh ghi là Ân."},
    answer_example=CONTESTED,
)
TAKE_BACK: Final = Operation(
    id="withdrawContest",
    summary=Label("Rút lại phản ánh", "Take a contest back"),
    auth=Citizen(scope=SCOPE),
    path=ContestPath,
    answer=PrefillAnswer,
    errors=_WRITE,
    answer_example=ANSWER,
)
