"""Issuing over HTTP: agencies alone, each for its own documents."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.kernel.canonical import digest
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import FieldProblem, NotFound
from chalicelib.kernel.ids import (
    DocumentId,
    PersonalId,
    SubjectId,
    is_business_code,
    is_synthetic,
    is_synthetic_business,
    is_ulid,
    organisation_id,
)
from chalicelib.turns import Once
from chalicelib.warehouse.assembly import Warehouse
from chalicelib.warehouse.declared import BadHolder, Declared
from chalicelib.warehouse.issue_operations import ISSUE, RENEW, REVOKE, SHOW
from chalicelib.warehouse.issue_shapes import (
    FormShown,
    HolderAsked,
    IssueOpened,
    IssuePath,
    IssueRequest,
    IssueShown,
    RevocationRequest,
    RevokedShown,
    VersionShown,
)
from chalicelib.warehouse.issuing import ISSUING, Issued, Version
from chalicelib.warehouse.model import Revoked
from chalicelib.warehouse.port import PostForm
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Reply, Request
from chalicelib.web.route import Router


class Services(Protocol):
    """What these routes need."""

    @property
    def warehouse(self) -> Warehouse:
        """Return the use cases of the slice."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("POST", "/v1/issued-documents", ISSUE)
    def issue(request: Request[IssueRequest]) -> Reply:
        body = request.body
        once = Once(request.idempotency_key or "", digest(body.model_dump(mode="json")), ISSUING)
        warehouse = get_services().warehouse
        synthetic = warehouse.around.settings.allows_synthetic
        asked = _asked(body, _holder(body.holder, allows_synthetic=synthetic))
        opened = warehouse.issuing.issue(request.caller.client, asked, once)
        return _opened(opened.upload.id, opened.version, opened.upload.state, opened.form)

    @router.route("GET", "/v1/issued-documents/{id}", SHOW)
    def show(request: Request[None, IssuePath]) -> IssueShown:
        return _shown(get_services().warehouse.issuing.show(request.caller.client, _document(request.path)))

    @router.route("POST", "/v1/issued-documents/{id}/revocation", REVOKE)
    def revoke(request: Request[RevocationRequest, IssuePath]) -> IssueShown:
        why = request.body.reason, request.body.note
        issuing = get_services().warehouse.issuing
        return _shown(issuing.revoke(request.caller.client, _document(request.path), why))

    @router.route("POST", "/v1/issued-documents/{id}/tickets", RENEW)
    def renew(request: Request[None, IssuePath]) -> Reply:
        issuing = get_services().warehouse.issuing
        upload, form = issuing.renew(request.caller.client, _document(request.path))
        version = 1 if upload.issue is None else upload.issue.version
        return _opened(upload.id, version, upload.state, form)

    return router


def form_shown(form: PostForm) -> FormShown:
    """Return a ticket as it is answered."""
    return FormShown(url=form.url, fields=dict(form.fields), expires_at=iso(form.expires_at))


def _opened(id_: str, version: int, state: str, form: PostForm) -> Reply:
    body = IssueOpened.model_validate({"id": id_, "version": version, "state": state, "ticket": form_shown(form)})
    return Reply(body, headers={"Location": f"/v1/issued-documents/{id_}"})


def _holder(asked: HolderAsked, *, allows_synthetic: bool) -> SubjectId:
    match asked.personal_id, asked.organisation_id:
        case str(person), None if allows_synthetic or not is_synthetic(PersonalId(person)):
            return PersonalId(person)
        case None, str(code) if is_business_code(code) and (allows_synthetic or not is_synthetic_business(code)):
            return organisation_id(code)
        case _:
            raise BadHolder(FieldProblem("/holder", "invalid_value"))


def _asked(body: IssueRequest, holder: SubjectId) -> Declared:
    return Declared(
        type=body.type,
        holder=holder,
        number=body.number,
        issued_on=body.issued_on,
        data=dict(body.data),
        size=body.file.size,
        sha256=body.file.sha256,
        valid_until=body.valid_until,
        title=body.title,
    )


def _document(path: IssuePath) -> DocumentId:
    if not is_ulid(path.id):
        raise NotFound
    return DocumentId(path.id)


def _shown(issued: Issued) -> IssueShown:
    upload, document = issued.upload, issued.document
    issue = None if upload is None else upload.issue
    return IssueShown(
        id=issued.id,
        type=issued.type,
        state=issued.state,
        version=issued.version,
        rejection=None if upload is None else upload.rejection,
        assurance=None if document is None else document.assurance,
        scan=None if document is None or document.file is None else document.file.scan,
        opened_at=iso(issued.opened_at),
        issued_at=None if document is None else iso(document.created_at),
        supersedes=None if issue is None else issue.supersedes,
        superseded_by=None if document is None else document.superseded_by,
        newest=_version(issued.newest),
        revoked=None if document is None else _revoked(document.revoked),
    )


def _version(version: Version | None) -> VersionShown | None:
    if version is None:
        return None
    by = version.superseded_by
    return VersionShown(id=version.id, version=version.version, state=version.state, superseded_by=by)


def _revoked(revoked: Revoked | None) -> RevokedShown | None:
    if revoked is None:
        return None
    return RevokedShown(at=iso(revoked.at), reason=revoked.reason, note=revoked.note)
