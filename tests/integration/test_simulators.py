"""The simulators over real sockets: connections that stay open, bodies cut and dripped, a restart, the command line."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import jwt
import pytest
import urllib3
from jwt import PyJWKSet

from infra.simulators.faults import Fault
from infra.simulators.server import Running, start

AN = "001090999001"
QUERY = {
    "request_id": "01JD0000000000000000000001",
    "subject": {"personal_id": AN},
    "fields": ["name"],
    "purpose": "1.000894",
    "receiver": "motlan",
}


@pytest.fixture
def running() -> Iterator[Running]:
    with start() as simulators:
        yield simulators


@pytest.fixture
def pool(running: Running) -> Iterator[urllib3.HTTPConnectionPool]:
    with urllib3.connection_from_url(running.base_url, maxsize=1, retries=False, timeout=10) as connections:
        yield connections


def ask(pool: urllib3.HTTPConnectionPool) -> urllib3.BaseHTTPResponse:
    return pool.request("POST", "/ngsp/registers/population/query", json=QUERY, redirect=False)


def test_one_connection_carries_many_questions(pool: urllib3.HTTPConnectionPool) -> None:
    answers = [ask(pool).json() for _ in range(50)]
    assert all(answer["data"] == {"name": {"full": "NGUYỄN VĂN AN"}} for answer in answers)
    assert pool.num_connections == 1


def test_a_question_sent_before_the_answer_to_the_last_is_not_lost(running: Running) -> None:
    body = json.dumps(QUERY).encode()
    head = f"POST /ngsp/registers/population/query HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    closing = head + "Connection: close\r\n"
    with socket.create_connection(("127.0.0.1", int(running.base_url.rpartition(":")[2])), timeout=10) as raw:
        raw.sendall(head.encode() + b"\r\n" + body + closing.encode() + b"\r\n" + body)
        received = b"".join(iter(lambda: raw.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_a_body_over_the_limit_is_refused(pool: urllib3.HTTPConnectionPool) -> None:
    head = {"Content-Length": str(2 * 1024 * 1024), "Content-Type": "application/json"}
    assert pool.request("POST", "/ngsp/registers/population/query", headers=head, body=b"").status == 413


def test_a_reset_reaches_the_caller_as_a_broken_connection(running: Running, pool: urllib3.HTTPConnectionPool) -> None:
    running.simulators.faults.set(Fault.model_validate({"register": "population", "reset": True}))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        ask(pool)
    running.simulators.faults.clear()
    assert ask(pool).status == 200


def test_a_dripped_and_a_huge_body_arrive_whole(running: Running, pool: urllib3.HTTPConnectionPool) -> None:
    for fault, least in (({"drip_seconds": 0.05}, 100), ({"huge_mb": 2}, 2 * 1024 * 1024)):
        running.simulators.faults.set(Fault.model_validate({"register": "population", **fault}))
        answer = ask(pool)
        assert len(answer.data) >= least
        assert answer.json()["data"] == {"name": {"full": "NGUYỄN VĂN AN"}}


def test_tokens_from_before_a_restart_still_verify(tmp_path: Path) -> None:
    with start(state=tmp_path) as first:
        port = int(first.base_url.rpartition(":")[2])
        asked = {"personal_id": AN, "client": "motlan-portal"}
        token = urllib3.request("POST", f"{first.base_url}/admin/token", json=asked).json()["access_token"]
    with start(port, state=tmp_path) as second:
        keys = PyJWKSet.from_dict(urllib3.request("GET", f"{second.issuer}/jwks").json())
    kid = jwt.get_unverified_header(token)["kid"]
    claims = jwt.decode(token, keys[kid].key, ["RS256"], audience="motlan-api", issuer=second.issuer)
    assert claims["personal_id"] == AN


def test_stopping_ends_open_connections_and_frees_the_port() -> None:
    running = start()
    with urllib3.connection_from_url(running.base_url, maxsize=1, retries=False, timeout=10) as pool:
        assert ask(pool).status == 200
        running.stop()
        with pytest.raises(urllib3.exceptions.HTTPError):
            ask(pool)
    with start(int(running.base_url.rpartition(":")[2])) as again:
        assert again.base_url == running.base_url


def test_a_taken_port_is_an_error_that_can_be_caught(running: Running) -> None:
    with pytest.raises(OSError, match="in use"):
        start(int(running.base_url.rpartition(":")[2]))


def test_the_command_line_sets_lists_and_clears_faults_and_reads_the_journal(
    running: Running, pool: urllib3.HTTPConnectionPool
) -> None:
    def tell(*words: str) -> dict[str, object]:
        port = running.base_url.rpartition(":")[2]
        command = [sys.executable, "-m", "infra.simulators", "--port", port, *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        document: dict[str, object] = json.loads(done.stdout)
        return document

    tell("fault", "set", "population", "--latency", "1-2", "--error", "409", "--subject", AN)
    assert ask(pool).status == 409
    (listed,) = running.simulators.faults.all()
    assert listed.shown() in tell("fault", "list")["faults"]  # type: ignore[operator]
    assert tell("fault", "clear", "population") == {"cleared": 1}
    assert ask(pool).status == 200
    assert len(tell("journal", "population")["asked"]) == 2  # type: ignore[arg-type]


def test_the_sign_in_page_sends_the_browser_back_with_a_code(pool: urllib3.HTTPConnectionPool) -> None:
    form = {
        "client_id": "motlan-portal",
        "redirect_uri": "http://127.0.0.1:8000/portal/callback",
        "response_type": "code",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
        "personal_id": AN,
        "decision": "allow",
    }
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = pool.request("POST", "/vneid/authorize", body=urlencode(form), headers=head, redirect=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/portal/callback?code=")
