"""Free ports on loopback."""

import os
import socket
from contextlib import ExitStack
from itertools import count

HOST = "127.0.0.1"


def free_run_of_ports(length: int) -> int:
    """Return the first of so many neighbouring ports that are free now."""
    for first in count(20_000 + os.getpid() % 10_000, length):
        with ExitStack() as held:
            try:
                for port in range(first, first + length):
                    held.enter_context(socket.socket()).bind((HOST, port))
            except OSError:
                continue
            return first
    raise OSError
