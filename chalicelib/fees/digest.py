"""One name for a quote: the digest of its case, its rules and its result, the same on every machine, for ever."""

from chalicelib.fees.answer import Missing, Priced, Pricing, Total
from chalicelib.fees.case_codec import case_to_json
from chalicelib.fees.model import Case, RowRef
from chalicelib.kernel.canonical import Json, JsonObject, digest


def digest_of(case: Case, rules: str, pricing: Pricing) -> str:
    """Return SHA-256 over the canonical JSON of case, digest of the rules and what is due."""
    return digest({"case": case_to_json(case), "rules": rules, "result": pricing_to_json(pricing)})


def pricing_to_json(pricing: Pricing) -> JsonObject:
    """Write what is due; names and texts of lines are left out, their codes are not."""
    return {
        "lines": [_line(each) for each in pricing.lines],
        "state": _total(pricing.state),
        "payable": _total(pricing.payable),
        "missing": [_missing(each) for each in pricing.missing],
    }


def _line(line: Priced) -> JsonObject:
    return {
        "schedule": line.schedule,
        "line": line.line.name,
        "kind": line.line.kind,
        "status": line.status,
        "amount": line.amount,
        "low": line.low,
        "high": line.high,
        "zero": line.zero,
        "rows": [_ref(each) for each in line.rows],
        "missing": [_missing(each) for each in line.missing],
        "reviews": [_ref(each) for each in line.reviews],
        "declared": list(line.declared),
        "uses": [[code, amount] for code, amount in line.uses],
    }


def _total(total: Total) -> JsonObject:
    return {"status": total.status, "amount": total.amount, "low": total.low, "high": total.high}


def _missing(missing: Missing) -> list[Json]:
    return [missing.what, missing.name, None if missing.row is None else _ref(missing.row)]


def _ref(ref: RowRef) -> str:
    return f"{ref.file}/{ref.row}"
