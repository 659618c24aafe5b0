"""Fees over HTTP. Each route turns a checked request into one use case, and its result into an answer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from chalicelib.fees.asked_shapes import (
    CaseAsked,
    CheckRequest,
    CoverageQuery,
    DiffRequest,
    QuotePath,
    QuoteRequest,
    RadarQuery,
)
from chalicelib.fees.operations import CHECK, COVERAGE, DIFF, QUOTE, RADAR, SCOPE, SHOW, VERIFY
from chalicelib.fees.port import Named, QuoteId, Who
from chalicelib.fees.report_answers import check_answer, coverage_answer, diff_answer, radar_answer
from chalicelib.fees.reports import Reports
from chalicelib.fees.service import Asked, Quotes
from chalicelib.fees.shapes import CheckAnswer, CoverageAnswer, DiffAnswer, RadarAnswer, VerifiedAnswer
from chalicelib.kernel.canonical import digest
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import CatalogueHash, PrefillId, ProcedureCode, is_ulid
from chalicelib.turns import Once
from chalicelib.web.caller import Caller
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Citizen, Reply, Request
from chalicelib.web.route import Router


class Services(Protocol):
    """What these routes need."""

    @property
    def quotes(self) -> Quotes:
        """Return the use cases of quotes."""
        ...

    @property
    def fee_reports(self) -> Reports:
        """Return the reports on the rules."""
        ...


def routes(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Declare the routes; services are asked for on the first request."""
    router = Router(get_edge)
    _for_quotes(router, get_services)
    _for_reports(router, get_services)
    return router


def _for_quotes(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("POST", "/v1/fee-quotes", QUOTE)
    def quote(request: Request[QuoteRequest]) -> Reply:
        answer = get_services().quotes.quote(_who_if_any(request.caller), _asked(request.body), _once(request))
        if answer.quote is None:
            return Reply(answer.text)
        return Reply(answer.text, headers={"Location": f"/v1/fee-quotes/{answer.quote}"})

    @router.route("GET", "/v1/fee-quotes/{id}", SHOW)
    def show(request: Request[None, QuotePath]) -> Reply:
        return Reply(get_services().quotes.show(_who(request.caller), _quote(request.path)))

    @router.route("POST", "/v1/fee-quotes/{id}/verifications", VERIFY)
    def verify(request: Request[None, QuotePath]) -> VerifiedAnswer:
        found = get_services().quotes.verify(_who(request.caller), _quote(request.path))
        return VerifiedAnswer(
            id=found.quote,
            catalogue=found.catalogue,
            digest=found.digest,
            worked_out=found.again,
            same=found.is_same,
            verified_at=iso(found.at),
        )


def _for_reports(router: Router, get_services: Callable[[], Services]) -> None:
    @router.route("GET", "/v1/fee-coverage", COVERAGE)
    def coverage(request: Request[None, None, CoverageQuery]) -> CoverageAnswer:
        province = request.query.province
        return coverage_answer(get_services().fee_reports.covered(province), with_procedures=province is not None)

    @router.route("GET", "/v1/fee-radar", RADAR)
    def radar(request: Request[None, None, RadarQuery]) -> RadarAnswer:
        return radar_answer(*get_services().fee_reports.ending(request.query.days))

    @router.route("POST", "/v1/fee-checks", CHECK)
    def check(request: Request[CheckRequest]) -> CheckAnswer:
        document = request.body.document
        return check_answer(str(document.get("code")), *get_services().fee_reports.faults(document))

    @router.route("POST", "/v1/fee-diffs", DIFF)
    def diff(request: Request[DiffRequest]) -> DiffAnswer:
        body = request.body
        sides = CatalogueHash(body.before), CatalogueHash(body.after)
        return diff_answer(*sides, get_services().fee_reports.changed(*sides, [_case(each) for each in body.cases]))


def _who_if_any(caller: Caller) -> Who | None:
    """Return the citizen whose quote it is to be; a system, like nobody, gets an answer that is not kept."""
    if caller.citizen is None:
        return None
    Citizen(scope=SCOPE).check(caller)
    return _who(caller)


def _who(caller: Caller) -> Who:
    return Who(caller.person, caller.level, caller.client)


def _quote(path: QuotePath) -> QuoteId:
    if not is_ulid(path.id):
        raise NotFound
    return QuoteId(path.id)


def _case(body: CaseAsked) -> Asked:
    return Asked(
        ProcedureCode(body.procedure),
        body.channel,
        body.commune,
        body.as_of,
        quantities=dict(body.quantities),
        facts={name: list(value) if isinstance(value, list) else value for name, value in body.facts.items()},
    )


def _asked(body: QuoteRequest) -> Asked:
    seen = body.prefill
    named = None if seen is None else Named(PrefillId(seen.id), seen.revision)
    return replace(_case(body), known_at=body.known_at, named=named)


def _once(request: Request[QuoteRequest]) -> Once | None:
    if request.idempotency_key is None:
        return None
    return Once(request.idempotency_key, digest(request.body.model_dump(mode="json")))
