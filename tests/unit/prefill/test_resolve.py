"""What is said of each field, rule by rule."""

from collections.abc import Mapping
from typing import Final

import pytest

from chalicelib.consent.model import Right
from chalicelib.forms.model import Condition, Field
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import SubjectId
from chalicelib.prefill.model import OUTCOMES, FieldAnswer, Outcome, Resolution, SubjectRight, delta
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
    an_attribute,
    an_item,
)

POPULATION: Final = a_register(
    "population",
    {"$.name.full": "full_name", "$.gender.code": "gender", "$.marital_status.code": "marital_status"},
)
CIVIL: Final = a_register(
    "civil_status",
    [
        an_attribute("$.marital_status.code", "marital_status"),
        an_attribute("$.divorce.decision", "divorce_decision", absent_means="not_applicable"),
    ],
)
ITEMS: Final = a_dictionary(
    an_item("full_name", normaliser="name"),
    an_item("gender", "code", codes=["male", "female"]),
    an_item("marital_status", "code", of=["civil_status", "population"], codes="123456"),
    an_item("divorce_decision", of=["civil_status"]),
    an_item("nickname", of=[]),
)
NAME: Final = a_field("/groom/name", "full_name")
MARITAL: Final = a_field("/groom/marital", "marital_status", policy="suggest")
DIVORCE: Final = a_field("/groom/divorce", "divorce_decision", applies_when=a_condition("marital_status", "3"))
TIMES: Final = a_field("/groom/times", policy="user")
FORM: Final = (NAME, MARITAL, DIVORCE, TIMES)
MALE: Final = a_condition("gender", "male")
PEOPLE: Final[Mapping[str, Json]] = {
    "name": {"full": "NGUYỄN VĂN AN"},
    "gender": {"code": "male"},
    "marital_status": {"code": "2"},
}
EVENTS: Final[Mapping[str, Json]] = {"marital_status": {"code": "2"}}
FAILURES: Final[tuple[CallOutcome, ...]] = (
    "not_found",
    "ambiguous_match",
    "no_right",
    "source_unavailable",
    "source_busy",
    "timed_out",
    "source_invalid",
)


def resolved(
    population: Reply | None = None,
    civil: Reply | None = None,
    *,
    fields: tuple[Field, ...] = FORM,
    guard: Condition | None = None,
    subjects: Mapping[str, SubjectRight] | None = None,
) -> Resolution:
    form = a_form(*fields, guards={"groom": guard} if guard else None)
    found = plan(Needs(form, ITEMS, "p"), [POPULATION, CIVIL], subjects or {"groom": a_subject()})
    said = {"population": population or a_reply(PEOPLE), "civil_status": civil or a_reply(EVENTS)}
    return resolve(form, ITEMS, found, {call.id: said[call.register.code] for call in found.calls})


def ends(resolution: Resolution) -> dict[str, Outcome]:
    return {pointer: answer.outcome for pointer, answer in resolution.fields.items()}


def test_a_healthy_run_fills_the_form() -> None:
    assert ends(resolved()) == {
        "/groom/name": "filled_verified",
        "/groom/marital": "filled_verified",
        "/groom/divorce": "not_applicable",
        "/groom/times": "user_only",
    }


def test_a_value_carries_where_it_is_from() -> None:
    provenance = resolved().fields["/groom/name"].provenance
    assert provenance is not None
    assert (provenance.register, provenance.record, provenance.path, provenance.item) == (
        "population",
        "R-1",
        "$.name.full",
        "full_name",
    )
    assert (provenance.mapping, provenance.legal_basis, provenance.assurance) == (
        "mapping-population",
        "law of population",
        "register",
    )
    assert provenance.fetched_at == "2026-11-22T02:00:00.000Z"
    assert provenance.as_of == "2026-11-22T02:00:00+00:00"


def test_only_a_verified_value_under_policy_auto_is_locked() -> None:
    fields = resolved().fields
    assert (fields["/groom/name"].locked, fields["/groom/marital"].locked) == (True, False)
    assert not resolved(a_reply(PEOPLE, review=["name"])).fields["/groom/name"].locked


@pytest.mark.parametrize("failure", FAILURES)
def test_a_registers_failure_is_said_of_its_own_fields_only(failure: CallOutcome) -> None:
    healthy, hurt = resolved(), resolved(a_failure(failure, retry_after=30))
    assert hurt.fields["/groom/name"] == FieldAnswer(OUTCOMES[failure], retry_after=30)
    assert delta(healthy, hurt) == ("/groom/name",)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_guard_register_costs_its_own_fields_only(failure: CallOutcome) -> None:
    healthy, hurt = resolved(guard=MALE), resolved(a_failure(failure), guard=MALE)
    assert delta(healthy, hurt) == ("/groom/name",)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_lower_authority_fills_in_when_the_master_failed(failure: CallOutcome) -> None:
    answer = resolved(civil=a_failure(failure)).fields["/groom/marital"]
    assert (answer.outcome, answer.value) == ("filled_verified", "2")
    assert answer.provenance is not None
    assert answer.provenance.register == "population"


def test_a_planned_call_without_a_reply_is_presumed_too_late() -> None:
    form = a_form(NAME)
    found = plan(Needs(form, ITEMS, "p"), [POPULATION], {"groom": a_subject()})
    resolution = resolve(form, ITEMS, found, {})
    assert ends(resolution) == {"/groom/name": "timed_out"}


def test_a_condition_that_is_met_lets_the_field_be_filled() -> None:
    civil = a_reply({"marital_status": {"code": "3"}, "divorce": {"decision": "12/2019/QĐST-HNGĐ"}})
    population = a_reply({**PEOPLE, "marital_status": {"code": "3"}})
    assert resolved(population, civil).fields["/groom/divorce"].value == "12/2019/QĐST-HNGĐ"


def test_what_the_register_says_does_not_exist_is_not_applicable() -> None:
    answer = resolved(a_reply({**PEOPLE, "marital_status": {"code": "3"}}), a_reply({"marital_status": {"code": "3"}}))
    assert answer.fields["/groom/divorce"].outcome == "not_applicable"


@pytest.mark.parametrize("failure", FAILURES)
def test_an_unknown_condition_ends_as_its_own_item_did(failure: CallOutcome) -> None:
    resolution = resolved(a_failure(failure), a_failure(failure))
    assert resolution.fields["/groom/divorce"].outcome == failure


def test_a_condition_in_conflict_is_judged_by_the_masters_value() -> None:
    resolution = resolved(civil=a_reply({"marital_status": {"code": "3"}, "divorce": {"decision": "12/2019"}}))
    assert ends(resolution)["/groom/marital"] == "conflict"
    assert ends(resolution)["/groom/divorce"] == "filled_verified"


def test_a_users_field_whose_condition_is_false_is_not_applicable() -> None:
    field = a_field("/groom/of", policy="user", applies_when=a_condition("marital_status", "3"))
    assert ends(resolved(fields=(MARITAL, field)))["/groom/of"] == "not_applicable"
    both_failed = resolved(a_failure("timed_out"), a_failure("timed_out"), fields=(MARITAL, field))
    assert ends(both_failed)["/groom/of"] == "user_only"


def test_a_person_who_cannot_play_the_role_leaves_no_value_in_it() -> None:
    resolution = resolved(guard=a_condition("gender", "female"))
    assert set(resolution.fields.values()) == {FieldAnswer("no_right", detail="role_mismatch")}


def test_a_guard_that_its_register_cannot_tell_bars_what_we_would_fill() -> None:
    fields = dict(resolved(a_reply({"name": {"full": "NGUYỄN VĂN AN"}}), guard=MALE).fields)
    assert fields.pop("/groom/times").outcome == "user_only"
    assert set(fields.values()) == {FieldAnswer("no_right", detail="role_unverified")}


@pytest.mark.parametrize(
    ("right", "outcome", "detail"),
    [(Right("no_consent"), "no_consent", None), (Right("no_right", "identity_level"), "no_right", "identity_level")],
)
def test_without_a_right_each_field_says_so_and_the_users_stay_theirs(
    right: Right, outcome: Outcome, detail: str | None
) -> None:
    resolution = resolved(guard=MALE, subjects={"groom": a_subject(BINH, right)})
    fields = dict(resolution.fields)
    assert fields.pop("/groom/times").outcome == "user_only"
    assert set(fields.values()) == {FieldAnswer(outcome, detail=detail)}
    assert resolution.sources == ()


def test_a_role_that_nobody_plays_is_skipped() -> None:
    fields = resolved(fields=(NAME, a_field("/bride/name", "full_name", "bride"))).fields
    assert fields["/bride/name"] == FieldAnswer("skipped", detail="no_subject")


def test_what_is_not_ours_to_fill_is_skipped() -> None:
    fields = resolved(fields=(NAME, a_field("/groom/opinion", policy="never"))).fields
    assert fields["/groom/opinion"] == FieldAnswer("skipped", detail="never")


def test_what_nobody_supplies_is_skipped() -> None:
    fields = resolved(fields=(NAME, a_field("/groom/nickname", "nickname"))).fields
    assert fields["/groom/nickname"] == FieldAnswer("skipped", detail="no_supplier")


def test_each_role_is_filled_from_its_own_subject() -> None:
    form = a_form(NAME, a_field("/bride/name", "full_name", "bride"))
    found = plan(Needs(form, ITEMS, "p"), [POPULATION], {"groom": a_subject(AN), "bride": a_subject(BINH)})
    names: dict[SubjectId, str] = {AN: "NGUYỄN VĂN AN", BINH: "TRẦN THỊ BÌNH"}
    replies = {call.id: a_reply({"name": {"full": names[call.subject]}}) for call in found.calls}
    fields = resolve(form, ITEMS, found, replies).fields
    assert (fields["/groom/name"].value, fields["/bride/name"].value) == ("NGUYỄN VĂN AN", "TRẦN THỊ BÌNH")


def test_sources_and_counts_sum_up_the_run() -> None:
    resolution = resolved(a_failure("source_busy"))
    assert [(each.register, each.role, each.outcome, each.ms) for each in resolution.sources] == [
        ("civil_status", "groom", "answered", 20),
        ("population", "groom", "source_busy", 20),
    ]
    assert resolution.counts == {"source_busy": 1, "filled_verified": 1, "not_applicable": 1, "user_only": 1}


def test_delta_names_what_changed_appeared_and_went() -> None:
    a, b, c = (FieldAnswer("user_only"), FieldAnswer("skipped"), FieldAnswer("timed_out"))
    assert delta(Resolution({"/a": a, "/b": b, "/c": c}), Resolution({"/b": b, "/c": a, "/d": a})) == ("/a", "/c", "/d")
