"""The radar: which bases end soon, which nobody looked at for long."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.fees.model import Parameter, RowRef
from chalicelib.fees.radar import Radar, radar
from tests.support.fee_files import a_basis, a_rate, a_schedule, words

LAST = date(2026, 12, 31)
HALVED = a_basis("2025-07-01", LAST.isoformat(), document="TT 64/2025/TT-BTC")
FILE = a_schedule("can-cuoc", a_rate("halved", 15_000, HALVED))


def seen(on: date, days: int = 30, stale: int = 10_000) -> Radar:
    return radar([FILE], on, days, stale)


@pytest.mark.parametrize(
    ("on", "left"),
    [
        (LAST - timedelta(31), None),
        (LAST - timedelta(30), 30),
        (LAST - timedelta(1), 1),
        (LAST, 0),
        (LAST + timedelta(1), None),
    ],
)
def test_a_basis_is_seen_from_so_many_days_before_its_last_to_that_day(on: date, left: int | None) -> None:
    found = seen(on).ending
    assert [each.days for each in found] == ([] if left is None else [left])


def test_what_is_not_yet_in_force_or_has_no_end_is_not_told_as_ending() -> None:
    later = a_rate("later", 1, a_basis("2027-01-01", "2027-01-05"))
    endless = a_rate("endless", 1, a_basis("2020-01-01"))
    assert radar([a_schedule("x", later, endless)], LAST, 30, 10_000).ending == ()


def test_a_row_that_another_follows_without_a_gap_is_told_apart() -> None:
    def unfollowed(next_first_day: str) -> tuple[RowRef, ...]:
        after = a_rate("after", 30_000, a_basis(next_first_day))
        return (
            radar([a_schedule("can-cuoc", a_rate("halved", 15_000, HALVED), after)], LAST, 0, 10_000)
            .ending[0]
            .unfollowed
        )

    assert unfollowed("2027-01-01") == ()
    assert unfollowed("2026-06-01") == ()
    assert unfollowed("2027-01-02") == (RowRef("can-cuoc", "halved"),)


def test_a_row_of_another_line_follows_nothing() -> None:
    other = a_rate("other", 1, a_basis("2027-01-01"), line="le_phi")
    (ending,) = radar([a_schedule("x", a_rate("halved", 1, HALVED), other)], LAST, 0, 10_000).ending
    assert ending.unfollowed == (RowRef("x", "halved"),)


def test_rows_of_one_basis_are_told_once_and_the_soonest_end_first() -> None:
    sooner = a_basis("2025-07-01", "2026-12-20", document="TT 9/2025")
    rows = [a_rate("a", 1, HALVED), a_rate("b", 2, HALVED, line="le_phi"), a_rate("c", 3, sooner, line="gia")]
    found = radar([a_schedule("x", *rows)], date(2026, 12, 15), 30, 10_000).ending
    assert [(each.document, [row.row for row in each.rows]) for each in found] == [
        ("TT 9/2025", ["c"]),
        ("TT 64/2025/TT-BTC", ["a", "b"]),
    ]


def test_a_parameter_ends_like_a_row() -> None:
    values = ((2_340_000, a_basis("2024-07-01", "2026-06-30")), (2_530_000, a_basis("2026-07-01", "2026-12-31")))
    file = replace(a_schedule("x"), parameters={"luong_co_so": Parameter(words("Lương cơ sở"), values)})
    before, after = (radar([file], day, 0, 10_000).ending for day in (date(2026, 6, 30), LAST))
    assert [each.unfollowed for each in before] == [()]
    assert [each.unfollowed for each in after] == [(RowRef("x", "parameters/luong_co_so"),)]


@pytest.mark.parametrize(("verified", "days"), [("2026-11-30", None), ("2026-11-29", 32), (None, None)])
def test_a_basis_is_aged_when_it_was_last_verified_longer_ago_than_so_many_days(
    verified: str | None, days: int | None
) -> None:
    file = a_schedule("x", a_rate("a", 1, a_basis(verified=verified)))
    found = radar([file], LAST, 0, 31).aged
    assert [each.days for each in found] == ([] if verified == "2026-11-30" else [days])


def test_what_was_never_verified_stands_before_what_was_long_ago() -> None:
    old = a_rate("old", 1, a_basis(verified="2020-01-01", document="A"))
    never = a_rate("never", 1, a_basis(document="Z"), line="le_phi")
    found = radar([a_schedule("x", old, never)], LAST, 0, 31).aged
    assert [(each.document, each.last_verified_on) for each in found] == [("Z", None), ("A", date(2020, 1, 1))]
