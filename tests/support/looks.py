"""Looks into a running service from the side: what is stored, what was said, what was asked and what the log holds."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from chalicelib.audit.model import Access, Head, Link, first_break
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.events import Event, from_json
from chalicelib.kernel.ids import PersonalId
from tests.support.people import side_of
from tests.support.service import Answered, Portal


def rows(portal: Portal, table: str) -> list[dict[str, Any]]:
    """Return every item of a table."""
    found: list[dict[str, Any]] = []
    for page in portal.home.clients.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        found += page["Items"]
    return found


def state(portal: Portal) -> list[dict[str, Any]]:
    """Return every item of the state table."""
    return rows(portal, portal.home.settings.state_table)


def said(portal: Portal) -> list[Event]:
    """Return every event of the outbox, oldest first."""
    return _in_order(
        from_json(json.loads(row["event"]["S"])) for row in rows(portal, portal.home.settings.outbox_table)
    )


def recorded(portal: Portal, day: date) -> list[Event]:
    """Return every event of that day in the event log, oldest first."""
    return _in_order(portal.services.event_log.day(day))


def _in_order(events: Iterable[Event]) -> list[Event]:
    """Sort by time, and by revision where the clock stood still in between."""
    return sorted(events, key=lambda event: (event.at, str(event.data.get("revision")), event.id))


def revisions(portal: Portal, prefill: str) -> list[int]:
    """Return the numbers of the revisions that are stored, the claim's zero among them."""
    places = [row["sk"]["S"] for row in state(portal) if row["pk"]["S"] == f"P#{prefill}"]
    return sorted(int(place.removeprefix("R#")) for place in places)


def asked(portal: Portal, register: str | None = None) -> list[str]:
    """Return the registers that were asked, in order."""
    return [line.register for line in portal.simulators.journal.read(register)]


def entries(portal: Portal, person: PersonalId) -> list[Access]:
    """Return the person's access log, oldest first."""
    page = portal.services.access_log.read(person, None, 1_000)
    return [access for _, access in reversed(page.entries)]


def links(portal: Portal, person: PersonalId) -> list[Link]:
    """Return the links of the person's chain as they are stored, oldest first."""
    partition = f"L#{portal.services.keys.ref(person)}"
    found = [
        Link(int(row["sk"]["S"].removeprefix("E#")), row["f"]["M"]["sealed"]["B"], row["f"]["M"]["hash"]["B"])
        for row in state(portal)
        if row["pk"]["S"] == partition and row["sk"]["S"] != "HEAD"
    ]
    return sorted(found, key=lambda link: link.number)


def chain_break(portal: Portal, person: PersonalId) -> int | None:
    """Return the number of the first link of the person's chain that does not hold, or None."""
    return first_break(links(portal, person), Head())


def own_side(person: str, answer: Answered) -> dict[str, JsonObject]:
    """Return the fields of the person's side by their name in it."""
    side = side_of(person)
    return {name.removeprefix(side): each for name, each in answer.fields.items() if name.startswith(side)}
