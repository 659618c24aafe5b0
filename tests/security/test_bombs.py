"""No bomb goes off: each is refused in a process that could not hold what it unpacks to."""

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_TWO_GIGABYTES = 2 << 30
_IN_LITTLE_ROOM = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({_TWO_GIGABYTES}, {_TWO_GIGABYTES}))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from chalicelib.papers.service import RealPapers
from tests.support.attack_files import attack_files
bombs = [each for each in attack_files() if each.reason.endswith(("_large", "_deep", "_pages", "entities"))]
papers = RealPapers()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
wrong = [each.name for each in bombs if papers.open(each.body, each.declared).reason != each.reason]
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(len(bombs), wrong, grown < 200_000)
"""


def test_every_bomb_is_refused_in_a_process_that_has_little_room() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IN_LITTLE_ROOM], capture_output=True, text=True, cwd=_ROOT, check=True, timeout=120
    )

    count, rest = done.stdout.strip().split(" ", 1)
    assert int(count) >= 15
    assert rest == "[] True"
