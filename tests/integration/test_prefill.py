"""One prefill through the whole service."""

from tests.support.service import AN, BINH, Service


def test_a_level_two_citizen_gets_their_own_half_with_a_source_for_every_value(service: Service) -> None:
    answer = service.prefill()
    assert answer.status == 201
    own = {name: field for name, field in answer.fields.items() if name.startswith("/BenNam/")}
    assert own["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert own["/BenNam/HoTen"]["locked"] is True
    assert all("provenance" in field for field in own.values() if "value" in field)
    assert all("value" not in field for name, field in answer.fields.items() if name not in own)


def test_the_pump_publishes_the_event_and_the_log_keeps_it(service: Service) -> None:
    answer = service.prefill()
    service.pump.settle()
    events = list(service.services.event_log.day(service.clock.now().date()))
    assert [(event.kind, event.subject) for event in events] == [("prefill.completed", answer.body["id"])]
