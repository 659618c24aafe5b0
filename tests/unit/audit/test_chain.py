"""Any change to the access log breaks its chain."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.model import Access, Head, Link, extend, first_break, from_json, to_json
from chalicelib.kernel.ids import ClientId, ItemId, PrefillId, ProcedureCode, RegisterCode
from tests.support.clock import START

ACCESS = Access(
    at=START,
    prefill=PrefillId("P1"),
    procedure=ProcedureCode("1.000894"),
    client=ClientId("motlan-portal"),
    own=True,
    wave=1,
    decision="allowed",
    registers=(RegisterCode("population"),),
    items=(ItemId("person.full_name"),),
)


def a_chain(*sealed: bytes) -> list[Link]:
    links: list[Link] = []
    head = Head()
    for each in sealed:
        links.append(extend(head, each))
        head = Head(links[-1].number, links[-1].hash)
    return links


def test_an_entry_reads_back_as_itself() -> None:
    assert from_json(to_json(ACCESS)) == ACCESS


@given(st.lists(st.binary(), max_size=20))
def test_an_untouched_chain_holds(sealed: list[bytes]) -> None:
    assert first_break(a_chain(*sealed), Head()) is None


@given(st.lists(st.binary(min_size=1), min_size=2, max_size=10, unique=True), st.data())
def test_an_edit_a_drop_or_a_swap_is_found_where_it_was_made(sealed: list[bytes], data: st.DataObject) -> None:
    links = a_chain(*sealed)
    at = data.draw(st.integers(0, len(links) - 2))
    edited = [*links[:at], replace(links[at], sealed=links[at].sealed + b"!"), *links[at + 1 :]]
    dropped = [*links[:at], *links[at + 1 :]]
    swapped = [*links[:at], links[at + 1], links[at], *links[at + 2 :]]
    assert [first_break(each, Head()) for each in (edited, dropped, swapped)] == [at + 1] * 3


def test_a_page_in_the_middle_verifies_from_the_head_before_it() -> None:
    links = a_chain(b"a", b"b", b"c")
    assert first_break(links[1:], Head(1, links[0].hash)) is None
