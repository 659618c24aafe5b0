"""An owner's warehouse over HTTP: citizens at identity level 2, for themselves or the organisation they represent."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import FieldProblem, InvalidValue, NotFound
from chalicelib.kernel.ids import DocumentId, is_ulid
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.warehouse import library_render as render
from chalicelib.warehouse.assembly import Warehouse
from chalicelib.warehouse.exports import Fetched
from chalicelib.warehouse.library import Given
from chalicelib.warehouse.library_operations import (
    CONTENT,
    DELETE,
    EXPORT,
    GET_EXPORT,
    LIST,
    RESTORE,
    SEARCH,
    SHOW,
    THUMBNAIL,
    USAGE,
)
from chalicelib.warehouse.library_port import Acting, Wanted
from chalicelib.warehouse.library_shapes import (
    AmountShown,
    ContentQuery,
    DocumentMoved,
    DocumentPath,
    DocumentSearch,
    DocumentsQuery,
    ExportPath,
    ExportShown,
    LinkAnswer,
    OwnerQuery,
    WarehouseShown,
)
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.port import Usage
from chalicelib.warehouse.quota import LIMITS, hour_of, under_way
from chalicelib.warehouse.words import words_of
from chalicelib.web.caller import Caller
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Reply, Request
from chalicelib.web.paging import Cursors
from chalicelib.web.route import Router


class Services(Protocol):
    """What these routes need."""

    @property
    def warehouse(self) -> Warehouse:
        """Return the use cases of the slice."""
        ...

    @property
    def cursors(self) -> Cursors:
        """Return what signs positions in lists."""
        ...

    @property
    def words(self) -> Vocabulary:
        """Return the live vocabulary."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)
    _for_reading(router, get_services)
    _for_files(router, get_services)
    _for_moving(router, get_services)
    _for_exports(router, get_services)
    return router


def acting(warehouse: Warehouse, caller: Caller, organisation: str | None) -> Acting:
    """Return in whose warehouse the caller acts. Raises as `Standings.need` does."""
    if organisation is None:
        return Acting(caller.person, caller.client)
    owner = warehouse.standings.need(caller.person, caller.client, organisation)
    return Acting(owner, caller.client, "representative", warehouse.standings.stands_for(caller.person, owner))


def _for_reading(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("GET", "/v1/warehouse", USAGE)
    def usage(request: Request[None, None, OwnerQuery]) -> WarehouseShown:
        warehouse = get_services().warehouse
        who = acting(warehouse, request.caller, request.query.organisation)
        return _usage(warehouse.library.usage(who), warehouse)

    @router.route("GET", "/v1/warehouse/documents", LIST)
    def documents(request: Request[None, None, DocumentsQuery]) -> Reply:
        return _listed(get_services(), request.caller, request.query)

    @router.route("POST", "/v1/warehouse/document-searches", SEARCH)
    def search(request: Request[DocumentSearch]) -> Reply:
        words = words_of(request.body.q)
        if not words:
            raise InvalidValue(FieldProblem("/q", "no_words"))
        return _listed(get_services(), request.caller, request.body, words)

    @router.route("GET", "/v1/warehouse/documents/{id}", SHOW)
    def show(request: Request[None, DocumentPath, OwnerQuery]) -> JsonObject:
        services, document = get_services(), _document(request.path)
        who = acting(services.warehouse, request.caller, request.query.organisation)
        return render.whole(services.warehouse.library.show(who, document), services.words)


def _listed(services: Services, caller: Caller, asked: DocumentsQuery, sought: tuple[str, ...] = ()) -> Reply:
    who = acting(services.warehouse, caller, asked.organisation)
    wanted = Wanted(asked.type, asked.state, sought)
    scope = f"documents of {caller.subject} {who.owner} {wanted.type} {wanted.state} {wanted.words}"
    after = None
    if asked.cursor is not None:
        after = services.cursors.decode(scope, asked.cursor, "/cursor" if sought else "/query/cursor").get("after")
    page = services.warehouse.library.list(who, wanted, after if isinstance(after, str) else None, asked.limit)
    following = {} if page.next is None else {"next": services.cursors.encode(scope, {"after": page.next})}
    return Reply({"documents": [render.brief(each, services.words) for each in page.documents], **following})


def _for_files(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("GET", "/v1/warehouse/documents/{id}/content", CONTENT)
    def content(request: Request[None, DocumentPath, ContentQuery]) -> LinkAnswer:
        warehouse, document = get_services().warehouse, _document(request.path)
        who = acting(warehouse, request.caller, request.query.organisation)
        return _link(warehouse.library.link(who, document, request.query.copy_))

    @router.route("GET", "/v1/warehouse/documents/{id}/thumbnail", THUMBNAIL)
    def thumbnail(request: Request[None, DocumentPath, OwnerQuery]) -> LinkAnswer:
        warehouse, document = get_services().warehouse, _document(request.path)
        who = acting(warehouse, request.caller, request.query.organisation)
        return _link(warehouse.library.link(who, document, "thumbnail"))


def _for_moving(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("DELETE", "/v1/warehouse/documents/{id}", DELETE)
    def delete(request: Request[None, DocumentPath, OwnerQuery]) -> DocumentMoved:
        warehouse, document = get_services().warehouse, _document(request.path)
        who = acting(warehouse, request.caller, request.query.organisation)
        return _moved(warehouse.library.delete(who, document))

    @router.route("POST", "/v1/warehouse/documents/{id}/restoration", RESTORE)
    def restore(request: Request[None, DocumentPath, OwnerQuery]) -> DocumentMoved:
        warehouse, document = get_services().warehouse, _document(request.path)
        who = acting(warehouse, request.caller, request.query.organisation)
        return _moved(warehouse.library.restore(who, document))


def _for_exports(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("POST", "/v1/warehouse/exports", EXPORT)
    def export(request: Request[None, None, OwnerQuery]) -> Reply:
        warehouse = get_services().warehouse
        who = acting(warehouse, request.caller, request.query.organisation)
        asked = warehouse.exports.request(who, request.idempotency_key)
        return Reply(_export(Fetched(asked)), headers={"Location": f"/v1/warehouse/exports/{asked.id}"})

    @router.route("GET", "/v1/warehouse/exports/{id}", GET_EXPORT)
    def show(request: Request[None, ExportPath, OwnerQuery]) -> ExportShown:
        if not is_ulid(request.path.id):
            raise NotFound
        warehouse = get_services().warehouse
        who = acting(warehouse, request.caller, request.query.organisation)
        return _export(warehouse.exports.show(who, request.path.id))


def _export(fetched: Fetched) -> ExportShown:
    export = fetched.export
    known = {"id": export.id, "state": export.state, "requested_at": iso(export.requested_at)}
    if export.expires_at is None:
        return ExportShown.model_validate(known)
    link = None if fetched.link is None else _link(Given(*fetched.link))
    ready = {"documents": export.documents, "size": export.size, "expires_at": iso(export.expires_at), "link": link}
    return ExportShown.model_validate(known | ready)


def _document(path: DocumentPath) -> DocumentId:
    if not is_ulid(path.id):
        raise NotFound
    return DocumentId(path.id)


def _link(given: Given) -> LinkAnswer:
    return LinkAnswer(url=given.url, expires_at=iso(given.expires_at))


def _moved(document: Document) -> DocumentMoved:
    purge_at = None if document.purge_at is None else iso(document.purge_at)
    return DocumentMoved(id=document.id, state=document.state, purge_at=purge_at)


def _usage(usage: Usage, warehouse: Warehouse) -> WarehouseShown:
    now = warehouse.around.clock.now()
    tickets = usage.tickets if usage.hour == hour_of(now) else 0
    return WarehouseShown(
        documents=AmountShown(used=usage.documents, most=LIMITS.documents),
        bytes=AmountShown(used=usage.bytes, most=LIMITS.bytes),
        open_uploads=AmountShown(used=len(under_way(usage, now)), most=LIMITS.open),
        uploads_this_hour=AmountShown(used=tickets, most=LIMITS.tickets_an_hour),
    )
