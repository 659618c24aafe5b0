"""What the fee author's commands print: a quote with its trace, a difference, the radar, coverage. Texts only."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from chalicelib.fees.answer import Change, Checked, Considered, Priced, Quote, Total
from chalicelib.fees.coverage import GRADES, LineCoverage, ProcedureCoverage, ProvinceCoverage
from chalicelib.fees.diff import Answer, By, Changed, Difference, LineChange
from chalicelib.fees.model import FOREVER, Among, Basis, Case, Cell, Fact, Row, RowRef, Span
from chalicelib.fees.radar import Aged, Ending, Radar

_MARKS: Final[Mapping[bool | None, str]] = {True: "passed", False: "FAILED", None: "not known"}
_DAYS: Final = frozenset({"as_of"})


def quote_text(quote: Quote, rows: Mapping[RowRef, Row]) -> str:
    """Return a quote in lines: what is due, every rule considered with its conditions, what would change it."""
    case, pricing = quote.case, quote.pricing
    lines = [
        f"{case.procedure} on {case.as_of} by {case.channel} in {case.commune} (province {case.province})",
        *_given(case),
        f"to be paid: {_total(pricing.payable)}; of that to the State: {_total(pricing.state)}",
    ]
    told = {each for line in pricing.lines for each in line.missing}
    lines += [f"missing {each.what}: {each.name}{_of(each.row)}" for each in pricing.missing if each not in told]
    for line in pricing.lines:
        lines += ["", *_line(line)]
        considered = [each for each in quote.trace if each.line == f"{line.schedule}/{line.line.name}"]
        lines += [text for each in considered for text in _considered(each, rows)]
    about = {f"{each.schedule}/{each.line.name}" for each in pricing.lines}
    lines += [text for each in quote.trace if each.line not in about for text in _considered(each, rows)]
    return "\n".join([*lines, "", *_otherwise(quote), f"digest {quote.digest}", f"rules {quote.rules}"])


def difference_text(found: Difference, most: int) -> str:
    """Return whose fee changes: one case a paragraph, at most so many, and the sums."""
    shown = [text for each in found.changed[:most] for text in _changed(each)]
    left = len(found.changed) - most
    rest = [f"… and {left} more"] if left > 0 else []
    sums = f"{len(found.changed)} of {found.cases} cases change: {found.dearer} dearer, {found.cheaper} cheaper"
    return "\n".join([*shown, *rest, sums])


def radar_text(found: Radar, stale: int) -> str:
    """Return what ends and what nobody looked at, a line each."""
    lines = [f"in force on {found.on}, ending within {found.days} days: {len(found.ending)}"]
    lines += [text for each in found.ending for text in _ending(each)]
    lines.append(f"not held against the document within {stale} days: {len(found.aged)}")
    return "\n".join([*lines, *map(_aged, found.aged)])


def coverage_text(found: tuple[ProvinceCoverage, ...], names: Mapping[str, str], *, by_procedure: bool) -> str:
    """Return the counts of each province, and its procedures where asked."""
    lines = ["province " + "".join(f"{grade:>15}" for grade in GRADES)]
    for province in found:
        counts = "".join(f"{province.counts[grade]:>15}" for grade in GRADES)
        lines.append(f"{province.province:<9}{counts}  {names.get(province.province, '')}".rstrip())
        lines += [text for each in province.procedures if by_procedure for text in _procedure(each)]
    return "\n".join(lines)


def dong(amount: int | None) -> str:
    """Write an amount as it is written in Viet Nam."""
    return "?" if amount is None else f"{amount:,}".replace(",", ".") + " đ"


def _given(case: Case) -> Iterator[str]:
    told = {name: str(value) for name, value in case.quantities.items()}
    told |= {name: f"{_value(fact)} ({fact.assurance})" for name, fact in case.facts.items()}
    yield from (f"  {name} = {value}" for name, value in sorted(told.items()))


def _value(fact: Fact) -> str:
    match fact.value:
        case bool(value):
            return "yes" if value else "no"
        case Span(low, high):
            return f"{low}..{high}"
        case value:
            return str(value)


def _total(total: Total) -> str:
    if total.amount is not None:
        return f"{dong(total.amount)} ({total.status})"
    bounds = f"from {dong(total.low)}" + ("" if total.high is None else f" to {dong(total.high)}")
    return f"{total.status}, {bounds}"


def _of(row: RowRef | None) -> str:
    return "" if row is None else f" (of {row.file}#{row.row})"


def _line(line: Priced) -> Iterator[str]:
    about = f"{line.schedule}/{line.line.name}: {line.line.title.vi} ({line.line.kind}, {line.line.authority})"
    bounds = "" if line.amount is not None else f", from {dong(line.low)} to {dong(line.high)}"
    yield f"{about}: {line.status}{f' {line.zero}' if line.zero else ''}, {dong(line.amount)}{bounds}"
    yield from (f"  missing {each.what}: {each.name}{_of(each.row)}" for each in line.missing)
    yield from (f"  to be reviewed: {each.file}#{each.row}" for each in line.reviews)
    yield from (f"  only declared: {each}" for each in line.declared)


def _considered(each: Considered, rows: Mapping[RowRef, Row]) -> Iterator[str]:
    row = rows.get(each.row)
    alone = "" if each.due is None else f", alone it would make {dong(each.due)} due"
    yield f"  {each.row.file}#{each.row.row} ({each.role}): {each.verdict}{alone}"
    if row is not None:
        yield f"    {row.name.vi} — {basis_text(row.basis)}"
    yield from (f"    {_MARKS[check.passed]}: {_condition(check)}" for check in each.conditions)


def basis_text(basis: Basis) -> str:
    """Write a legal basis with its days and how sure it is."""
    until = "" if basis.until is None else f" to {basis.until}"
    return f"{basis.document} {basis.article}, from {basis.since}{until}, {basis.status} ({basis.source})"


def _condition(check: Checked) -> str:
    name, cell = check.condition.input, check.condition.cell
    if name == "place":
        return "the place is one of the policy's"
    if name.startswith("yearly:"):
        return f"something is left of the year's {name.removeprefix('yearly:')}"
    return f"{name} {_cell(cell, days=name in _DAYS)}"


def _cell(cell: Cell, *, days: bool) -> str:
    if isinstance(cell, Among):
        values = ", ".join(sorted(_plain(each) for each in cell.values))
        return f"is {'none of ' if cell.others else ''}{values}"
    low, high = (date.fromordinal(each).isoformat() if days else f"{each}" for each in (cell.low, cell.high))
    return f"from {low} on" if days and cell.high == FOREVER else f"from {low} to {high}"


def _plain(value: bool | int | str) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _what(change: Change) -> str:
    return change.what if change.what == change.name else f"{change.what} {change.name}"


def _otherwise(quote: Quote) -> Iterator[str]:
    for change in quote.changes:
        yield f"would be {dong(change.payable)} ({change.status}) if {_what(change)} were {_plain(change.value)}"
    for channel in quote.channels:
        mark = "  <- cheapest" if channel == quote.cheapest else ""
        yield f"by {channel.channel}: {dong(channel.payable)} ({channel.status}){mark}"


def _changed(each: Changed) -> Iterator[str]:
    case = each.case
    where = f"{case.procedure} on {case.as_of} by {case.channel} in province {case.province}"
    yield f"case {each.number}: {where}: {_answer(each.before)} -> {_answer(each.after)}"
    yield from (f"  {name} = {value}" for name, value in _facts(case))
    for line in each.lines:
        yield from _line_change(line)


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in sorted(case.quantities.items()))
    yield from ((name, _value(fact)) for name, fact in sorted(case.facts.items()))


def _line_change(line: LineChange) -> Iterator[str]:
    yield f"  {line.schedule}/{line.line}: {_answer(line.before)} -> {_answer(line.after)}"
    for mark, rows in (("-", line.before_by), ("+", line.after_by)):
        yield from (f"    {mark} {_by(each)}" for each in rows)
    yield from (f"    missing {each.what}: {each.name}" for each in line.missing)


def _answer(answer: Answer | None) -> str:
    return "nothing of it" if answer is None else f"{dong(answer.amount)} ({answer.status})"


def _by(by: By) -> str:
    return f"{by.row.file}#{by.row.row}" + ("" if by.basis is None else f": {basis_text(by.basis)}")


def _ending(each: Ending) -> Iterator[str]:
    yield f"  {each.until} (in {each.days} days) {each.document} {each.article}, {each.status}: {_rows(each.rows)}"
    if each.unfollowed:
        yield f"    nothing in the same file follows: {_rows(each.unfollowed)}"


def _aged(each: Aged) -> str:
    when = "never" if each.last_verified_on is None else f"{each.last_verified_on}, {each.days} days ago"
    return f"  {when}: {each.document} {each.article}, {each.status}: {_rows(each.rows)}"


def _rows(rows: tuple[RowRef, ...]) -> str:
    shown = ", ".join(f"{each.file}#{each.row}" for each in rows[:3])
    return shown if len(rows) <= 3 else f"{shown} and {len(rows) - 3} more"


def _procedure(each: ProcedureCoverage) -> Iterator[str]:
    policies = f"; policies: {', '.join(each.policies)}" if each.policies else ""
    yield f"  {each.procedure} {each.grade}: {each.name.vi}{policies}"
    yield from (f"    {_covered(line)}" for line in each.lines if line.grade != "confirmed")


def _covered(line: LineCoverage) -> str:
    rows = _rows(line.weakest) if line.weakest else "no rate in force here"
    return f"{line.schedule}/{line.line.name} {line.grade}: {rows}"
