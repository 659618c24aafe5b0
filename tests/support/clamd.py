"""ClamAV's daemon with two signatures of our own, for as long as somebody needs it; no database is downloaded."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.support.malware import EICAR

OURS: Final = b"MOTLAN-OWN-VIRUS-FOR-TESTS"
LIMIT: Final = 1 << 20
"""The most bytes it takes at once."""
_CLAMD: Final = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
_READY: Final = 60


@contextmanager
def clamd_in(home: Path) -> Iterator[int]:
    """Start it with its files in a folder; yields its port. Where it is not installed the test is skipped, loudly."""
    if _CLAMD is None:
        pytest.skip("clamd is NOT INSTALLED here: ClamAV's own answers are not tested (apt-get install clamav-daemon)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = subprocess.Popen([_CLAMD, "--foreground", "--config-file", str(_configured(home, port))])
    try:
        _wait_for(port, started)
        yield port
    finally:
        os.kill(started.pid, signal.SIGTERM)
        started.wait(30)


def _configured(home: Path, port: int) -> Path:
    signatures = home / "signatures"
    signatures.mkdir()
    lines = [f"Motlan.Test:0:*:{OURS.hex()}", f"Motlan.Eicar:0:*:{EICAR.hex()}"]
    (signatures / "own.ndb").write_text("\n".join(lines) + "\n")
    config = home / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {signatures}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nTemporaryDirectory {home}\n"
        f"StreamMaxLength {LIMIT}\nMaxFileSize 250M\nMaxScanSize 500M\nAlertExceedsMax yes\n"
        f"LogFile {home / 'log'}\nBytecode no\nMaxThreads 2\n"
    )
    return config


def _wait_for(port: int, started: subprocess.Popen[bytes]) -> None:
    for _ in range(_READY * 10):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            assert started.poll() is None, "clamd ended by itself"
            threading.Event().wait(0.1)
    pytest.fail("clamd did not start")
