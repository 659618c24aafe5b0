"""Uploads over HTTP. Each route turns a checked request into one use case, and its result into an answer."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.kernel.canonical import digest
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import SubjectId, UploadId, is_ulid
from chalicelib.turns import Once
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.warehouse.assembly import Warehouse
from chalicelib.warehouse.port import PostForm
from chalicelib.warehouse.upload import Upload
from chalicelib.warehouse.upload_operations import COMPLETE, OPEN, RENEW, SHOW
from chalicelib.warehouse.upload_shapes import (
    OwnerQuery,
    RejectionShown,
    TicketShown,
    UploadPath,
    UploadRequest,
    UploadShown,
    Words,
)
from chalicelib.warehouse.wishes import Wished
from chalicelib.web.caller import Caller
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Reply, Request
from chalicelib.web.route import Router


class Services(Protocol):
    """What these routes need."""

    @property
    def warehouse(self) -> Warehouse:
        """Return the use cases of the slice."""
        ...

    @property
    def words(self) -> Vocabulary:
        """Return the texts."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("POST", "/v1/warehouse/uploads", OPEN)
    def open_(request: Request[UploadRequest]) -> Reply:
        body, services = request.body, get_services()
        owner = _owner(services, request.caller, body.organisation)
        once = None
        if request.idempotency_key is not None:
            once = Once(request.idempotency_key, digest(body.model_dump(mode="json")))
        given = services.warehouse.uploads.open(owner, request.caller.client, _wished(body), once)
        return _given(services.words, given)

    @router.route("GET", "/v1/warehouse/uploads/{id}", SHOW)
    def show(request: Request[None, UploadPath, OwnerQuery]) -> UploadShown:
        services = get_services()
        owner = _owner(services, request.caller, request.query.organisation)
        upload = services.warehouse.uploads.show(owner, request.caller.client, _upload(request.path))
        return shown(services.words, upload)

    @router.route("POST", "/v1/warehouse/uploads/{id}/tickets", RENEW)
    def renew(request: Request[None, UploadPath, OwnerQuery]) -> Reply:
        services = get_services()
        owner = _owner(services, request.caller, request.query.organisation)
        given = services.warehouse.uploads.renew(owner, request.caller.client, _upload(request.path))
        return _given(services.words, given)

    @router.route("POST", "/v1/warehouse/uploads/{id}/completion", COMPLETE)
    def complete(request: Request[None, UploadPath, OwnerQuery]) -> UploadShown:
        services = get_services()
        owner = _owner(services, request.caller, request.query.organisation)
        upload = services.warehouse.uploads.complete(owner, request.caller.client, _upload(request.path))
        return shown(services.words, upload)

    return router


def shown(words: Vocabulary, upload: Upload, form: PostForm | None = None) -> UploadShown:
    """Return an upload as it is answered; a ticket only while it can still be used."""
    is_there = upload.state == "available"
    return UploadShown(
        id=upload.id,
        state=upload.state,
        message=words_shown(words, f"upload.state.{upload.state}"),
        type=upload.wish.type,
        title=upload.wish.title,
        media_type=upload.wish.media_type,
        size=upload.wish.size,
        file_name=upload.wish.file_name,
        attempt=upload.attempt,
        opened_at=iso(upload.opened_at),
        ticket_until=iso(upload.ticket_until),
        changed_at=None if upload.changed_at is None else iso(upload.changed_at),
        ticket=_ticket(form) if form is not None and upload.state == "opened" else None,
        rejection=_rejection(words, upload),
        document=upload.id if is_there else None,
        links={"document": f"/v1/warehouse/documents/{upload.id}"} if is_there else None,
    )


def _given(words: Vocabulary, given: tuple[Upload, PostForm]) -> Reply:
    return Reply(shown(words, *given), headers={"Location": f"/v1/warehouse/uploads/{given[0].id}"})


def _ticket(form: PostForm) -> TicketShown:
    return TicketShown(url=form.url, fields=dict(form.fields), expires_at=iso(form.expires_at))


def _rejection(words: Vocabulary, upload: Upload) -> RejectionShown | None:
    if upload.rejection is None:
        return None
    return RejectionShown(code=upload.rejection, message=words_shown(words, f"upload.rejected.{upload.rejection}"))


def words_shown(words: Vocabulary, name: str) -> Words:
    """Return a text in both languages."""
    return Words(vi=words.text(name, "vi"), en=words.text(name, "en"))


def _owner(services: Services, caller: Caller, organisation: str | None) -> SubjectId:
    if organisation is None:
        return caller.person
    return services.warehouse.standings.need(caller.person, caller.client, organisation)


def _upload(path: UploadPath) -> UploadId:
    if not is_ulid(path.id):
        raise NotFound
    return UploadId(path.id)


def _wished(body: UploadRequest) -> Wished:
    return Wished(body.type, body.media_type, body.size, body.sha256, body.title, body.file_name)
