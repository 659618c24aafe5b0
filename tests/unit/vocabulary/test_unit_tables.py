"""Tables of units that do not hold together are refused by place and reason; on a country of four units."""

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from chalicelib.vocabulary.unit_tables import UNITS
from tests.support.views import SmallSet, reasons

_NAME: Final = [{"since": "1976-01-01", "name": "Tỉnh Cũ"}]
SET: Final[dict[str, Any]] = {
    "provinces": {
        "table": "provinces",
        "reform": "2025-07-01",
        "former": {"24": {"names": _NAME}, "27": {"names": _NAME}},
        "current": {"24": {"names": [{"since": "2025-07-01", "name": "Tỉnh Mới"}], "former": ["24", "27"]}},
    },
    "communes": {"table": "communes", "communes": {"24": {"00010": "Xã Mới"}}},
    "former-communes": {
        "table": "former-communes",
        "districts": {
            "213": {"name": "Huyện Cũ", "province": "24", "communes": {"00001": "Xã Một"}},
            "318": {"name": "Huyện Đảo", "province": "27", "communes": {}},
        },
        "successors": {"00001": ["00010"], "318": ["00010"]},
        "partly": ["00001"],
        "disputed": [],
    },
}


def faults(table: str, change: Callable[[dict[str, Any]], None]) -> list[str]:
    bodies = copy.deepcopy(SET)
    change(bodies[table])
    return reasons(UNITS, bodies[table], SmallSet({"units": bodies}), table)


@pytest.mark.parametrize("table", SET)
def test_a_country_that_holds_together_passes(table: str) -> None:
    assert faults(table, lambda _: None) == []


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        (
            "provinces",
            lambda body: body["current"]["24"]["former"].append("99"),
            ["/body/current/24/former/2: no such province before: 99"],
        ),
        (
            "provinces",
            lambda body: body["current"]["24"]["former"].append("27"),
            ["/body/current/24/former/2: already part of 24"],
        ),
        (
            "provinces",
            lambda body: body["current"]["24"]["former"].remove("27"),
            ["/body/former/27: no province today was made of it"],
        ),
        (
            "provinces",
            lambda body: body["current"]["24"]["names"].append({"since": "2025-07-01", "name": "Tỉnh Khác"}),
            ["/body/current/24/names: names are not in order of their first days"],
        ),
        (
            "communes",
            lambda body: body["communes"].update({"99": {"00020": "Xã Lạc"}}),
            ["/body/communes/99: no such province: 99"],
        ),
        (
            "communes",
            lambda body: body["communes"].update({"24": {"00010": "Xã Mới"}, "25": {"00010": "Xã Mới"}}),
            ["/body/communes/25: no such province: 25", "/body/communes/25/00010: already in 24"],
        ),
        (
            "former-communes",
            lambda body: body["districts"]["213"].update(province="99"),
            ["/body/districts/213/province: no such province: 99"],
        ),
        (
            "former-communes",
            lambda body: body["successors"].update({"00001": ["00099"]}),
            ["/body/successors/00001/0: no such commune: 00099"],
        ),
        (
            "former-communes",
            lambda body: body["successors"].pop("318"),
            ["/body/successors: nothing says where 318 lies now"],
        ),
        (
            "former-communes",
            lambda body: body["successors"].update({"00002": ["00010"]}),
            ["/body/successors/00002: no such unit before"],
        ),
        (
            "former-communes",
            lambda body: body["disputed"].append("00005"),
            ["/body/disputed/0: no successor to doubt: 00005"],
        ),
    ],
)
def test_a_table_that_does_not_is_refused(
    table: str, change: Callable[[dict[str, Any]], None], found: list[str]
) -> None:
    assert faults(table, change) == found


def test_a_table_under_another_name_is_refused() -> None:
    found = reasons(UNITS, SET["communes"], SmallSet({"units": SET}), "wards")
    assert found == ["/body/table: belongs in units/communes.json"]
