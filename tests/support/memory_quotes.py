"""Quotes and benefits in memory: the ports held by the same contract as the table's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chalicelib.fees.model import Used
from chalicelib.fees.port import (
    BenefitLedger,
    Earlier,
    Kept,
    Known,
    Named,
    QuoteId,
    QuoteStore,
    Quoting,
    Settled,
    Who,
)
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CitizenRef, PersonalId
from chalicelib.turns import Once, Raced


@dataclass
class MemoryBenefits(BenefitLedger):
    """What was used, by person and year. `meanwhile` is done once, right before the next count."""

    used: dict[tuple[CitizenRef, int], dict[str, Used]] = field(default_factory=dict)
    counted: set[tuple[str, str]] = field(default_factory=set)
    meanwhile: Callable[[], object] | None = None

    def count(self, settled: Settled) -> None:
        if (settled.payable, settled.line) in self.counted:
            return
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
            raise Raced
        self.counted.add((settled.payable, settled.line))
        year = self.used.setdefault((settled.payer, settled.year), {})
        for code, amount in settled.benefits.items():
            before = year.get(code, Used())
            year[code] = Used(before.times + 1, before.amount + amount)


@dataclass
class MemoryQuotes(QuoteStore):
    """Quotes by id, and idempotency keys. A citizen's reference is their id, for nothing leaves the process."""

    benefits: MemoryBenefits = field(default_factory=MemoryBenefits)
    known: Mapping[Named, tuple[Known, ...]] = field(default_factory=dict)
    quotes: dict[QuoteId, tuple[PersonalId, Kept]] = field(default_factory=dict)
    keys: dict[tuple[Who, str], tuple[Once, QuoteId]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def begin(self, who: Who, year: int, named: Named | None, once: Once | None) -> Quoting:
        found = None if once is None else self.keys.get((who, once.key))
        earlier = None if found is None else Earlier(found[1], found[0] == once)
        used = self.benefits.used.get((CitizenRef(who.person), year), {})
        known = () if named is None else self.known.get(named, ())
        return _MemoryQuoting(self, who, once, earlier, used, known)

    def find(self, person: PersonalId, quote: QuoteId) -> Kept | None:
        owner, kept = self.quotes.get(quote, (None, None))
        return kept if owner == person else None


@dataclass
class _MemoryQuoting(Quoting):
    store: MemoryQuotes
    who: Who
    once: Once | None
    found: Earlier | None
    counted: Mapping[str, Used]
    told: tuple[Known, ...]

    @property
    def earlier(self) -> Earlier | None:
        return self.found

    @property
    def used(self) -> Mapping[str, Used]:
        return self.counted

    @property
    def known(self) -> tuple[Known, ...]:
        return self.told

    def keep(self, quote: Kept, event: Event) -> None:
        if self.once is not None:
            if (self.who, self.once.key) in self.store.keys:
                raise Raced
            self.store.keys[(self.who, self.once.key)] = (self.once, quote.id)
        self.store.quotes[quote.id] = (self.who.person, quote)
        self.store.events.append(event)
