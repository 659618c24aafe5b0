"""What was settled is counted: from the outbox over the bus and the queue into the year's benefits."""

from chalicelib.aws.writes import Expect, Key, Put
from chalicelib.fees.store import benefits_item
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CitizenRef, EventId
from tests.support.service import Service
from tests.unit.definitions.test_event_schemas import schema

PAYER = CitizenRef("a" * 64)
PLACE = benefits_item(PAYER, 2026)


def settle(service: Service, payable: str, **changes: object) -> Event:
    """Say as payments will that a line was settled."""
    data: JsonObject = {
        "payable": payable,
        "quote": "01JD9N3Z00QV0TE00000000001",
        "line": "chu-ky-so",
        "amount": 0,
        "benefits": [{"code": "ha-noi-nq-77-2025.chu_ky_so", "amount": 60_000}],
        "payer": PAYER,
        "year": 2026,
    }
    event = Event(EventId(service.ids.new()), "payments.settled", payable, service.clock.now(), {**data, **changes})  # type: ignore[dict-item]
    service.services.table.commit([Put(Key("t", event.id), {}, Expect.ABSENT)], event=event)
    return event


def used(service: Service) -> object:
    stored = service.services.table.read([PLACE]).get(PLACE)
    return None if stored is None else stored.fields["used"]


def test_what_was_settled_counts_once_however_often_it_is_delivered(service: Service) -> None:
    event = settle(service, "P1")
    schema("payments.settled").validate(event.to_json())
    service.pump.settle()
    assert used(service) == {"ha-noi-nq-77-2025.chu_ky_so": {"times": 1, "amount": 60_000}}
    settle(service, "P1")
    settle(service, "P2")
    service.pump.settle()
    assert used(service) == {"ha-noi-nq-77-2025.chu_ky_so": {"times": 2, "amount": 120_000}}
    assert not service.services.failures.listed()


def test_a_settlement_that_is_none_is_set_aside_and_holds_up_no_other(service: Service) -> None:
    settle(service, "P1", payer=1)
    settle(service, "P2")
    service.pump.settle()
    assert used(service) == {"ha-noi-nq-77-2025.chu_ky_so": {"times": 1, "amount": 60_000}}
    assert [each.reason for each in service.services.failures.listed()] == ["corrupt"]
