"""Gaps, contradictions and rows that never count are found at load, with a witness; counting out every case agrees."""

import re
from datetime import date
from typing import Any

import pytest

from chalicelib.fees.evaluate import price
from tests.support.fee_rules import case, checked, rules_of
from tests.support.fee_tables import basis, counted, due, holds, points, row, schedule, table

_PAIR = re.compile(r"^(\S+): contradicts (\S+), for instance where (.*)$")
_GAP = re.compile(r"^\S+: no base row of this line holds where (.*)$")


def _witness(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {"size": 0, "sort": "a", "flag": True}
    for part in text.split(", "):
        name, value = part.split(" is ")
        match name:
            case "as_of":
                found[name] = date.fromisoformat(value)
            case "size":
                found[name] = int(value)
            case "flag":
                found[name] = value == "true"
            case _:
                found[name] = value
    return found


def _agrees(seed: int) -> None:
    body = table(seed)
    told = [fault.reason for fault in checked(thu=body)]
    rows = {each["id"]: each for each in body["rows"]}
    expected = counted(body)
    pairs = set()
    for other, one, where in (found.groups() for found in map(_PAIR.match, told) if found):
        point = _witness(where)
        assert holds(rows[one], point), (seed, one, point)
        assert holds(rows[other], point), (seed, other, point)
        pairs.add((one, other))
    assert pairs == expected.contradictions, seed
    gaps = [found.group(1) for found in map(_GAP.match, told) if found]
    assert bool(gaps) == expected.is_open, seed
    for where in gaps:
        point = _witness(where)
        assert not any(holds(each, point) for each in rows.values() if each["role"] == "base"), (seed, point)


def test_witnesses_agree_with_counting_out_every_case() -> None:
    for seed in range(100):
        _agrees(seed)


@pytest.mark.prove
def test_witnesses_agree_with_counting_out_every_case_of_2000_tables() -> None:
    for seed in range(100, 2_100):
        _agrees(seed)


def _prices(seed: int) -> None:
    body = table(seed)
    rules = rules_of(thu=body)
    used = body["inputs"]
    for point in points():
        asked = case(**{name: value for name, value in point.items() if name == "as_of" or name in used})
        assert price(rules, asked).payable.amount == due(body, point), (seed, point)


def test_amounts_agree_with_reading_the_rows_word_by_word() -> None:
    for seed in range(15):
        _prices(seed)


@pytest.mark.prove
def test_amounts_agree_with_reading_the_rows_word_by_word_in_600_tables() -> None:
    for seed in range(15, 615):
        _prices(seed)


def test_a_table_without_gap_or_contradiction_passes() -> None:
    low = row("low", "base", {"size": {"at_most": 2}}, {"type": "amount", "amount": 10})
    high = row("high", "base", {"size": {"above": 2}}, {"type": "amount", "amount": 20})
    assert checked(thu=schedule([low, high])) == []


def test_a_day_between_two_documents_is_a_gap() -> None:
    first = row("first", "base", {}, {"type": "amount", "amount": 10})
    second = row("second", "base", {}, {"type": "amount", "amount": 20})
    first["basis"], second["basis"] = basis(0, 1), basis(3, 5)
    (fault,) = checked(thu=schedule([first, second]))
    assert fault.reason == "first: no base row of this line holds where as_of is 2026-01-03"
    assert fault.pointer == "/body/rows/0"


def test_a_benefit_that_another_always_covers_is_refused() -> None:
    base = row("base", "base", {}, {"type": "amount", "amount": 10})
    wide = row("wide", "benefit", {"flag": {"is": True}}, {"type": "zero", "meaning": "exempt"})
    inner = row("inner", "benefit", {"flag": {"is": True}, "size": {"at_least": 3}}, {"type": "off", "share": "50%"})
    (fault,) = checked(thu=schedule([base, wide, inner]))
    assert fault.reason == "inner: never counts: wide holds wherever it does, and leaves no more"
    assert fault.pointer == "/body/rows/2"


def test_a_row_written_twice_is_refused() -> None:
    base = row("base", "base", {}, {"type": "amount", "amount": 10})
    again = row("again", "base", {}, {"type": "amount", "amount": 10})
    (fault,) = checked(thu=schedule([base, again]))
    assert fault.reason == "again: says again what base says"
