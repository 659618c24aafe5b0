"""What one request asks of the store, counted: design limits that a refactoring must not loosen."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench.stocked import Stocking
from chalicelib.kernel.ids import PersonalId, RegisterCode
from chalicelib.sources.http import ThreadPool
from chalicelib.sources.model import Reply
from chalicelib.sources.service import Handle, Pool, Response, Transport
from infra.simulators.personas import Persona
from tests.support.calls import counting
from tests.support.ministack import Ministack
from tests.support.people import PEOPLE, role_of
from tests.support.service import AN, BINH, Portal, Service, order
from tests.support.threads import threaded

PREFILL = {"BatchGetItem": 1, "TransactWriteItems": 2, "Query": 1}
"""The query is the warehouse's: one a subject."""
PROCEDURES = "/v1/procedures"
UNREAD = {"BatchGetItem": 1, "TransactWriteItems": 2}
STOCKED = {"BatchGetItem": 3, "TransactWriteItems": 3, "Query": 2}
"""A prefill as above, and a list of documents: its log entry, its query, and the documents with their key."""


@contextmanager
def counted(portal: Portal) -> Iterator[Counter[str]]:
    """Count every call of every service that the app can call."""
    clients = portal.home.clients
    with counting(clients.dynamodb, clients.kms, clients.s3, clients.sqs, clients.events) as calls:
        yield calls


@pytest.fixture
def warm(service: Service) -> Service:
    """A process that has read which definitions are live, and nothing else."""
    service.call("GET", PROCEDURES)
    return service


def test_the_first_prefill_of_a_process_reads_once_queries_once_writes_twice_and_makes_one_key(warm: Service) -> None:
    with counted(warm) as calls:
        assert warm.prefill().status == 201
    assert calls == {**PREFILL, "GenerateMac": 1, "GenerateDataKey": 1}


def test_the_next_prefill_reads_once_queries_once_writes_twice_and_asks_no_key_of_kms(warm: Service) -> None:
    warm.prefill()
    with counted(warm) as calls:
        assert warm.prefill().status == 201
    assert calls == PREFILL


def test_a_key_made_elsewhere_costs_one_call_of_kms_in_five_minutes(warm: Service) -> None:
    warm.prefill()
    warm.clock.advance(301)
    warm.call("GET", PROCEDURES)
    with counted(warm) as calls:
        warm.prefill()
        warm.prefill()
    assert calls == {"BatchGetItem": 2, "TransactWriteItems": 4, "Query": 2, "Decrypt": 1}


def test_an_idempotency_key_costs_nothing_more(warm: Service) -> None:
    warm.prefill()
    with counted(warm) as calls:
        assert warm.prefill(idempotency_key="k1").status == 201
    assert calls == PREFILL


def test_a_repeat_under_the_key_writes_nothing(warm: Service) -> None:
    warm.prefill(idempotency_key="k1")
    with counted(warm) as calls:
        assert warm.prefill(idempotency_key="k1").status == 201
    assert calls == {"BatchGetItem": 2}


def test_a_second_person_on_the_form_costs_no_further_call_of_the_store(warm: Service) -> None:
    body = order(AN, "groom") | {"subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}}}
    with counted(warm) as calls:
        assert warm.call("POST", "/v1/prefills", body, token=warm.token(AN)).status == 201
    assert calls == {**PREFILL, "GenerateMac": 1, "GenerateDataKey": 2}


def test_reading_a_prefill_costs_one_query_and_one_read(warm: Service) -> None:
    prefill = warm.prefill().body["id"]
    with counted(warm) as calls:
        assert warm.show(prefill).status == 200
    assert calls == {"Query": 1, "BatchGetItem": 1}


def test_reading_the_access_log_costs_one_query_and_one_read(warm: Service) -> None:
    warm.prefill()
    with counted(warm) as calls:
        assert warm.call("GET", "/v1/access-log", token=warm.token(AN)).status == 200
    assert calls == {"Query": 1, "BatchGetItem": 1}


def test_the_pointer_to_the_live_definitions_is_read_once_in_thirty_seconds(service: Service) -> None:
    with counted(service) as calls:
        for _ in range(30):
            service.call("GET", PROCEDURES)
            service.clock.advance(0.99)
    assert calls == {"BatchGetItem": 1}
    service.clock.advance(1)
    with counted(service) as calls:
        service.call("GET", PROCEDURES)
        service.call("GET", "/v1/forms/to-khai-ket-hon")
    assert calls == {"BatchGetItem": 1}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.title.en)
def test_whatever_the_registers_say_the_store_is_asked_the_same(warm: Service, person: Persona) -> None:
    known = PersonalId(person.personal_id)
    warm.prefill(known, role_of(known))
    with counted(warm) as calls:
        assert warm.prefill(known, role_of(known)).status == 201
    # Of a level-1 sign-in no warehouse is read.
    assert calls == (PREFILL if person.identity_level == 2 else UNREAD)


def test_ten_and_a_thousand_documents_of_a_citizen_cost_a_prefill_the_same_calls(warm: Service) -> None:
    assert of_stocked(warm, 10) == of_stocked(warm, 990) == STOCKED


@pytest.mark.prove
def test_ten_and_ten_thousand_documents_of_a_citizen_cost_a_prefill_the_same_calls(warm: Service) -> None:
    assert of_stocked(warm, 10) == of_stocked(warm, 9_990) == STOCKED


def of_stocked(warm: Service, more: int) -> Counter[str]:
    """Return the calls of a prefill, and of a list, once so many documents more are there."""
    Stocking(warm.services, warm.clock, warm.ids).stock(AN, more)
    warm.prefill()
    with counted(warm) as calls:
        answer = warm.prefill()
        assert warm.call("GET", "/v1/warehouse/documents?limit=20", token=warm.token(AN)).status == 200
    assert (answer.status, answer.fields["/BenNam/HoTen"]["outcome"]) == (201, "filled_verified")
    return calls


class _HeldBus(Transport):
    """Lets no question through before the test says so."""

    def __init__(self, bus: Transport, let_go: threading.Event) -> None:
        self._bus = bus
        self._let_go = let_go

    @contextmanager
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Iterator[Response]:
        assert self._let_go.wait(60)
        with self._bus.post(route, register, body, timeout) as answer:
            yield answer


class _WatchedPool(Pool):
    """The process's threads, with the end of each piece of work told."""

    def __init__(self) -> None:
        self.ended = threading.Semaphore(0)
        self._threads = ThreadPool()

    def submit(self, lane: str, work: Callable[[], Reply]) -> Handle:
        def watched() -> Reply:
            try:
                return work()
            finally:
                self.ended.release()

        return self._threads.submit(lane, watched)


def test_no_store_call_follows_the_answer_though_registers_answer_after_it(ministack: Ministack) -> None:
    let_go, pool = threading.Event(), _WatchedPool()
    with threaded(ministack.url, pool=pool, around_bus=lambda bus: _HeldBus(bus, let_go)) as portal:
        answer = portal.prefill(deadline_ms=300)
        with counted(portal) as calls:
            let_go.set()
            assert all(pool.ended.acquire(timeout=60) for _ in ("population", "civil_status"))
        assert portal.simulators.journal.read()
        assert (answer.status, answer.body["pending"]) == (201, ["civil_status", "population"])
        assert not calls
        assert portal.show(answer.body["id"]).text == answer.text
