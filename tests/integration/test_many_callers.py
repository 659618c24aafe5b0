"""Many callers at once, in real threads: nobody gets another's data, and one citizen's log stays whole."""

import sys
import threading
from collections.abc import Iterator

import pytest
import urllib3

import app as entry
from chalicelib.kernel.ids import PersonalId
from infra.local.front import Front
from tests.support.looks import chain_break, entries, said
from tests.support.ministack import Ministack
from tests.support.people import PEOPLE, role_of
from tests.support.service import AN, Portal, order
from tests.support.threads import at_once, threaded

THREADS = 8


@pytest.fixture
def portal(ministack: Ministack) -> Iterator[Portal]:
    with threaded(ministack.url) as portal:
        yield portal


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns much more often than they would, so that what they share by mistake shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def http(portal: Portal) -> Iterator[urllib3.HTTPConnectionPool]:
    """Connections to the local front, as many as there are threads."""
    front = Front(entry.app, 0, portal.services.edge.texts)
    serving = threading.Thread(target=front.serve_forever, args=(0.05,), daemon=True)
    serving.start()
    url = f"http://127.0.0.1:{front.port}"
    try:
        with urllib3.connection_from_url(url, maxsize=THREADS, block=True, retries=False, timeout=60) as connections:
            yield connections
    finally:
        front.shutdown()
        front.server_close()
        serving.join()


@pytest.mark.usefixtures("restless")
@pytest.mark.parametrize("requests", [80, pytest.param(400, marks=pytest.mark.prove)])
def test_requests_of_ten_citizens_from_eight_threads_are_never_mixed(
    portal: Portal, http: urllib3.HTTPConnectionPool, requests: int
) -> None:
    askers = [PEOPLE[number % len(PEOPLE)] for number in range(requests)]
    tokens = [portal.token(PersonalId(person.personal_id)) for person in askers]
    assert len(set(tokens)) == requests

    def ask(number: int) -> urllib3.BaseHTTPResponse:
        person = askers[number].personal_id
        head = {"authorization": f"Bearer {tokens[number]}"}
        return http.request("POST", "/v1/prefills", json=order(person, role_of(person), 8_000), headers=head)

    answers = at_once(THREADS, ask, requests)
    assert {answer.status for answer in answers} == {201}
    for person, answer in zip(askers, answers, strict=True):
        text = answer.data.decode()
        for other in PEOPLE:
            theirs = other is person and person.identity_level == 2
            assert (other.name in text) is theirs
            assert (other.personal_id in text) is theirs
            assert (other.registers["population"].record in text) is theirs
    ids = [answer.json()["id"] for answer in answers]
    assert len(set(ids)) == requests
    for person in PEOPLE:
        own = [prefill for asker, prefill in zip(askers, ids, strict=True) if asker is person]
        assert sorted(str(each.prefill) for each in entries(portal, PersonalId(person.personal_id))) == sorted(own)
        assert chain_break(portal, PersonalId(person.personal_id)) is None


def test_one_citizen_from_eight_threads_gets_every_answer_and_a_log_without_gap(portal: Portal) -> None:
    token, times = portal.token(AN), 24

    def ask(number: int) -> tuple[int, str]:
        body = order(AN, "groom", 8_000)
        answer = portal.call("POST", "/v1/prefills", body, token=token, idempotency_key=f"key-{number}")
        return answer.status, answer.body.get("id", "")

    answers = at_once(THREADS, ask, times)
    assert {status for status, _ in answers} == {201}
    ids = {prefill for _, prefill in answers}
    log = entries(portal, AN)
    assert len(log) == len(ids) == times
    assert {each.prefill for each in log} == ids
    assert chain_break(portal, AN) is None
    assert sorted(event.subject for event in said(portal)) == sorted(ids)
