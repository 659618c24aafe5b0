"""The processes that the runtime owns: started on loopback, watched, and ended by pid in the order that keeps state.

Knows processes and ports; must not know what they serve.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import urllib3

ROOT = Path(__file__).parents[2]
_PATIENCE = 15.0


class CannotStart(Exception):
    """Why the runtime cannot start, for the person at the terminal."""


class Child:
    """One process of our own; its output goes to a log file."""

    def __init__(self, name: str, arguments: list[str], env: Mapping[str, str], log: Path) -> None:
        """`arguments`: a Python module and its arguments."""
        self.name, self.log = name, log
        self._url = ""
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.bound", *arguments],
                cwd=ROOT,
                env={**env, "MOTLAN_PARENT": str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we end it when nobody needs it any more
            )

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def ended(self) -> bool:
        """Say whether it is gone."""
        return self._process.poll() is not None

    def why(self) -> str:
        """Return how it ended and the last it said."""
        last = self.log.read_text(errors="replace").strip().splitlines()[-5:]
        return "\n  ".join([f"{self.name} ended (status {self._process.returncode}); last lines of {self.log}:", *last])

    def await_answer(self, url: str, pause: Callable[[float], bool], tries: int = 200) -> None:
        """Wait until something answers at `url`. Raises CannotStart when it ends first or never answers.

        `pause(seconds)` waits and says whether to give up.
        """
        for _ in range(tries):
            if self.ended():
                raise CannotStart(self.why())
            try:
                urllib3.request("GET", url, timeout=1.0, retries=False)
            except urllib3.exceptions.HTTPError:
                if pause(0.05):
                    raise CannotStart("stopped") from None
            else:
                return
        raise CannotStart(f"{self.name} does not answer at {url}; see {self.log}")

    def end(self) -> None:
        """End it, with time to write its state down."""
        if self.ended():
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def need_free(ports: Mapping[str, int]) -> None:
    """Raise CannotStart naming the first port that somebody else listens on."""
    for use, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as error:
                raise CannotStart(
                    f"port {port} ({use}) cannot be used: {error}. Is it running already? PORT=9000 takes 9000 to 9002."
                ) from None
