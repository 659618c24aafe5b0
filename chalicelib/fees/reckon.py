"""The rules of a published set, found and applied: what a procedure's fees go by, and what is due for a case.

Knows how to find rules in a catalogue; must not know who asks or where quotes are kept.
"""

from collections.abc import Mapping
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.fees.answer import Pricing, Quote, Total
from chalicelib.fees.catalogue import rules_of
from chalicelib.fees.definition import FEES
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import STATE_KINDS, Among, Case, Condition, Input, Policy, Row, RowRef, Schedule
from chalicelib.fees.quoting import quote
from chalicelib.kernel.errors import BadDefinition, FieldProblem, Unprocessable
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.model import Text

_PROCEDURES: Final = "procedures"
"""The kind of published procedures; fees look no further than whether there is one of a code."""


class NoSuchProcedure(Unprocessable):
    """Neither a published procedure nor one that a fee schedule names."""

    code = "no_such_procedure"


def inputs_for(catalogue: Catalogue, procedure: ProcedureCode) -> Mapping[str, Input]:
    """Return the inputs that some rule for the procedure goes by. Raises NoSuchProcedure."""
    rules = rules_of(catalogue)
    if procedure not in rules.by_procedure and (_PROCEDURES, procedure) not in catalogue.envelopes:
        raise NoSuchProcedure(FieldProblem("/procedure", NoSuchProcedure.code))
    return rules.inputs(procedure)


def reckoned(catalogue: Catalogue, case: Case) -> Quote:
    """Return what is due for the case by the set's rules, and why."""
    return quote(rules_of(catalogue), case)


def priced(catalogue: Catalogue, case: Case) -> Pricing:
    """Return what is due for the case, without the reasons."""
    return price(rules_of(catalogue), case)


def headline(pricing: Pricing) -> Total:
    """Return what a quote says first: what is due to the State, or in all where nothing of it is the State's.

    A bank's charge that nobody knows does not hide a fee that is known; it stands in its own line and in the sum.
    """
    return pricing.state if any(each.line.kind in STATE_KINDS for each in pricing.lines) else pricing.payable


def row_of(catalogue: Catalogue, ref: RowRef) -> Row:
    """Return a row that a quote names. Raises BadDefinition when there is none after all."""
    rows = catalogue.derive("fee rows", _rows)
    if ref not in rows:
        raise BadDefinition(kind=FEES.name, definition=ref.file)
    return rows[ref]


def name_of(catalogue: Catalogue, procedure: ProcedureCode) -> Text | None:
    """Return what a schedule calls the procedure; None where none names it."""
    schedules = (each for each in rules_of(catalogue).files.values() if isinstance(each, Schedule))
    named = (each.procedures or {} for each in schedules)
    return next((each[procedure] for each in named if procedure in each), None)


def line_title(catalogue: Catalogue, name: str) -> Text | None:
    """Return what a line, named schedule/line, is called; None for what is no line."""
    code, _, line = name.partition("/")
    file = rules_of(catalogue).files.get(code)
    return file.lines[line].title if isinstance(file, Schedule) and line in file.lines else None


def yearly_name(catalogue: Catalogue, code: str) -> Text | None:
    """Return what a yearly benefit, named file.benefit, is called; None for what is none."""
    file_code, _, name = code.rpartition(".")
    file = rules_of(catalogue).files.get(file_code)
    return file.yearly[name].name if file is not None and name in file.yearly else None


def places_of(catalogue: Catalogue, condition: Condition) -> tuple[str, ...]:
    """Return the codes of the provinces and communes that a condition on the place is about."""
    files = rules_of(catalogue).files
    named = condition.cell.values if isinstance(condition.cell, Among) else ()
    policies = (files.get(str(code)) for code in named)
    places = (place for each in policies if isinstance(each, Policy) for place in each.places or ())
    return tuple(sorted({code for place in places for code in (place.province, *place.communes) if code is not None}))


def _rows(catalogue: Catalogue) -> dict[RowRef, Row]:
    return {RowRef(code, row.id): row for code, file in rules_of(catalogue).files.items() for row in file.rows}
