"""The authors' walk-through, followed to the letter: its files written, its commands run, its outputs held."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.definitions.load import SCHEMAS

ROOT = SCHEMAS.parent
DOCUMENT = ROOT / "docs" / "authors.md"
_BLOCK = re.compile(r"^```(json|console)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: a file to write, or a command with the output it must have."""

    sort: str
    file: str
    text: str


def blocks() -> list[Block]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return [Block(*found.groups(default="")) for found in _BLOCK.finditer(text)]


def copied(folder: Path) -> None:
    shutil.copytree(SCHEMAS, folder / "schemas")
    (folder / "pyproject.toml").touch()
    for name in ("chalicelib", "tools", "infra"):
        (folder / name).symlink_to(ROOT / name)


def run(command: str, folder: Path) -> list[str]:
    python, *arguments = shlex.split(command)
    assert python == "python"
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    return (done.stdout + done.stderr).splitlines()


def missing(expected: list[str], told: list[str]) -> Iterator[str]:
    """Yield the expected lines that do not come, in this order."""
    rest = iter(told)
    for line in expected:
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        if not any(re.fullmatch(pattern, each) for each in rest):
            yield line


@pytest.mark.prove
def test_the_walk_through_works_as_it_is_written(tmp_path: Path) -> None:
    copied(tmp_path)
    followed = 0
    for block in blocks():
        if block.sort == "json":
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
            continue
        command, *expected = block.text.splitlines()
        told = run(command.removeprefix("$ "), tmp_path)
        assert list(missing(expected, told)) == [], (command, told)
        followed += 1

    assert followed == 16
    assert sum(block.sort == "json" for block in blocks()) == 10
