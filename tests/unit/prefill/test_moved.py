"""Addresses in units of before 01/07/2025 as they stand today, with the published tables."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from chalicelib.forms.model import Derivation
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, Context, FieldAnswer
from chalicelib.prefill.moved import today
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import Reply
from chalicelib.vocabulary.units import Communes, Table, Units
from tests.support.builders import a_dictionary, a_field, a_form, a_register, a_reply, a_subject, an_item
from tests.support.clock import START
from tests.support.units import published_units

NOW: Final = date(2026, 11, 22)
REFORM: Final = date(2025, 7, 1)
HA_NOI: Final = ("01", "Thành phố Hà Nội")
THAI_BINH: Final = ("34", "Tỉnh Thái Bình")


def at(commune: tuple[str, str], province: tuple[str, str], line: str | None = "Số 27") -> dict[str, Json]:
    units: dict[str, Json] = {
        "country": "VN",
        "province": {"code": province[0], "name": province[1]},
        "commune": {"code": commune[0], "name": commune[1]},
    }
    return units if line is None else {**units, "line": line}


BA_DINH: Final = at(("00004", "Phường Ba Đình"), HA_NOI)
KY_BA: Final = at(("12442", "Phường Kỳ Bá"), THAI_BINH)
DOI_CAN: Final = at(("00022", "Phường Đội Cấn"), HA_NOI)
SAME_TWICE: Final = at(("00091", "Phường Phú Thượng"), HA_NOI)
"""A ward that kept name and code and lost a part of its land."""


def places(address: Json, recorded: date | None = None, on: date = NOW) -> tuple[Json, ...]:
    return today(address, published_units(), recorded, on)


@pytest.mark.parametrize(
    "address",
    [
        BA_DINH,
        at(("00004", "P. Ba Đình"), HA_NOI),
        SAME_TWICE,
        at(("11948", "Đặc khu Bạch Long Vĩ"), ("31", "Thành phố Hải Phòng")),
        at(("00004", "Phường Không Ai Biết"), HA_NOI),
        {"country": "US", "line": "1 Main St"},
        "Số 12",
        None,
    ],
)
def test_what_is_in_units_of_today_or_none_of_ours_stays_as_it_is(address: Json) -> None:
    assert places(address) == (address,)


def test_a_unit_whose_land_lies_in_one_of_today_is_put_there_and_the_line_stays() -> None:
    (found,) = places(KY_BA)
    assert found == at(("12454", published_name("12454")), ("33", "Tỉnh Hưng Yên"))
    assert places(at(("00004", "Phường Trúc Bạch"), HA_NOI)) == (BA_DINH,)


def test_a_unit_that_was_divided_may_be_any_of_its_successors() -> None:
    found = places(DOI_CAN)
    assert [code_of(each) for each in found] == ["00004", "00008"]
    assert all(isinstance(each, dict) and each["line"] == "Số 27" for each in found)


def test_a_name_and_code_of_both_times_mean_what_they_did_on_the_day_of_the_record() -> None:
    assert places(SAME_TWICE, REFORM) == (SAME_TWICE,)
    assert [code_of(each) for each in places(SAME_TWICE, REFORM - timedelta(1))] == ["00091", "00097", "00103"]


def test_before_the_reform_nothing_has_moved() -> None:
    assert places(KY_BA, on=REFORM - timedelta(1)) == (KY_BA,)


@pytest.mark.parametrize("address", [at(("99999", "Xã Lạ"), THAI_BINH), at(("00004", "Xã Lạ"), THAI_BINH)])
def test_a_unit_that_nobody_knows_is_nowhere(address: Json) -> None:
    assert places(address) == ()


def test_an_island_district_without_communes_has_one_successor() -> None:
    assert [code_of(each) for each in places(at(("318", "Huyện Bạch Long Vĩ"), ("31", "Thành phố Hải Phòng")))] == [
        "11948"
    ]


def test_a_code_of_today_opens_no_table_of_before() -> None:
    opened: list[Table] = []

    def load(table: Table) -> Communes:
        opened.append(table)
        return published_units().load(table)

    assert today(BA_DINH, Units(published_units().provinces, load), None, NOW) == (BA_DINH,)
    assert opened == ["communes"]


REGISTER: Final = a_register("population", {"$.home.at": "home"})
HOME: Final = replace(an_item("home", "address"), normaliser="address")


def filled(*addresses: Json, units: Units | None = None, rule: str | None = None) -> FieldAnswer:
    derive = None if rule is None else Derivation(rule, (ItemId("home"),))  # type: ignore[arg-type]
    field = a_field("/home", "home") if derive is None else replace(a_field("/home"), derive=derive)
    form, items = a_form(field), a_dictionary(HOME)
    found = plan(Needs(form, items, "p"), [REGISTER], {"groom": a_subject()})
    reply: Reply = a_reply({"home": {"at": list(addresses)}})
    context = Context(units=units or published_units(), at=START)
    return resolve(form, items, found, {call.id: reply for call in found.calls}, context).fields["/home"]


def test_a_moved_address_is_filled_with_what_was_written_beside_it() -> None:
    answer = filled(KY_BA)

    assert (answer.outcome, code_of(answer.value), answer.locked) == ("filled_verified", "12454", True)
    assert answer.provenance is not None
    assert answer.provenance.original == KY_BA


def test_an_address_of_today_has_no_original() -> None:
    answer = filled(BA_DINH)

    assert answer.provenance is not None
    assert (answer.value, answer.provenance.original) == (BA_DINH, None)


def test_a_divided_unit_is_for_the_citizen_to_decide() -> None:
    answer = filled(DOI_CAN)

    assert (answer.outcome, answer.value, answer.policy, answer.detail) == (
        "conflict",
        ABSENT,
        "citizen_decides",
        "address_split",
    )
    assert [code_of(each.value) for each in answer.candidates] == ["00004", "00008"]
    assert {str(each.provenance.original) for each in answer.candidates} == {str(DOI_CAN)}


def test_what_all_successors_have_in_common_is_not_in_doubt() -> None:
    province, commune = filled(DOI_CAN, rule="province_of"), filled(DOI_CAN, rule="commune_of")

    assert (province.outcome, province.value, province.locked) == ("filled_verified", "Thành phố Hà Nội", True)
    assert (commune.outcome, commune.value, commune.detail) == ("conflict", ABSENT, "address_split")


def test_a_divided_unit_beside_another_address_is_a_plain_conflict() -> None:
    assert filled(DOI_CAN, KY_BA).detail is None


def test_an_unknown_unit_is_no_value() -> None:
    assert filled(at(("99999", "Xã Lạ"), THAI_BINH)).outcome == "cast_failed"


def test_one_address_written_in_units_of_both_times_is_one_address() -> None:
    answer = filled(BA_DINH, at(("00004", "Phường Trúc Bạch"), HA_NOI))

    assert (answer.outcome, answer.value) == ("filled_verified", BA_DINH)


def test_without_tables_of_units_an_address_stays_as_it_is() -> None:
    form, items = a_form(a_field("/home", "home")), a_dictionary(HOME)
    found = plan(Needs(form, items, "p"), [REGISTER], {"groom": a_subject()})
    replies = {call.id: a_reply({"home": {"at": KY_BA}}) for call in found.calls}

    assert resolve(form, items, found, replies).fields["/home"].value == KY_BA


def code_of(address: object) -> str:
    assert isinstance(address, dict)
    commune = address["commune"]
    assert isinstance(commune, dict)
    return str(commune["code"])


def published_name(code: str) -> str:
    commune = published_units().commune_at(code, NOW)
    assert commune is not None
    return commune.name
