"""Addresses from the end, on the published tables: what is sure, what is asked, and the text that stays as it was."""

from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vocabulary.addresses import Address, read_address, today
from chalicelib.vocabulary.places import Gazetteer, spelt_out
from chalicelib.vocabulary.reading import Unread
from chalicelib.vocabulary.units import Ambiguous, Communes, Exact, Table, Units, Unmapped
from tests.support.units import gazetteer, published_units

NOW: Final = date(2026, 11, 22)
THEN: Final = date(2021, 6, 25)
TRAPS: Final = "sources.md §2.7"
REFORM: Final = "sources.md §7"


def read(text: str, on: date = NOW) -> Address:
    found = read_address(text, on, gazetteer())
    assert isinstance(found, Address)
    return found


def codes(address: Address) -> list[str]:
    return [each.code for each in address.communes]


@pytest.mark.parametrize(
    ("text", "line", "code", "source"),
    [
        ("Số 12 phố Hòe Nhai, Phường Ba Đình, Thành phố Hà Nội", "Số 12 phố Hòe Nhai", "00004", REFORM),
        ("Số 12 phố Hòe Nhai, P. Ba Đình, TP. Hà Nội", "Số 12 phố Hòe Nhai", "00004", TRAPS),
        ("P.Ba Đình,TP.Hà Nội,Việt Nam", "", "00004", TRAPS),
        ("12 Lê Lợi, Phường Sài Gòn, TP.HCM", "12 Lê Lợi", "26740", TRAPS),
        ("12 Lê Lợi, Phường Sài Gòn, Tp Hồ Chí Minh", "12 Lê Lợi", "26740", TRAPS),
        ("12 Lê Lợi, phường Sài Gòn, Sài Gòn", "12 Lê Lợi", "26740", TRAPS),
        ("Thôn 2, xã Ea H’Leo, Đắk Lắk", "Thôn 2", "24184", "docs/units.md"),
        ("P. Xuân Hương – Đà Lạt, T. Lâm Đồng", "", "24781", "docs/units.md"),
    ],
)
def test_an_address_of_today_is_read_from_its_end(text: str, line: str, code: str, source: str) -> None:
    found = read(text)
    assert (found.line, codes(found), found.certain, found.district) == (line, [code], True, None), source
    assert today(found, published_units()) == Exact(code)


@pytest.mark.parametrize(
    ("text", "district", "code", "now"),
    [
        ("12 Hàng Bài, P. Hàng Bài, Q. Hoàn Kiếm, Hà Nội", "Quận Hoàn Kiếm", "00088", Exact("00082")),
        ("Phường Bến Nghé, Quận 1, TP. Hồ Chí Minh", "Quận 1", "26740", Exact("26740")),
        ("P5, Q.3, TPHCM", "Quận 3", "27151", Exact("27154")),
        ("P.05 - Q.3 - Sài Gòn", "Quận 3", "27151", Exact("27154")),
        ("Ấp 3, X. Phú Hữu, H. Châu Thành, T. Hậu Giang", "Huyện Châu Thành", "31378", Ambiguous(("31378", "31654"))),
    ],
)
@pytest.mark.parametrize("on", [THEN, NOW], ids=["written then", "still written so"])
def test_an_address_with_a_district_is_of_the_time_before(
    text: str, district: str, code: str, now: Exact | Ambiguous, on: date
) -> None:
    found = read(text, on)
    assert found.district is not None, REFORM
    assert (found.district.name, codes(found), found.table) == (district, [code], "former-communes")
    assert today(found, published_units()) == now


def test_a_sure_address_of_today_never_opens_the_table_of_before() -> None:
    held = published_units()

    def load(table: Table) -> Communes:
        assert table == "communes"
        return held.load(table)

    places = Gazetteer(Units(held.provinces, load))
    assert isinstance(read_address("Phường Ba Đình, Thành phố Hà Nội", NOW, places), Address)


def test_a_district_written_behind_a_commune_of_today_is_left_out_and_asked_about() -> None:
    found = read("Phường Ba Đình, Quận Ba Đình, Hà Nội")
    assert (codes(found), found.district, found.certain) == (["00004"], None, False), TRAPS
    assert today(found, published_units()) == Ambiguous(("00004",))


def test_the_same_words_mean_what_they_meant_on_their_day() -> None:
    name = "Phường Cửa Nam, Hà Nội"
    assert codes(read(name, THEN)) != codes(read(name, NOW)) == ["00082"]


def test_a_province_that_is_no_more_is_still_read() -> None:
    found = read("Phường Phú Cường, Thành phố Thủ Dầu Một, Bình Dương")
    assert (found.province.code, found.table, len(found.communes)) == ("74", "former-communes", 1)


def test_a_name_without_marks_that_fits_two_communes_gives_both() -> None:
    found = read("xa cam giang, hai phong")
    assert (codes(found), found.certain) == (["10888", "10903"], False), REFORM
    assert today(found, published_units()) == Ambiguous(("10888", "10903"))


def test_a_number_of_a_ward_without_its_district_gives_every_such_ward() -> None:
    found = read("Phường 5, TP.HCM")
    assert len(found.communes) > 5
    assert {each.name for each in found.communes} == {"Phường 5"}


def test_an_old_island_district_without_communes_is_told_with_its_one_candidate() -> None:
    assert today(read("Huyện Côn Đảo, Bà Rịa - Vũng Tàu", THEN), published_units()) == Ambiguous(("26732",))


@pytest.mark.parametrize("text", ["Số 5 phố Huế", "đường Hà Nội", "abc", "Phường Ba Đình", "12345", "P., Q., TP."])
def test_a_street_named_after_a_province_is_no_province(text: str) -> None:
    assert read_address(text, NOW, gazetteer()) == Unread("no_province")


def test_a_street_named_after_a_commune_stays_in_the_line() -> None:
    found = read("12 Trần Phú, Hà Nội")
    assert (found.line, found.communes) == ("12 Trần Phú", ())
    assert today(found, published_units()) == Unmapped()


def test_nothing_and_too_much_are_refused() -> None:
    assert read_address(" \n", NOW, gazetteer()) == Unread("empty")
    assert read_address("Hà Nội " * 200, NOW, gazetteer()) == Unread("too_long")


_WORDS = st.sampled_from(
    [
        "Số 5",
        "phố Huế",
        "P.",
        "Q.1",
        "phường",
        "Ba Đình",
        "xã",
        "TP",
        "Hà Nội",
        "HCM",
        "Việt Nam",
        ",",
        ", ",
        " - ",
        "12",
    ]
)


@given(st.text() | st.lists(_WORDS, max_size=10).map(" ".join), st.sampled_from([THEN, NOW]))
def test_any_text_is_an_address_that_keeps_what_was_written_or_a_reason(text: str, on: date) -> None:
    found = read_address(text, on, gazetteer())
    if isinstance(found, Address):
        assert found.original == text
        assert found.line in text
        assert not found.certain or len(found.communes) == 1


@given(st.text())
def test_spelling_out_twice_changes_nothing_more_than_once(text: str) -> None:
    once = spelt_out("Phường " + text)
    assert spelt_out(once) == once


@given(st.data())
def test_every_commune_of_today_is_found_by_its_own_name(data: st.DataObject) -> None:
    units = published_units()
    province = data.draw(st.sampled_from([each.code for each in units.provinces.all_at(NOW)][:4]))
    commune = data.draw(st.sampled_from(units.communes_at(NOW).of_province(province)))
    held = units.province_at(province, NOW)
    assert held is not None
    assert commune.code in codes(read(f"Số 1, {commune.name}, {held.name}"))
