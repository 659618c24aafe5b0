"""An embedded AWS for one test session: a process of its own on a free loopback port."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

import urllib3

REGION = "ap-southeast-1"
_START_TRIES = 200
_ROOT = Path(__file__).parents[2]


class Ministack:
    """Started by `with`; ended by its own process handle, whatever happens in between.

    With `checks_signatures` it refuses what is not signed, or not by the secret of its access key: `test`.
    """

    def __init__(self, directory: Path, *, checks_signatures: bool = False) -> None:
        self._directory = directory
        self._more = {"AUTH": "true"} if checks_signatures else {}
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        # The secret of its accounts is the one that it finds there, and moto puts one there while it runs.
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            # Without these it listens on all interfaces, and for devices that we have none of.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "MINISTACK_REGION": REGION,
            "TMPDIR": str(self._directory),
            **self._more,
        }
        with (self._directory / "ministack.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.embedded_aws"],
                cwd=_ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait_until_ready(self) -> None:
        patience = urllib3.Retry(total=_START_TRIES, backoff_factor=0.02, backoff_max=0.1)
        with urllib3.PoolManager(retries=patience, timeout=1) as http:
            http.request("GET", f"{self.url}/_ministack/health")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
