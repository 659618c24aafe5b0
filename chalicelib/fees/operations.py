"""The operations of fees as the API declares them: who may call, what it takes, what it can answer."""

from typing import Final

from chalicelib.fees import examples
from chalicelib.fees.asked_shapes import CheckRequest, CoverageQuery, DiffRequest, QuotePath, QuoteRequest, RadarQuery
from chalicelib.fees.facts import BadFacts, NoSuchPrefill
from chalicelib.fees.reckon import NoSuchProcedure
from chalicelib.fees.reports import NoSuchCatalogue, NoSuchProvince, NotAFeeFile
from chalicelib.fees.service import BadAsOf, BadKnownAt, CitizenNeeded, KeyReused, LevelTooLow, NoSuchCommune
from chalicelib.fees.shapes import CheckAnswer, CoverageAnswer, DiffAnswer, QuoteAnswer, RadarAnswer, VerifiedAnswer
from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable, Unauthenticated
from chalicelib.web.errors import InsufficientScope
from chalicelib.web.operation import Anonymous, Citizen, Client, Label, Operation

SCOPE: Final = "fees"
_OWN: Final = Citizen(scope=SCOPE)
_PUBLIC: Final = "public, max-age=60"
_STATED: Final = (NoSuchProcedure, NoSuchCommune, BadAsOf, BadFacts)

QUOTE = Operation(
    id="quoteFees",
    summary=Label(
        "Tính phí, lệ phí phải nộp; có đăng nhập thì lưu lại", "Work out what is due; kept for whoever is signed in"
    ),
    auth=Anonymous(reads_token=True),
    body=QuoteRequest,
    answer=QuoteAnswer,
    errors=(
        *_STATED,
        BadKnownAt,
        CitizenNeeded,
        NoSuchPrefill,
        LevelTooLow,
        KeyReused,
        Unauthenticated,
        InsufficientScope,
        Contention,
        StoreUnavailable,
    ),
    idempotency="optional",
    body_example=examples.REQUEST,
    answer_example=examples.QUOTE,
)
SHOW = Operation(
    id="getFeeQuote",
    summary=Label("Xem lại một bảng phí đã tính, nguyên văn", "Read a quote again, byte for byte"),
    auth=_OWN,
    path=QuotePath,
    answer=QuoteAnswer,
    errors=(NotFound, LevelTooLow, StoreUnavailable),
    answer_example=examples.QUOTE,
)
VERIFY = Operation(
    id="verifyFeeQuote",
    summary=Label(
        "Tính lại từ chính dữ kiện và quy định khi đó", "Work a quote out again from its own facts and rules"
    ),
    auth=_OWN,
    path=QuotePath,
    answer=VerifiedAnswer,
    errors=(NotFound, LevelTooLow, StoreUnavailable),
    answer_example=examples.VERIFIED,
)
COVERAGE = Operation(
    id="getFeeCoverage",
    summary=Label("Mức phí nào đã kiểm chứng, ở tỉnh nào", "How well fees are known, by province"),
    auth=Anonymous(),
    query=CoverageQuery,
    answer=CoverageAnswer,
    errors=(NoSuchProvince,),
    cache=_PUBLIC,
    answer_example=examples.COVERAGE,
)
RADAR = Operation(
    id="getFeeRadar",
    summary=Label("Căn cứ pháp lý nào sắp hết hiệu lực", "Which legal bases end soon"),
    auth=Anonymous(),
    query=RadarQuery,
    answer=RadarAnswer,
    cache=_PUBLIC,
    answer_example=examples.RADAR,
)
DIFF = Operation(
    id="compareFees",
    summary=Label("Hồ sơ nào đổi mức phí giữa hai bộ quy định", "Whose fee changes between two published sets"),
    auth=Client(scope=SCOPE),
    body=DiffRequest,
    answer=DiffAnswer,
    errors=(*_STATED, NoSuchCatalogue),
    body_example=examples.DIFF_REQUEST,
    answer_example=examples.DIFF,
)
CHECK = Operation(
    id="checkFees",
    summary=Label("Kiểm tra một tệp quy định phí trước khi công bố", "Hold a fee file against the live set"),
    auth=Client(scope=SCOPE),
    body=CheckRequest,
    answer=CheckAnswer,
    errors=(NotAFeeFile,),
    body_example=examples.CHECK_REQUEST,
    answer_example=examples.CHECK,
)
