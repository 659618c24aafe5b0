"""The citizen's own access log over HTTP."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.audit.render import entry
from chalicelib.audit.service import AccessLog
from chalicelib.audit.shapes import AccessLogPage
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import StoreUnavailable
from chalicelib.kernel.ids import SubjectId
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.web.errors import BadCursor
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Label, Operation, Reply, Request
from chalicelib.web.paging import Cursors, PageQuery
from chalicelib.web.route import Router

SCOPE = "access_log"


class Services(Protocol):
    """What it takes to answer a page."""

    @property
    def access_log(self) -> AccessLog:
        """Return the use cases."""
        ...

    @property
    def cursors(self) -> Cursors:
        """Return what signs positions in lists."""
        ...

    @property
    def words(self) -> Vocabulary:
        """Return the live vocabulary."""
        ...


READ = Operation(
    id="readAccessLog",
    summary=Label("Xem ai đã hỏi dữ liệu của bạn", "See who asked for your data"),
    auth=Citizen(scope=SCOPE),
    query=PageQuery,
    answer=AccessLogPage,
    errors=(BadCursor, StoreUnavailable),
)


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("GET", "/v1/access-log", READ)
    def read(request: Request[None, None, PageQuery]) -> Reply:
        services, caller = get_services(), request.caller
        scope = f"access-log of {caller.subject}"
        return Reply(paged(services, caller.person, request.query, scope))

    return router


def paged(services: Services, owner: SubjectId, query: PageQuery, scope: str) -> JsonObject:
    """Return a page of an owner's log; `scope` names the list that its cursors go on with. Raises BadCursor."""
    log, cursors = services.access_log, services.cursors
    before = None if query.cursor is None else cursors.decode(scope, query.cursor).get("before")
    page = log.read(owner, before if isinstance(before, int) else None, query.limit)
    entries: list[Json] = [entry(link, access, services.words, log.name_of_procedure) for link, access in page.entries]
    if page.next_before is None:
        return {"entries": entries}
    return {"entries": entries, "next": cursors.encode(scope, {"before": page.next_before})}
