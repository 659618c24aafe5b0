"""The tools of those who write fee schedules and policies: check, explain, compare, watch, count, import.

    python -m tools.fees validate [DIR]
    python -m tools.fees explain 2.000635 --channel online --commune 00004 --on 2026-11-22 --quantity copies=2
    python -m tools.fees diff DIR_A DIR_B [--corpus FILE]
    python -m tools.fees radar --days 90 [--on 2026-11-22]
    python -m tools.fees coverage [--province 01]
    python -m tools.fees template -o FILE.xlsx [--like chung-thuc]
    python -m tools.fees import FILE.xlsx|FILE.csv -o schemas/fees/x.json

DIR is a folder of definitions, or of fee files alone, which are then laid over those in `schemas/`.
Exit status: 0 done · 1 refused; `diff` found differences; `radar` found a basis that nothing follows · 2 the command
itself was wrong.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from chalicelib.definitions.model import Catalogue, RefusedSet
from chalicelib.fees.catalogue import rules_of
from chalicelib.fees.coverage import Fees, coverage
from chalicelib.fees.definition import FEES
from chalicelib.fees.diff import Rules, difference
from chalicelib.fees.diff import rules_of as side_of
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import Case, Fact, RowRef
from chalicelib.fees.radar import radar
from chalicelib.fees.reckon import inputs_for, reckoned
from chalicelib.fees.render import Given, rendered
from chalicelib.fees.service import VIETNAM, Asked, stated
from chalicelib.forms.definition import PROCEDURES
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import AppError
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.unit_tables import units_of
from tools.cells import BadSheet, read
from tools.fee_corpus import cases_of, corpus_in, touched
from tools.fee_import import imported
from tools.fee_options import parser
from tools.fee_sets import checked, checked_with, commune_in, rows_in
from tools.fee_template import workbook
from tools.fee_words import coverage_text, difference_text, quote_text, radar_text
from tools.mistakes import Mistake


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    chosen = parser(__doc__ or "").parse_args(arguments)
    try:
        return _COMMANDS[chosen.command](chosen)
    except RefusedSet as refused:
        print(*refused.faults, sep="\n", file=sys.stderr)
        print(f"refused: {len(refused.faults)} faults", file=sys.stderr)
    except BadSheet as bad:
        print(*bad.faults, sep="\n", file=sys.stderr)
        print(f"refused: {len(bad.faults)} faults; nothing was written", file=sys.stderr)
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 2
    return 1


def _validate(chosen: argparse.Namespace) -> int:
    catalogue = checked(chosen.folder)
    files = len(catalogue.codes(FEES))
    print(f"validate: {files} fee files, {rows_in(catalogue)} rows, rules {rules_of(catalogue).digest}")
    return 0


def _explain(chosen: argparse.Namespace) -> int:
    catalogue, at = checked(chosen.schemas), SystemClock().now()
    case = _case(catalogue, chosen, at)
    quote = reckoned(catalogue, case)
    if chosen.json:
        told = rendered(catalogue, quote, Given(None, at, None))
        print(json.dumps(json.loads(told), ensure_ascii=False, indent=2))
        return 0
    rows = {RowRef(each.code, row.id): row for each in catalogue.all(FEES) for row in each.rows}
    print(quote_text(quote, rows))
    return 0


def _case(catalogue: Catalogue, chosen: argparse.Namespace, at: datetime) -> Case:
    """Return the case that the options state. Raises Mistake for what no rule goes by."""
    asked = Asked(
        ProcedureCode(chosen.procedure),
        chosen.channel,
        chosen.commune,
        chosen.on,
        quantities={name: _whole(name, value) for name, value in map(_pair, chosen.quantity)},
        facts={name: _value(value) for name, value in map(_pair, chosen.fact)},
    )
    try:
        case = stated(catalogue, asked, at)
    except AppError as error:
        problems = [f"{each.pointer}: {each.code}" for each in error.problems] or [error.code]
        known = _known(catalogue, asked.procedure)
        raise Mistake("\n".join([*problems, *known])) from error
    if not chosen.verified:
        return case
    return replace(case, facts={name: Fact(fact.value, "verified") for name, fact in case.facts.items()})


def _known(catalogue: Catalogue, procedure: ProcedureCode) -> list[str]:
    """Return what may be said of a case of the procedure, a line each."""
    try:
        inputs = inputs_for(catalogue, procedure)
    except AppError:
        return []
    shown = ((name, each) for name, each in sorted(inputs.items()) if each.source.by != "case")
    return [f"known: {name} ({each.source.by}, {each.type}): {each.label.vi}" for name, each in shown]


def _diff(chosen: argparse.Namespace) -> int:
    before, after = checked(chosen.a), checked(chosen.b)
    both = [rules_of(before), rules_of(after)]
    cases = corpus_in(chosen.corpus) if chosen.corpus else cases_of(both, commune_in(after), touched(*both))
    found = difference(_side(before), _side(after), cases)
    print(difference_text(found, chosen.most))
    return 1 if found.changed else 0


def _side(catalogue: Catalogue) -> Rules:
    rules = rules_of(catalogue)
    return side_of(catalogue.all(FEES), lambda case: price(rules, case))


def _radar(chosen: argparse.Namespace) -> int:
    found = radar(checked(chosen.folder).all(FEES), chosen.on or _today(), chosen.days, chosen.stale)
    print(radar_text(found, chosen.stale))
    return 1 if any(each.unfollowed for each in found.ending) else 0


def _coverage(chosen: argparse.Namespace) -> int:
    catalogue, on = checked(chosen.folder), chosen.on or _today()
    units = units_of(catalogue)
    names = {each.code: each.name for each in units.provinces.all_at(on)}
    if chosen.province is not None and chosen.province not in names:
        raise Mistake(f"no such province on {on}: {chosen.province}")

    def province_of(commune: str) -> str | None:
        found = units.commune_at(commune, on)
        return None if found is None else found.province

    procedures = {ProcedureCode(each.code): each.name for each in catalogue.all(PROCEDURES)}
    wanted = names if chosen.province is None else [chosen.province]
    found = coverage(Fees(catalogue.all(FEES), procedures, province_of), wanted, on, chosen.channel)
    print(coverage_text(found, names, by_procedure=chosen.province is not None))
    return 0


def _import(chosen: argparse.Namespace) -> int:
    out: Path = chosen.out
    if out.suffix != ".json" or not out.parent.is_dir():
        raise Mistake(f"{out}: not a .json file in a folder that is there")
    document = imported(read(chosen.file), f"{FEES.name}/{out.name}", checked_with)
    beside = out.with_name(f".{out.name}.part")
    beside.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    beside.replace(out)
    print(f"import: {out}, to be checked with the rest: python -m tools.fees validate")
    return 0


def _template(chosen: argparse.Namespace) -> int:
    document = None
    if chosen.like is not None:
        file = chosen.schemas / FEES.name / f"{chosen.like}.json"
        if not file.is_file():
            raise Mistake(f"no such schedule: {file}")
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["body"]["type"] != "schedule":
            raise Mistake(f"{file} is a policy; the spreadsheet is for schedules")
    chosen.out.write_bytes(workbook(document))
    print(f"template: {chosen.out}")
    return 0


def _today() -> date:
    return SystemClock().now().astimezone(VIETNAM).date()


def _pair(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not (name and equals):
        raise Mistake(f"{written}: name=value is wanted")
    return name, value


def _whole(name: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= 15):
        raise Mistake(f"{name}={written}: a whole number is wanted")
    return int(written)


def _value(written: str) -> Json:
    """Return plain text, or JSON for anything else: true, 65."""
    try:
        found: Json = json.loads(written)
    except ValueError:
        return written
    return found


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "validate": _validate,
    "explain": _explain,
    "diff": _diff,
    "radar": _radar,
    "coverage": _coverage,
    "import": _import,
    "template": _template,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
