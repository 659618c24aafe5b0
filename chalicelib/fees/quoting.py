"""What this citizen must pay for this procedure, here, on this day, through this channel, and why. Pure."""

from chalicelib.fees.answer import Quote
from chalicelib.fees.changes import by_channel, cheapest, what_would_change
from chalicelib.fees.digest import digest_of
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import Case
from chalicelib.fees.plan import Rules
from chalicelib.fees.trace import traced
from chalicelib.kernel.errors import FieldProblem, InvalidValue


def quote(rules: Rules, case: Case) -> Quote:
    """Return what is due, every row considered, what would change it, and the cheapest channel.

    Raises InvalidValue naming each value that is not of its input's domain.
    """
    wrong = problems(rules, case)
    if wrong:
        raise InvalidValue(*wrong, what="fee case")
    pricing = price(rules, case)
    channels = by_channel(rules, case)
    return Quote(
        case=case,
        rules=rules.digest,
        pricing=pricing,
        trace=traced(rules, case, pricing),
        changes=what_would_change(rules, case, pricing),
        channels=channels,
        cheapest=cheapest(case, channels),
        digest=digest_of(case, rules.digest, pricing),
    )


def problems(rules: Rules, case: Case) -> tuple[FieldProblem, ...]:
    """Return what in a case no rule goes by, or is not of its input's type and domain."""
    inputs = rules.inputs(case.procedure)
    found = []
    for name, value in case.quantities.items():
        known = inputs.get(name)
        if known is None or known.source.by != "quantity":
            found.append(FieldProblem(f"/quantities/{name}", "unknown_quantity"))
        elif not known.accepts(value):
            found.append(FieldProblem(f"/quantities/{name}", "bad_quantity"))
    for name, fact in case.facts.items():
        known = inputs.get(name)
        if known is None or known.source.by == "quantity":
            found.append(FieldProblem(f"/facts/{name}", "unknown_fact"))
        elif not known.accepts(fact.value):
            found.append(FieldProblem(f"/facts/{name}", "bad_fact"))
    return tuple(found)
