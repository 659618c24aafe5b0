"""Every command of the README is run as it is written; only the port and the state's place differ."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from tests.support.ports import free_run_of_ports

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
RUN, *COMMANDS = BLOCKS
_PATIENCE = urllib3.Retry(total=600, backoff_factor=0.05, backoff_max=0.5)


@contextmanager
def typed(environment: dict[str, str]) -> Iterator[None]:
    """Type the first command, wait until the service answers, and press Ctrl-C in the end."""
    with subprocess.Popen(
        ["bash", "-c", RUN], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as run:
        try:
            urllib3.PoolManager().request("GET", f"http://127.0.0.1:{environment['PORT']}/docs", retries=_PATIENCE)
            yield
        finally:
            os.killpg(run.pid, signal.SIGINT)
            assert run.wait(timeout=60) in {0, 2, 130, -signal.SIGINT}


def test_the_readme_begins_with_make_run() -> None:
    assert RUN.strip() == "make run"


@pytest.mark.prove
def test_every_command_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    port = free_run_of_ports(3)
    environment = {**os.environ, "PORT": str(port), "STATE": str(tmp_path)}
    with typed(environment):
        said = [_output(command, port, environment) for command in COMMANDS]
    procedures, prefill, log = (json.loads(each) for each in said[:3])
    assert "1.000894" in json.dumps(procedures)
    assert prefill["fields"]["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert [entry["prefill"] for entry in log["entries"]] == [prefill["id"]]
    consented = json.loads(said[3])
    assert consented["fields"]["/BenNu/HoTen"]["provenance"]["basis"] == "consent"
    assert "/BenNu/HoTen" in consented["changed"]
    assert json.loads(said[4])["state"] == "available"
    declared = [field for field in json.loads(said[5])["fields"].values() if "value" in field]
    assert [field["outcome"] for field in declared] == ["filled_declared"] * 6
    late = json.loads(said[7])
    assert (late["revision"], late["status"]) == (2, "final")
    assert "/BenNam/HoTen" in late["changed"]


def _output(command: str, port: int, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        pytest.fail(f"{command}\n{done.stdout}{done.stderr}")
    return done.stdout
