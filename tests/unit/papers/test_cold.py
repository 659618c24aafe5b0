"""The API pays nothing for what opens files."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_HEAVY = ("PIL", "zxingcpp", "numpy", "pikepdf", "pypdfium2", "lxml", "pyhanko")
_LOADED = f"import sys; print(*sorted(set({_HEAVY!r}) & {{name.partition('.')[0] for name in sys.modules}}))"


@pytest.mark.parametrize("module", ["chalicelib.papers.service", "chalicelib.papers.malware", "app"])
def test_importing_it_loads_nothing_that_opens_files(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}; {_LOADED}"], capture_output=True, text=True, cwd=_ROOT, check=True
    )

    assert done.stdout.strip() == ""
