"""Small fee schedules and policies, compiled, for tests of what is told about them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from chalicelib.definitions.model import Status
from chalicelib.fees.effect import AmountEffect, Effect, OffEffect
from chalicelib.fees.inputs import OF_EVERY_CASE
from chalicelib.fees.model import (
    Among,
    Authority,
    Basis,
    Condition,
    FeeFile,
    Line,
    LineKind,
    Place,
    Policy,
    Row,
    Schedule,
    Selector,
)
from chalicelib.fees.plan import Rules, rules_from
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.model import Text

COPY: Final = ProcedureCode("2.000635")
MARRIAGE: Final = ProcedureCode("1.000894")
HANOI, HCMC, ELSEWHERE = "01", "79", "96"


def words(text: str) -> Text:
    """Return the same words in both languages."""
    return Text(text, text)


def a_basis(
    since: str = "2026-01-01",
    until: str | None = None,
    status: Status = "confirmed",
    document: str = "TT 1/2026/TT-BTC",
    verified: str | None = None,
) -> Basis:
    """Return a basis."""
    end = None if until is None else date.fromisoformat(until)
    seen = None if verified is None else date.fromisoformat(verified)
    return Basis(document, "Điều 4", date.fromisoformat(since), end, status, "sources.md §3", seen)


def a_rate(id_: str, effect: Effect | int, basis: Basis | None = None, *when: Condition, line: str = "phi") -> Row:
    """Return a row that says what a line costs."""
    due = AmountEffect(effect) if isinstance(effect, int) else effect
    return Row(id_, words(id_), "base", when, due, basis or a_basis(), line)


def a_benefit(id_: str, effect: OffEffect | Effect, basis: Basis | None = None, *when: Condition) -> Row:
    """Return a policy's row that lowers its lines."""
    return Row(id_, words(id_), "benefit", when, effect, basis or a_basis())


def in_province(*codes: str) -> Condition:
    """Return that the province is one of these."""
    return Condition("province", Among(frozenset(codes)))


def a_schedule(
    code: str,
    *rows: Row,
    procedures: Sequence[ProcedureCode] | None = (COPY,),
    kind: LineKind = "phi",
    authority: Authority = "mof",
) -> Schedule:
    """Return a schedule with the lines that its rows are about."""
    names = sorted({row.line or "phi" for row in rows} or {"phi"})
    lines = {name: Line(name, words(name), kind, authority) for name in names}
    named = None if procedures is None else {each: words(each) for each in procedures}
    return Schedule(code, words(code), named, OF_EVERY_CASE, {}, {}, lines, rows, "confirmed")


def a_policy(
    code: str,
    *rows: Row,
    places: tuple[Place, ...] | None = None,
    channels: frozenset[str] | None = None,
    kinds: frozenset[str] = frozenset({"phi", "le_phi"}),
) -> Policy:
    """Return a policy about phí and lệ phí."""
    return Policy(code, words(code), Selector(kinds), places, channels, False, OF_EVERY_CASE, {}, {}, rows, "confirmed")


def the_rules(*files: FeeFile) -> Rules:
    """Return the rules that the files make."""
    return rules_from(files, "-".join(sorted(each.code for each in files)))
