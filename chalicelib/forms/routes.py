"""Procedures and forms over HTTP: public, and the same for everybody."""

from collections.abc import Callable
from typing import Annotated, Final, Protocol

from pydantic import Field

from chalicelib.forms.answers import form_answer, procedure_answer, procedure_detail
from chalicelib.forms.search import Wanted
from chalicelib.forms.service import FormView, ProcedurePage, ProcedureView, UnknownForm, UnknownProcedure
from chalicelib.forms.shapes import FormAnswer, ProcedureDetail, ProcedureList
from chalicelib.kernel.ids import FormCode, ProcedureCode
from chalicelib.web.errors import BadCursor
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Anonymous, Label, Operation, Reply, Request
from chalicelib.web.paging import Cursors, PageQuery
from chalicelib.web.route import Router
from chalicelib.web.shape import Shape, told

_CACHE: Final = "public, max-age=60"
_LIST: Final = "procedures"


class ProceduresPort(Protocol):
    """What these routes need of the slice's service."""

    def page(self, wanted: Wanted, after: ProcedureCode | None, limit: int) -> ProcedurePage:
        """Return some procedures after a code."""
        ...

    def procedure(self, code: ProcedureCode) -> ProcedureView:
        """Return a procedure. Raises UnknownProcedure."""
        ...

    def form(self, code: FormCode) -> FormView:
        """Return a form. Raises UnknownForm."""
        ...


class Services(Protocol):
    """What is built on the first request."""

    @property
    def procedures(self) -> ProceduresPort:
        """Return the procedures and forms."""
        ...

    @property
    def cursors(self) -> Cursors:
        """Return what signs cursors."""
        ...


class ProcedureQuery(PageQuery):
    """Which procedures to list."""

    q: Annotated[
        str,
        Field(
            max_length=100,
            **told(
                "Từ trong tên hoặc mã, có dấu hay không: dang ky ket hon.",
                "Words of the name or code, with or without marks.",
            ),
        ),
    ] = ""
    life_event: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z][a-z0-9_-]{0,59}$",
            **told("Mã sự kiện trong đời, ví dụ marriage.", "Code of a life event, e.g. marriage."),
        ),
    ] = None


class ProcedurePath(Shape):
    """Which procedure."""

    code: Annotated[
        str,
        Field(
            pattern=r"^[0-9]\.[0-9]{6}$",
            **told("Mã thủ tục hành chính, ví dụ 1.000894.", "Code of the procedure, e.g. 1.000894."),
        ),
    ]


class FormPath(Shape):
    """Which form."""

    code: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", **told("Ví dụ to-khai-ket-hon.", "E.g. to-khai-ket-hon.")),
    ]


def router(get_services: Callable[[], Services], get_edge: GetEdge) -> Router:
    """Return the routes; both getters build on the first request."""
    routes = Router(get_edge)

    @routes.route("GET", "/v1/procedures", _SEARCH)
    def search(request: Request[None, None, ProcedureQuery]) -> ProcedureList:
        services, query = get_services(), request.query
        # What is wanted is in the scope: a cursor goes on with the same search only.
        scope = f"{_LIST}:{query.life_event or ''}:{query.q}"
        page = services.procedures.page(
            Wanted(query.q, query.life_event), _after(services, scope, query.cursor), query.limit
        )
        following = page.next_after
        return ProcedureList(
            procedures=[procedure_answer(each) for each in page.procedures],
            next=None if following is None else services.cursors.encode(scope, {"after": following}),
        )

    @routes.route("GET", "/v1/procedures/{code}", _PROCEDURE)
    def procedure(request: Request[None, ProcedurePath]) -> ProcedureDetail:
        return procedure_detail(get_services().procedures.procedure(ProcedureCode(request.path.code)))

    @routes.route("GET", "/v1/forms/{code}", _FORM)
    def form(request: Request[None, FormPath]) -> Reply:
        view = get_services().procedures.form(FormCode(request.path.code))
        return Reply(form_answer(view), etag=view.catalogue.hash)

    return routes


def _after(services: Services, scope: str, cursor: str | None) -> ProcedureCode | None:
    if cursor is None:  # without one nothing is signed or read, and the key for it need not be had
        return None
    match services.cursors.decode(scope, cursor):
        case {"after": str(code)}:
            return ProcedureCode(code)
        case _:
            raise BadCursor


_SEARCH: Final = Operation(
    id="list_procedures",
    summary=Label("Tìm thủ tục hành chính", "Find procedures"),
    auth=Anonymous(),
    query=ProcedureQuery,
    answer=ProcedureList,
    errors=(BadCursor,),
    cache=_CACHE,
)
_PROCEDURE: Final = Operation(
    id="get_procedure",
    summary=Label("Xem một thủ tục hành chính", "Read a procedure"),
    auth=Anonymous(),
    path=ProcedurePath,
    answer=ProcedureDetail,
    errors=(UnknownProcedure,),
    cache=_CACHE,
)
_FORM: Final = Operation(
    id="get_form",
    summary=Label("Xem một biểu mẫu điện tử", "Read a form"),
    auth=Anonymous(),
    path=FormPath,
    answer=FormAnswer,
    errors=(UnknownForm,),
    cache=_CACHE,
)
