"""What is said of a quote on the bus: codes, outcomes and counts; no value, no person, no rule that held. Pure."""

from collections import Counter
from typing import Final

from chalicelib.fees.answer import Quote
from chalicelib.fees.port import Kept
from chalicelib.fees.reckon import headline
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId

QUOTED: Final = "fees.quoted"


def told(kept: Kept, quote: Quote, event: EventId) -> Event:
    """Return the event of a new quote."""
    lines: dict[str, Json] = dict(sorted(Counter(each.status for each in quote.pricing.lines).items()))
    return Event(
        event,
        QUOTED,
        kept.id,
        kept.made_at,
        {
            "procedure": kept.procedure,
            "province": quote.case.province,
            "channel": quote.case.channel,
            "as_of": quote.case.as_of.isoformat(),
            "catalogue": kept.catalogue,
            "status": headline(quote.pricing).status,
            "lines": lines,
        },
    )
