"""The gateway as a WSGI application, for tools that speak that: requests as they were sent, answers as they go out."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalice.local import LocalGatewayException

from chalicelib.web.problem import unknown_route_problem
from infra.local.front import Gateway
from tests.support.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class GatewayApp:
    """Answers like the local front does, without a socket; whatever the app lets escape goes up to the caller."""

    def __init__(self, service: Service) -> None:
        self._gateway: Gateway = service.gateway
        self._texts = service.services.edge.texts

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request; the path is the raw one, since PATH_INFO is decoded and `%3F` would become a query."""
        body = environ["wsgi.input"].read()
        try:
            answer = self._gateway.handle_request(environ["REQUEST_METHOD"], _target(environ), _headers(environ), body)
            status, headers, text = answer["statusCode"], dict(answer["headers"]), answer["body"]
        except LocalGatewayException:
            refused = unknown_route_problem(self._texts, trace="none")
            status, headers, text = refused.status, dict(refused.headers), refused.body
        phrase = HTTPStatus(status).phrase
        start_response(f"{status} {phrase}", [(name, str(value)) for name, value in headers.items()])
        return [text if isinstance(text, bytes) else (text or "").encode()]


def _target(environ: "WSGIEnvironment") -> str:
    path = str(environ["RAW_URI"]).partition("?")[0]
    return f"{path}?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else path


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    found = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-")] = environ[name]
    return found
