"""Cases to hold two sets of rules against each other: the same for the same rules, over every boundary they have.

Each procedure is asked about on every day on which something begins or ends and the day before, through every channel,
in provinces that rules name and one that none does; then with every two values together at which rules turn, each pair
somewhere else in time, channel and place. A corpus of one's own is a JSON list of cases as `case_codec` writes them.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, count
from pathlib import Path
from typing import Final

from chalicelib.fees.case_codec import case_from_json
from chalicelib.fees.effect import AmountEffect
from chalicelib.fees.model import CHANNELS, Among, Case, Fact, FeeFile, Input, Policy, Schedule, Value, Within
from chalicelib.fees.plan import Rules
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ProcedureCode
from tools.mistakes import Mistake

_FIRST: Final = date(2017, 1, 1)
_LAST: Final = date(2030, 12, 31)
_UNNAMED: Final = "96"
_SIZES: Final = (1, 2, 3, 10, 200, 10**6, 10**8, 10**10)
_MOST_VALUES: Final = 16


@dataclass(frozen=True, slots=True)
class Where:
    """Days, provinces and a commune of each, gone through in turn so that neighbours differ in all."""

    days: Sequence[date]
    provinces: Sequence[str]
    commune_in: Callable[[str, date], str]

    def place(self, case: Case, number: int) -> Case:
        """Return the case at the how-manieth day, channel and place."""
        day = self.days[number % len(self.days)]
        # The steps have no common measure with the days, so that in time each day meets each channel and place.
        turn = number // len(self.days) + number
        province = self.provinces[turn // len(CHANNELS) % len(self.provinces)]
        channel = CHANNELS[turn % len(CHANNELS)]
        return replace(case, as_of=day, channel=channel, province=province, commune=self.commune_in(province, day))


def touched(before: Rules, after: Rules) -> frozenset[str]:
    """Return the procedures whose fee may not be the same under both: those that a file which differs may be about."""
    codes = {
        code for code in before.files.keys() | after.files.keys() if before.files.get(code) != after.files.get(code)
    }
    files = [side.files[code] for side in (before, after) for code in codes if code in side.files]
    if any(isinstance(each, Policy) or each.procedures is None for each in files):
        return frozenset({*before.by_procedure, *after.by_procedure})
    return frozenset(code for each in files if isinstance(each, Schedule) for code in each.procedures or ())


def cases_of(
    rules: Sequence[Rules], commune_in: Callable[[str, date], str], only: Container[str] | None = None
) -> Iterator[Case]:
    """Yield the cases that the rules' own boundaries ask for; `commune_in` names a commune of a province on a day.

    `only` these procedures, if not all.
    """
    files = [file for each in rules for file in each.files.values()]
    where = Where(_days(files), [*sorted(_provinces(files)), _UNNAMED], commune_in)
    for procedure in sorted({code for each in rules for code in each.by_procedure}):
        if only is not None and procedure not in only:
            continue
        inputs = {name: each for side in rules for name, each in side.inputs(ProcedureCode(procedure)).items()}
        turns = {name: _turns(each, files) for name, each in sorted(inputs.items())}
        plain = Case(ProcedureCode(procedure), _FIRST, CHANNELS[0], "", "")
        for name, values in turns.items():
            plain = _with(plain, inputs[name], _plain(inputs[name], values))
        yield from _everywhere(plain, where)
        for number, case in enumerate(_paired(plain, inputs, turns)):
            yield where.place(case, number)


def corpus_in(path: Path) -> list[Case]:
    """Return the cases of a file. Raises Mistake for one that cannot be read."""
    try:
        return [case_from_json(each) for each in json.loads(path.read_text(encoding="utf-8"))]
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, Corrupt, StopIteration) as error:
        raise Mistake(f"{path}: no list of cases") from error


def _everywhere(plain: Case, where: Where) -> Iterator[Case]:
    """Yield the plain case on each day and through each channel, in a province that changes."""
    places = count()
    for day in where.days:
        for channel in CHANNELS:
            province = where.provinces[next(places) % len(where.provinces)]
            commune = where.commune_in(province, day)
            yield replace(plain, as_of=day, channel=channel, province=province, commune=commune)


def _paired(plain: Case, inputs: Mapping[str, Input], turns: Mapping[str, Sequence[Value]]) -> Iterator[Case]:
    """Yield the plain case without each fact, and with each value together with each of each other input."""
    for name in plain.facts:
        yield replace(plain, facts={each: fact for each, fact in plain.facts.items() if each != name})
    for name, values in turns.items():
        yield from (_with(plain, inputs[name], value) for value in values)
    for one, other in combinations(turns, 2):
        for value in turns[one]:
            yield from (_with(_with(plain, inputs[one], value), inputs[other], each) for each in turns[other])


def _provinces(files: Iterable[FeeFile]) -> set[str]:
    cells = [each.cell for file in files for row in file.rows for each in row.when if each.input == "province"]
    named = {str(value) for cell in cells if isinstance(cell, Among) for value in cell.values}
    places = (place for file in files if isinstance(file, Policy) for place in file.places or ())
    return named | {place.province for place in places if place.province is not None}


def _days(files: Iterable[FeeFile]) -> list[date]:
    """Return the days on which a basis begins or has ended, and the day before each, within living memory."""
    bases = [row.basis for file in files for row in file.rows]
    turns = {each.since.toordinal() for each in bases} | {each.until.toordinal() + 1 for each in bases if each.until}
    days = {date.fromordinal(each - back) for each in turns for back in (0, 1)}
    return sorted(each for each in days if _FIRST <= each <= _LAST) or [_FIRST]


def _turns(input_: Input, files: Sequence[FeeFile]) -> list[Value]:
    """Return values on both sides of each place where a rule goes by the input, within its bounds."""
    if input_.type == "bool":
        return [True, False]
    if input_.type in {"enum", "text"}:
        return [*input_.values]
    near = {end + step for end in _ends(input_.name, files) for step in (-1, 0, 1)}
    if input_.type != "date":
        near |= {*_SIZES}
    found = sorted({min(max(each, input_.low), input_.high) for each in near or {input_.low}})
    # Of very many, some from everywhere.
    kept = found[:: -(-len(found) // _MOST_VALUES)]
    return [date.fromordinal(each) for each in kept] if input_.type == "date" else [*kept]


def _plain(input_: Input, values: Sequence[Value]) -> Value:
    """Return what most cases have: the least of what is counted, no fact that is said, of ages one in between."""
    if input_.type in {"bool", "enum", "text"}:
        return values[-1]
    return values[0] if input_.source.by == "quantity" else values[len(values) // 2]


def _ends(name: str, files: Iterable[FeeFile]) -> Iterator[int]:
    for row in (row for file in files for row in file.rows):
        cells = (each.cell for each in row.when if each.input == name)
        yield from (end for cell in cells if isinstance(cell, Within) for end in (cell.low, cell.high))
        if isinstance(row.effect, AmountEffect) and row.effect.per == name:
            yield from (since for since, _ in row.effect.tiers)


def _with(case: Case, input_: Input, value: Value) -> Case:
    if input_.source.by == "quantity" and isinstance(value, int):
        return replace(case, quantities={**case.quantities, input_.name: value})
    return replace(case, facts={**case.facts, input_.name: Fact(value, "verified")})
