"""Rules made ready for pricing: every condition a bit, every row a mask of bits, found by procedure.

A case sets bits: one look-up for each input, however many rows go by it; a row holds when all its bits are set. What
depends on day, channel and place alone is decided once for each stretch of days, channel and place, and kept.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import field

from chalicelib.fees.alive import alive_line
from chalicelib.fees.effects import uses
from chalicelib.fees.inputs import OF_EVERY_CASE
from chalicelib.fees.masks import Bits, Readers
from chalicelib.fees.model import (
    FOREVER,
    Among,
    Basis,
    Case,
    Condition,
    FeeFile,
    Input,
    Line,
    Policy,
    Row,
    RowRef,
    Schedule,
    Selector,
    Within,
    Yearly,
)
from chalicelib.fees.rule import Alive, PlanLine, Rule
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ProcedureCode


@dataclass(frozen=True, slots=True)
class Plan:
    """All rules for one procedure."""

    lines: tuple[PlanLine, ...]
    inputs: Mapping[str, Input]
    bits: Bits
    readers: Readers
    points: tuple[int, ...]
    yearly: Mapping[str, Yearly]
    is_known: bool
    kept: dict[tuple[int, str, str, str], Alive] = field(default_factory=dict)

    def alive(self, case: Case) -> Alive:
        """Return what the case's day, channel and place leave."""
        bits = self.bits
        key = (
            bisect_right(self.points, case.as_of.toordinal()),
            case.channel,
            case.province if case.province in bits.provinces else "",
            case.commune if case.commune in bits.communes else "",
        )
        found = self.kept.get(key)
        if found is None:
            # Two threads may make the same; the last one kept is as good.
            found = self.kept[key] = self._make(case)
        return found

    def _make(self, case: Case) -> Alive:
        day = case.as_of.toordinal()
        passed, static = self.bits.static(case)
        lines = tuple(alive_line(each, (passed, static, day)) for each in self.lines)
        wanted = 0
        for each in lines:
            for live in (
                *each.overrides,
                *each.bases,
                *each.benefits,
                *(one for group in each.stacked for one in group),
            ):
                wanted |= live.mask
        reckons = {name: None for each in lines for live in each.lives.values() for name in live.rule.reckons}
        return Alive(passed, self.readers.of(wanted), lines, tuple(reckons), {})


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a set of files. `digest` names them; `files` are the schedules and policies by code."""

    files: Mapping[str, FeeFile]
    digest: str
    by_procedure: Mapping[str, tuple[Schedule, ...]]
    plans: dict[str, Plan] = field(default_factory=dict)

    def plan(self, procedure: ProcedureCode) -> Plan:
        """Return the plan for a procedure; of one without a schedule, that of the lines any procedure may have."""
        found = self.plans.get(procedure)
        if found is None:
            known = ProcedureCode(procedure if procedure in self.by_procedure else "")
            found = self.plans[known] = self.plans.get(known) or plan_of(self, known)
        return found

    def inputs(self, procedure: ProcedureCode) -> Mapping[str, Input]:
        """Return what a case of the procedure may say, by name."""
        return {name: each for name, each in self.plan(procedure).inputs.items() if name not in OF_EVERY_CASE}

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Return the policies in order of their codes."""
        return tuple(each for _, each in sorted(self.files.items()) if isinstance(each, Policy))


def rules_from(files: Iterable[FeeFile], digest: str) -> Rules:
    """Return the rules that the files make together."""
    by_code = {each.code: each for each in files}
    by_procedure: dict[str, list[Schedule]] = {}
    schedules = [each for _, each in sorted(by_code.items()) if isinstance(each, Schedule)]
    for schedule in schedules:
        for procedure in schedule.procedures or ():
            by_procedure.setdefault(procedure, []).append(schedule)
    return Rules(by_code, digest, {code: tuple(found) for code, found in by_procedure.items()})


def plan_of(rules: Rules, procedure: ProcedureCode) -> Plan:
    """Return the plan for a procedure, or for none."""
    every = (each for _, each in sorted(rules.files.items()) if isinstance(each, Schedule) and each.procedures is None)
    schedules = (*rules.by_procedure.get(procedure, ()), *every)
    bits = Bits(procedure)
    lines = tuple(
        PlanLine(schedule, line, _rules(rules, bits, (schedule, line, procedure)))
        for schedule in schedules
        for line in schedule.lines.values()
    )
    used = {rule.file.code: rule.file for each in lines for rule in each.rules}
    inputs = {name: each for file in used.values() for name, each in file.inputs.items()}
    yearly = {f"{file.code}.{name}": each for file in used.values() for name, each in file.yearly.items()}
    points = sorted({point for each in used.values() for point in _points(each)})
    known = procedure in rules.by_procedure
    return Plan(lines, inputs, bits, bits.readers(inputs), tuple(points), yearly, known)


def matches(selector: Selector, schedule: Schedule, line: Line, procedure: str) -> bool:
    """Say whether a line, for a procedure, is one that the selector means."""
    return (
        line.kind in selector.kinds
        and _in(line.authority, selector.authorities)
        and _in(schedule.code, selector.schedules)
        and _in(f"{schedule.code}/{line.name}", selector.lines)
        and _in(procedure, selector.procedures)
        and (selector.tags is None or bool(line.tags & selector.tags))
        and not line.tags & selector.not_tags
    )


def _in(name: str, names: frozenset[str] | None) -> bool:
    return names is None or name in names


def _rules(rules: Rules, bits: Bits, about: tuple[Schedule, Line, ProcedureCode]) -> tuple[Rule, ...]:
    schedule, line, procedure = about
    own: list[Rule | None] = [_rule(schedule, row, bits) for row in schedule.rows if row.line == line.name]
    others = [
        _rule(policy, row, bits)
        for policy in rules.policies
        if matches(policy.lines, schedule, line, procedure)
        for row in policy.rows
        if row.lines is None or matches(row.lines, schedule, line, procedure)
    ]
    return tuple(rule for rule in (*own, *others) if rule is not None)


def _rule(file: FeeFile, row: Row, bits: Bits) -> Rule | None:
    """Return the rule, or None where it is about other procedures."""
    conditions = [Condition("as_of", _period(row.basis)), *_of_policy(file), *row.when]
    checks = []
    for each in conditions:
        if each.input == "procedure":
            if not each.cell.holds(bits.procedure):  # type: ignore[arg-type]
                return None
            continue
        checks.append((bits.bit(each, file), each))
    yearly = None
    if row.yearly is not None:
        code = f"{file.code}.{row.yearly}"
        yearly = (code, file.yearly[row.yearly])
        checks.append((bits.yearly(code, file.yearly[row.yearly]), Condition(f"yearly:{code}", Among(frozenset()))))
    mask = 0
    for bit, _ in checks:
        mask |= bit
    reckons = uses(row.effect)
    for name in reckons:
        mask |= bits.known(name)
    return Rule(RowRef(file.code, row.id), row, file, mask, tuple(checks), yearly, reckons)


def _of_policy(file: FeeFile) -> list[Condition]:
    if isinstance(file, Schedule):
        return []
    found = []
    if file.channels is not None:
        found.append(Condition("channel", Among(frozenset(file.channels))))
    if file.places is not None:
        found.append(Condition("place", Among(frozenset({file.code}))))
    return found


def _period(basis: Basis) -> Within:
    return Within(basis.since.toordinal(), FOREVER if basis.until is None else basis.until.toordinal())


def _points(file: FeeFile) -> Iterable[int]:
    """Yield the days on which something begins, the day after an end among them."""
    bases: list[Basis] = [row.basis for row in file.rows]
    bases += [basis for parameter in file.parameters.values() for _, basis in parameter.values]
    spans = [(each.since, each.until) for each in bases]
    if isinstance(file, Policy):
        spans += [(each.since, each.until) for each in file.places or ()]  # type: ignore[misc]
    for since, until in spans:
        if since is not None:
            yield since.toordinal()
        if until is not None:
            yield until.toordinal() + 1
