"""Objects and the event log, against S3."""

from collections.abc import Callable
from datetime import date

import pytest

from chalicelib.aws.clients import Account, Clients
from chalicelib.aws.eventlog import EventLog
from chalicelib.aws.objects import Objects
from chalicelib.aws.tickets import Expected, Tickets
from chalicelib.kernel.errors import Corrupt, Misconfigured, NotFound, StoreUnavailable
from chalicelib.kernel.events import Event
from tests.support.aws import Home
from tests.support.clock import VirtualClock
from tests.support.faults import lost_reply, unreachable

MakeEvent = Callable[..., Event]


@pytest.fixture
def objects(home: Home) -> Objects:
    return Objects(home.clients)


@pytest.fixture
def log(home: Home, objects: Objects) -> EventLog:
    return EventLog(objects, home.settings.events_bucket)


def test_an_object_is_written_once_and_never_over(home: Home, objects: Objects) -> None:
    bucket = home.settings.definitions_bucket
    assert objects.put_if_absent(bucket, "sha/1", "đầu tiên".encode())
    assert not objects.put_if_absent(bucket, "sha/1", b"second")
    assert objects.get(bucket, "sha/1").decode() == "đầu tiên"


def test_what_is_not_there_is_said_so(home: Home, objects: Objects) -> None:
    with pytest.raises(NotFound):
        objects.get(home.settings.definitions_bucket, "nothing")
    with pytest.raises(Misconfigured):
        objects.get("motlan-no-such-bucket", "nothing")


def test_a_store_without_an_answer_is_said_so(home: Home, objects: Objects) -> None:
    with unreachable(home.clients.s3, "GetObject"), pytest.raises(StoreUnavailable):
        objects.get(home.settings.definitions_bucket, "x")
    with lost_reply(home.clients.s3, "PutObject"), pytest.raises(StoreUnavailable):
        objects.put_if_absent(home.settings.definitions_bucket, "x", b"")


def test_an_event_logged_twice_is_there_once(log: EventLog, an_event: MakeEvent, clock: VirtualClock) -> None:
    event = an_event()
    log.append(event)
    log.append(event)
    assert list(log.day(clock.now().date())) == [event]


def test_a_day_is_read_in_order_of_id_and_holds_no_other_day(
    log: EventLog, an_event: MakeEvent, clock: VirtualClock
) -> None:
    today = [an_event() for _ in range(3)]
    clock.advance(86_400)
    tomorrow = an_event()
    for event in (today[2], tomorrow, today[0], today[1]):
        log.append(event)
    assert list(log.day(today[0].at.date())) == today
    assert list(log.day(tomorrow.at.date())) == [tomorrow]


def test_a_day_is_vietnams(log: EventLog, an_event: MakeEvent, clock: VirtualClock) -> None:
    clock.advance(15 * 3600 - 1)
    evening = an_event()
    clock.advance(1)
    midnight = an_event()
    log.append(evening)
    log.append(midnight)
    assert list(log.day(date(2026, 11, 22))) == [evening]
    assert list(log.day(date(2026, 11, 23))) == [midnight]


def test_a_log_entry_that_is_no_event_is_not_passed_over(home: Home, objects: Objects, log: EventLog) -> None:
    objects.put_if_absent(home.settings.events_bucket, "day=2026-11-22/x.json", b"{}")
    with pytest.raises(Corrupt):
        list(log.day(date(2026, 11, 22)))


def test_forms_and_links_name_the_endpoint_of_the_region() -> None:
    """The global one redirects a new bucket's requests, and knows nothing of younger regions."""
    tickets = Tickets(Clients(Account("a", "b", "ap-southeast-5")))
    url, _ = tickets.post("uploads", "in/1/1", Expected("image/png", 1, "00" * 32), 300)
    assert url == "https://uploads.s3.ap-southeast-5.amazonaws.com/"
    link = tickets.link("documents", "documents/1/served", "image/png", "a.png", 60)
    assert link.startswith("https://documents.s3.ap-southeast-5.amazonaws.com/documents/1/served?")
