"""Events keep the CloudEvents form both ways, and match their published schemas."""

import pytest

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import InvalidRequest
from chalicelib.kernel.events import Event, from_json
from chalicelib.kernel.ids import EventId
from tests.support.clock import START

EVENT = Event(EventId("E1"), "prefill.incomplete", "P1", START, {"attempt": 1}, cause="R1")


def test_an_event_is_a_cloud_event() -> None:
    document = EVENT.to_json()
    assert document["specversion"] == "1.0"
    assert document["type"] == "vn.motlan.prefill.incomplete.v1"
    assert document["source"] == "/motlan/prefill"
    assert document["time"] == "2026-11-22T02:00:00.000Z"


def test_an_event_reads_back_as_itself() -> None:
    assert from_json(EVENT.to_json()) == EVENT


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {**EVENT.to_json(), "type": "vn.motlan.prefill.incomplete"},
        {**EVENT.to_json(), "type": 7},
        {**EVENT.to_json(), "data": "text"},
        {**EVENT.to_json(), "subject": None},
        {**EVENT.to_json(), "time": "yesterday"},
    ],
)
def test_what_is_not_one_of_our_events_is_refused(document: Json) -> None:
    with pytest.raises(InvalidRequest):
        from_json(document)
