"""The citizen's own changes over HTTP: answers, refreshes, decisions, contests, checks."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.kernel.canonical import Json, JsonObject, digest
from chalicelib.kernel.errors import FieldProblem, InvalidRequest, NotFound, PreconditionFailed
from chalicelib.kernel.ids import PrefillId, is_ulid
from chalicelib.prefill.answers import InvalidAnswer
from chalicelib.prefill.edit_operations import CHECK, CONTEST, DECIDE, EDIT, REFRESH, SHOW_REFRESH, TAKE_BACK
from chalicelib.prefill.edit_render import contest_shown, refresh_shown
from chalicelib.prefill.edit_shapes import (
    CheckRequest,
    ContestPath,
    ContestRequest,
    DecisionRequest,
    EditRequest,
    RefreshPath,
    RefreshRequest,
)
from chalicelib.prefill.editing import Editing, Say
from chalicelib.prefill.job import Shown, Who
from chalicelib.prefill.model import ABSENT, Absent
from chalicelib.prefill.refreshing import Refreshing
from chalicelib.prefill.render import render
from chalicelib.prefill.shapes import PrefillPath
from chalicelib.prefill.writing import Change, State
from chalicelib.turns import Once
from chalicelib.web.caller import Caller
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Reply, Request
from chalicelib.web.route import Router


class Services(Protocol):
    """What these routes need."""

    @property
    def editing(self) -> Editing:
        """Return the use cases of the citizen's hand."""
        ...

    @property
    def refreshing(self) -> Refreshing:
        """Return the use cases of a refresh."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)
    _for_answers(router, get_services)
    _for_refreshes(router, get_services)
    _for_contests(router, get_services)
    return router


def _for_answers(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("PATCH", "/v1/prefills/{id}/answers", EDIT)
    def edit(request: Request[EditRequest, PrefillPath]) -> Reply:
        edits = _edits(request.body)
        return _whole(
            get_services().editing.edit(change_of(request.caller, request.path, seen=seen_of(request.if_match)), edits)
        )

    @router.route("POST", "/v1/prefills/{id}/checks", CHECK)
    def check(request: Request[CheckRequest, PrefillPath]) -> JsonObject:
        prefill = _prefill(request.path.id)
        shown = get_services().editing.check(_who(request.caller), prefill, request.body.answers)
        revision = shown.revision
        return {"ok": True, "prefill": prefill, "revision": revision.number, "status": revision.status}


def _for_refreshes(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("POST", "/v1/prefills/{id}/refreshes", REFRESH)
    def refresh(request: Request[RefreshRequest, PrefillPath]) -> Reply:
        change = change_of(request.caller, request.path, once=_once(request, "refresh"))
        return _refresh(get_services().refreshing.refresh(change, request.body.deadline_ms), status=201)

    @router.route("GET", "/v1/prefills/{id}/refreshes/{refresh}", SHOW_REFRESH)
    def show(request: Request[None, RefreshPath]) -> Reply:
        prefill = _prefill(request.path.id)
        return _refresh(get_services().refreshing.show(_who(request.caller), prefill, request.path.refresh))

    @router.route("POST", "/v1/prefills/{id}/refreshes/{refresh}/decisions", DECIDE)
    def decide(request: Request[DecisionRequest, RefreshPath]) -> Reply:
        say = _say(request.body)
        return _whole(get_services().editing.decide(change_of(request.caller, request.path), request.path.refresh, say))


def _for_contests(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("POST", "/v1/prefills/{id}/contests", CONTEST)
    def contest(request: Request[ContestRequest, PrefillPath]) -> Reply:
        change, body = change_of(request.caller, request.path, once=_once(request, "contest")), request.body
        state, made = get_services().editing.contest(change, body.pointer, body.value, body.reason)
        return Reply(contest_shown(state, made), etag=_etag(state))

    @router.route("DELETE", "/v1/prefills/{id}/contests/{contest}", TAKE_BACK)
    def take_back(request: Request[None, ContestPath]) -> Reply:
        return _whole(get_services().editing.take_back(change_of(request.caller, request.path), request.path.contest))


def change_of(caller: Caller, path: PrefillPath, once: Once | None = None, seen: int | None = None) -> Change:
    """Return which change of which prefill a request is. Raises NotFound."""
    return Change(_who(caller), _prefill(path.id), once, seen)


def _who(caller: Caller) -> Who:
    return Who(caller.person, caller.level, caller.client)


def _prefill(written: str) -> PrefillId:
    if not is_ulid(written):
        raise NotFound
    return PrefillId(written)


def seen_of(if_match: str | None) -> int | None:
    """Return the revision that If-Match names, None for any (RFC 9110 §13.1.1).

    Raises InvalidRequest where it is missing, for a blind edit could undo another; PreconditionFailed for a tag that
    no revision ever had.
    """
    if if_match is None:
        raise InvalidRequest(FieldProblem("/header/If-Match", "missing"))
    if if_match == "*":
        return None
    if not (if_match.isascii() and if_match.isdigit() and len(if_match) < 10):
        raise PreconditionFailed
    return int(if_match)


def _edits(body: EditRequest) -> dict[str, Json | Absent]:
    twice = sorted(body.set.keys() & set(body.clear))
    if twice:
        raise InvalidAnswer(*(FieldProblem(at, "repeated") for at in twice))
    return {**body.set, **dict.fromkeys(body.clear, ABSENT)}


def _say(body: DecisionRequest) -> Say:
    if body.all is not None and (body.accept or body.refuse):
        raise InvalidRequest(FieldProblem("/all", "not_allowed"))
    every = None if body.all is None else body.all == "accept"
    return Say(frozenset(body.accept), frozenset(body.refuse), every)


def _once(
    request: Request[RefreshRequest, PrefillPath] | Request[ContestRequest, PrefillPath], what: str
) -> Once | None:
    if request.idempotency_key is None:
        return None
    body = digest(request.body.model_dump(mode="json"))
    return Once(request.idempotency_key, body, f"#{what}#{request.path.id}")


def _whole(shown: Shown) -> Reply:
    return Reply(render(shown), etag=str(shown.revision.number))


def _refresh(state: State, status: int | None = None) -> Reply:
    proposal = state.revision.sheet.proposal
    if proposal is None:
        raise NotFound
    answer = refresh_shown(state, proposal)
    place = f"/v1/prefills/{state.revision.header.id}/refreshes/{proposal.id}"
    return Reply(answer, status, {"Location": place} if status == 201 else {}, _etag(state))


def _etag(state: State) -> str:
    return str(state.revision.number)
