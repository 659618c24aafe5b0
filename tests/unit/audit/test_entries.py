"""What an entry says of a prefill, and of a warehouse; those written before warehouses were read as they were."""

import json

import pytest

from chalicelib.audit.model import ACTIONS, Access, from_json, of_warehouse, to_json
from chalicelib.kernel.canonical import JsonObject, canonical
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import ClientId, DocumentId, ItemId, PrefillId, ProcedureCode, RegisterCode
from tests.support.clock import START

BEFORE_WAREHOUSES = (
    b'{"at":"2026-11-23T01:00:00.000Z","attempt":2,"basis":"own","client":"motlan-portal","consent":null,'
    b'"decision":"allowed","items":["person.full_name"],"own":true,"prefill":"P1","procedure":"1.000894",'
    b'"registers":["population"],"wave":1}'
)
PORTAL = ClientId("motlan-portal")
DOCUMENT = DocumentId("01JD9N3Z00D0CVMENT00000001")


def read(raw: bytes) -> JsonObject:
    document: JsonObject = json.loads(raw)
    return document


def test_an_entry_from_before_is_read_as_the_asking_of_a_prefill() -> None:
    access = from_json(read(BEFORE_WAREHOUSES))
    assert (access.action, access.document, access.archive) == ("prefill", None, False)
    assert (access.prefill, access.procedure) == (PrefillId("P1"), ProcedureCode("1.000894"))
    assert (access.registers, access.items) == ((RegisterCode("population"),), (ItemId("person.full_name"),))


def test_an_entry_from_before_is_written_again_byte_for_byte() -> None:
    assert canonical(to_json(from_json(read(BEFORE_WAREHOUSES)))) == BEFORE_WAREHOUSES


@pytest.mark.parametrize("action", sorted(ACTIONS.keys() - {"prefill"}))
def test_what_was_done_in_a_warehouse_reads_back_as_itself(action: str) -> None:
    for document in (DOCUMENT, None):
        access = of_warehouse(ACTIONS[action], START, PORTAL, "own", document)
        assert from_json(read(canonical(to_json(access)))) == access


def test_an_entry_of_a_warehouse_has_no_word_of_a_prefill() -> None:
    written = to_json(of_warehouse("shown", START, PORTAL, "own", DOCUMENT))
    assert written.keys().isdisjoint({"prefill", "procedure", "archive"})


def test_an_agencys_act_is_nobodys_own() -> None:
    access = of_warehouse("issued", START, ClientId("ubnd-demo"), None, DOCUMENT)
    assert (access.own, access.basis, access.decision) == (False, None, "allowed")


def test_that_the_warehouse_was_read_for_a_prefill_reads_back() -> None:
    before = from_json(read(BEFORE_WAREHOUSES))
    told = {"archive": True, "representative": "5d9c61e37ab0"}
    access = Access(**{each: getattr(before, each) for each in Access.__slots__} | told)
    assert from_json(to_json(access)) == access


@pytest.mark.parametrize(
    "entry",
    [
        {"action": "looked"},
        {"action": 1},
        {"prefill": None},
        {"procedure": None},
        {"own": "yes"},
        {"decision": "perhaps"},
    ],
)
def test_an_entry_that_nobody_wrote_is_corrupt(entry: JsonObject) -> None:
    with pytest.raises(Corrupt):
        from_json(read(BEFORE_WAREHOUSES) | entry)
