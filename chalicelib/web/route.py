"""Routes on Chalice blueprints: declared once, served by `exchange`.

Domain errors never reach Chalice's middleware, so the whole exchange happens inside the view; the middleware here
only reshapes what Chalice itself refuses. Routes register at import; the getter builds what serves them on the
first request. Knows no use case.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from chalice.app import Blueprint, CORSConfig, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.kernel.errors import AppError, InvalidRequest, MethodNotAllowed, UnsupportedMedia
from chalicelib.kernel.frozen import dataclass
from chalicelib.web.exchange import GetEdge, Handler, exchange
from chalicelib.web.incoming import read
from chalicelib.web.operation import Method, Operation
from chalicelib.web.problem import TRACE_HEADER, Rendered, problem

CORS: Final = CORSConfig(
    allow_origin="*",
    allow_headers=["Accept-Language", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent"],
    expose_headers=["ETag", "Location", "Retry-After", "WWW-Authenticate", TRACE_HEADER],
    max_age=600,
)
Middleware: TypeAlias = Callable[[ChaliceRequest, Callable[[ChaliceRequest], Response]], Response]

_CHALICE_ERRORS: Final[dict[int, type[AppError]]] = {
    400: InvalidRequest,
    405: MethodNotAllowed,
    415: UnsupportedMedia,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """An operation at its place; `openapi` reads these."""

    method: Method
    path: str
    operation: Operation


class Router:
    """The routes of one slice: a Chalice blueprint, and the list of its operations."""

    def __init__(self, get_edge: GetEdge) -> None:
        self._get_edge = get_edge
        self.blueprint = Blueprint(__name__)
        self.operations: list[Declared] = []

    def route(self, method: Method, path: str, operation: Operation) -> Callable[[Handler], Handler]:
        """Declare that the decorated handler serves the operation at a full path like `/v1/things/{id}`."""

        def declare(handler: Handler) -> Handler:
            def view(**_path: str) -> Response:
                # Read before anything else: the framework keeps the current request by thread.
                incoming = read(self.blueprint.current_request)
                return to_chalice(exchange(operation, handler, incoming, self._get_edge))

            # No content types: Chalice would check them on GET as well, and answer in its own form.
            options = {"methods": [method], "cors": CORS, "content_types": [], "name": operation.id}
            self.blueprint.route(path, **options)(view)
            self.operations.append(Declared(method, path, operation))
            return handler

        return declare


def to_chalice(rendered: Rendered) -> Response:
    """Hand an answer to Chalice; its body is text already, so Chalice does not dump it again."""
    return Response(rendered.body, dict(rendered.headers), rendered.status)


def reshape_errors(get_edge: GetEdge) -> Middleware:
    """Make the HTTP middleware that turns Chalice's own refusals (405 and the like) into problems."""

    def middleware(request: ChaliceRequest, get_response: Callable[[ChaliceRequest], Response]) -> Response:
        response = get_response(request)
        if response.status_code < 400 or not isinstance(response.body, dict):
            # Ours are text by now.
            return response
        edge, incoming = get_edge(), read(request)
        error = _CHALICE_ERRORS.get(response.status_code, AppError)()
        reshaped = to_chalice(problem(error, edge.texts, incoming.language, incoming.trace(edge.ids)))
        kept = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
        reshaped.headers |= {**CORS.get_access_control_headers(), **kept}
        return reshaped

    return middleware
