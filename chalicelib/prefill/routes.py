"""Prefill over HTTP. Each route turns a checked request into one use case, and its result into an answer."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.kernel.canonical import digest
from chalicelib.kernel.errors import Contention, NotFound, StoreUnavailable
from chalicelib.kernel.ids import FormCode, PersonalId, PrefillId, ProcedureCode, is_ulid
from chalicelib.prefill.examples import ANSWER, REQUEST
from chalicelib.prefill.job import NoSuchForm, NoSuchProcedure, NoSuchRole, Order, Who
from chalicelib.prefill.port import Once
from chalicelib.prefill.render import render
from chalicelib.prefill.service import InFlight, KeyReused, LevelTooLow, Prefills
from chalicelib.prefill.shapes import PrefillAnswer, PrefillPath, PrefillRequest, SinceQuery
from chalicelib.web.caller import Caller
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Label, Operation, Reply, Request
from chalicelib.web.route import Router

SCOPE = "prefill"


class Services(Protocol):
    """What these routes need."""

    @property
    def prefills(self) -> Prefills:
        """Return the use cases."""
        ...


OPEN = Operation(
    id="openPrefill",
    summary=Label("Điền sẵn một biểu mẫu từ các cơ sở dữ liệu", "Prefill a form from the registers"),
    auth=Citizen(scope=SCOPE),
    body=PrefillRequest,
    answer=PrefillAnswer,
    status=201,
    errors=(NoSuchProcedure, NoSuchForm, NoSuchRole, LevelTooLow, KeyReused, InFlight, Contention, StoreUnavailable),
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
    errors=(NotFound, LevelTooLow, InFlight, StoreUnavailable),
    answer_example=ANSWER,
)


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("POST", "/v1/prefills", OPEN)
    def open_(request: Request[PrefillRequest]) -> Reply:
        shown = get_services().prefills.open(_who(request.caller), _order(request.body), _once(request))
        answer = render(shown)
        return Reply(answer, headers={"Location": f"/v1/prefills/{answer['id']}"})

    @router.route("GET", "/v1/prefills/{id}", SHOW)
    def show(request: Request[None, PrefillPath, SinceQuery]) -> Reply:
        if not is_ulid(request.path.id):
            raise NotFound
        shown = get_services().prefills.show(_who(request.caller), PrefillId(request.path.id), request.query.since)
        return Reply(render(shown))

    return router


def _who(caller: Caller) -> Who:
    return Who(caller.person, caller.level, caller.client)


def _order(body: PrefillRequest) -> Order:
    return Order(
        ProcedureCode(body.procedure),
        None if body.form is None else FormCode(body.form),
        {role: PersonalId(named.personal_id) for role, named in body.subjects.items()},
        body.deadline_ms,
    )


def _once(request: Request[PrefillRequest]) -> Once | None:
    if request.idempotency_key is None:
        return None
    return Once(request.idempotency_key, digest(request.body.model_dump(mode="json")))
