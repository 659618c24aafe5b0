"""A prefill in a portal's own keys, over HTTP.

A resource of its own and not a parameter of the prefill's: one operation has one shape of answer, so that the API's
description stays true of it, and the same projection serves whatever made the revision (opening, edits, completion).
"""

from collections.abc import Callable
from typing import Final, Protocol

from chalicelib.kernel.errors import NotFound, StoreUnavailable
from chalicelib.kernel.ids import PrefillId, is_ulid
from chalicelib.prefill.job import Who
from chalicelib.prefill.profiles import NoSuchProfile, Profile, ProfileOfOtherForm, projection_of
from chalicelib.prefill.projection import project
from chalicelib.prefill.projection_shapes import EXAMPLE, ProjectionAnswer, ProjectionPath
from chalicelib.prefill.reader import Expired, InFlight, LevelTooLow
from chalicelib.prefill.render import render
from chalicelib.prefill.service import Prefills
from chalicelib.vocabulary.service import vocabulary
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Label, Operation, Reply, Request
from chalicelib.web.route import Router

SHOW_PROJECTED: Final = Operation(
    id="getProjection",
    summary=Label("Xem kết quả điền sẵn theo khoá của biểu mẫu riêng", "Get a prefill in the keys of one's own form"),
    auth=Citizen(scope="prefill"),
    path=ProjectionPath,
    answer=ProjectionAnswer,
    errors=(NotFound, Expired, LevelTooLow, InFlight, NoSuchProfile, ProfileOfOtherForm, StoreUnavailable),
    answer_example=EXAMPLE,
)


class Services(Protocol):
    """What this route needs."""

    @property
    def prefills(self) -> Prefills:
        """Return the use cases."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the route; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("GET", "/v1/prefills/{id}/projections/{profile}", SHOW_PROJECTED)
    def show(request: Request[None, ProjectionPath]) -> Reply:
        if not is_ulid(request.path.id):
            raise NotFound
        who = Who(request.caller.person, request.caller.level, request.caller.client)
        shown = get_services().prefills.show(who, PrefillId(request.path.id), None)
        job, profile = shown.job, Profile(request.path.profile, who.client, "/path/profile")
        # Of the set that the prefill is pinned to: the same revision is the same answer, whenever it is asked for.
        projection = projection_of(job.catalogue, profile, job.form.code)
        answer = project(projection, job.form, render(shown), vocabulary(job.catalogue))
        # As with the prefill: what a change names in If-Match, and no validator of this answer.
        return Reply(answer, headers={"ETag": f'"{shown.revision.number}"'})

    return router
