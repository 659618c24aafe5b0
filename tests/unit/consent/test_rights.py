"""On what ground a caller may have somebody's data."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from chalicelib.consent.model import CHILDREN, REPRESENTED, WARDS, Asker, Grant, Right, right_to, settled
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, organisation_id

NOW: Final = datetime(2026, 11, 22, 2, tzinfo=UTC)
CALLER, ADULT = PersonalId("001085999013"), PersonalId("001188999014")
MINOR = PersonalId("001321999016")
COMPANY = organisation_id("9900000019")
NAME, SEX = ItemId("person.full_name"), ItemId("person.gender")
VERIFIED, LEVEL_ONE = Asker(CALLER, 2, NOW), Asker(CALLER, 1, NOW)
GRANT = Grant(ConsentId("C1"), frozenset({NAME}), NOW + timedelta(hours=1))


def child(personal_id: str, born: Json) -> dict[ItemId, Json]:
    return {ItemId("person.child.personal_id"): personal_id, ItemId("person.child.birth_date"): born}


def test_ones_own_data_takes_a_verified_identity() -> None:
    assert right_to(CALLER, VERIFIED) == Right(basis="own")
    assert right_to(CALLER, LEVEL_ONE) == Right("no_right", "identity_level")


def test_another_adults_data_takes_their_consent_and_covers_the_items_they_chose() -> None:
    assert right_to(ADULT, VERIFIED) == Right("no_consent")
    given = right_to(ADULT, VERIFIED, GRANT)
    assert given == Right(basis="consent", consent=ConsentId("C1"), items=frozenset({NAME}))
    assert given.covers(NAME)
    assert not given.covers(SEX)
    assert not Right("no_consent").covers(NAME)


def test_a_consent_ends_at_its_hour_and_gives_a_caller_of_level_one_nothing() -> None:
    at_its_end = Asker(CALLER, 2, GRANT.expires_at)
    assert right_to(ADULT, at_its_end, GRANT) == Right("no_consent")
    assert right_to(ADULT, LEVEL_ONE, GRANT) == Right("no_consent")


def test_a_minors_data_waits_for_the_callers_own_record_and_an_adults_never() -> None:
    assert right_to(MINOR, VERIFIED) == Right("no_consent", awaits=(CHILDREN, WARDS))
    assert right_to(ADULT, VERIFIED).awaits == ()
    assert right_to(MINOR, LEVEL_ONE).awaits == ()


@pytest.mark.parametrize(
    ("born", "allowed"),
    [
        ("2008-11-23", True),
        ("2008-11-22", False),
        ("2008-12", True),
        ("2008-11", False),
        ("2008", False),
        ("2009", True),
        ("1999-01-01", False),
        (None, False),
        ("soon", False),
        (2015, False),
    ],
)
def test_a_child_counts_while_surely_under_eighteen(born: Json, *, allowed: bool) -> None:
    right = settled(right_to(MINOR, VERIFIED), MINOR, {CHILDREN: [child(MINOR, born)]}, date(2026, 11, 22))
    assert right == (Right(basis="guardian") if allowed else Right("no_consent"))


def test_a_ward_counts_whatever_their_age_and_somebody_elses_child_never() -> None:
    waiting, on = right_to(MINOR, VERIFIED), date(2026, 11, 22)
    ward: dict[ItemId, Json] = {ItemId("person.ward.personal_id"): MINOR}
    assert settled(waiting, MINOR, {WARDS: [ward]}, on).basis == "guardian"
    assert settled(waiting, MINOR, {CHILDREN: [child("001212999015", "2015-01-01")]}, on) == Right("no_consent")
    assert settled(waiting, MINOR, {}, on) == Right("no_consent")


def test_an_organisations_data_goes_to_whom_the_business_register_names() -> None:
    waiting, on = right_to(COMPANY, VERIFIED), date(2026, 11, 22)
    assert waiting == Right("no_right", "not_representative", awaits=(REPRESENTED,))
    mine: dict[ItemId, Json] = {ItemId("business.code"): "9900000019"}
    assert settled(waiting, COMPANY, {REPRESENTED: [mine]}, on) == Right(basis="representative")
    assert settled(waiting, COMPANY, {REPRESENTED: []}, on) == Right("no_right", "not_representative")
    assert right_to(COMPANY, LEVEL_ONE) == Right("no_right", "identity_level")


def test_what_awaits_nothing_is_settled_as_it_is() -> None:
    assert settled(right_to(ADULT, VERIFIED), ADULT, {WARDS: []}, date(2026, 11, 22)) == Right("no_consent")
