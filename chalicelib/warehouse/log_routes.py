"""An owner's access log over HTTP, for those who represent an organisation too. Must not know how entries are kept."""

from collections.abc import Callable
from typing import Annotated, Protocol

from pydantic import Field

from chalicelib.audit import routes as own
from chalicelib.audit.shapes import AccessLogPage
from chalicelib.kernel.errors import StoreUnavailable
from chalicelib.warehouse.assembly import Warehouse
from chalicelib.warehouse.library_routes import acting
from chalicelib.warehouse.library_shapes import Organisation
from chalicelib.warehouse.standings import NotRepresentative, StandingUnknown
from chalicelib.web.errors import BadCursor
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Label, Operation, Reply, Request
from chalicelib.web.paging import PageQuery
from chalicelib.web.route import Router


class Services(own.Services, Protocol):
    """What the route needs."""

    @property
    def warehouse(self) -> Warehouse:
        """Return the use cases of the slice."""
        ...


class LogQuery(PageQuery):
    """Whose log: the caller's own, or that of an organisation they represent."""

    organisation: Organisation = None


class WarehouseLogPage(AccessLogPage):
    """Entries, newest first; of an organisation's, also which of those who represent it the caller is."""

    you: Annotated[str | None, Field(description="What `representative` is where you acted.")] = None


READ = Operation(
    id="readWarehouseAccessLog",
    summary=Label("Xem ai đã đọc kho, kể cả kho của tổ chức bạn đại diện", "See who read a warehouse that is yours"),
    auth=Citizen(scope=own.SCOPE, level=2),
    query=LogQuery,
    answer=WarehouseLogPage,
    errors=(BadCursor, NotRepresentative, StandingUnknown, StoreUnavailable),
)


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the route; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("GET", "/v1/warehouse/access-log", READ)
    def read(request: Request[None, None, LogQuery]) -> Reply:
        services, caller = get_services(), request.caller
        who = acting(services.warehouse, caller, request.query.organisation)
        page = own.paged(services, who.owner, request.query, f"warehouse's access-log of {who.owner}")
        return Reply(page if who.representative is None else page | {"you": who.representative})

    return router
