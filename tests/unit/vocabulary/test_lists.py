"""Lists of rows in the dictionary, and how their cells are cast."""

from typing import Any

import pytest

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import validate
from chalicelib.definitions.model import RefusedSet
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.cast import cast, cast_row
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.service import vocabulary
from tests.support.definitions import Change, files, packaged

OWNED = "vehicle.owned[]"
FILE = "dictionary/vehicle.json"


def item(id_: str) -> Item:
    return vocabulary(packaged()).item(ItemId(id_))


def columns() -> dict[ItemId, Item]:
    return {column: item(column) for column in item(OWNED).columns}


def test_a_list_names_the_items_in_its_rows() -> None:
    lists = [each for each in vocabulary(packaged()).items.values() if each.type == "list"]

    assert len(lists) >= 10
    for each in lists:
        assert each.id.endswith("[]")
        assert each.columns
        assert all(item(column).type != "list" for column in each.columns)


def test_a_row_is_cast_cell_by_cell_and_may_lack_cells() -> None:
    row = {ItemId("vehicle.kind"): "o_to", ItemId("vehicle.registration.issued_on"): "01/07/2022"}

    assert cast_row(columns(), row) == {"vehicle.kind": "o_to", "vehicle.registration.issued_on": "2022-07-01"}
    assert cast_row(columns(), {}) == {}


@pytest.mark.parametrize("row", [{"vehicle.kind": "XE LU"}, {"vehicle.seats": "5"}, {"person.full_name": "LÊ MINH"}])
def test_a_cell_of_another_type_or_of_no_column_is_refused(row: dict[str, Json]) -> None:
    with pytest.raises(InvalidValue):
        cast_row(columns(), {ItemId(id_): value for id_, value in row.items()})


def test_a_list_is_no_single_value() -> None:
    with pytest.raises(InvalidValue):
        cast(item(OWNED), [])


@pytest.mark.parametrize(
    ("written", "held"),
    [("62.50", "62.5"), ("120", "120"), (120, "120"), ("0.5", "0.5"), ("100", "100"), ("3.000", "3"), (0, "0")],
)
def test_a_decimal_has_one_form(written: Json, held: str) -> None:
    assert cast(item("land.parcel.area"), written) == held
    assert cast(item("land.parcel.area"), held) == held


@pytest.mark.parametrize("written", ["", "1,5", "1e3", "-1", "01", ".5", "5.", True, 62.5, "٣", "1.1234567", None])
def test_what_is_no_decimal_is_refused(written: Any) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(InvalidValue):
        cast(item("land.parcel.area"), written)


@pytest.mark.parametrize(
    "hidden", ["\x00", "\n", "\x85", "\ud800", "\u2028", "\u2029", "\u202e", "\u2066", "\U000e0041"]
)
def test_a_name_holds_nothing_that_ends_lines_or_turns_their_order(hidden: str) -> None:
    with pytest.raises(InvalidValue):
        cast(item("person.full_name"), f"NGUYỄN VĂN{hidden}AN")


def change(id_: str, **members: object) -> Change:
    return lambda document: document["body"]["items"][id_].update(members)


@pytest.mark.parametrize(
    ("broken", "place", "reason"),
    [
        (change(OWNED, type="text"), f"/body/items/{OWNED}/columns", "go together"),
        (change("vehicle.plate", type="list"), "/body/items/vehicle.plate/columns", "go together"),
        (change("vehicle.plate", columns=["vehicle.kind"]), "/body/items/vehicle.plate/columns", "go together"),
        (change(OWNED, columns=["vehicle.wings"]), f"/body/items/{OWNED}/columns", "no such item: vehicle.wings"),
        (change(OWNED, columns=["vehicle.plate"] * 2), f"/body/items/{OWNED}/columns", "twice"),
        (change(OWNED, columns=[OWNED]), f"/body/items/{OWNED}/columns", "a list within a list"),
    ],
)
def test_a_list_that_does_not_hold_is_refused(broken: Change, place: str, reason: str) -> None:
    with pytest.raises(RefusedSet) as refused:
        validate(files({FILE: broken}), KINDS)

    found = [fault for fault in refused.value.faults if fault.file == FILE]
    assert [fault for fault in found if fault.pointer == place and reason in fault.reason], [
        str(each) for each in found
    ]
