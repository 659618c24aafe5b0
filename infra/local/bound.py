"""`python -m infra.local.bound MODULE ARGUMENTS…` becomes `python -m MODULE ARGUMENTS…`, bound to its parent's life.

A parent that is killed outright cannot stop what it started; on Linux the kernel does it, with the signal that also
makes the embedded AWS write its state down.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Ask to be told of the parent's end, then become the module."""
    parent = int(os.environ["MOTLAN_PARENT"])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we asked
        return
    os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606 - the same interpreter, our own arguments


if __name__ == "__main__":
    main(sys.argv[1:])
