"""Prefill over HTTP. Each route turns a checked request into one use case, and its result into an answer."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from chalicelib.kernel.canonical import JsonObject, digest
from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable, Unauthenticated
from chalicelib.kernel.ids import FormCode, PrefillId, ProcedureCode, is_ulid
from chalicelib.prefill.answers import InvalidAnswer
from chalicelib.prefill.examples import ANSWER, READINESS_ANSWER, READINESS_REQUEST, REQUEST
from chalicelib.prefill.job import (
    NoSuchForm,
    NoSuchProcedure,
    NoSuchProvince,
    NoSuchRole,
    Order,
    Rights,
    Shown,
    Who,
    WrongKindOfSubject,
)
from chalicelib.prefill.port import PrefillFull
from chalicelib.prefill.profiles import NoSuchProfile, Profile, ProfileOfOtherForm, in_keys_of
from chalicelib.prefill.reader import Expired, InFlight, LevelTooLow
from chalicelib.prefill.readied import PrefillMismatch, readied
from chalicelib.prefill.readiness import Readiness, readiness
from chalicelib.prefill.readiness_shapes import ReadinessAnswer, ReadinessRequest, readiness_answer
from chalicelib.prefill.render import render
from chalicelib.prefill.service import KeyReused, Prefills
from chalicelib.prefill.shapes import PrefillAnswer, PrefillPath, PrefillRequest, SinceQuery
from chalicelib.turns import Once
from chalicelib.vocabulary.service import Live
from chalicelib.web.caller import ANONYMOUS, Caller
from chalicelib.web.errors import CitizenRequired, InsufficientScope
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Anonymous, Citizen, Label, Operation, Reply, Request
from chalicelib.web.route import Router

SCOPE = "prefill"


class Services(Protocol):
    """What these routes need."""

    @property
    def prefills(self) -> Prefills:
        """Return the use cases."""
        ...

    @property
    def definitions(self) -> Live:
        """Return the published definitions."""
        ...


OPEN = Operation(
    id="openPrefill",
    summary=Label("Điền sẵn một biểu mẫu từ các cơ sở dữ liệu", "Prefill a form from the registers"),
    auth=Citizen(scope=SCOPE),
    body=PrefillRequest,
    answer=PrefillAnswer,
    status=201,
    errors=(
        NoSuchProcedure,
        NoSuchForm,
        NoSuchRole,
        WrongKindOfSubject,
        NoSuchProvince,
        InvalidAnswer,
        NoSuchProfile,
        ProfileOfOtherForm,
        LevelTooLow,
        KeyReused,
        InFlight,
        PrefillFull,
        Contention,
        StoreUnavailable,
    ),
    idempotency="optional",
    body_example=REQUEST,
    answer_example=ANSWER,
)
SHOW = Operation(
    id="getPrefill",
    summary=Label("Xem kết quả điền sẵn mới nhất", "Get the latest revision of a prefill"),
    auth=Citizen(scope=SCOPE),
    path=PrefillPath,
    query=SinceQuery,
    answer=PrefillAnswer,
    errors=(NotFound, Expired, LevelTooLow, InFlight, StoreUnavailable),
    answer_example=ANSWER,
)

READY = Operation(
    id="getReadiness",
    summary=Label("Xem thủ tục cần những gì, ai điền mục nào", "What a procedure takes, and who fills what"),
    auth=Anonymous(reads_token=True),
    body=ReadinessRequest,
    answer=ReadinessAnswer,
    errors=(
        NoSuchProcedure,
        NoSuchForm,
        NoSuchRole,
        WrongKindOfSubject,
        NoSuchProvince,
        Unauthenticated,
        CitizenRequired,
        InsufficientScope,
        NotFound,
        LevelTooLow,
        InFlight,
        PrefillMismatch,
        StoreUnavailable,
    ),
    body_example=READINESS_REQUEST,
    answer_example=READINESS_ANSWER,
)


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("POST", "/v1/prefills", OPEN)
    def open_(request: Request[PrefillRequest]) -> Reply:
        services, order = get_services(), _order(request.body)
        with _in_our_keys(services, request, order) as answers:
            shown = services.prefills.open(_who(request.caller), order, answers, _once(request))
        answer = render(shown)
        return Reply(answer, headers={"Location": f"/v1/prefills/{answer['id']}", "ETag": _tag(shown)})

    @router.route("GET", "/v1/prefills/{id}", SHOW)
    def show(request: Request[None, PrefillPath, SinceQuery]) -> Reply:
        if not is_ulid(request.path.id):
            raise NotFound
        shown = get_services().prefills.show(_who(request.caller), PrefillId(request.path.id), request.query.since)
        return Reply(render(shown), headers={"ETag": _tag(shown)})

    @router.route("POST", "/v1/readiness", READY)
    def ready(request: Request[ReadinessRequest]) -> ReadinessAnswer:
        return readiness_answer(_readiness(get_services(), request))

    return router


def _in_our_keys(
    services: Services, request: Request[PrefillRequest], order: Order
) -> AbstractContextManager[JsonObject]:
    answers, profile = request.body.answers, request.body.profile
    if profile is None:
        return nullcontext(answers)
    named = Profile(profile, request.caller.client)
    return in_keys_of(services.definitions.current(), named, order, answers)


def _tag(shown: Shown) -> str:
    """Return the entity tag that a change names in If-Match: the revision.

    Not a validator of this answer: a consent that ends takes values with it before there is a new revision.
    """
    return f'"{shown.revision.number}"'


def _who(caller: Caller) -> Who:
    return Who(caller.person, caller.level, caller.client)


def _readiness(services: Services, request: Request[ReadinessRequest]) -> Readiness:
    order, named = _asked(request.body), request.body.prefill
    if named is None:
        who = None if request.caller.citizen is None else _who(request.caller)
        return readiness(services.definitions.current(), who, order, Rights(services.prefills.clock.now()))
    if request.caller == ANONYMOUS:
        raise Unauthenticated
    SHOW.auth.check(request.caller)
    if not is_ulid(named):
        raise NotFound
    return readied(services.prefills, _who(request.caller), order, PrefillId(named))


def _order(body: PrefillRequest) -> Order:
    return Order(
        ProcedureCode(body.procedure),
        None if body.form is None else FormCode(body.form),
        {role: named.subject for role, named in body.subjects.items()},
        body.deadline_ms,
        body.province,
    )


def _asked(body: ReadinessRequest) -> Order:
    return Order(
        ProcedureCode(body.procedure),
        None if body.form is None else FormCode(body.form),
        {role: named.subject for role, named in body.subjects.items()},
        province=body.province,
    )


def _once(request: Request[PrefillRequest]) -> Once | None:
    if request.idempotency_key is None:
        return None
    return Once(request.idempotency_key, digest(request.body.model_dump(mode="json")))
