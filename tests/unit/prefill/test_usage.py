"""How many items came, and which of them nothing wanted: the measure of asking no more than is needed."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.consent.model import CHILDREN
from chalicelib.forms.model import RoleRule, RowList, Via
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId, PersonalId
from chalicelib.prefill.model import SubjectRight, Usage
from chalicelib.prefill.plan import Plan
from chalicelib.prefill.usage import usage_of
from chalicelib.sources.model import Call, CallId, Column, Reply
from tests.support.builders import (
    AN,
    BINH,
    LABEL,
    a_failure,
    a_field,
    a_form,
    a_getter,
    a_register,
    a_reply,
    a_subject,
    an_attribute,
)

CARD = a_register(
    "population", {"$.card.number": "card.number", "$.card.issued_on": "card.issued_on", "$.name": "name"}
)
FORM = a_form(a_field("/Name", "name"))


def call(subject: PersonalId = AN, *fields: str) -> Call:
    return Call(CARD, subject, fields or ("card", "name"), "1.000894")


def planned(wanted: Mapping[str, set[str]], *calls: Call, subjects: Mapping[str, PersonalId] | None = None) -> Plan:
    who = subjects or dict.fromkeys(wanted, AN)
    roles: dict[str, SubjectRight] = {role: a_subject(subject) for role, subject in who.items()}
    return Plan(calls, roles, {role: frozenset(map(ItemId, items)) for role, items in wanted.items()}, {})


def used(plan: Plan, *replies: Reply) -> Usage:
    kept: dict[CallId, Reply] = {each.id: reply for each, reply in zip(plan.calls, replies, strict=True)}
    return usage_of(FORM, plan, kept)


def whole(**data: Json) -> Reply:
    return a_reply({"card": {"number": "1"}, "name": "AN", **data})


def test_a_field_that_holds_more_than_was_wanted_is_told() -> None:
    plan = planned({"groom": {"card.number"}}, call(AN, "card"))

    assert used(plan, whole()) == Usage(2, (ItemId("card.issued_on"),))


def test_what_was_not_asked_did_not_come_and_what_did_not_come_is_not_counted() -> None:
    everything = {"groom": {"card.number", "card.issued_on", "name"}}

    assert used(planned(everything, call(AN, "card")), whole()).fetched == 2
    assert used(planned(everything, call()), a_reply({"card": None, "name": "AN"})).fetched == 1
    assert used(planned(everything, call()), a_failure("timed_out")) == Usage()
    assert usage_of(FORM, planned(everything, call()), {}) == Usage()


def test_what_either_role_of_one_person_wants_is_used_and_people_are_counted_apart() -> None:
    one = planned({"groom": {"card.number"}, "applicant": {"card.issued_on", "name"}}, call())
    assert used(one, whole()) == Usage(3)

    two = planned(
        {"groom": {"card.number", "name"}, "bride": {"name"}},
        call(),
        call(BINH),
        subjects={"groom": AN, "bride": BINH},
    )
    assert used(two, whole(), whole()) == Usage(6, ("card.issued_on", "card.issued_on", "card.number"))  # type: ignore[arg-type]


def test_the_item_that_led_to_another_person_is_used() -> None:
    plan = planned({"groom": set(), "bride": set()}, call(AN, "name"), subjects={"groom": AN, "bride": BINH})
    bride = RoleRule("bride", LABEL, None, (Via("groom", ItemId("name")),))
    form = replace(FORM, roles={"bride": bride})

    assert usage_of(form, plan, {plan.calls[0].id: whole()}) == Usage(1)
    alone = replace(plan, subjects={"groom": a_subject()}, wanted={"groom": frozenset()})
    assert usage_of(form, alone, {plan.calls[0].id: whole()}) == Usage(1, (ItemId("name"),))


def test_of_a_list_the_columns_of_the_form_are_used_or_those_that_a_right_is_decided_on() -> None:
    columns = tuple(
        Column(f"$.{name}", ItemId(f"person.child.{name}"), a_getter(f"$.{name}"))
        for name in ("personal_id", "birth_date", "full_name")
    )
    register = a_register("population", [an_attribute("$.children", CHILDREN, columns=columns)])
    asked = Call(register, AN, ("children",), "1.000894")
    reply = {asked.id: a_reply({"children": [{"full_name": "X"}]})}
    rows = RowList("/Con", CHILDREN, "groom", (a_field("/HoTen", "person.child.full_name"),
                                               a_field("/So", "person.child.personal_id", policy="user")))  # fmt: skip
    form = replace(a_form(a_field("/Con", CHILDREN)), lists={"/Con": rows})

    listed = usage_of(form, planned({"groom": {CHILDREN}}, asked), reply)
    assert listed == Usage(4, (ItemId("person.child.birth_date"), ItemId("person.child.personal_id")))
    standing = Plan((asked,), {}, {}, {}, standing={AN: frozenset({CHILDREN})})
    assert usage_of(FORM, standing, reply) == Usage(4, (ItemId("person.child.full_name"),))
