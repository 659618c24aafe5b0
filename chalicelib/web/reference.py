"""Routes of the reference: the OpenAPI document, the page made from it, and a page for every problem.

Their makers are imported on first use: other requests need not pay for them at a cold start.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.kernel.errors import NotFound
from chalicelib.web.exchange import GetEdge
from chalicelib.web.language import Language
from chalicelib.web.operation import Anonymous, Info, Label, Operation, Reply, Request
from chalicelib.web.problem import say
from chalicelib.web.route import Declared, Router
from chalicelib.web.shape import Shape, told

_PUBLIC = "public, max-age=300"
_HTML = "text/html; charset=utf-8"


class PageLanguage(Shape):
    """Which language to show a page in."""

    lang: Annotated[Literal["vi", "en"], Field(**told("Ngôn ngữ của trang.", "Language of the page."))] = "vi"


class ProblemPath(Shape):
    """Which problem."""

    code: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9_.]{0,63}$",
            **told("Mã lỗi: code của lỗi nhận được.", "code of the problem received."),
        ),
    ]


def reference(get_edge: GetEdge, get_declared: Callable[[], Sequence[Declared]], info: Info) -> Router:
    """Return the routes that describe the operations; `get_declared` is asked on the first request."""
    router = Router(get_edge)

    @lru_cache(maxsize=1)
    def described() -> dict[str, Any]:
        from chalicelib.web.openapi import document  # noqa: PLC0415 - see above

        return document([*get_declared(), *router.operations], info)

    @router.route("GET", "/v1/openapi.json", _OPENAPI)
    def openapi(_request: Request) -> Reply:
        return Reply(described())

    @router.route("GET", "/docs", _DOCS)
    def docs(request: Request[None, None, PageLanguage]) -> Reply:
        from chalicelib.web.docs import reference_page  # noqa: PLC0415 - see above

        return _page(reference_page(described(), get_edge().texts, request.query.lang), request.query.lang)

    @router.route("GET", "/problems/{code}", _PROBLEM)
    def problem(request: Request[None, ProblemPath, PageLanguage]) -> Reply:
        from chalicelib.web.docs import problem_page  # noqa: PLC0415 - see above

        code, language, texts = request.path.code, request.query.lang, get_edge().texts
        if say(texts, code, language, {}) == code:
            raise NotFound
        return _page(problem_page(code, texts, language), language)

    return router


def _page(html: str, language: Language) -> Reply:
    from chalicelib.web.docs import CSP  # noqa: PLC0415 - see above

    return Reply(html, headers={"Content-Language": language, "Content-Security-Policy": CSP})


_OPENAPI = Operation(
    id="get_openapi",
    summary=Label("Mô tả OpenAPI của giao diện này", "The OpenAPI description of this API"),
    auth=Anonymous(),
    cache=_PUBLIC,
)
_DOCS = Operation(
    id="get_docs",
    summary=Label("Trang tài liệu", "The reference as a page"),
    auth=Anonymous(),
    query=PageLanguage,
    media_type=_HTML,
    cache=_PUBLIC,
)
_PROBLEM = Operation(
    id="get_problem",
    summary=Label("Giải thích một lỗi", "What a problem means"),
    auth=Anonymous(),
    path=ProblemPath,
    query=PageLanguage,
    media_type=_HTML,
    cache=_PUBLIC,
)
