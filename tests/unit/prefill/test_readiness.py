"""What a procedure takes: told to anybody, and with the caller's own rights; nothing is asked of a register."""

from datetime import timedelta

import pytest

from chalicelib.forms.definition import PROCEDURES
from chalicelib.kernel.errors import Unauthenticated
from chalicelib.kernel.ids import CitizenRef, ClientId, FormCode, ItemId, PersonalId, PrefillId, ProcedureCode
from chalicelib.prefill.job import NoSuchForm, NoSuchProcedure, NoSuchProvince, NoSuchRole, Order, Rights, Shown, Who
from chalicelib.prefill.readied import PrefillMismatch, Shows, readied
from chalicelib.prefill.readiness import FieldReady, Readiness, readiness, with_answers
from chalicelib.prefill.readiness_shapes import readiness_answer
from chalicelib.prefill.revision import Header, Revision
from infra.simulators.personas import Personas
from tests.support.builders import AN, BINH
from tests.support.clock import START
from tests.support.definitions import packaged
from tests.support.tried import Try, tried

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


BIRTH = ProcedureCode("1.001193")
RECORD = ProcedureCode("3.000333")
DUC = PersonalId("001085999013")


def ready(found: Readiness, pointer: str) -> FieldReady:
    return next(each for each in found.fields if each.field.pointer == pointer)


def test_whoever_is_reached_through_anothers_record_comes_in_the_second_wave() -> None:
    for caller in (None, who()):
        found = asked(order(BIRTH), caller)
        mother = ready(found, "/Me/meHoTen")
        assert (mother.filler, mother.register, mother.second) == ("register", "population", True)
        assert mother.reason == "guardian_or_consent"
        assert not ready(found, "/nycHoTen").second
    low = ready(asked(order(BIRTH), who(level=1)), "/Me/meHoTen")
    assert (low.filler, low.reason) == ("nobody", "no_right")


def test_a_minor_who_is_named_depends_on_the_callers_own_record() -> None:
    child = order(RECORD, applicant=PersonalId("001221999016"))
    told = ready(readiness(packaged(), who(), child, Rights(START)), "/HoTen")

    assert (told.filler, told.register, told.second, told.reason) == (
        "register",
        "population",
        True,
        "guardian_or_consent",
    )
    grown = ready(readiness(packaged(), who(), child, Rights(START + timedelta(days=20 * 365))), "/HoTen")
    assert (grown.filler, grown.reason) == ("nobody", "no_consent")


def test_offers_rows_and_derived_values_are_told_by_the_register_that_has_them() -> None:
    offered = ready(asked(order(BIRTH)), "/nksQueQuan")
    assert (offered.filler, offered.register) == ("offered", "population")

    listed = ready(asked(order(ProcedureCode("1.004222"))), "/ThanhVien")
    assert (listed.filler, listed.register) == ("register", "population")
    every = [each for code in packaged().codes(PROCEDURES) for each in asked(order(ProcedureCode(code))).fields]
    derived = [each for each in every if each.field.derive is not None]
    assert derived
    assert {each.filler for each in derived} <= {"register", "nobody"}
    assert all(each.register for each in derived if each.filler == "register")


def test_sensitive_evidence_that_no_field_binds_is_not_counted_on() -> None:
    spared = next(each for each in asked(order(RECORD, province="01"), who()).components
                  if each.component.code == "mien-giam-phi")  # fmt: skip

    assert not spared.is_supplied
    assert spared.ways[0][0].missing == ("social.poor_household.status",)


def shown(procedure: ProcedureCode, role: str) -> Shown:
    """Return a prefill of a made-up citizen as it would be shown."""
    people = Personas.load()
    wanted = Try(procedure, packaged().get(PROCEDURES, procedure).forms[0], people.need(DUC), (role,))
    job, resolution = tried(packaged(), people, wanted)
    header = Header(
        PrefillId("01M80FPM80BWSBTRCJN0ZW2MWR"),
        CitizenRef("ref"),
        job.who.client,
        procedure,
        job.form.code,
        packaged().hash,
        START,
    )
    return Shown(Revision(header, job.opening, 3, START, {}, resolution), job)


def test_a_prefill_says_which_evidence_it_found_and_how_each_field_ended() -> None:
    prefill = shown(RECORD, "applicant")
    found = with_answers(prefill)

    assert [each.answer for each in found.fields] == list(prefill.revision.resolution.fields.values())
    answer = readiness_answer(found).model_dump(mode="json", by_alias=True, exclude_none=True)
    assert (answer["prefill"], answer["revision"], answer["personal"]) == (prefill.revision.header.id, 3, True)
    copy, spared = answer["components"]
    assert (copy["satisfied"], copy["found"]["way"]) == (True, 0)
    assert {each["provenance"]["register"] for each in copy["found"]["proofs"]} == {"population"}
    assert not spared["satisfied"]
    assert spared["found"]["lacks"][0][0]["detail"] == "not_asked_sensitive"
    assert answer["fields"][0]["outcome"] == "filled_verified"
    assert "satisfied" not in readiness_answer(asked(order(RECORD))).model_dump(exclude_none=True)["components"][0]


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        (Order(RECORD, None, {}), []),
        (Order(RECORD, FormCode("to-khai-ly-lich-tu-phap"), {"applicant": DUC}), []),
        (Order(MARRIAGE, None, {}), ["/procedure"]),
        (Order(RECORD, FormCode("ct01"), {"applicant": AN}, province="01"), ["/form", "/subjects", "/province"]),
    ],
)
def test_a_prefill_of_something_else_is_refused_by_what_differs(wanted: Order, wrong: list[str]) -> None:
    class One(Shows):
        def show(self, who: Who, prefill: PrefillId, since: int | None) -> Shown:
            assert (who, prefill, since) == (caller, PrefillId("p"), None)
            return shown(RECORD, "applicant")

    caller = who()
    if not wrong:
        assert readied(One(), caller, wanted, PrefillId("p")).revision is not None
        return
    with pytest.raises(PrefillMismatch) as refused:
        readied(One(), caller, wanted, PrefillId("p"))
    assert [each.pointer for each in refused.value.problems] == wrong
