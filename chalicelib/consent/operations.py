"""The operations of consent as the API declares them: who may call, what it takes, what it can answer."""

from typing import Final

from chalicelib.consent import examples
from chalicelib.consent.request import (
    AlreadyDecided,
    AskingOneself,
    BadExpiry,
    ItemNotAsked,
    ItemNotBound,
    RequestExpired,
    TooManyOpen,
)
from chalicelib.consent.service import KeyReused, NoSuchProcedure, NoSuchRole
from chalicelib.consent.shapes import (
    BlockLifted,
    BlockList,
    ConsentAsked,
    ConsentChoice,
    ConsentDecided,
    ConsentList,
    ConsentPath,
    ConsentQuery,
    ConsentWish,
    ConsentWithdrawn,
    RequestList,
    RequestQuery,
)
from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable
from chalicelib.web.errors import BadCursor
from chalicelib.web.operation import Citizen, Label, Operation
from chalicelib.web.paging import PageQuery

SCOPE: Final = "consent"
_AUTH: Final = Citizen(level=2, scope=SCOPE)
_WHEN_PAGING: Final = (BadCursor, StoreUnavailable)
_WHEN_WRITING: Final = (NotFound, Contention, StoreUnavailable)

ASK = Operation(
    id="askConsent",
    summary=Label("Hỏi một người có đồng ý cho dùng dữ liệu không", "Ask a person for consent to use their data"),
    auth=_AUTH,
    body=ConsentWish,
    answer=ConsentAsked,
    status=201,
    errors=(
        NoSuchProcedure,
        NoSuchRole,
        ItemNotBound,
        AskingOneself,
        TooManyOpen,
        KeyReused,
        NotFound,
        Contention,
        StoreUnavailable,
    ),
    idempotency="optional",
    body_example=examples.WISH,
    answer_example=examples.ASKED,
)
REQUESTS = Operation(
    id="listConsentRequests",
    summary=Label("Xem các yêu cầu đồng ý đã nhận hoặc đã gửi", "List the consent requests received or sent"),
    auth=_AUTH,
    query=RequestQuery,
    answer=RequestList,
    errors=_WHEN_PAGING,
    answer_example=examples.REQUESTS,
)
DECIDE = Operation(
    id="decideConsent",
    summary=Label("Đồng ý, từ chối hoặc chặn", "Grant, refuse or block"),
    auth=_AUTH,
    path=ConsentPath,
    body=ConsentChoice,
    answer=ConsentDecided,
    errors=(AlreadyDecided, RequestExpired, ItemNotAsked, BadExpiry, *_WHEN_WRITING),
    body_example=examples.CHOICE,
    answer_example=examples.DECIDED,
)
CONSENTS = Operation(
    id="listConsents",
    summary=Label("Xem các đồng ý đã cho hoặc đã nhận", "List the consents given or received"),
    auth=_AUTH,
    query=ConsentQuery,
    answer=ConsentList,
    errors=_WHEN_PAGING,
    answer_example=examples.CONSENTS,
)
WITHDRAW = Operation(
    id="withdrawConsent",
    summary=Label("Rút lại đồng ý, có hiệu lực ngay", "Withdraw a consent, at once"),
    auth=_AUTH,
    path=ConsentPath,
    answer=ConsentWithdrawn,
    errors=_WHEN_WRITING,
    answer_example=examples.WITHDRAWN,
)
BLOCKS = Operation(
    id="listConsentBlocks",
    summary=Label("Xem những người đã chặn", "List whom one blocks"),
    auth=_AUTH,
    query=PageQuery,
    answer=BlockList,
    errors=_WHEN_PAGING,
    answer_example=examples.BLOCKS,
)
UNBLOCK = Operation(
    id="liftConsentBlock",
    summary=Label("Bỏ chặn một người", "Lift a block"),
    auth=_AUTH,
    path=ConsentPath,
    answer=BlockLifted,
    errors=_WHEN_WRITING,
    answer_example=examples.LIFTED,
)
