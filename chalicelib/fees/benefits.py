"""What a settlement used of a year's benefits, read off its event and counted. Must not know the bus or the table."""

from typing import Final

from chalicelib.fees.port import BenefitLedger, Settled
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import Contention, Corrupt
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef
from chalicelib.turns import Raced

CONSUMER: Final = "count_benefits"
SETTLED: Final = "payments.settled"
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Benefits:
    """The worker's use case."""

    ledger: BenefitLedger

    def run(self, event: Event) -> None:
        """Count what the event says was used; what comes twice counts once, in any order.

        Raises Contention and StoreUnavailable, both worth delivering again; Corrupt for an event that is none of ours.
        """
        if event.kind != SETTLED:
            raise Corrupt(what="event")
        settled = settled_of(event.data)
        if not settled.benefits:
            return None
        for _ in range(_TRIES):
            try:
                return self.ledger.count(settled)
            except Raced:
                continue
        raise Contention


def settled_of(data: JsonObject) -> Settled:
    """Read the event's data (schemas/events/vn.motlan.payments.settled.v1). Raises Corrupt when it is not that."""
    match data:
        case {
            "payable": str(payable),
            "line": str(line),
            "payer": str(payer),
            "year": int(year),
            "benefits": list(benefits),
        }:
            return Settled(payable, line, CitizenRef(payer), year, _taken(benefits))
        case _:
            raise Corrupt(what="event")


def _taken(benefits: list[Json]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for each in benefits:
        match each:
            case {"code": str(code), "amount": int(amount)} if code not in taken and amount >= 0:
                taken[code] = amount
            case _:
                raise Corrupt(what="event")
    return taken
