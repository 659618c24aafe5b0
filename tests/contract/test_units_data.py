"""The published tables of units: whole, consistent, and as the domain notes have them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import chain

import pytest

from chalicelib.vocabulary.units import Ambiguous, Communes, Exact, Units
from tests.support.units import published_units
from tools.units import COUNTS, FOLDER, check

REFORM = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
SECTION_7 = (
    "01 04 08+02 11 12 14 15+10 19+06 20 22 24+27 25+26+17 31+30 33+34 37+35+36 38 40 42 44+45 46 48+49 51+62 52+64"
    " 56+58 66+54 68+67+60 75+70 79+74+77 80+72 82+87 86+83+84 91+89 92+94+93 96+95"
)
"""sources.md §7: each code of today, with the old codes of what it was made of beside its own (table of §2.1)."""


@pytest.fixture(scope="module")
def units() -> Units:
    return published_units()


def _former(units: Units) -> Communes:
    return units.communes_at(BEFORE)


def test_there_are_as_many_units_as_the_law_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    printed = capsys.readouterr().out.splitlines()
    assert all(f"{sort}: {number}" in printed for sort, number in COUNTS.items())
    assert COUNTS == {
        "provinces": 34, "communes": 3_321, "former provinces": 63, "districts": 696, "former communes": 10_035,
    }, "sources.md §7"  # fmt: skip


def test_the_mergers_are_those_of_the_law(units: Units) -> None:
    expected = {each[:2]: set(each.split("+")) for each in SECTION_7.split()}
    found = {each.code: set(units.provinces.made_of(each.code)) for each in units.provinces.all_at(REFORM)}
    assert found == expected


@pytest.mark.parametrize(
    ("code", "before", "since"),
    [
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("15", "Yên Bái", "Lào Cai"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ],
)
def test_seven_codes_mean_another_province_since_the_reform(units: Units, code: str, before: str, since: str) -> None:
    old, new = units.province_at(code, BEFORE), units.province_at(code, REFORM)
    assert old is not None, "sources.md §0.6"
    assert new is not None
    assert (old.name, new.name) == (f"Tỉnh {before}", f"Tỉnh {since}")


def test_no_other_code_changed_its_province(units: Units) -> None:
    changed = {
        each.code
        for each in units.provinces.all_at(REFORM)
        if (old := units.province_at(each.code, BEFORE)) is None or old.name != each.name
    }
    assert changed == {"24", "15", "44", "52", "80", "82", "91"}


def test_dong_nai_is_a_city_from_its_day_on(units: Units) -> None:
    names = [units.province_at("75", day) for day in (date(2026, 4, 29), date(2026, 4, 30))]
    assert [each.name for each in names if each] == ["Tỉnh Đồng Nai", "Thành phố Đồng Nai"], "sources.md §7 [secondary]"
    kinds = Counter(each.name.split()[0] for each in units.provinces.all_at(date(2026, 11, 22)))
    assert kinds == {"Thành": 7, "Tỉnh": 27}


def test_every_old_unit_says_where_it_lies_now(units: Units) -> None:
    former = _former(units)
    islands = {code for code, names in former.names.items() if not names}
    assert former.successors.keys() == former.parents.keys() | islands
    assert len(islands) == 5


def test_every_commune_of_today_was_made_of_something(units: Units) -> None:
    reached = set(chain.from_iterable(_former(units).successors.values()))
    assert reached == units.communes_at(REFORM).parents.keys()


def test_no_commune_moved_to_a_province_its_own_did_not_become(units: Units) -> None:
    def strayed() -> Iterator[str]:
        former, current = _former(units), units.communes_at(REFORM)
        for old, successors in former.successors.items():
            province = former.districts[former.parents.get(old, old)].province
            yield from (old for new in successors if province not in units.provinces.made_of(current.parents[new]))

    assert list(strayed()) == []


def test_most_old_communes_went_whole_and_the_rest_are_asked_about(units: Units) -> None:
    kinds = Counter(type(units.successors(code)).__name__ for code in _former(units).successors)
    assert kinds == {"Exact": 9_436, "Ambiguous": 604}, "docs/units.md"


@pytest.mark.parametrize(
    ("old", "now", "why"),
    [
        ("00001", Exact("00097"), "Phúc Xá"),
        ("26740", Exact("26740"), "Bến Nghé is Sài Gòn"),
        ("00016", Ambiguous(("00004", "00008")), "divided"),
        ("31378", Ambiguous(("31378", "31654")), "the tables disagree"),
        ("755", Exact("26732"), "Côn Đảo had no communes"),
    ],
)
def test_what_became_of_some_units(units: Units, old: str, now: Exact | Ambiguous, why: str) -> None:
    assert units.successors(old) == now, why


def test_the_tables_are_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 1_500_000
