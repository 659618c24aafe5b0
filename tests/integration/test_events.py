"""Every event that goes out has the form that its published schema says."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.support.looks import said
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import Service

SCHEMAS = Path(__file__).parents[2] / "schemas" / "events"


def test_every_event_that_is_said_matches_its_schema(service: Service) -> None:
    service.prefill()
    break_register(service, "civil_status", latency=SLOW)
    service.prefill()
    mend(service)
    service.pump.settle()
    events = said(service)
    assert {event.kind for event in events} == {"prefill.completed", "prefill.incomplete"}
    for event in events:
        schema = json.loads((SCHEMAS / f"{event.type}.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(event.to_json())
