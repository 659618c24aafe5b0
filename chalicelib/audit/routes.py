"""The citizen's own access log over HTTP."""

from collections.abc import Callable
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.audit.model import Access, Action, Ground, Link
from chalicelib.audit.service import AccessLog
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import StoreUnavailable
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.web.errors import BadCursor
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Label, Operation, Reply, Request
from chalicelib.web.paging import Cursors, PageQuery
from chalicelib.web.route import Router

SCOPE = "access_log"


class Services(Protocol):
    """What these routes need."""

    @property
    def access_log(self) -> AccessLog:
        """Return the use cases."""
        ...

    @property
    def cursors(self) -> Cursors:
        """Return what signs positions in lists."""
        ...

    @property
    def words(self) -> Vocabulary:
        """Return the live vocabulary."""
        ...


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Named(_Answered):
    """A code with its name in both languages."""

    code: str
    vi: str
    en: str


class EntryShown(_Answered):
    """Who asked for what, or did what, when and what for; names of items, never values."""

    number: int
    at: str
    client: Named
    own: Annotated[bool, Field(description="You asked about yourself.")]
    action: Annotated[Action, Field(description="A prefill, or what was done in a warehouse.")]
    procedure: Annotated[Named | None, Field(description="What for; present where the action is a prefill.")] = None
    prefill: Annotated[str | None, Field(description="Present where the action is a prefill.")] = None
    document: Annotated[str | None, Field(description="The document of the warehouse that it is about.")] = None
    archive: Annotated[bool, Field(description="The warehouse was read for this prefill.")] = False
    decision: Literal["allowed", "no_consent", "no_right"]
    basis: Annotated[Ground | None, Field(description="The ground it was allowed on, if any.")] = None
    consent: Annotated[str | None, Field(description="Your consent that allowed it.")] = None
    wave: Annotated[int, Field(description="2: asked by what a first reply said.")]
    attempt: Annotated[int, Field(description="The how manieth time registers were asked for this prefill.")]
    registers: list[str]
    items: list[Named]
    hash: Annotated[str, Field(description="h_n = SHA-256(h_{n-1} ‖ sealed entry), in hex.")]


class AccessLogPage(_Answered):
    """Entries, newest first."""

    entries: list[EntryShown]
    next: str | None = None


READ = Operation(
    id="readAccessLog",
    summary=Label("Xem ai đã hỏi dữ liệu của bạn", "See who asked for your data"),
    auth=Citizen(scope=SCOPE),
    query=PageQuery,
    answer=AccessLogPage,
    errors=(BadCursor, StoreUnavailable),
)


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)

    @router.route("GET", "/v1/access-log", READ)
    def read(request: Request[None, None, PageQuery]) -> Reply:
        services, cursor = get_services(), request.query.cursor
        scope = f"access-log of {request.caller.subject}"
        before = None if cursor is None else services.cursors.decode(scope, cursor).get("before")
        citizen = request.caller.person
        page = services.access_log.read(citizen, before if isinstance(before, int) else None, request.query.limit)
        entries: list[JsonObject] = [_shown(link, access, services) for link, access in page.entries]
        position: JsonObject = {"before": page.next_before}
        following = {} if page.next_before is None else {"next": services.cursors.encode(scope, position)}
        return Reply({"entries": entries, **following})

    return router


def _shown(link: Link, access: Access, services: Services) -> JsonObject:
    client = services.words.client(access.client)
    grounds = {"basis": access.basis, "consent": access.consent}
    return {
        "number": link.number,
        "at": iso(access.at),
        "client": _named(access.client, None if client is None else client.name),
        "own": access.own,
        "action": access.action,
        "archive": access.archive,
        **_about(access, services.access_log),
        "decision": access.decision,
        **{name: ground for name, ground in grounds.items() if ground is not None},
        "wave": access.wave,
        "attempt": access.attempt,
        "registers": list(access.registers),
        "items": [_item(each, services.words) for each in access.items],
        "hash": link.hash.hex(),
    }


def _about(access: Access, log: AccessLog) -> JsonObject:
    about: JsonObject = {"prefill": access.prefill, "document": access.document}
    if access.procedure is not None:
        about["procedure"] = _named(access.procedure, log.name_of_procedure(access.procedure))
    return {name: value for name, value in about.items() if value is not None}


def _item(item: ItemId, words: Vocabulary) -> JsonObject:
    known = words.items.get(item)
    return _named(item, None if known is None else known.label)


def _named(code: str, name: Text | None) -> JsonObject:
    return {"code": code, "vi": code if name is None else name.vi, "en": code if name is None else name.en}
