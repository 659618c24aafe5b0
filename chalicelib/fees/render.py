"""A quote in words: its status, why, on what basis, and what would change it. Pure.

Every text is looked up by code in the published messages, Vietnamese and English; names are the rules' own.
"""

from datetime import datetime

from chalicelib.definitions.model import Catalogue
from chalicelib.fees.answer import ByChannel, Change, Checked, Considered, Priced, Pricing, Quote
from chalicelib.fees.effect import Zero
from chalicelib.fees.facts import DISPUTED, value_to_json
from chalicelib.fees.inputs import OF_EVERY_CASE
from chalicelib.fees.model import STATE_KINDS, Fact, RowRef
from chalicelib.fees.port import QuoteId
from chalicelib.fees.reckon import headline, inputs_for, name_of, row_of
from chalicelib.fees.wording import Wording, dong, pair, total_shown, without_none
from chalicelib.kernel.canonical import Json, JsonObject, canonical
from chalicelib.kernel.clock import iso
from chalicelib.kernel.frozen import dataclass
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import vocabulary


@dataclass(frozen=True, slots=True)
class Given:
    """What is said around a quote: its id where it is kept, when it was given, and by what was known when."""

    id: QuoteId | None
    at: datetime
    known_at: datetime | None


def rendered(catalogue: Catalogue, quote: Quote, given: Given) -> str:
    """Return the answer as text; the same quote is the same bytes."""
    inputs = {**OF_EVERY_CASE, **inputs_for(catalogue, quote.case.procedure)}
    return canonical(_Answer(catalogue, inputs, vocabulary(catalogue)).answer(quote, given)).decode()


@dataclass(frozen=True, slots=True)
class _Answer(Wording):
    """Puts one quote into words."""

    def answer(self, quote: Quote, given: Given) -> JsonObject:
        case, pricing, first = quote.case, quote.pricing, headline(quote.pricing)
        whole: dict[str, Json] = {
            "id": given.id,
            "procedure": case.procedure,
            "name": self._procedure(quote),
            "channel": case.channel,
            "province": case.province,
            "commune": case.commune,
            "as_of": case.as_of.isoformat(),
            "known_at": iso(given.known_at or given.at),
            "quoted_at": iso(given.at),
            "catalogue": self.catalogue.hash,
            "rules": quote.rules,
            "digest": quote.digest,
            "status": first.status,
            "message": self._message(first.status, _why_zero(pricing), first.amount),
            "state": total_shown(pricing.state),
            "payable": total_shown(pricing.payable),
            "lines": [self._line(each) for each in pricing.lines],
            "missing": [self.missing(each) for each in pricing.missing],
            "facts": [self._fact(name, each) for name, each in sorted(case.facts.items())],
            "quantities": dict(case.quantities),
            "trace": [self._considered(each) for each in quote.trace],
            "changes": [self._change(each) for each in quote.changes],
            "channels": [self._channel(each) for each in quote.channels],
            "cheapest": None if quote.cheapest is None else self._channel(quote.cheapest),
        }
        return without_none(whole)

    def _procedure(self, quote: Quote) -> Json:
        found = name_of(self.catalogue, quote.case.procedure)
        return None if found is None else pair(found)

    def _message(self, status: str, zero: str | None, amount: int | None) -> JsonObject:
        code = f"fee.{status}" if zero is None or status != "zero" else f"fee.zero.{zero}"
        if status == "needs_review" and amount is None:
            code = "fee.needs_review.open"
        return self.text(code, amount=dong(amount or 0))

    def _line(self, line: Priced) -> JsonObject:
        said: dict[str, Json] = {
            "schedule": line.schedule,
            "line": line.line.name,
            "name": pair(line.line.title),
            "kind": line.line.kind,
            "authority": line.line.authority,
            "status": line.status,
            "amount": line.amount,
            "low": line.low,
            "high": line.high,
            "zero": line.zero,
            "message": self._message(line.status, line.zero, line.amount),
            "basis": [self.rule(each) for each in line.rows],
            "missing": [self.missing(each) for each in line.missing],
            "reviews": [self._review(each) for each in line.reviews],
            "declared": [self.label(each) for each in line.declared],
            "benefits": [{"code": code, "amount": amount} for code, amount in line.uses],
        }
        return without_none(said)

    def _review(self, ref: RowRef) -> JsonObject:
        row = row_of(self.catalogue, ref)
        why: JsonObject = {} if row.review is None else {"why": pair(row.review)}
        return {**self.rule(ref), **why}

    def _fact(self, name: str, fact: Fact) -> JsonObject:
        origin = without_none({each: value for each, value in fact.provenance.items() if each != DISPUTED})
        disputed: JsonObject = {DISPUTED: fact.provenance[DISPUTED]} if DISPUTED in fact.provenance else {}
        said: JsonObject = {"value": value_to_json(fact.value), "assurance": fact.assurance, "provenance": origin}
        return {**self.label(name), **said, **disputed}

    def _considered(self, each: Considered) -> JsonObject:
        said: dict[str, Json] = {
            **self.rule(each.row),
            "line": each.line,
            "role": each.role,
            "verdict": each.verdict,
            "due": each.due,
            "message": self.text(f"fee.verdict.{each.verdict}"),
            "conditions": [self._checked(one) for one in each.conditions],
        }
        return without_none(said)

    def _checked(self, checked: Checked) -> JsonObject:
        outcome = "unknown" if checked.passed is None else "passed" if checked.passed else "failed"
        return {**self.label(checked.condition.input), "outcome": outcome, "wants": self.wants(checked)}

    def _change(self, change: Change) -> JsonObject:
        label, value = self.called(change.name), self._value(change)
        code = f"fee.change.{change.what}" if change.payable is not None else f"fee.change.{change.what}.unknown"
        said: dict[str, Json] = {
            "what": change.what,
            "name": change.name,
            "label": pair(label),
            "value": change.value,
            "status": change.status,
            "payable": change.payable,
            "message": self.text(code, name=label, value=value, amount=dong(change.payable or 0)),
        }
        return without_none(said)

    def _value(self, change: Change) -> Text:
        known = self.inputs.get(change.name)
        if isinstance(change.value, bool):
            return Text("có", "yes") if change.value else Text("không", "no")
        written = str(change.value)
        return known.values.get(written, Text(written, written)) if known is not None else Text(written, written)

    def _channel(self, each: ByChannel) -> JsonObject:
        name = OF_EVERY_CASE["channel"].values[each.channel]
        said: dict[str, Json] = {
            "channel": each.channel,
            "name": pair(name),
            "status": each.status,
            "payable": each.payable,
        }
        return without_none(said)


def _why_zero(pricing: Pricing) -> Zero | None:
    """Return why nothing is due to the State, where all its lines have one reason."""
    reasons = {each.zero for each in pricing.lines if each.line.kind in STATE_KINDS}
    return reasons.pop() if len(reasons) == 1 else None
