"""Back-file imports over HTTP: agencies alone, each for its own."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import is_ulid
from chalicelib.papers.model import MEDIA_TYPES
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.warehouse.assembly import Warehouse
from chalicelib.warehouse.import_model import FileWish, Import, ImportId, ManifestWish, RowResult
from chalicelib.warehouse.import_operations import OPEN, ROWS, SHOW, START, TICKETS
from chalicelib.warehouse.import_shapes import (
    FileAsked,
    FileTicket,
    ImportOpened,
    ImportPath,
    ImportRequest,
    ImportShown,
    RowShown,
    RowsQuery,
    RowsShown,
    TicketsRequest,
    TicketsShown,
)
from chalicelib.warehouse.issue_routes import form_shown
from chalicelib.warehouse.upload_routes import words_shown
from chalicelib.warehouse.upload_shapes import Words
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
    _to_begin(router, get_services)
    _to_look(router, get_services)
    return router


def _to_begin(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("POST", "/v1/back-file-imports", OPEN)
    def open_import(request: Request[ImportRequest]) -> Reply:
        asked = request.body.manifest
        wish = ManifestWish(asked.media_type, asked.size, asked.sha256)
        services = get_services()
        import_, form = services.warehouse.imports.open(request.caller.client, wish, request.body.note)
        body = ImportOpened(**_shown(services.words, import_).model_dump(), ticket=form_shown(form))
        return Reply(body, headers={"Location": f"/v1/back-file-imports/{import_.id}"})

    @router.route("POST", "/v1/back-file-imports/{id}/tickets", TICKETS)
    def tickets(request: Request[TicketsRequest, ImportPath]) -> TicketsShown:
        files = request.body.files
        imports = get_services().warehouse.imports
        forms = imports.tickets(request.caller.client, _id(request.path), [_file(each) for each in files])
        names: list[str | None] = [each.name for each in files] or [None]
        return TicketsShown(
            tickets=[FileTicket(name=name, ticket=form_shown(form)) for name, form in zip(names, forms, strict=True)]
        )

    @router.route("POST", "/v1/back-file-imports/{id}/start", START)
    def start(request: Request[None, ImportPath]) -> ImportShown:
        services = get_services()
        return _shown(services.words, services.warehouse.imports.start(request.caller.client, _id(request.path)))


def _to_look(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("GET", "/v1/back-file-imports/{id}", SHOW)
    def show(request: Request[None, ImportPath]) -> ImportShown:
        services = get_services()
        return _shown(services.words, services.warehouse.imports.show(request.caller.client, _id(request.path)))

    @router.route("GET", "/v1/back-file-imports/{id}/rows", ROWS)
    def rows(request: Request[None, ImportPath, RowsQuery]) -> RowsShown:
        services, query, import_ = get_services(), request.query, _id(request.path)
        scope = f"rows {import_} {query.outcome} of {request.caller.client}"
        start = None if query.cursor is None else str(services.cursors.decode(scope, query.cursor).get("after"))
        page = services.warehouse.imports.results(request.caller.client, import_, query.outcome, (start, query.limit))
        following = None if page.next is None else services.cursors.encode(scope, {"after": page.next})
        return RowsShown(rows=[_row(services.words, each) for each in page.rows], next=following)


def _id(path: ImportPath) -> ImportId:
    if not is_ulid(path.id):
        raise NotFound
    return ImportId(path.id)


def _file(asked: FileAsked) -> FileWish:
    return FileWish(asked.name, MEDIA_TYPES[asked.media_type], asked.size, asked.sha256)


def _in_words(words: Vocabulary, code: str | None) -> Words | None:
    """Return a reason in words: a file's are those of uploads, unless a row has its own."""
    if code is None:
        return None
    name = f"import.{code}" if f"import.{code}" in words.texts else f"upload.rejected.{code}"
    return words_shown(words, name)


def _shown(words: Vocabulary, import_: Import) -> ImportShown:
    return ImportShown(
        id=import_.id,
        state=import_.state,
        opened_at=iso(import_.opened_at),
        started_at=None if import_.started_at is None else iso(import_.started_at),
        finished_at=None if import_.finished_at is None else iso(import_.finished_at),
        rows=import_.rows,
        done=import_.done,
        counts=dict(import_.counts),
        reason=import_.reason,
        message=_in_words(words, import_.reason),
        note=import_.note,
    )


def _row(words: Vocabulary, result: RowResult) -> RowShown:
    return RowShown(
        row=result.row,
        outcome=result.outcome,
        reason=result.reason,
        column=result.column,
        message=None if result.outcome == "imported" else _in_words(words, result.reason or result.outcome),
        document=result.document,
    )
