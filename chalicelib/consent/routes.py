"""Consent over HTTP: both sides act in their own session, at identity level 2."""

import re
from collections.abc import Callable
from typing import Final, Protocol

from chalicelib.consent import render
from chalicelib.consent.operations import ASK, BLOCKS, CONSENTS, DECIDE, REQUESTS, UNBLOCK, WITHDRAW
from chalicelib.consent.port import Bounds, Who
from chalicelib.consent.request import (
    Choice,
    RequestId,
)
from chalicelib.consent.service import Consents, Wish
from chalicelib.consent.shapes import (
    ConsentChoice,
    ConsentPath,
    ConsentQuery,
    ConsentWish,
    RequestQuery,
)
from chalicelib.kernel.canonical import JsonObject, digest
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import FieldProblem, NotFound, Unprocessable
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, PrefillId, ProcedureCode, is_ulid
from chalicelib.turns import Once
from chalicelib.vocabulary.service import Vocabulary
from chalicelib.web.caller import Caller
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Reply, Request
from chalicelib.web.paging import Cursors, PageQuery
from chalicelib.web.route import Router

_BLOCK: Final = re.compile(r"[0-9a-f]{32}")


class Services(Protocol):
    """What these routes need."""

    @property
    def consents(self) -> Consents:
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


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)
    _for_requests(router, get_services)
    _for_consents(router, get_services)
    return router


def _for_requests(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("POST", "/v1/consent-requests", ASK)
    def ask(request: Request[ConsentWish]) -> JsonObject:
        return render.asked(get_services().consents.ask(_who(request.caller), _wish(request.body), _once(request)))

    @router.route("GET", "/v1/consent-requests", REQUESTS)
    def requests(request: Request[None, None, RequestQuery]) -> Reply:
        services, direction = get_services(), request.query.direction
        list_ = _List(services, request.caller, request.query, f"consent requests {direction}")
        page = services.consents.requests(_who(request.caller), direction, list_.bounds)
        at, names = services.consents.clock.now(), list_.names
        return list_.reply("requests", [render.listed(each, direction, at, names) for each in page.entries], page.next)

    @router.route("POST", "/v1/consent-requests/{id}/decision", DECIDE)
    def decide(request: Request[ConsentChoice, ConsentPath]) -> JsonObject:
        consents = get_services().consents
        answered = consents.decide(_who(request.caller), RequestId(_ulid(request.path)), _choice(request.body))
        return render.decided(answered, consents.clock.now())


def _for_consents(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("GET", "/v1/consents", CONSENTS)
    def consents(request: Request[None, None, ConsentQuery]) -> Reply:
        services, side = get_services(), request.query.direction
        list_ = _List(services, request.caller, request.query, f"consents {side}")
        page = services.consents.consents(_who(request.caller), side, list_.bounds)
        at, names = services.consents.clock.now(), list_.names
        return list_.reply("consents", [render.held(each, at, names) for each in page.entries], page.next)

    @router.route("DELETE", "/v1/consents/{id}", WITHDRAW)
    def withdraw(request: Request[None, ConsentPath]) -> JsonObject:
        service = get_services().consents
        consent = service.withdraw(_who(request.caller), ConsentId(_ulid(request.path)))
        return render.ended(consent, service.clock.now())

    @router.route("GET", "/v1/consent-blocks", BLOCKS)
    def blocks(request: Request[None, None, PageQuery]) -> Reply:
        services = get_services()
        list_ = _List(services, request.caller, request.query, "consent blocks")
        page = services.consents.blocks(_who(request.caller), list_.bounds)
        return list_.reply("blocks", [render.blocked(each) for each in page.entries], page.next)

    @router.route("DELETE", "/v1/consent-blocks/{id}", UNBLOCK)
    def unblock(request: Request[None, ConsentPath]) -> JsonObject:
        block = _block(request.path)
        get_services().consents.unblock(_who(request.caller), block)
        return {"id": block, "status": "lifted"}


class _List:
    """One page of a caller's own list: where it starts, what its codes are called, and how it is answered."""

    def __init__(self, services: Services, caller: Caller, query: PageQuery, name: str) -> None:
        self._services = services
        self._scope = f"{name} of {caller.subject}"
        self.bounds = Bounds(self._start(query.cursor), query.limit)
        self.names = render.Names(services.words, services.consents.purposes.purpose)

    def reply(self, name: str, entries: list[JsonObject], following: str | None) -> Reply:
        """Return the page, with the cursor of the next where there is one."""
        if following is None:
            return Reply({name: entries})
        return Reply({name: entries, "next": self._services.cursors.encode(self._scope, {"after": following})})

    def _start(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        after = self._services.cursors.decode(self._scope, cursor).get("after")
        return after if isinstance(after, str) else None


def _who(caller: Caller) -> Who:
    return Who(caller.person, caller.client)


def _ulid(path: ConsentPath) -> str:
    if not is_ulid(path.id):
        raise NotFound
    return path.id


def _block(path: ConsentPath) -> str:
    if _BLOCK.fullmatch(path.id) is None:
        raise NotFound
    return path.id


def _wish(body: ConsentWish) -> Wish:
    return Wish(
        ProcedureCode(body.procedure),
        body.role,
        PersonalId(body.personal_id),
        _items(body.items),
        None if body.prefill is None else PrefillId(body.prefill),
        body.note,
    )


def _choice(body: ConsentChoice) -> Choice:
    # Kept to the millisecond, so that the same choice said again is the same.
    until = None if body.expires_at is None else from_iso(iso(body.expires_at))
    if body.decision != "grant" and (body.items is not None or until is not None):
        raise Unprocessable(FieldProblem("/decision", "not_allowed"))
    return Choice(body.decision, _items(body.items), until)


def _items(codes: list[str] | None) -> tuple[ItemId, ...] | None:
    return None if codes is None else tuple(ItemId(each) for each in codes)


def _once(request: Request[ConsentWish]) -> Once | None:
    if request.idempotency_key is None:
        return None
    return Once(request.idempotency_key, digest(request.body.model_dump(mode="json")))
