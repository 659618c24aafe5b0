"""Whose word counts: values read as inputs want them, and verified, declared and disputed kept apart."""

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fees.case_codec import case_from_json, case_to_json
from chalicelib.fees.facts import BadFacts, Declared, read_declared, with_known, with_level
from chalicelib.fees.model import Case, Fact, Input, Source, Span, Used
from chalicelib.fees.port import Known
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ItemId, ProcedureCode
from chalicelib.vocabulary.model import Text
from tests.architecture.tree import ROOT

_LABEL = Text("nhãn", "label")
_BORN, _POOR, _CARD = "person.birth_date", "social.poor_household.status", "licence.number"
INPUTS = {
    each.name: each
    for each in (
        Input("copies", "int", _LABEL, Source("quantity"), low=1, high=100),
        Input("student", "bool", _LABEL, Source("fact")),
        Input("wish", "enum", _LABEL, Source("choice"), {"renew": _LABEL, "replace": _LABEL}),
        Input("age", "int", _LABEL, Source("item", _BORN, "age"), low=0, high=150),
        Input("born", "date", _LABEL, Source("item", _BORN), low=1, high=date.max.toordinal()),
        Input("poor", "bool", _LABEL, Source("item", _POOR, "one_of", frozenset({"ho_ngheo"}))),
        Input("card", "bool", _LABEL, Source("item", _CARD, "present")),
        Input("level", "int", _LABEL, Source("identity_level"), low=1, high=2),
    )
}
DAY = date(2026, 3, 2)


def known(item: str, value: Json, *, verified: bool = True) -> Known:
    return Known(ItemId(item), value, verified, {"register": "population", "record": None})


def declared(**facts: Any) -> dict[str, Fact]:  # noqa: ANN401 - JSON of any shape
    return dict(read_declared(INPUTS, Declared(facts), DAY).facts)


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1966-03-02", 60),
        ("1966-03-03", 59),
        ("1966", Span(59, 60)),
        ("1966-03", Span(59, 60)),
        ("1966-04", 59),
        ("1966-02", 60),
        ("2004-02-29", 22),
    ],
)
def test_an_age_counts_full_years_and_says_between_which_it_lies(born: str, age: object) -> None:
    found = with_known(INPUTS, {}, [known(_BORN, born)], DAY)
    assert found["age"].value == age
    assert ("born" in found) is (len(born) == 10)


def test_an_item_is_read_as_each_input_wants_it_and_absence_is_not_false() -> None:
    found = with_known(INPUTS, {}, [known(_POOR, "ho_can_ngheo"), known(_CARD, "790123456789")], DAY)
    assert (found["poor"].value, found["card"].value) == (False, True)
    assert "card" not in with_known(INPUTS, {}, [known(_CARD, "")], DAY)
    assert with_known(INPUTS, {}, [known(_BORN, "not a day")], DAY) == {}


def test_what_is_verified_stands_and_a_difference_takes_the_word_from_both() -> None:
    same = with_known(INPUTS, declared(age=59), [known(_BORN, "1966")], DAY)["age"]
    assert (same.value, same.assurance) == (Span(59, 60), "verified")
    other = with_known(INPUTS, declared(age=61), [known(_BORN, "1966")], DAY)["age"]
    assert (other.value, other.assurance, other.provenance["disputed"]) == (Span(59, 60), "declared", 61)
    typed = with_known(INPUTS, {}, [known(_BORN, "1990-01-01", verified=False)], DAY)["age"]
    assert typed.assurance == "declared"


def test_the_level_that_the_token_proves_beats_one_that_was_declared() -> None:
    assert with_level(INPUTS, declared(level=2), 1)["level"] == Fact(1, "verified", {"source": "token"})
    assert declared(level=2)["level"].assurance == "declared"
    assert "level" not in with_level(INPUTS, {}, 0)


def test_a_fact_may_be_declared_by_its_item_too() -> None:
    told = read_declared(INPUTS, Declared({_BORN: "1966-03-02"}, {"copies": 3}), DAY)
    assert {name: fact.value for name, fact in told.facts.items()} == {"age": 60, "born": date(1966, 3, 2)}
    assert told.quantities == {"copies": 3}


@pytest.mark.parametrize(
    ("facts", "quantities", "pointer", "code"),
    [
        ({"shoe_size": 1}, {}, "/facts/shoe_size", "unknown_fact"),
        ({"copies": 1}, {}, "/facts/copies", "unknown_fact"),
        ({"student": 1}, {}, "/facts/student", "bad_fact"),
        ({"student": "true"}, {}, "/facts/student", "bad_fact"),
        ({"age": True}, {}, "/facts/age", "bad_fact"),
        ({"age": 151}, {}, "/facts/age", "bad_fact"),
        ({"born": "1966"}, {}, "/facts/born", "bad_fact"),
        ({"student": [True]}, {}, "/facts/student", "bad_fact"),
        ({}, {"pages": 1}, "/quantities/pages", "unknown_quantity"),
        ({}, {"student": 1}, "/quantities/student", "unknown_quantity"),
        ({}, {"copies": 0}, "/quantities/copies", "bad_quantity"),
    ],
)
def test_what_cannot_be_used_is_named(
    facts: dict[str, Json], quantities: dict[str, int], pointer: str, code: str
) -> None:
    with pytest.raises(BadFacts) as refused:
        read_declared(INPUTS, Declared(facts, quantities), DAY)
    assert [(each.pointer, each.code) for each in refused.value.problems] == [(pointer, code)]


_VALUES = st.one_of(
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.text(max_size=20),
    st.dates(),
    st.builds(Span, st.integers(0, 50), st.integers(50, 99)),
)
_CASES = st.builds(
    Case,
    st.just(ProcedureCode("3.000333")),
    st.dates(),
    st.sampled_from(("online", "assisted", "counter", "post")),
    st.just("01"),
    st.just("00004"),
    st.dictionaries(st.text("abc", min_size=1), st.integers(0, 10**12), max_size=3),
    st.dictionaries(
        st.text("abc", min_size=1), st.builds(Fact, _VALUES, st.sampled_from(("verified", "declared"))), max_size=3
    ),
    st.none()
    | st.dictionaries(st.text("abc.", min_size=1), st.builds(Used, st.integers(0), st.integers(0)), max_size=3),
)


@given(_CASES)
def test_a_case_is_read_back_as_it_was_written(case: Case) -> None:
    assert case_from_json(case_to_json(case)) == case


@pytest.mark.parametrize(
    "change", [{"channel": "fax"}, {"as_of": "soon"}, {"facts": {"a": 1}}, {"used": []}, {"quantities": {"a": "1"}}]
)
def test_what_is_no_case_is_corrupt(change: dict[str, Any]) -> None:
    written = case_to_json(Case(ProcedureCode("3.000333"), DAY, "online", "01", "00004"))
    with pytest.raises(Corrupt):
        case_from_json({**written, **change})


_DIGEST = """
from datetime import UTC, date, datetime
from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import base
from chalicelib.fees.reckon import reckoned
from chalicelib.fees.service import Asked, stated
from chalicelib.kernel.ids import ProcedureCode
catalogue, at = base(KINDS), datetime(2026, 11, 22, tzinfo=UTC)
asked = Asked(ProcedureCode("3.000333"), "online", "00004", date(2026, 3, 2), facts={"person.birth_date": "1966"})
print(reckoned(catalogue, stated(catalogue, asked, at)).digest)
"""


def test_the_digest_of_a_quote_is_the_same_in_every_process() -> None:
    found = set()
    for seed, zone in (("0", "UTC"), ("1", "Asia/Ho_Chi_Minh")):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": "C"}
        command = [sys.executable, "-c", _DIGEST]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        found.add(done.stdout.strip())
    assert len(found) == 1
    assert len(found.pop()) == 64


def test_what_somebody_applies_for_is_theirs_to_say_and_what_they_are_is_declared() -> None:
    said = declared(wish="renew", student=True)
    assert {name: fact.assurance for name, fact in said.items()} == {"wish": "verified", "student": "declared"}
    with pytest.raises(BadFacts):
        declared(wish="sell")
