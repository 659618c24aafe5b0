"""How well the fees of each procedure are known in each province. Knows no case and no amount.

The weakest wins: a procedure is as well known as the least known of what may decide its fee there on that day. Only
where something makes a line free for everybody does nothing else about it count.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

from chalicelib.fees.effect import OffEffect, UnknownEffect, ZeroEffect
from chalicelib.fees.model import Among, Channel, FeeFile, Line, Policy, Row, RowRef, Schedule
from chalicelib.fees.plan import matches
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.model import Text

Grade: TypeAlias = Literal["confirmed", "single_source", "unverified", "unknown"]
GRADES: Final[tuple[Grade, ...]] = ("confirmed", "single_source", "unverified", "unknown")
"""From best to worst; `unknown`: no rate is written at all, or a row says that nobody could find it."""


@dataclass(frozen=True, slots=True)
class LineCoverage:
    """How well one line is known: by the rows that say what it costs, and by those that may lower it.

    `weakest` names the rows that have the line's grade; none where nothing says what it costs.
    """

    schedule: str
    line: Line
    grade: Grade
    rates: Grade
    benefits: Grade | None
    weakest: tuple[RowRef, ...]


@dataclass(frozen=True, slots=True)
class ProcedureCoverage:
    """How well the fee of a procedure is known; without a schedule there are no lines, and it is unknown."""

    procedure: ProcedureCode
    name: Text
    grade: Grade
    lines: tuple[LineCoverage, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvinceCoverage:
    """One province's procedures, by code, and how many there are of each grade."""

    province: str
    counts: Mapping[Grade, int]
    procedures: tuple[ProcedureCoverage, ...]


@dataclass(frozen=True, slots=True)
class Fees:
    """What is asked about: the published files, every procedure that should have a fee, and where communes lie."""

    files: Sequence[FeeFile]
    procedures: Mapping[ProcedureCode, Text]
    province_of: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class _Where:
    """What is known of the case that the coverage is asked about: place, day, and a channel or any."""

    province: str
    on: date
    channel: Channel | None


def coverage(
    fees: Fees, provinces: Iterable[str], on: date, channel: Channel | None = None
) -> tuple[ProvinceCoverage, ...]:
    """Return the coverage of each province on a day, through a channel; through any, as through the least known one.

    Lines that any procedure may have belong to none and are left out.
    """
    return tuple(_province(fees, _Where(each, on, channel)) for each in provinces)


def worst(grades: Iterable[Grade]) -> Grade | None:
    """Return the weakest, None of none."""
    return max(grades, key=GRADES.index, default=None)


def _province(fees: Fees, where: _Where) -> ProvinceCoverage:
    schedules = [each for each in fees.files if isinstance(each, Schedule)]
    policies = [each for each in fees.files if isinstance(each, Policy) and _reaches(fees, each, where)]
    names = dict(fees.procedures)
    for schedule in schedules:
        names |= {code: name for code, name in (schedule.procedures or {}).items() if code not in names}
    found = tuple(_procedure((code, names[code]), schedules, policies, where) for code in sorted(names))
    counts = Counter(each.grade for each in found)
    return ProvinceCoverage(where.province, {grade: counts[grade] for grade in GRADES}, found)


def _reaches(fees: Fees, policy: Policy, where: _Where) -> bool:
    if policy.channels is not None and where.channel is not None and where.channel not in policy.channels:
        return False
    return policy.places is None or any(
        place.holds(where.province, commune, where.on)
        for place in policy.places
        for commune in ["", *(each for each in place.communes if fees.province_of(each) == where.province)]
    )


def _procedure(
    named: tuple[ProcedureCode, Text], schedules: Sequence[Schedule], policies: Sequence[Policy], where: _Where
) -> ProcedureCoverage:
    code, name = named
    lines: list[LineCoverage] = []
    touching: set[str] = set()
    for schedule in schedules:
        for line in schedule.lines.values() if code in (schedule.procedures or {}) else ():
            found: list[tuple[FeeFile, Row]] = [(schedule, row) for row in schedule.rows if row.line == line.name]
            found += [(policy, row) for policy in policies for row in _policy_rows(policy, schedule, line, code)]
            found = [(file, row) for file, row in found if _may_hold(row, code, where)]
            touching |= {file.code for file, _ in found if isinstance(file, Policy)}
            lines.append(_line(schedule, line, found, where))
    grade = worst(each.grade for each in lines) or "unknown"
    return ProcedureCoverage(code, name, grade, tuple(lines), tuple(sorted(touching)))


def _policy_rows(policy: Policy, schedule: Schedule, line: Line, code: str) -> Iterator[Row]:
    if matches(policy.lines, schedule, line, code):
        yield from (row for row in policy.rows if row.lines is None or matches(row.lines, schedule, line, code))


def _may_hold(row: Row, code: str, where: _Where) -> bool:
    """Say whether a row is in force and nothing known of place, channel and procedure rules it out."""
    known = {"province": where.province, "procedure": code}
    if where.channel is not None:
        known["channel"] = where.channel
    return row.basis.is_in_force(where.on) and all(
        isinstance(each.cell, Among) and each.cell.holds(known[each.input]) for each in row.when if each.input in known
    )


def _line(schedule: Schedule, line: Line, found: Sequence[tuple[FeeFile, Row]], where: _Where) -> LineCoverage:
    rates = worst(_grade(row) for _, row in found if row.role == "base") or "unknown"
    benefits = worst(_grade(row) for _, row in found if row.role == "benefit")
    grade = worst([rates, benefits or "confirmed"]) or "unknown"
    free = min((_grade(row) for file, row in found if _is_free(file, row, where)), key=GRADES.index, default=grade)
    grade = min(grade, free, key=GRADES.index)
    weakest = tuple(RowRef(file.code, row.id) for file, row in found if _grade(row) == grade)
    return LineCoverage(schedule.code, line, grade, rates, benefits, weakest)


def _is_free(file: FeeFile, row: Row, where: _Where) -> bool:
    """Say whether a benefit makes the line free for everybody here: then nothing else about it needs to be known."""
    given = {"province", "procedure"} | ({"channel"} if where.channel is not None else set())
    whole = not isinstance(file, Policy) or (
        (file.channels is None or where.channel is not None)
        and (file.places is None or any(place.holds(where.province, "", where.on) for place in file.places))
    )
    takes_all = isinstance(row.effect, ZeroEffect) or (isinstance(row.effect, OffEffect) and row.effect.left.over == 0)
    plain = row.review is None and row.yearly is None and _grade(row) in {"confirmed", "single_source"}
    limited = isinstance(row.effect, OffEffect) and (row.effect.most_off is not None or row.effect.least is not None)
    return (
        row.role == "benefit" and takes_all and plain and whole and not limited
        and all(each.input in given for each in row.when)
    )  # fmt: skip


def _grade(row: Row) -> Grade:
    return "unknown" if isinstance(row.effect, UnknownEffect) else row.basis.status
