"""A case as JSON, for a quote to be worked out again years later. Pure."""

from datetime import date

from chalicelib.fees.facts import value_to_json
from chalicelib.fees.model import CHANNELS, Case, Channel, Fact, Span, Used, Value
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ProcedureCode


def case_to_json(case: Case) -> JsonObject:
    """Write a case."""
    used: Json = None
    if case.used is not None:
        used = {code: {"times": each.times, "amount": each.amount} for code, each in sorted(case.used.items())}
    return {
        "procedure": case.procedure,
        "as_of": case.as_of.isoformat(),
        "channel": case.channel,
        "province": case.province,
        "commune": case.commune,
        "quantities": dict(case.quantities),
        "facts": {name: _fact(each) for name, each in sorted(case.facts.items())},
        "used": used,
    }


def case_from_json(document: JsonObject) -> Case:
    """Read what `case_to_json` wrote. Raises Corrupt when it is not that."""
    match document:
        case {
            "procedure": str(procedure),
            "as_of": str(as_of),
            "channel": str(channel),
            "province": str(province),
            "commune": str(commune),
            "quantities": dict(quantities),
            "facts": dict(facts),
            "used": used,
        }:
            return Case(
                ProcedureCode(procedure),
                _day(as_of),
                _channel(channel),
                province,
                commune,
                {name: _whole(each) for name, each in quantities.items()},
                {name: _read_fact(each) for name, each in facts.items()},
                None if used is None else _read_used(used),
            )
        case _:
            raise Corrupt(what="case")


def _fact(fact: Fact) -> JsonObject:
    kind = "date" if isinstance(fact.value, date) else "value"
    return {kind: value_to_json(fact.value), "assurance": fact.assurance, "provenance": fact.provenance}


def _read_fact(written: Json) -> Fact:
    match written:
        case {"assurance": "verified" | "declared" as assurance, "provenance": dict(provenance)}:
            return Fact(_value(written), assurance, provenance)
        case _:
            raise Corrupt(what="fact")


def _value(written: Json) -> Value:
    match written:
        case {"date": str(day)}:
            return _day(day)
        case {"value": {"low": int(low), "high": int(high)}}:
            return Span(low, high)
        case {"value": bool() | int() | str() as value}:
            return value
        case _:
            raise Corrupt(what="fact")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Corrupt(what="day") from error


def _channel(written: str) -> Channel:
    found = next((each for each in CHANNELS if each == written), None)
    if found is None:
        raise Corrupt(what="channel")
    return found


def _whole(written: Json) -> int:
    if not isinstance(written, int):
        raise Corrupt(what="quantity")
    return written


def _read_used(written: Json) -> dict[str, Used]:
    if not isinstance(written, dict):
        raise Corrupt(what="used")
    return {code: _read_one(each) for code, each in written.items()}


def _read_one(written: Json) -> Used:
    match written:
        case {"times": int(times), "amount": int(amount)}:
            return Used(times, amount)
        case _:
            raise Corrupt(what="used")
