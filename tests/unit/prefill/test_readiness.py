"""What a procedure takes: told to anybody, and with the caller's own rights; nothing is asked of a register."""

import pytest

from chalicelib.kernel.errors import Unauthenticated
from chalicelib.kernel.ids import ClientId, ItemId, PersonalId, ProcedureCode
from chalicelib.prefill.job import NoSuchForm, NoSuchProcedure, NoSuchProvince, NoSuchRole, Order, Who
from chalicelib.prefill.readiness import Readiness, readiness
from chalicelib.prefill.readiness_shapes import readiness_answer
from tests.support.builders import AN, BINH
from tests.support.definitions import packaged

MARRIAGE = ProcedureCode("1.000894")
LAND = ProcedureCode("1.013833")


def who(level: int = 2, person: PersonalId = AN) -> Who:
    return Who(person, level, ClientId("motlan-portal"))


def asked(order: Order, caller: Who | None = None) -> Readiness:
    return readiness(packaged(), caller, order)


def order(procedure: ProcedureCode = MARRIAGE, province: str | None = None, **subjects: PersonalId) -> Order:
    return Order(procedure, None, subjects, province=province)


def fillers(found: Readiness) -> dict[str, tuple[str, str | None]]:
    return {each.field.pointer: (each.filler, each.register or each.reason) for each in found.fields}


def test_anybody_learns_who_fills_what_and_which_registers_would_be_asked() -> None:
    found = asked(order())

    told = fillers(found)
    assert told["/BenNam/HoTen"] == told["/BenNu/HoTen"] == ("register", "population")
    assert told["/BenNam/LoaiTinhTrangHonNhan"] == ("register", "civil_status")
    assert told["/BenNam/LanKetHon"] == ("citizen", None)
    assert found.asked.keys() == {"civil_status", "population"}
    assert ItemId("person.full_name") in found.asked["population"]  # type: ignore[index]
    assert not found.is_personal


@pytest.mark.parametrize("procedure", ["1.000894", "1.001193", "1.004873", "2.000635", "1.004222", "3.000333",
                                       "1.001612", "3.000347", "1.013833", "2.000986"])  # fmt: skip
def test_every_field_and_component_of_every_procedure_is_told(procedure: str) -> None:
    found = asked(order(ProcedureCode(procedure)))

    assert [each.field for each in found.fields] == list(found.job.form.fields)
    assert [each.component for each in found.components] == list(found.job.procedure.components)
    answer = readiness_answer(found)
    assert sum(answer.counts.values()) == len(found.job.form.fields)
    assert all(each.any_of for each in answer.components)


def test_a_component_is_supplied_when_one_way_needs_registers_only() -> None:
    for found in (asked(order()), asked(order(LAND))):
        for each in found.components:
            ways = [[(bool(one.evidence.document), one.missing) for one in way] for way in each.ways]
            assert each.is_supplied == any(all(one == (False, ()) for one in way) for way in ways)
    assert any(each.is_supplied for each in asked(order()).components)


def test_level_one_may_have_nothing_and_is_told_why() -> None:
    found = asked(order(), who(level=1))

    assert found.asked == {}
    assert fillers(found)["/BenNam/HoTen"] == ("nobody", "no_right")
    assert not any(each.is_supplied for each in found.components if any(one.evidence.items for one in each.ways[0]))


def test_another_person_takes_their_consent_whether_they_exist_or_not() -> None:
    for other in (BINH, PersonalId("001099999999")):
        found = fillers(asked(order(groom=AN, bride=other), who()))
        assert found["/BenNam/HoTen"] == ("register", "population")
        assert found["/BenNu/HoTen"] == ("nobody", "no_consent")


def test_a_register_of_a_province_is_told_of_only_where_the_province_is_named() -> None:
    nowhere, somewhere = asked(order(LAND), who()), asked(order(LAND, province="01"), who())

    assert "land" not in nowhere.asked
    assert "no_jurisdiction" in {each.reason for each in nowhere.fields} | {
        "no_jurisdiction" for each in nowhere.components if any(one.missing for way in each.ways for one in way)
    }
    able = {item for each in somewhere.components for way in each.ways for one in way for item in one.missing}
    unable = {item for each in nowhere.components for way in each.ways for one in way for item in one.missing}
    assert able < unable


def test_naming_people_takes_a_token() -> None:
    with pytest.raises(Unauthenticated):
        asked(order(groom=AN))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (Order(ProcedureCode("9.999999"), None, {}), NoSuchProcedure),
        (Order(MARRIAGE, "ct01", {}), NoSuchForm),  # type: ignore[arg-type]
        (Order(MARRIAGE, None, {"witness": AN}), NoSuchRole),
        (Order(MARRIAGE, None, {}, province="99"), NoSuchProvince),
    ],
)
def test_what_is_not_there_is_refused_with_its_place(wrong: Order, error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(wrong, who())
