"""Reports on the rules, put into the shapes of the API."""

from collections.abc import Sequence

from chalicelib.definitions.model import Fault
from chalicelib.fees.coverage import ProcedureCoverage
from chalicelib.fees.diff import Answer, By, Changed, Difference, LineChange
from chalicelib.fees.model import RowRef
from chalicelib.fees.radar import Ending, Radar
from chalicelib.fees.reports import Covered
from chalicelib.fees.shapes import (
    ChangedCase,
    ChangedLine,
    CheckAnswer,
    CoverageAnswer,
    DiffAnswer,
    EndingShown,
    FaultShown,
    ProcedureGrade,
    ProvinceGrades,
    RadarAnswer,
    RuleRef,
    SumOf,
    Words,
)
from chalicelib.kernel.ids import CatalogueHash


def coverage_answer(covered: Covered, *, with_procedures: bool) -> CoverageAnswer:
    """Write how well fees are known; each procedure only where one province was asked for."""
    return CoverageAnswer(
        as_of=covered.on.isoformat(),
        catalogue=covered.catalogue,
        provinces=[
            ProvinceGrades(
                province=each.province,
                counts=dict(each.counts),
                procedures=[_grade(one) for one in each.procedures] if with_procedures else None,
            )
            for each in covered.provinces
        ],
    )


def radar_answer(catalogue: CatalogueHash, found: Radar) -> RadarAnswer:
    """Write what ends."""
    ending = [_ending(each) for each in found.ending]
    return RadarAnswer(as_of=found.on.isoformat(), days=found.days, catalogue=catalogue, ending=ending)


def check_answer(code: str, catalogue: CatalogueHash, faults: Sequence[Fault]) -> CheckAnswer:
    """Write what is wrong with a fee file."""
    shown = [FaultShown(pointer=each.pointer, reason=each.reason) for each in faults]
    return CheckAnswer(code=code, catalogue=catalogue, ok=not shown, faults=shown)


def diff_answer(before: CatalogueHash, after: CatalogueHash, found: Difference) -> DiffAnswer:
    """Write whose fee changes; the cases by their places, never what is in them."""
    return DiffAnswer(
        before=before,
        after=after,
        cases=found.cases,
        dearer=found.dearer,
        cheaper=found.cheaper,
        changed=[_changed(each) for each in found.changed],
    )


def _grade(each: ProcedureCoverage) -> ProcedureGrade:
    return ProcedureGrade(
        procedure=each.procedure,
        name=Words(vi=each.name.vi, en=each.name.en),
        grade=each.grade,
        lines={f"{line.schedule}/{line.line.name}": line.grade for line in each.lines},
        policies=list(each.policies),
    )


def _ending(each: Ending) -> EndingShown:
    return EndingShown(
        document=each.document,
        article=each.article,
        effective_to=each.until.isoformat(),
        days=each.days,
        status=each.status,
        rows=_refs(each.rows),
        unfollowed=_refs(each.unfollowed),
    )


def _refs(rows: tuple[RowRef, ...]) -> list[RuleRef]:
    return [RuleRef(file=each.file, row=each.row) for each in rows]


def _changed(each: Changed) -> ChangedCase:
    lines = [_line(one) for one in each.lines]
    return ChangedCase(case=each.number, before=_due(each.before), after=_due(each.after), lines=lines)


def _line(each: LineChange) -> ChangedLine:
    return ChangedLine(
        schedule=each.schedule,
        line=each.line,
        before=None if each.before is None else _due(each.before),
        after=None if each.after is None else _due(each.after),
        before_by=_by(each.before_by),
        after_by=_by(each.after_by),
    )


def _due(each: Answer) -> SumOf:
    return SumOf(status=each.status, amount=each.amount)


def _by(rows: tuple[By, ...]) -> list[str]:
    return [
        f"{each.row.file}/{each.row.row}"
        + ("" if each.basis is None else f": {each.basis.document}, {each.basis.article}")
        for each in rows
    ]
