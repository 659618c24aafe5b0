"""What is held outside registers: below them, the best vouched for first, and never hidden where it disagrees."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.consent.model import Right
from chalicelib.kernel.clock import iso, local_day
from chalicelib.kernel.ids import ConsentId, ItemId
from chalicelib.prefill.model import ABSENT, Context, FieldAnswer, Held, Outcome, Standing
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import CallOutcome, Reply
from tests.support.builders import (
    AN,
    BINH,
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_item,
    held,
)
from tests.support.clock import START

REGISTER: Final = a_register("master", {"$.f.v": "x"})
ITEM: Final = an_item("x", of=["master"], normaliser="name")
STANDINGS: Final[list[tuple[Standing, Outcome]]] = [
    ("issued", "filled_issued"),
    ("dossier", "filled_declared"),
    ("scan", "filled_declared"),
    ("typed", "filled_declared"),
]


def said(*papers: Held, reply: Reply | None = None, item: object = ITEM, right: Right | None = None) -> FieldAnswer:
    form, items = a_form(a_field("/x", "x")), a_dictionary(item)  # type: ignore[arg-type]
    found = plan(Needs(form, items, "p"), [REGISTER], {"groom": a_subject(AN, right)})
    replies = {call.id: reply or a_reply() for call in found.calls}
    return resolve(form, items, found, replies, Context({AN: papers}, at=START)).fields["/x"]


def register(value: str) -> Reply:
    return a_reply({"f": {"v": value}})


@pytest.mark.parametrize(("standing", "outcome"), STANDINGS)
def test_what_is_held_fills_where_the_register_has_nothing(standing: Standing, outcome: Outcome) -> None:
    answer = said(held("x", "An", standing, document="giay-khai-sinh", as_of="2020-01-01T00:00:00Z"))

    assert (answer.outcome, answer.value, answer.origin, answer.locked) == (outcome, "An", "auto", False)
    assert answer.provenance is not None
    assert (answer.provenance.register, answer.provenance.assurance) == (None, standing)
    assert (answer.provenance.record, answer.provenance.document) == ("D-1", "giay-khai-sinh")
    assert (answer.provenance.fetched_at, answer.provenance.as_of) == (
        iso(START - timedelta(hours=1)),
        "2020-01-01T00:00:00Z",
    )


@pytest.mark.parametrize("failure", ["timed_out", "source_busy", "not_found"])
def test_what_is_held_stands_in_for_a_register_that_failed(failure: CallOutcome) -> None:
    assert said(held("x", "An"), reply=a_failure(failure)).outcome == "filled_issued"


def test_a_register_that_agrees_stands_above_it() -> None:
    answer = said(held("x", "AN"), reply=register("An"))

    assert (answer.outcome, answer.value, answer.locked) == ("filled_verified", "An", True)


@pytest.mark.parametrize("standing", ["issued", "dossier", "scan", "typed"])
def test_a_paper_that_contradicts_the_register_is_shown_and_does_not_replace_it(standing: Standing) -> None:
    answer = said(held("x", "Ân", standing), reply=register("An"))

    assert (answer.outcome, answer.value, answer.policy, answer.locked) == ("conflict", "An", "master_decides", False)
    assert [(each.value, each.provenance.assurance) for each in answer.candidates] == [
        ("An", "register"),
        ("Ân", standing),
    ]


def test_papers_that_contradict_each_other_are_for_the_citizen_to_decide() -> None:
    answer = said(held("x", "Ân", "typed"), held("x", "An", "issued"))

    assert (answer.outcome, answer.value, answer.policy) == ("conflict", ABSENT, "citizen_decides")
    assert [each.provenance.assurance for each in answer.candidates] == ["issued", "typed"]


def test_the_better_vouched_spelling_stands_where_papers_agree() -> None:
    for papers in ((held("x", "AN", "scan"), held("x", "An", "dossier")), (held("x", "An", "dossier"),)):
        assert said(*papers).value == "An"


def test_of_several_versions_of_one_standing_only_the_newest_counts() -> None:
    old = held("x", "Ân", read_at=iso(START - timedelta(days=2)), record="D-0")
    new = held("x", "An", read_at=iso(START - timedelta(days=1)))

    assert said(old, new) == said(new, old) == said(new)
    assert said(old, new).value == "An"


@pytest.mark.parametrize(
    ("until", "outcome"),
    [
        (None, "filled_issued"),
        (iso(START + timedelta(seconds=1)), "filled_issued"),
        (iso(START), "filled_stale"),
        ("2020-01-01", "filled_stale"),
        (str(local_day(START)), "filled_issued"),
        (str(local_day(START) - timedelta(days=1)), "filled_stale"),
        (f"{START:%Y-%m}", "filled_issued"),
        (f"{START:%Y}", "filled_issued"),
        (f"{START.year - 1}", "filled_stale"),
        ("một ngày nào đó", "filled_stale"),
    ],
)
def test_a_paper_past_its_validity_is_stale(until: str | None, outcome: Outcome) -> None:
    assert said(held("x", "An", until=until)).outcome == outcome


def test_what_is_older_than_its_item_may_be_is_stale_by_its_own_date_or_else_by_when_it_was_read() -> None:
    item = replace(ITEM, freshness_days=30)
    young, old = (iso(START - timedelta(days=days)) for days in (30, 31))

    assert said(held("x", "An", as_of=young), item=item).outcome == "filled_issued"
    assert said(held("x", "An", as_of=old), item=item).outcome == "filled_stale"
    assert said(held("x", "An", read_at=old), item=item).outcome == "filled_stale"


def test_a_held_value_of_another_type_is_none() -> None:
    item = replace(ITEM, type="date", normaliser="date")

    assert said(held("x", "hôm qua"), item=item, reply=a_failure("timed_out")).outcome == "timed_out"
    assert said(held("x", "hôm qua"), item=replace(item, precedence=())).outcome == "cast_failed"
    assert said(held("x", " "), item=replace(item, precedence=())).detail == "no_supplier"


def test_nothing_of_another_subject_is_used() -> None:
    form, items = a_form(a_field("/x", "x")), a_dictionary(ITEM)
    found = plan(Needs(form, items, "p"), [REGISTER], {"groom": a_subject(AN)})
    context = Context({BINH: (held("x", "Bình"),)}, at=START)

    assert resolve(form, items, found, {}, context).fields["/x"] == FieldAnswer("timed_out")


def test_without_a_right_nothing_that_is_held_is_shown() -> None:
    assert said(held("x", "An"), right=Right("no_consent")) == FieldAnswer("no_consent")


def test_a_consent_covers_the_items_it_names_whatever_is_held_or_answered() -> None:
    right = Right(basis="consent", consent=ConsentId("C-1"), items=frozenset({ItemId("y")}))
    covered = replace(right, items=frozenset({ItemId("x")}))

    assert said(held("x", "An"), reply=register("An"), right=right) == FieldAnswer(
        "no_consent", detail="item_not_granted"
    )
    for answer in (said(held("x", "An"), right=covered), said(reply=register("An"), right=covered)):
        assert answer.provenance is not None
        assert (answer.value, answer.provenance.basis, answer.provenance.consent) == ("An", "consent", "C-1")
