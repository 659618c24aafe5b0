"""Quote a fee, show a quote again, work it out again. Must not know HTTP or storage.

One read before the evaluation and one write after it; the evaluation itself calls nothing.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.definitions.service import Definitions
from chalicelib.fees.answer import Quote
from chalicelib.fees.case_codec import case_from_json, case_to_json
from chalicelib.fees.facts import Declared, read_declared, with_known, with_level
from chalicelib.fees.model import Case, Channel
from chalicelib.fees.port import Kept, Named, QuoteId, QuoteStore, Quoting, Who
from chalicelib.fees.reckon import NoSuchProcedure, inputs_for, reckoned
from chalicelib.fees.render import Given, rendered
from chalicelib.fees.told import told
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Contention, FieldProblem, Forbidden, NotFound, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, EventId, IdSource, ProcedureCode
from chalicelib.turns import Once, Raced
from chalicelib.vocabulary.unit_tables import units_of

__all__ = ["NoSuchProcedure"]

VIETNAM: Final = timezone(timedelta(hours=7))
"""Reception days are days in Viet Nam, which has had no summer time since 1975."""
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2100, 12, 31)
_TRIES: Final = 5


class NoSuchCommune(Unprocessable):
    """There was no such commune on the day of reception."""

    code = "no_such_commune"


class BadAsOf(Unprocessable):
    """A day of reception that no schedule could be about."""

    code = "bad_as_of"


class BadKnownAt(Unprocessable):
    """An instant that has not come yet: what will be published then is not known."""

    code = "bad_known_at"


class CitizenNeeded(Unprocessable):
    """A prefill is named, and nobody is signed in whose it could be."""

    code = "citizen_needed_for_prefill"


class KeyReused(Unprocessable):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


class LevelTooLow(Forbidden):
    """What is here was answered to a higher identity level (mức độ định danh) than the caller shows now."""

    code = "identity_level_too_low"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a quote is asked for; `as_of` None is today in Viet Nam, `known_at` None is now."""

    procedure: ProcedureCode
    channel: Channel
    commune: str
    as_of: date | None = None
    known_at: datetime | None = None
    quantities: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    named: Named | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: the text, and under which id it is kept, if it is."""

    text: str
    quote: QuoteId | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the same facts and the same published set still give the same digest."""

    quote: QuoteId
    catalogue: CatalogueHash
    digest: str
    again: str
    at: datetime

    @property
    def is_same(self) -> bool:
        """Say whether they do."""
        return self.digest == self.again


@dataclass(frozen=True, slots=True)
class Quotes:
    """The use cases of a citizen, of a portal, and of anybody who wants to know what a procedure costs."""

    store: QuoteStore
    definitions: Definitions
    clock: Clock
    ids: IdSource

    def quote(self, who: Who | None, asked: Asked, once: Once | None) -> Answer:
        """Work out what is due. A citizen's quote is kept; for anybody else nothing is read or written.

        The same key with the same request gives the first answer again. Raises NoSuchProcedure, NoSuchCommune, BadAsOf,
        BadKnownAt, BadFacts, CitizenNeeded, NoSuchPrefill, PrefillLevel, LevelTooLow, KeyReused, Contention,
        StoreUnavailable.
        """
        at = self.clock.now()
        catalogue = self._catalogue(asked.known_at, at)
        case = stated(catalogue, asked, at)
        if who is None:
            if asked.named is not None:
                raise CitizenNeeded(FieldProblem("/prefill", CitizenNeeded.code))
            made = reckoned(catalogue, replace(case, used=None))
            return Answer(rendered(catalogue, made, Given(None, at, asked.known_at)))
        for _ in range(_TRIES):
            start = self.store.begin(who, case.as_of.year, asked.named, once)
            if start.earlier is not None:
                if not start.earlier.same:
                    raise KeyReused
                return Answer(self._kept(who, start.earlier.quote).answer, start.earlier.quote)
            try:
                return self._keep(who, start, catalogue, (case, Given(QuoteId(self.ids.new()), at, asked.known_at)))
            except Raced:
                continue
        raise Contention

    def show(self, who: Who, quote: QuoteId) -> str:
        """Return the answer that was given, byte for byte.

        Raises NotFound for what is not this citizen's through this client, LevelTooLow, StoreUnavailable.
        """
        return self._kept(who, quote).answer

    def verify(self, who: Who, quote: QuoteId) -> Verified:
        """Work the quote out again from its own facts and its own published set. Raises as `show` does."""
        kept = self._kept(who, quote)
        again = reckoned(self.definitions.at(kept.catalogue), case_from_json(kept.case))
        return Verified(quote, kept.catalogue, kept.digest, again.digest, self.clock.now())

    def _keep(self, who: Who, start: Quoting, catalogue: Catalogue, stated_: tuple[Case, Given]) -> Answer:
        case, given = stated_
        inputs = inputs_for(catalogue, case.procedure)
        known = with_known(inputs, case.facts, start.known, case.as_of)
        whole = replace(case, facts=with_level(inputs, known, who.level), used=dict(start.used))
        made = reckoned(catalogue, whole)
        text = rendered(catalogue, made, given)
        kept = _kept(who, catalogue, made, (given, text))
        start.keep(kept, told(kept, made, EventId(self.ids.new())))
        return Answer(text, kept.id)

    def _catalogue(self, known_at: datetime | None, at: datetime) -> Catalogue:
        if known_at is None:
            return self.definitions.current()
        if known_at > at:
            raise BadKnownAt(FieldProblem("/known_at", BadKnownAt.code))
        return self.definitions.known_at(known_at)

    def _kept(self, who: Who, quote: QuoteId) -> Kept:
        kept = self.store.find(who.person, quote)
        if kept is None or kept.client != who.client:
            raise NotFound
        if who.level < kept.level:
            raise LevelTooLow(level=kept.level)
        return kept


def stated(catalogue: Catalogue, asked: Asked, at: datetime) -> Case:
    """Return the case that the caller states, every name in it looked up.

    Raises NoSuchProcedure, NoSuchCommune, BadAsOf and BadFacts, each with the place in the request.
    """
    as_of = at.astimezone(VIETNAM).date() if asked.as_of is None else asked.as_of
    if not EARLIEST <= as_of <= LATEST:
        raise BadAsOf(FieldProblem("/as_of", BadAsOf.code))
    inputs = inputs_for(catalogue, asked.procedure)
    commune = units_of(catalogue).commune_at(asked.commune, as_of)
    if commune is None:
        raise NoSuchCommune(FieldProblem("/commune", NoSuchCommune.code))
    read = read_declared(inputs, Declared(asked.facts, asked.quantities), as_of)
    place = (asked.channel, commune.province, commune.code)
    return Case(asked.procedure, as_of, *place, quantities=read.quantities, facts=read.facts)


def _kept(who: Who, catalogue: Catalogue, made: Quote, given: tuple[Given, str]) -> Kept:
    said, text = given
    return Kept(
        said.id or QuoteId(""),
        who.client,
        who.level,
        made.case.procedure,
        catalogue.hash,
        said.at,
        case_to_json(made.case),
        made.digest,
        text,
    )
