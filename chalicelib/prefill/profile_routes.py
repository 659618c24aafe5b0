"""Keeping typed answers over HTTP: "save to my profile" (lưu vào hồ sơ của tôi)."""

from collections.abc import Callable
from typing import Final, Protocol

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import Contention, NotFound, PreconditionFailed, StoreUnavailable
from chalicelib.prefill.edit_operations import SCOPE
from chalicelib.prefill.edit_routes import change_of, seen_of
from chalicelib.prefill.named import both, item_name
from chalicelib.prefill.profile import CannotSave
from chalicelib.prefill.profile_saving import TYPE, ProfileSaving, Saved
from chalicelib.prefill.profile_shapes import ProfileAnswer, ProfileRequest
from chalicelib.prefill.reader import Expired, InFlight
from chalicelib.prefill.shapes import PrefillPath
from chalicelib.warehouse.port import QuotaExceeded
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Label, Operation, Reply, Request
from chalicelib.web.route import Router

_LEVEL: Final = 2
"""The warehouse is a verified citizen's."""
_PREFILL: Final = "01JD9N3Z0000000000000000AA"

SAVE: Final = Operation(
    id="saveProfile",
    summary=Label("Lưu thông tin tự khai vào hồ sơ của tôi; cần If-Match", "Keep what I typed; takes If-Match"),
    auth=Citizen(level=_LEVEL, scope=SCOPE),
    path=PrefillPath,
    body=ProfileRequest,
    answer=ProfileAnswer,
    status=201,
    if_match=True,
    errors=(
        NotFound,
        Expired,
        InFlight,
        PreconditionFailed,
        CannotSave,
        QuotaExceeded,
        Contention,
        StoreUnavailable,
    ),
    body_example={"fields": ["/Email"], "consent": {"purpose": "profile", "accepted": True}},
    answer_example={
        "document": "01JD9N3Z0000000000000000DD",
        "type": TYPE,
        "prefill": _PREFILL,
        "revision": 2,
        "at": "2026-11-22T02:06:00.000Z",
        "saved": [
            {"pointer": "/Email", "item": "person.email", "name": {"vi": "Thư điện tử", "en": "Email address"}},
        ],
    },
)


class Services(Protocol):
    """What this route needs."""

    @property
    def profile_saving(self) -> ProfileSaving:
        """Return the use case."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the route; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("POST", "/v1/prefills/{id}/profile-items", SAVE)
    def save(request: Request[ProfileRequest, PrefillPath]) -> Reply:
        change = change_of(request.caller, request.path, seen=seen_of(request.if_match))
        saved = get_services().profile_saving.save(change, request.body.fields)
        return Reply(_shown(saved), etag=str(saved.revision.number))

    return router


def _shown(saved: Saved) -> JsonObject:
    kept: list[Json] = [
        {"pointer": each.pointer, "item": each.item, "name": both(item_name(each.item, saved.job.catalogue))}
        for each in saved.kept
    ]
    return {
        "document": saved.document.id,
        "type": saved.document.type,
        "prefill": saved.revision.header.id,
        "revision": saved.revision.number,
        "at": iso(saved.document.created_at),
        "saved": kept,
    }
