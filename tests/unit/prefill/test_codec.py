"""A resolution as it is stored: what comes back is what went in, and nothing else is read."""

import json
from typing import Final

import pytest
from hypothesis import given

from chalicelib.consent.model import Right
from chalicelib.kernel.canonical import Json, canonical
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ConsentId, ItemId
from chalicelib.prefill.codec import from_json, to_json
from chalicelib.prefill.model import (
    ABSENT,
    ComponentAnswer,
    FieldAnswer,
    HeldPaper,
    Lack,
    Proof,
    Provenance,
    Resolution,
    Usage,
)
from tests.support.worlds import World, planned, rights, worlds

HELD: Final = Provenance(
    register=None,
    record="D-1",
    path="$.home",
    item=ItemId("home"),
    mapping="m",
    fetched_at="2026-11-22T02:00:00.000Z",
    as_of=None,
    legal_basis="law",
    assurance="issued",
    document="giay-khai-sinh",
    basis="consent",
    consent=ConsentId("C-1"),
    rule="whole_address",
    original={"country": "VN"},
)
PAPER: Final = HeldPaper("paper", "scan", "D-2", "kind", "m", "2026-11-22T02:00:00.000Z", "law", "2020", "2030-01-31")


@given(worlds(), rights(), rights())
def test_a_resolution_survives_storage(world: World, groom: Right, bride: Right) -> None:
    resolution = world.resolved(planned(groom, bride))
    stored = canonical(to_json(resolution))
    assert from_json(json.loads(stored)) == resolution
    assert canonical(to_json(from_json(json.loads(stored)))) == stored


COMPONENTS: Final = (
    ComponentAnswer(
        "a",
        True,
        0,
        (Proof(ItemId("x"), None, HELD), Proof(None, "paper", None), Proof(None, "paper", None, PAPER)),
        ((), ()),
    ),
    ComponentAnswer("b", False, None, (), ((Lack(ItemId("x"), None, "timed_out"),), (Lack(None, "p", "no_document"),))),
    ComponentAnswer("c", None, None, (), ((Lack(ItemId("x"), None, "skipped", "not_asked_sensitive"),),)),
)


def test_all_that_may_stand_in_it_survives_storage() -> None:
    answer = FieldAnswer("filled_stale", "x", "override", True, HELD, retry_after=0, detail="d")
    resolution = Resolution(
        {"/x": answer}, rows={"/l": ({"/x": answer}, {})}, components=COMPONENTS, usage=Usage(3, (ItemId("y"),))
    )
    assert from_json(json.loads(canonical(to_json(resolution)))) == resolution


def test_false_zero_and_absent_are_three_things_in_storage() -> None:
    for value in (False, 0, "", ABSENT):
        resolution = Resolution({"/x": FieldAnswer("filled_verified", value, "auto", provenance=HELD)})
        assert from_json(to_json(resolution)).fields["/x"].value is value


_EMPTY: Final[dict[str, Json]] = {"fields": {}, "sources": [], "rows": {}, "components": [], "usage": {}}
_BROKEN: Final[list[Json]] = [
    None,
    [],
    {},
    {"fields": {}},
    *({name: value for name, value in _EMPTY.items() if name != missing} for missing in _EMPTY),
    _EMPTY | {"fields": []},
    _EMPTY | {"fields": {"/a": {}}},
    _EMPTY | {"fields": {"/a": {"outcome": "perhaps"}}},
    _EMPTY | {"fields": {"/a": {"outcome": 7}}},
    _EMPTY | {"fields": {"/a": {"outcome": "skipped", "retry_after": "9"}}},
    _EMPTY | {"fields": {"/a": {"outcome": "skipped", "provenance": {}}}},
    _EMPTY | {"sources": [{"register": "r"}]},
    _EMPTY | {"rows": {"/a": {}}},
    _EMPTY | {"rows": {"/a": [[]]}},
    _EMPTY | {"components": [{}]},
    _EMPTY | {"components": [{"code": "a", "lacks": [[{"outcome": "perhaps"}]]}]},
    _EMPTY | {"usage": {"fetched": "3"}},
]


@pytest.mark.parametrize("document", _BROKEN)
def test_what_was_not_written_by_us_is_corrupt(document: Json) -> None:
    with pytest.raises(Corrupt):
        from_json(document)
