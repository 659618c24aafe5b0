"""Units on a small made-up country: a code says nothing without a day, and what is divided is asked about."""

from datetime import date

import pytest

from chalicelib.vocabulary.units import (
    Ambiguous,
    Communes,
    District,
    Exact,
    ProvinceEntry,
    Provinces,
    Successor,
    Table,
    Units,
    Unmapped,
)

REFORM = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
LONG_AGO = date(1976, 1, 1)
PROVINCES = Provinces(
    REFORM,
    {
        "24": ProvinceEntry("24", ((LONG_AGO, "Tỉnh Bắc Giang"),)),
        "27": ProvinceEntry("27", ((LONG_AGO, "Tỉnh Bắc Ninh"),)),
    },
    {
        "24": ProvinceEntry("24", ((REFORM, "Tỉnh Bắc Ninh"),), (), ("24", "27")),
        "75": ProvinceEntry("75", ((REFORM, "Tỉnh Đồng Nai"), (date(2026, 4, 30), "Thành phố Đồng Nai"))),
    },
)
ISLAND = District("318", "Huyện Đảo", "24")
TABLES: dict[Table, Communes] = {
    "communes": Communes({"24": {"00010": "Xã Mới", "00020": "Xã Khác"}}, {"00010": "24", "00020": "24"}, {}, {}),
    "former-communes": Communes(
        {"213": {"00001": "Xã Một", "00002": "Xã Hai", "00003": "Xã Ba", "00004": "Xã Bốn"}, "318": {}},
        dict.fromkeys(("00001", "00002", "00003", "00004"), "213"),
        {"213": District("213", "Huyện Cũ", "24"), "318": ISLAND},
        {"00001": ("00010",), "00002": ("00010", "00020"), "00003": ("00010",), "318": ("00020",)},
        frozenset({"00003"}),
    ),
}
UNITS = Units(PROVINCES, TABLES.__getitem__)


@pytest.mark.parametrize(("day", "name"), [(BEFORE, "Tỉnh Bắc Giang"), (REFORM, "Tỉnh Bắc Ninh")])
def test_a_code_used_again_means_the_province_of_the_day(day: date, name: str) -> None:
    found = UNITS.province_at("24", day)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("day", "name"),
    [(date(2026, 4, 29), "Tỉnh Đồng Nai"), (date(2026, 4, 30), "Thành phố Đồng Nai"), (date.max, "Thành phố Đồng Nai")],
)
def test_a_province_is_called_what_it_was_called_that_day(day: date, name: str) -> None:
    assert [each.name for each in PROVINCES.all_at(day) if each.code == "75"] == [name]


def test_a_code_not_in_use_on_the_day_is_no_province() -> None:
    assert UNITS.province_at("27", REFORM) is None
    assert UNITS.province_at("75", BEFORE) is None


def test_a_commune_is_looked_up_in_the_table_of_the_day() -> None:
    old = UNITS.commune_at("00001", BEFORE)
    new = UNITS.commune_at("00010", REFORM)
    assert old is not None
    assert new is not None
    assert (old.name, old.district and old.district.name, old.province) == ("Xã Một", "Huyện Cũ", "24")
    assert (new.name, new.district, new.province) == ("Xã Mới", None, "24")
    assert UNITS.commune_at("00001", REFORM) is None


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("00001", Exact("00010")),
        ("00002", Ambiguous(("00010", "00020"))),
        ("00003", Ambiguous(("00010",))),
        ("00004", Unmapped()),
        ("318", Exact("00020")),
        ("99999", Unmapped()),
    ],
    ids=["whole", "divided", "in doubt", "nothing known", "island district", "no such unit"],
)
def test_what_became_of_an_old_unit_is_exact_ambiguous_or_none(old: str, now: Successor) -> None:
    assert UNITS.successors(old) == now


def test_the_birth_province_of_a_personal_id_is_of_the_old_table() -> None:
    found = UNITS.birth_province("024090999001")
    assert found is not None
    assert found.name == "Tỉnh Bắc Giang"
    assert UNITS.birth_province("001090999001") is None
    assert UNITS.birth_province("124090999001") is None


def test_no_table_of_communes_is_opened_for_a_question_about_provinces() -> None:
    opened: list[Table] = []

    def load(table: Table) -> Communes:
        opened.append(table)
        return TABLES[table]

    units = Units(PROVINCES, load)
    units.province_at("24", REFORM)
    units.birth_province("024090999001")
    assert opened == []
    units.commune_at("00010", REFORM)
    assert opened == ["communes"]
