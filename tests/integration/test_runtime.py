"""`make run` from outside: ready, only on loopback, its printed lines work, its state survives, nothing is left."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.kernel.clock import SystemClock, iso
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId, RandomIds
from infra.local.lambdas import REGION
from infra.simulators.personas import Personas
from tests.support.deploy import eventually
from tests.support.ports import free_run_of_ports

ROOT = Path(__file__).parents[2]
READY = "Ctrl-C stops everything"
LISTENING = "0A"  # the kernel's state number, in /proc/net/tcp
SECONDS = 20.0
PROC = Path("/proc")

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="reads sockets and children from /proc")


@dataclass
class Run:
    """One `make run`: its process, where it listens, what it printed."""

    process: subprocess.Popen[str]
    port: int
    state: Path
    printed: list[str]

    def aws(self, service: str) -> Any:  # noqa: ANN401 - any service
        session = boto3.Session("test", "test", region_name=REGION)
        return session.client(service, endpoint_url=f"http://127.0.0.1:{self.port + 2}")  # type: ignore[call-overload]

    @property
    def environment(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.state / "running.json").read_text())["environment"]
        return found

    def pids(self) -> list[int]:
        """Return the process and all that it started."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in (PROC / str(pid) / "task").iterdir():
                with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended since it was listed
                    waiting += [int(child) for child in (task / "children").read_text().split()]
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


def _settings(port: int, state: Path) -> dict[str, str]:
    return {**os.environ, "PORT": str(port), "STATE": str(state)}


@contextmanager
def _run(port: int, state: Path) -> Iterator[Run]:
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local", "run"],
        cwd=ROOT, env=_settings(port, state), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    printed: list[str] = []
    assert process.stdout is not None
    output = process.stdout
    reader = threading.Thread(target=lambda: printed.extend(iter(output.readline, "")))
    reader.start()
    try:
        run = Run(process, port, state, printed)
        eventually(lambda: _is_ready(run), SECONDS)
        yield run
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)
        reader.join(SECONDS)
        output.close()


def _is_ready(run: Run) -> bool | None:
    assert run.process.poll() is None, "".join(run.printed)
    return True if any(READY in line for line in run.printed) else None


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def running(state: Path) -> Iterator[Run]:
    with _run(free_run_of_ports(3), state) as run:
        yield run


def _shell(line: str, run: Run) -> str:
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stderr, run.printed)
    return done.stdout


def _listening(pids: list[int]) -> set[tuple[str, int]]:
    """Return the addresses that these processes listen on, of either family."""
    held = {
        found[1]
        for pid in pids
        for handle in (PROC / str(pid) / "fd").iterdir()
        if (found := re.fullmatch(r"socket:\[(\d+)\]", _target(handle)))
    }
    rows = [line.split() for table in ("tcp", "tcp6") for line in (PROC / "net" / table).read_text().splitlines()[1:]]
    return {_address(row[1]) for row in rows if row[3] == LISTENING and row[9] in held}


def _target(handle: Path) -> str:
    try:
        return str(handle.readlink())
    except FileNotFoundError:  # closed since it was listed
        return ""


def _address(text: str) -> tuple[str, int]:
    host, port = text.split(":")
    shown = socket.inet_ntoa(bytes.fromhex(host)[::-1]) if len(host) == 8 else host
    return shown, int(port, 16)


def test_the_three_printed_lines_fill_the_applicants_half_and_show_who_looked(running: Run) -> None:
    lines = [line.strip() for line in running.printed if line.strip().startswith("curl ")]
    assert len(lines) == 3
    procedures, prefill, log = (json.loads(_shell(line, running)) for line in lines)
    assert "1.000894" in [each["code"] for each in procedures["procedures"]]
    mine = {pointer: field for pointer, field in prefill["fields"].items() if pointer.startswith("/BenNam/")}
    assert mine["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert mine["/BenNam/HoTen"]["provenance"]
    assert all(field["outcome"] for field in mine.values())
    assert prefill["id"] in {entry["prefill"] for entry in log["entries"]}


def test_the_personas_are_printed_and_the_first_is_a_level_2_adult(running: Run) -> None:
    people = [line.split() for line in running.printed if re.match(r"\s+\d{12}\s+level", line)]
    assert [each[0] for each in people] == [each.personal_id for each in Personas.load()]
    assert people[0][:3] == ["001090999001", "level", "2"]


def test_the_checkouts_definitions_are_published_at_the_start(running: Run) -> None:
    kept = running.aws("s3").list_objects_v2(Bucket=running.environment["MOTLAN_DEFINITIONS_BUCKET"])
    opened = _seen(running, _opened(running))
    assert any(opened["catalogue"] in each["Key"] for each in kept["Contents"])


def test_every_socket_that_listens_is_on_loopback(running: Run) -> None:
    found = _listening(running.pids())
    assert found == {("127.0.0.1", running.port + offset) for offset in range(3)}


def test_token_prints_a_token_and_nothing_else(running: Run) -> None:
    done = _token("001090999001", running.port, running.state)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.stdout)


def test_token_says_what_is_wrong_and_ends_with_2(running: Run, tmp_path: Path) -> None:
    unknown = _token("000000000000", running.port, running.state)
    nothing_runs = _token("001090999001", free_run_of_ports(3), tmp_path)
    assert (unknown.returncode, unknown.stdout, nothing_runs.returncode, nothing_runs.stdout) == (2, "", 2, "")
    assert "persona" in unknown.stderr
    assert "make run" in nothing_runs.stderr


def _token(persona: str, port: int, state: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.local", "token", persona]
    return subprocess.run(command, cwd=ROOT, env=_settings(port, state), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "value"), [("PORT", "x"), ("PORT", "70000"), ("MALWARE", "avast")])
def test_a_setting_that_is_none_is_said_plainly(tmp_path: Path, name: str, value: str) -> None:
    environment = {**_settings(8000, tmp_path), name: value}
    command = [sys.executable, "-m", "infra.local", "run"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{name} must be ")
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_said_plainly(running: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local", "run"]
    done = subprocess.run(
        command, cwd=ROOT, env=_settings(running.port, tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"port {running.port} (API) cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_failed_is_sent_back_by_replay(running: Run) -> None:
    command = [sys.executable, "-m", "infra.local", "replay"]
    done = subprocess.run(
        command, cwd=ROOT, env=_settings(running.port, running.state), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "sent back 0, carried by the sweep 0, left 0\n")


def _opened(run: Run) -> str:
    line = next(line.strip() for line in run.printed if "/v1/prefills " in line)
    return str(json.loads(_shell(line, run))["id"])


def _seen(run: Run, prefill: str) -> dict[str, Any]:
    bearer = _token("001090999001", run.port, run.state).stdout.strip()
    url = f"http://127.0.0.1:{run.port}/v1/prefills/{prefill}"
    found: dict[str, Any] = json.loads(_shell(f"curl -sS {url} -H 'Authorization: Bearer {bearer}'", run))
    return found


def _leave_unpublished(run: Run) -> str:
    """Write an event that the stream has told of before it was pending, as a crash between the two leaves it."""
    long_ago = SystemClock().now().replace(year=2025)
    event = Event(EventId(RandomIds(SystemClock()).new()), "prefill.opened", "nobody", long_ago)
    dynamodb = run.aws("dynamodb")
    item = {"pk": {"S": event.id}, "event": {"S": json.dumps(event.to_json())}, "at": {"S": iso(long_ago)}}
    table = run.environment["MOTLAN_OUTBOX_TABLE"]
    dynamodb.put_item(TableName=table, Item=item)
    eventually(lambda: _logged(run, event.id) or None, SECONDS)
    dynamodb.put_item(TableName=table, Item={**item, "pending": {"S": "p0"}})
    dynamodb.close()
    return event.id


def _logged(run: Run, event: str) -> list[str]:
    s3 = run.aws("s3")
    keys = [
        each["Key"] for each in s3.list_objects_v2(Bucket=run.environment["MOTLAN_EVENTS_BUCKET"]).get("Contents", [])
    ]
    s3.close()
    return [key for key in keys if event in key]


def _pending(run: Run, event: str) -> bool:
    dynamodb = run.aws("dynamodb")
    found = dynamodb.get_item(TableName=run.environment["MOTLAN_OUTBOX_TABLE"], Key={"pk": {"S": event}})["Item"]
    dynamodb.close()
    return "pending" in found


@pytest.mark.prove
def test_a_restart_keeps_the_data_and_sweeps_what_was_not_published(tmp_path: Path) -> None:
    port = free_run_of_ports(3)
    with _run(port, tmp_path) as first:
        prefill = _opened(first)
        before = _seen(first, prefill)
        event = _leave_unpublished(first)
        assert _pending(first, event)
        assert first.stop() == 0
    with _run(port, tmp_path) as second:
        assert _seen(second, prefill) == before
        eventually(lambda: None if _pending(second, event) else True, SECONDS)


@pytest.mark.prove
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_that_was_started(number: signal.Signals, tmp_path: Path) -> None:
    with _run(free_run_of_ports(3), tmp_path) as run:
        pids = run.pids()
        assert len(pids) == 3
        assert run.stop(number) == 0
    assert [pid for pid in pids if (PROC / str(pid)).exists()] == []
    assert not (tmp_path / "running.json").exists()


@pytest.mark.prove
def test_when_a_child_dies_the_rest_stops_and_says_so(tmp_path: Path) -> None:
    with _run(free_run_of_ports(3), tmp_path) as run:
        pids = run.pids()
        os.kill(pids[1], signal.SIGKILL)
        assert run.process.wait(SECONDS) == 1
    assert [pid for pid in pids if (PROC / str(pid)).exists()] == []
    assert "ended" in "".join(run.printed)


@pytest.mark.prove
def test_children_do_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    with _run(free_run_of_ports(3), tmp_path) as run:
        children = run.pids()[1:]
        run.process.kill()
        run.process.wait(SECONDS)
    eventually(lambda: True if not [pid for pid in children if _alive(pid)] else None, SECONDS)


def _alive(pid: int) -> bool:
    status = PROC / str(pid) / "stat"
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
