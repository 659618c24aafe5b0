"""Who plays a role: named, reached, or nobody; and nothing ever in the wrong block."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.consent.model import Right
from chalicelib.forms.model import Form, OnAnswer, Via
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ConsentId, ItemId
from chalicelib.prefill.model import Context, FieldAnswer, Outcome, SubjectRight
from chalicelib.prefill.plan import Needs, extended, plan
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
    an_attribute,
    an_item,
    with_ways,
)

POPULATION: Final = a_register(
    "population",
    [
        an_attribute("$.name.full", "name"),
        an_attribute("$.gender.code", "gender"),
        an_attribute("$.spouse.id", "spouse", absent_means="not_applicable"),
    ],
)
ITEMS: Final = a_dictionary(
    an_item("name"), an_item("gender", "code", codes=["male", "female"]), an_item("spouse", "personal_id")
)
SPOUSE: Final = Via("applicant", ItemId("spouse"))
NO_SUBJECT: Final = FieldAnswer("skipped", detail="no_subject")
SELF: Final[dict[str, Json]] = {"name": {"full": "AN"}, "gender": {"code": "male"}, "spouse": {"id": str(BINH)}}
WIFE: Final[dict[str, Json]] = {"name": {"full": "BINH"}, "gender": {"code": "female"}}


def form(*ways: Via) -> Form:
    fields = (
        a_field("/applicant", "name", "applicant"),
        a_field("/mother", "name", "mother"),
        a_field("/mother/user", None, "mother", "user"),
        a_field("/mother/never", None, "mother", "never"),
    )
    return with_ways(
        a_form(*fields, guards={"mother": a_condition("gender", "female")}), "mother", *(ways or (SPOUSE,))
    )


def answered(
    subjects: Mapping[str, SubjectRight],
    replies: tuple[Reply, ...] = (),
    answers: Mapping[str, Json] | None = None,
    of: Form | None = None,
    *,
    named: bool = False,
) -> dict[str, FieldAnswer]:
    wanted = of or form()
    needs = Needs(wanted, ITEMS, "p", answers=answers or {})
    first = plan(needs, [POPULATION], {**subjects} if named else {"applicant": subjects["applicant"]})
    found = extended(first, plan(needs, [POPULATION], subjects))
    said = {AN: a_reply(SELF), BINH: a_reply(WIFE), **dict(zip((AN, BINH), replies, strict=False))}
    world = {call.id: said[call.subject] for call in found.calls}  # type: ignore[index]
    return dict(resolve(wanted, ITEMS, found, world, Context(answers=answers or {})).fields)


APPLICANT: Final = {"applicant": a_subject(AN)}
BOTH: Final = {**APPLICANT, "mother": a_subject(BINH)}


def test_whoever_is_reached_and_fits_is_filled_like_anybody_named() -> None:
    assert answered(BOTH)["/mother"].value == "BINH"


@pytest.mark.parametrize("failure", ["timed_out", "source_busy", "source_unavailable", "not_found", "source_invalid"])
def test_a_role_that_is_not_reached_says_what_the_item_ended_with_that_would_have_named_them(
    failure: CallOutcome,
) -> None:
    found = answered(APPLICANT, (a_failure(failure, 9),))

    assert found["/mother"] == found["/applicant"]
    assert (found["/mother"].outcome, found["/mother"].retry_after) == (failure, 9)
    assert (found["/mother/user"].outcome, found["/mother/never"].detail) == ("user_only", "never")


def test_who_has_no_spouse_leaves_the_role_not_applicable_with_where_that_is_from() -> None:
    found = answered(APPLICANT, (a_reply({"name": {"full": "AN"}}),))["/mother"]

    assert found.outcome == "not_applicable"
    assert found.provenance is not None
    assert (found.provenance.item, found.provenance.register) == ("spouse", "population")


def test_a_refusal_of_the_one_who_would_lead_there_is_the_refusal_of_both() -> None:
    refused = {"applicant": a_subject(AN, Right("no_right", "identity_level"))}
    assert answered(refused)["/mother"] == FieldAnswer("no_right", detail="identity_level")


def test_a_consent_that_leaves_the_way_out_says_so() -> None:
    right = Right(basis="consent", consent=ConsentId("C"), items=frozenset({ItemId("name")}))
    assert answered({"applicant": a_subject(AN, right)})["/mother"] == FieldAnswer(
        "no_consent", detail="item_not_granted"
    )


def test_several_possible_people_are_nobody() -> None:
    several = a_reply({**SELF, "spouse": {"id": [str(BINH), "001192999009"]}})
    assert answered(APPLICANT, (several,))["/mother"] == NO_SUBJECT


CASES: Final[list[tuple[dict[str, Json], Outcome]]] = [({}, "skipped"), ({"/is": "other"}, "skipped")]


@pytest.mark.parametrize(("answers", "outcome"), CASES)
def test_a_way_whose_case_is_not_known_to_hold_is_not_taken(answers: dict[str, Json], outcome: Outcome) -> None:
    way = replace(SPOUSE, when=OnAnswer("/is", ("father",)))
    found = answered(APPLICANT, (a_failure("timed_out"),), answers=answers, of=form(way))
    assert (found["/mother"].outcome, found["/mother"]) == (outcome, NO_SUBJECT)


def test_the_first_way_whose_case_holds_is_the_one() -> None:
    ways = (Via("applicant", None, OnAnswer("/is", ("mother",))), replace(SPOUSE, when=OnAnswer("/is", ("father",))))
    found = answered(APPLICANT, (a_failure("timed_out"),), answers={"/is": "father"}, of=form(*ways))
    assert found["/mother"] == FieldAnswer("timed_out")
    assert answered(APPLICANT, answers={"/is": "mother"}, of=form(*ways))["/mother"] == NO_SUBJECT


def test_without_ways_a_role_that_nobody_plays_is_just_that() -> None:
    assert answered(APPLICANT, of=with_ways(form(), "mother"))["/mother"] == NO_SUBJECT


def test_somebody_reached_who_does_not_fit_was_only_our_guess() -> None:
    found = answered(BOTH, (a_reply(SELF), a_reply({**WIFE, "gender": {"code": "male"}})))

    assert (found["/mother"], found["/mother/user"].outcome) == (NO_SUBJECT, "user_only")


def test_the_same_person_who_does_not_fit_was_only_our_guess_too() -> None:
    ways = (Via("applicant", None, OnAnswer("/is", ("mother",))),)
    subjects = {**APPLICANT, "mother": a_subject(AN)}
    assert answered(subjects, answers={"/is": "mother"}, of=form(*ways))["/mother"] == NO_SUBJECT


def test_somebody_else_who_was_named_and_does_not_fit_is_told_so() -> None:
    alone = a_reply({"name": {"full": "AN"}, "spouse": {"id": "001192999009"}})
    found = answered(BOTH, (alone, a_reply({**WIFE, "gender": {"code": "male"}})), named=True)

    assert found["/mother"] == found["/mother/user"] == FieldAnswer("no_right", detail="role_mismatch")


@pytest.mark.parametrize("gender", [None, {"code": "?"}])
def test_whoever_is_reached_must_be_known_to_fit(gender: Json) -> None:
    found = answered(BOTH, (a_reply(SELF), a_reply({"name": {"full": "BINH"}, "gender": gender})))

    assert found["/mother"].outcome == ("not_found" if gender is None else "cast_failed")
    assert found["/mother"].provenance is not None
    assert found["/mother"].provenance.item == "gender"


def test_a_consent_that_leaves_the_guard_out_does_not_say_which_block_is_theirs() -> None:
    right = Right(basis="consent", consent=ConsentId("C"), items=frozenset({ItemId("name")}))
    alone = a_reply({"name": {"full": "AN"}})
    found = answered({**APPLICANT, "mother": a_subject(BINH, right)}, (alone,), named=True)

    assert found["/mother"] == FieldAnswer("no_right", detail="role_unverified")
