"""What is looked for in archives: of those alone whose data may be had, and of papers no more than what proves."""

from typing import Final

from chalicelib.consent.model import Grant
from chalicelib.forms.model import Role
from chalicelib.kernel.ids import ClientId, ConsentId, FormCode, ItemId, PersonalId, ProcedureCode, SubjectId
from chalicelib.prefill.job import Job, Order, Rights, Who, job_of
from chalicelib.prefill.sought import NOTHING, Sought, beyond, sought_of
from tests.support.clock import START
from tests.support.definitions import packaged

AN, BINH = PersonalId("001090999001"), PersonalId("079193999002")
PHONE: Final = ItemId("person.full_name")
MARRIAGE: Final = frozenset(
    {"giay-to-tuy-than", "giay-xac-nhan-tinh-trang-hon-nhan", "trich-luc-ghi-chu-ly-hon", "ban-an-ly-hon"}
)


def job(procedure: str, form: str, subjects: dict[Role, SubjectId], *, level: int = 2, grants: bool = False) -> Job:
    who = Who(AN, level, ClientId("motlan-portal"))
    granted: dict[SubjectId, Grant] = {}
    if grants:
        granted[BINH] = Grant(ConsentId("C1"), frozenset({PHONE}), START.replace(year=2030))
    return job_of(packaged(), who, Order(ProcedureCode(procedure), FormCode(form), subjects), Rights(START, granted))


def marriage(*, level: int = 2, grants: bool = False) -> dict[SubjectId, Sought]:
    subjects: dict[Role, SubjectId] = {"groom": AN, "bride": BINH}
    return sought_of(job("1.000894", "to-khai-ket-hon", subjects, level=level, grants=grants))


def test_of_oneself_the_forms_items_and_the_papers_of_ones_own_part_are_looked_for() -> None:
    assert marriage().keys() == {AN}
    assert PHONE in marriage()[AN].items
    assert marriage()[AN].evidence == MARRIAGE


def test_of_somebody_who_consented_the_items_of_the_consent_are_looked_for_and_no_papers() -> None:
    assert marriage(grants=True)[BINH] == Sought(frozenset({PHONE}))


def test_below_level_two_nothing_is_looked_for() -> None:
    assert marriage(level=1) == {}


def test_a_component_that_names_no_role_is_looked_for_of_the_caller_who_plays_none() -> None:
    found = sought_of(job("1.004873", "to-khai-xac-nhan-tinh-trang-hon-nhan", {"person": BINH}))
    assert found == {AN: Sought(frozenset(), frozenset({"van-ban-uy-quyen"}))}


def test_only_those_of_whom_more_is_looked_for_are_read_again_and_then_for_all_of_it() -> None:
    one, more = Sought(frozenset({PHONE})), Sought(frozenset({PHONE}), frozenset({"paper"}))
    assert beyond({AN: one, BINH: more}, {AN: more, BINH: one}) == {BINH: more}
    assert beyond({AN: one}, {}) == {AN: one}
    assert beyond({AN: one}, {AN: one}) == {}
    assert not NOTHING
