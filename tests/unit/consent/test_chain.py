"""What a grant makes of the consent before it, and that no revision can be changed unnoticed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.model import Head, first_break
from chalicelib.consent.chain import Standing, from_json, granted, links, to_json, withdrawn
from chalicelib.consent.request import Answer, Request, RequestId
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ClientId, ConsentId, ItemId, PrefillId, ProcedureCode
from tests.support.clock import START

HOUR = timedelta(hours=1)
REQUEST = Request(
    RequestId("R1"),
    CitizenRef("an"),
    CitizenRef("binh"),
    ClientId("motlan-portal"),
    ProcedureCode("1.000894"),
    "bride",
    (ItemId("a"), ItemId("b"), ItemId("c")),
    START,
    0,
    CatalogueHash("c" * 64),
    PrefillId("P1"),
)


def a_grant(items: str, hours: int = 1) -> Request:
    at = START + hours * HOUR
    return replace(REQUEST, answer=Answer("grant", at, tuple(map(ItemId, items)), at + 5 * HOUR))


def chained(*steps: str) -> list[Standing]:
    """Return the revisions of one consent: each step the items granted an hour later, or "" for a withdrawal."""
    made: list[Standing] = []
    for hours, step in enumerate(steps):
        before = made[-1] if made else None
        if step:
            made.append(granted(before, a_grant(step, hours), ConsentId(f"C{hours}")).standing)
        elif before is not None:
            made.append(withdrawn(before, START + hours * HOUR))
    return made


def test_a_revision_reads_back_as_itself() -> None:
    (standing,) = chained("ab")
    assert from_json(to_json(standing.consent)) == standing.consent
    assert from_json(to_json(replace(standing.consent, prefill=None))).prefill is None


@pytest.mark.parametrize("change", [{"state": "open"}, {"items": "a"}, {"number": "1"}, {"prefill": 1}, {"at": None}])
def test_what_is_no_revision_is_refused(change: JsonObject) -> None:
    (standing,) = chained("a")
    with pytest.raises(Corrupt):
        from_json(to_json(standing.consent) | change)


@pytest.mark.parametrize(("items", "goes_on"), [("ab", True), ("abc", True), ("a", False), ("ac", False)])
def test_only_as_much_or_more_goes_on_with_the_consent(items: str, goes_on: bool) -> None:
    (first,) = chained("ab")
    change = granted(first, a_grant(items, 2), ConsentId("C2"))
    assert (change.standing.consent.id == first.consent.id, change.closed is None) == (goes_on, goes_on)
    if change.closed is not None:
        closed = change.closed.consent
        assert (closed.id, closed.number, closed.state) == (first.consent.id, 2, "withdrawn")


@pytest.mark.parametrize("ending", ["withdrawn", "expired"])
def test_what_holds_no_more_is_left_as_it_is(ending: str) -> None:
    made = chained("a", "") if ending == "withdrawn" else chained("a")
    change = granted(made[-1], a_grant("a", 8), ConsentId("C8"))
    assert (change.standing.consent.id, change.standing.consent.number, change.closed) == (ConsentId("C8"), 1, None)


def test_a_request_without_a_grant_makes_nothing() -> None:
    with pytest.raises(Corrupt):
        granted(None, REQUEST, ConsentId("C"))


@given(st.data())
def test_an_edit_a_drop_or_a_swap_is_found_where_it_was_made(data: st.DataObject) -> None:
    steps = ["a", *data.draw(st.lists(st.sampled_from(["a", "ab", "abc"]), min_size=2, max_size=4).map(sorted)), ""]
    made = chained(*steps)
    at = data.draw(st.integers(0, len(made) - 2))
    assert first_break(links(made), Head()) is None
    edited = replace(made[at], consent=replace(made[at].consent, expires_at=START + 100 * HOUR))
    for touched in (
        [*made[:at], edited, *made[at + 1 :]],
        [*made[:at], *made[at + 1 :]],
        [*made[:at], made[at + 1], made[at], *made[at + 2 :]],
    ):
        assert first_break(links(touched), Head()) == at + 1
