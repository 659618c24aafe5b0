"""The API as one list of routers: what is served, and what is described."""

from collections.abc import Callable
from typing import Final

from chalicelib.audit import routes as audit
from chalicelib.bootstrap import Services
from chalicelib.consent import routes as consent
from chalicelib.fees import routes as fees
from chalicelib.forms import routes as forms
from chalicelib.prefill import edit_routes as edits
from chalicelib.prefill import profile_routes as profile
from chalicelib.prefill import projection_routes as projections
from chalicelib.prefill import routes as prefill
from chalicelib.warehouse import import_routes as imports
from chalicelib.warehouse import issue_routes as issues
from chalicelib.warehouse import library_routes as library
from chalicelib.warehouse import log_routes as warehouse_log
from chalicelib.warehouse import type_routes as document_types
from chalicelib.warehouse import upload_routes as uploads
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Info
from chalicelib.web.reference import reference
from chalicelib.web.route import Declared, Router

INFO: Final = Info(
    title="Một Lần",
    version="0.3.0",
    description="Điền sẵn biểu mẫu dịch vụ công từ dữ liệu Nhà nước đã có. "
    "Fills public-service forms from what the State already holds.",
)


def routers(get_edge: GetEdge, get_services: Callable[[], Services]) -> tuple[Router, ...]:
    """Declare every route of the API; edge and services are asked for on the first request."""
    slices = (
        forms.router(get_services, get_edge),
        prefill.routes(get_edge, get_services),
        projections.routes(get_edge, get_services),
        profile.routes(get_edge, get_services),
        fees.routes(get_edge, get_services),
        document_types.router(get_edge, get_services),
        uploads.routes(get_edge, get_services),
        library.routes(get_edge, get_services),
        issues.routes(get_edge, get_services),
        imports.routes(get_edge, get_services),
        warehouse_log.routes(get_edge, get_services),
    )
    edited = edits.routes(get_edge, get_services)
    own = (*slices, edited, consent.routes(get_edge, get_services), audit.routes(get_edge, get_services))
    return (*own, reference(get_edge, lambda: operations(own), INFO))


def operations(declared: tuple[Router, ...]) -> list[Declared]:
    """Return the operations of some routers."""
    return [each for router in declared for each in router.operations]
