"""Which registers are asked, for what, about whom."""

from typing import Final

from chalicelib.consent.model import Right
from chalicelib.forms.model import Field
from chalicelib.prefill.model import SubjectRight
from chalicelib.prefill.plan import Needs, Plan, plan
from tests.support.builders import (
    AN,
    BINH,
    a_condition,
    a_dictionary,
    a_field,
    a_form,
    a_register,
    a_subject,
    an_item,
)

POPULATION: Final = a_register(
    "population",
    {
        "$.name.full": "full_name",
        "$.gender.code": "gender",
        "$.ethnicity.code": "ethnicity",
        "$.marital_status.code": "marital_status",
    },
)
CIVIL: Final = a_register(
    "civil_status", {"$.marital_status.code": "marital_status", "$.divorce.decision": "divorce_decision"}
)
ITEMS: Final = a_dictionary(
    an_item("full_name"),
    an_item("gender", "code"),
    an_item("ethnicity", "code"),
    an_item("marital_status", "code", of=["civil_status", "population"]),
    an_item("divorce_decision", of=["civil_status"]),
    an_item("blood_type", of=["health"]),
    an_item("nickname", of=[]),
)
GENDER_GUARD: Final = {"groom": a_condition("gender", "male")}


def planned(*fields: Field, subjects: dict[str, SubjectRight] | None = None, guarded: bool = False) -> Plan:
    form = a_form(*fields, guards=GENDER_GUARD if guarded else None)
    return plan(Needs(form, ITEMS, "1.000894"), [POPULATION, CIVIL], subjects or {"groom": a_subject()})


def asked(found: Plan) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(call.register.code, call.subject): call.fields for call in found.calls}


def test_only_fields_behind_wanted_items_are_asked() -> None:
    assert asked(planned(a_field("/name", "full_name"))) == {("population", AN): ("name",)}


def test_a_sensitive_item_is_not_asked_unless_the_form_binds_it() -> None:
    assert "ethnicity" not in asked(planned(a_field("/name", "full_name")))["population", AN]
    assert "ethnicity" in asked(planned(a_field("/ethnicity", "ethnicity")))["population", AN]


def test_a_register_that_would_only_confirm_is_not_asked() -> None:
    assert asked(planned(a_field("/marital", "marital_status"))) == {("civil_status", AN): ("marital_status",)}


def test_a_register_that_is_asked_anyway_also_gives_its_copy() -> None:
    found = planned(a_field("/name", "full_name"), a_field("/marital", "marital_status"))
    assert asked(found) == {
        ("civil_status", AN): ("marital_status",),
        ("population", AN): ("marital_status", "name"),
    }


def test_a_lower_authority_is_asked_when_the_master_is_not_there() -> None:
    form = a_form(a_field("/marital", "marital_status"))
    found = plan(Needs(form, ITEMS, "p"), [POPULATION], {"groom": a_subject()})
    assert asked(found) == {("population", AN): ("marital_status",)}


def test_a_register_whose_word_does_not_count_for_an_item_is_not_asked_for_it() -> None:
    items = {**ITEMS, **a_dictionary(an_item("marital_status", "code", of=["civil_status"]))}
    form = a_form(a_field("/name", "full_name"), a_field("/marital", "marital_status"))
    found = plan(Needs(form, items, "p"), [POPULATION, CIVIL], {"groom": a_subject()})
    assert asked(found)["population", AN] == ("name",)


def test_what_the_citizen_fills_alone_is_not_asked() -> None:
    fields = a_field("/a", "full_name", policy="user"), a_field("/b", "ethnicity", policy="never")
    assert planned(*fields, guarded=True).calls == ()


def test_guards_and_conditions_are_asked_with_the_fields_they_rule() -> None:
    field = a_field("/divorce", "divorce_decision", applies_when=a_condition("marital_status", "3"))
    assert asked(planned(field, guarded=True)) == {
        ("civil_status", AN): ("divorce", "marital_status"),
        ("population", AN): ("gender", "marital_status"),
    }


def test_two_roles_of_one_person_make_one_call() -> None:
    found = planned(
        a_field("/groom/name", "full_name"),
        a_field("/applicant/ethnicity", "ethnicity", role="applicant"),
        subjects={"groom": a_subject(), "applicant": a_subject()},
    )
    assert asked(found) == {("population", AN): ("ethnicity", "name")}


def test_two_people_make_two_calls() -> None:
    found = planned(
        a_field("/groom/name", "full_name"),
        a_field("/bride/name", "full_name", role="bride"),
        subjects={"groom": a_subject(), "bride": a_subject(BINH)},
    )
    assert asked(found).keys() == {("population", AN), ("population", BINH)}


def test_without_a_right_nothing_is_asked_about_a_person() -> None:
    for right in (Right("no_consent"), Right("no_right", "identity_level")):
        found = planned(a_field("/name", "full_name"), subjects={"groom": a_subject(BINH, right)})
        assert (found.calls, found.asked) == ((), {})


def test_a_role_without_a_right_adds_nothing_to_what_another_role_of_that_person_asks() -> None:
    found = planned(
        a_field("/groom/name", "full_name"),
        a_field("/witness/ethnicity", "ethnicity", role="witness"),
        subjects={"groom": a_subject(), "witness": a_subject(AN, Right("no_consent"))},
    )
    assert asked(found) == {("population", AN): ("name",)}


def test_items_that_nobody_supplies_plan_nothing_and_are_not_logged_as_asked() -> None:
    found = planned(a_field("/a", "blood_type"), a_field("/b", "nickname"))
    assert (found.calls, found.asked) == ((), {AN: frozenset()})


def test_the_access_log_learns_every_item_asked_of_each_person() -> None:
    found = planned(a_field("/name", "full_name"), a_field("/marital", "marital_status"), guarded=True)
    assert found.asked == {AN: {"full_name", "marital_status", "gender"}}
