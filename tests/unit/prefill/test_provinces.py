"""Registers that each province keeps for itself: asked where the province is named, and never guessed."""

from dataclasses import replace
from typing import Final

import pytest

from chalicelib.kernel.ids import ClientId, FormCode, PersonalId, ProcedureCode
from chalicelib.prefill.job import NoSuchProvince, Order, Who, job_of
from chalicelib.prefill.model import Context, FieldAnswer
from chalicelib.prefill.plan import Needs, Plan, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import Opening
from chalicelib.prefill.sealed import opening_from_bytes, opening_to_bytes
from chalicelib.sources.model import CallId
from tests.support.builders import (
    AN,
    a_condition,
    a_dictionary,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_item,
    held,
)
from tests.support.definitions import packaged

POPULATION: Final = a_register("population", {"$.name.full": "full_name", "$.gender.code": "gender"})
LAND: Final = replace(a_register("land", {"$.parcel.number": "parcel"}), route="lgsp:{province}")
ITEMS: Final = a_dictionary(
    an_item("full_name"), an_item("gender", "code", codes=["male", "female"]), an_item("parcel", of=["land"])
)
NAME: Final = a_field("/name", "full_name")
PARCEL: Final = a_field("/parcel", "parcel")


def planned(form_fields: tuple[object, ...], *, province: str | None = None) -> Plan:
    form = a_form(*form_fields)  # type: ignore[arg-type]
    registers = [POPULATION, LAND if province is None else LAND.of(province)]
    return plan(Needs(form, ITEMS, "p"), registers, {"groom": a_subject(AN)})


def answered(*fields: object, province: str | None = None) -> dict[str, FieldAnswer]:
    found = planned(fields, province=province)
    replies = {
        call.id: a_reply({"name": {"full": "AN"}, "gender": {"code": "male"}, "parcel": {"number": "12"}})
        for call in found.calls
    }
    return dict(resolve(a_form(*fields), ITEMS, found, replies).fields)  # type: ignore[arg-type]


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
    found = plan(Needs(form, items, "p"), [LAND, national], {"groom": a_subject()})

    assert found.unplaced == frozenset()
    assert [call.register.code for call in found.calls] == ["national"]


def test_a_role_s_guard_that_stands_in_a_province_s_register_does_not_bar_without_it() -> None:
    form = a_form(NAME, guards={"groom": a_condition("parcel", "12")})
    found = plan(Needs(form, ITEMS, "p"), [POPULATION, LAND], {"groom": a_subject()})
    replies = {CallId(POPULATION.code, AN): a_reply({"name": {"full": "AN"}})}

    assert resolve(form, ITEMS, found, replies).fields["/name"].value == "AN"


def test_what_is_held_stands_without_a_province() -> None:
    context = Context({AN: (held("parcel", "12"),)})
    found = resolve(a_form(NAME, PARCEL), ITEMS, planned((NAME, PARCEL)), {}, context).fields["/parcel"]

    assert (found.outcome, found.value) == ("filled_issued", "12")


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
