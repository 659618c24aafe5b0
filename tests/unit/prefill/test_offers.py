"""Values to choose from: shown with where they are from, and none of them chosen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.consent.model import Right
from chalicelib.forms.model import Field, Offer, OnAnswer, Policy
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, Context, FieldAnswer, SubjectRight
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import CallOutcome, Reply
from tests.support.builders import (
    AN,
    BINH,
    a_condition,
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_item,
)

REGISTER: Final = a_register("population", {"$.origin.at": "origin", "$.gender.code": "gender"})
ITEMS: Final = a_dictionary(an_item("origin", normaliser="text"), an_item("gender", "code", codes=["male", "female"]))
OFFERS: Final = (Offer("mother", ItemId("origin")), Offer("father", ItemId("origin")))
PARENTS: Final[dict[str, SubjectRight]] = {"mother": a_subject(BINH), "father": a_subject(AN)}


def offering(policy: Policy = "user", item: str | None = None, *offers: Offer) -> Field:
    return replace(a_field("/origin", item, "mother" if item else None, policy), offers=offers or OFFERS)


def said(
    mother: Reply | None,
    father: Reply | None,
    field: Field | None = None,
    subjects: Mapping[str, SubjectRight] = PARENTS,
    answers: Mapping[str, Json] | None = None,
) -> FieldAnswer:
    form = a_form(field or offering(), a_field("/father", "origin", "father"), a_field("/mother", "origin", "mother"))
    found = plan(Needs(form, ITEMS, "p"), [REGISTER], subjects)
    by_subject = {BINH: mother or a_reply(), AN: father or a_reply()}
    replies = {call.id: by_subject[call.subject] for call in found.calls}  # type: ignore[index]
    return resolve(form, ITEMS, found, replies, Context(answers=answers or {})).fields["/origin"]


def of(place: str | list[Json]) -> Reply:
    return a_reply({"origin": {"at": place}})


def values(answer: FieldAnswer) -> list[Json]:
    return [each.value for each in answer.candidates]


@pytest.mark.parametrize("policy", ["user", "suggest"])
def test_both_parents_are_offered_and_neither_is_chosen(policy: Policy) -> None:
    answer = said(of("Nam Định"), of("Hà Nội"), offering(policy))

    assert (answer.outcome, answer.detail, answer.value, answer.origin) == ("user_only", "choose_one", ABSENT, None)
    assert [(each.value, each.provenance.item) for each in answer.candidates] == [
        ("Nam Định", "origin"),
        ("Hà Nội", "origin"),
    ]


def test_values_that_say_the_same_are_offered_once() -> None:
    assert values(said(of("Hà Nội"), of("HÀ  NỘI"))) == ["Hà Nội"]


def test_the_one_value_there_is_is_offered_and_not_chosen() -> None:
    answer = said(a_failure("not_found"), of("Hà Nội"))
    assert (values(answer), answer.value) == (["Hà Nội"], ABSENT)


@pytest.mark.parametrize("failure", ["timed_out", "not_found", "source_busy"])
def test_nothing_to_offer_is_as_if_nothing_were(failure: CallOutcome) -> None:
    assert said(a_failure(failure), a_failure(failure)) == FieldAnswer("user_only")


def test_what_is_in_dispute_is_offered_with_all_it_may_be() -> None:
    assert values(said(of(["Nam Định", "Hà Nam"]), of("Hà Nội"))) == ["Nam Định", "Hà Nam", "Hà Nội"]


def test_a_value_of_its_own_comes_before_what_is_offered() -> None:
    answer = said(of("Nam Định"), of("Hà Nội"), offering("suggest", "origin"))
    assert (answer.outcome, answer.value, answer.candidates) == ("filled_verified", "Nam Định", ())
    assert values(said(a_failure("timed_out"), of("Hà Nội"), offering("suggest", "origin"))) == ["Hà Nội"]


def test_a_conflict_of_its_own_is_not_hidden_by_an_offer() -> None:
    assert said(of(["A", "B"]), of("Hà Nội"), offering("suggest", "origin")).outcome == "conflict"


@pytest.mark.parametrize("right", [Right("no_consent"), Right("no_right", "identity_level")])
def test_nothing_is_offered_of_somebody_whose_data_may_not_be_had(right: Right) -> None:
    assert values(said(of("Nam Định"), of("Hà Nội"), None, {**PARENTS, "mother": a_subject(BINH, right)})) == ["Hà Nội"]


def test_nothing_is_offered_of_somebody_who_is_not_there_or_does_not_fit() -> None:
    assert values(said(of("Nam Định"), of("Hà Nội"), None, {"father": a_subject(AN)})) == ["Hà Nội"]
    form = a_form(offering(), guards={"father": a_condition("gender", "male")})
    found = plan(Needs(form, ITEMS, "p"), [REGISTER], {"father": a_subject(AN)})
    woman = a_reply({"origin": {"at": "Hà Nội"}, "gender": {"code": "female"}})
    assert resolve(form, ITEMS, found, {call.id: woman for call in found.calls}).fields["/origin"].candidates == ()


@pytest.mark.parametrize(("said_of_it", "offered"), [({}, True), ({"/by": "a"}, True), ({"/by": "b"}, False)])
def test_an_offer_whose_case_is_ruled_out_is_none(said_of_it: dict[str, Json], offered: bool) -> None:
    offer = replace(OFFERS[0], when=OnAnswer("/by", ("a",)))
    assert (
        bool(values(said(of("Nam Định"), of("Hà Nội"), offering("user", None, offer), answers=said_of_it))) is offered
    )


def test_an_offer_is_in_the_forms_codes() -> None:
    field = replace(offering(), codes={"Hà Nội": "01"})
    assert values(said(of("Nam Định"), of("Hà Nội"), field)) == ["01"]
