"""What one wave for the people named cannot fill yet says so, and is not asked for; nor is an unnamed province."""

from dataclasses import replace
from typing import Final

import pytest

from chalicelib.consent.model import Right
from chalicelib.forms.model import Need, RoleRule, Via
from chalicelib.kernel.ids import ClientId, FormCode, ItemId, PersonalId, ProcedureCode
from chalicelib.prefill.job import NoSuchProvince, Order, Who, job_of
from chalicelib.prefill.model import ABSENT, FieldAnswer, SubjectRight
from chalicelib.prefill.plan import Plan, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import Opening
from chalicelib.prefill.sealed import opening_from_bytes, opening_to_bytes
from chalicelib.sources.model import CallId
from chalicelib.vocabulary.service import vocabulary
from tests.support.builders import (
    AN,
    LABEL,
    a_condition,
    a_dictionary,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_item,
)
from tests.support.definitions import packaged

POPULATION: Final = a_register("population", {"$.name.full": "full_name", "$.gender.code": "gender"})
LAND: Final = replace(a_register("land", {"$.parcel.number": "parcel"}), route="lgsp:{province}")
ITEMS: Final = a_dictionary(
    an_item("full_name"), an_item("gender", "code", codes=["male", "female"]), an_item("parcel", of=["land"])
)
NAME: Final = a_field("/name", "full_name")
SEX: Final = a_field("/sex", "gender")
PARCEL: Final = a_field("/parcel", "parcel")
NEEDS: Final[list[Need]] = ["rows", "translation", "derivation"]


def planned(form_fields: tuple[object, ...], *, province: str | None = None, right: Right | None = None) -> Plan:
    form = a_form(*form_fields)  # type: ignore[arg-type]
    registers = [POPULATION, LAND if province is None else LAND.of(province)]
    return plan(form, ITEMS, registers, {"groom": a_subject(AN, right)}, "p")


def answered(*fields: object, province: str | None = None, right: Right | None = None) -> dict[str, FieldAnswer]:
    found = planned(fields, province=province, right=right)
    replies = {
        call.id: a_reply({"name": {"full": "AN"}, "gender": {"code": "male"}, "parcel": {"number": "12"}})
        for call in found.calls
    }
    return dict(resolve(a_form(*fields), ITEMS, found, replies).fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("need", NEEDS)
def test_a_field_that_needs_more_is_skipped_by_its_need_and_others_stand(need: Need) -> None:
    found = answered(NAME, replace(SEX, needs=need))

    assert found["/sex"] == FieldAnswer("skipped", detail=f"not_yet.{need}")
    assert found["/name"].value == "AN"


@pytest.mark.parametrize("need", NEEDS)
def test_what_cannot_be_filled_yet_is_not_asked_for(need: Need) -> None:
    fields = (NAME, replace(SEX, needs=need, applies_when=a_condition("full_name", "AN")))

    assert [call.fields for call in planned(fields).calls] == [("name",)]
    assert planned((replace(SEX, needs=need),)).calls == ()


def test_a_refusal_is_told_before_a_need() -> None:
    found = answered(replace(SEX, needs="rows"), right=Right("no_right", "identity_level"))

    assert found["/sex"] == FieldAnswer("no_right", detail="identity_level")


def test_a_person_s_own_rows_stay_theirs() -> None:
    assert answered(replace(SEX, policy="user", item=None, needs=None))["/sex"].outcome == "user_only"


def test_a_role_that_would_be_reached_says_so_and_one_that_must_be_named_says_that() -> None:
    form = a_form(NAME, a_field("/bride", "full_name", "bride"), a_field("/witness", "full_name", "witness"))
    rules = {**form.roles, "bride": RoleRule("bride", LABEL, None, Via("groom", ItemId("spouse")))}
    found = resolve(replace(form, roles=rules), ITEMS, planned((NAME,)), {}).fields

    assert found["/bride"] == FieldAnswer("skipped", detail="not_yet.second_wave")
    assert found["/witness"] == FieldAnswer("skipped", detail="no_subject")


def test_a_role_that_is_named_is_asked_like_any_other() -> None:
    form = a_form(a_field("/bride", "full_name", "bride"))
    rules = {"bride": RoleRule("bride", LABEL, None, Via("groom", ItemId("spouse")))}
    form = replace(form, roles=rules)
    named: dict[str, SubjectRight] = {"bride": a_subject()}
    found = plan(form, ITEMS, [POPULATION], named, "p")
    replies = {CallId(POPULATION.code, AN): a_reply({"name": {"full": "AN"}})}

    assert resolve(form, ITEMS, found, replies).fields["/bride"].value == "AN"


def test_without_a_province_its_own_register_is_not_asked_and_its_fields_say_why() -> None:
    found = planned((NAME, PARCEL))

    assert [call.register.code for call in found.calls] == ["population"]
    assert answered(NAME, PARCEL)["/parcel"] == FieldAnswer("skipped", detail="no_jurisdiction")


def test_with_a_province_its_own_register_is_asked_over_its_own_bus() -> None:
    found = planned((NAME, PARCEL), province="79")

    assert [call.register.route for call in found.calls] == ["lgsp:79", "ngsp"]
    assert answered(NAME, PARCEL, province="79")["/parcel"].value == "12"


def test_a_condition_on_a_province_s_own_data_is_unknown_without_the_province() -> None:
    found = answered(replace(NAME, applies_when=a_condition("parcel", "12")))

    assert found["/name"] == FieldAnswer("skipped", detail="no_jurisdiction")
    assert answered(replace(NAME, applies_when=a_condition("parcel", "12")), province="01")["/name"].value == "AN"


def test_an_item_that_some_placed_register_has_needs_no_province() -> None:
    national = a_register("national", {"$.parcel.number": "parcel"})
    items = a_dictionary(an_item("parcel", of=["land", "national"]))
    form = a_form(PARCEL)
    found = plan(form, items, [LAND, national], {"groom": a_subject()}, "p")

    assert found.unplaced == frozenset()
    assert [call.register.code for call in found.calls] == ["national"]


def test_a_role_s_guard_that_stands_in_a_province_s_register_does_not_bar_without_it() -> None:
    form = a_form(NAME, guards={"groom": a_condition("parcel", "12")})
    found = plan(form, ITEMS, [POPULATION, LAND], {"groom": a_subject()}, "p")
    replies = {CallId(POPULATION.code, AN): a_reply({"name": {"full": "AN"}})}

    assert resolve(form, ITEMS, found, replies).fields["/name"].value == "AN"


def test_a_register_knows_whether_its_province_is_named() -> None:
    assert not LAND.is_placed
    assert LAND.of("01").route == "lgsp:01"
    assert POPULATION.of("01") is POPULATION


@pytest.mark.parametrize("province", [None, "01"])
def test_the_province_is_remembered_under_seal(province: str | None) -> None:
    opening = Opening(AN, 2, {"groom": AN}, province)

    assert opening_from_bytes(opening_to_bytes(opening)) == opening


def _order(province: str | None) -> Order:
    code = FormCode("don-dang-ky-bien-dong-dat-dai")
    return Order(ProcedureCode("1.013833"), code, {"owner": AN}, province=province)


WHO: Final = Who(PersonalId(AN), 2, ClientId("motlan-portal"))


def test_an_order_with_a_province_asks_its_land_register() -> None:
    routes = {call.register.code: call.register.route for call in job_of(packaged(), WHO, _order("01")).plan.calls}

    assert routes == {"land": "lgsp:01", "population": "ngsp"}
    assert job_of(packaged(), WHO, _order("01")).opening.province == "01"


def test_an_order_without_one_asks_no_province() -> None:
    job = job_of(packaged(), WHO, _order(None))

    assert {call.register.code for call in job.plan.calls} == {"population"}
    assert resolve(job.form, job.items, job.plan, {}).fields["/ThuaDat/So"].detail == "no_jurisdiction"


@pytest.mark.parametrize("province", ["02", "99"])
def test_a_province_that_is_none_today_is_refused_at_its_place(province: str) -> None:
    with pytest.raises(NoSuchProvince) as refused:
        job_of(packaged(), WHO, _order(province))

    assert [each.pointer for each in refused.value.problems] == ["/province"]


def test_no_value_stands_beside_a_need() -> None:
    found = answered(replace(NAME, needs="rows"))

    assert found["/name"].value is ABSENT
    assert found["/name"].provenance is None


@pytest.mark.parametrize(
    "detail",
    [
        "not_yet.rows",
        "not_yet.translation",
        "not_yet.derivation",
        "not_yet.second_wave",
        "no_jurisdiction",
        "no_subject",
        "no_supplier",
        "never",
    ],
)
def test_each_reason_has_words_of_its_own_and_a_next_step(detail: str) -> None:
    texts = vocabulary(packaged()).texts

    for code in (f"outcome.skipped.{detail}", f"outcome.skipped.{detail}.next"):
        assert texts[code] not in (texts["outcome.skipped"], texts["outcome.skipped.next"])
