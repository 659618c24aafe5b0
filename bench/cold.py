"""Cold starts in fresh interpreters, interleaved with a bare Chalice and one client; what the imports cost.

Measures the package when it is built and newer than the sources, else the sources with warm bytecode.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import Figure, median, short, spread
from bench.stand import Stand
from infra.local.children import ROOT
from infra.local.home import aws_environment

_CHILD = Path(__file__).with_name("fresh.py")
_ARCHIVE = ROOT / "build" / "out" / "deployment.zip"
_SHIPS = ("app.py", "chalicelib", "schemas")
_AIM = "≤ 2.0, goal 1.5"
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( *)(\S+)")
_MOST = 15
Times = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class _Tree:
    """What is started: the folder, where it is from, and the environment of the process."""

    folder: Path
    origin: str
    env: Mapping[str, str]

    def run(self, *arguments: str, **extra: str) -> Times:
        """Start a fresh interpreter and return the marks it set."""
        command = [sys.executable, "-c", _CHILD.read_text(encoding="utf-8"), *arguments]
        env = {**self.env, **extra}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=True)
        marks: Times = json.loads(done.stdout)
        return marks


def cold_start(stand: Stand, n: int) -> list[Figure]:
    """Measure the first request of a fresh process: a list, and a prefill with registers at 0 ms."""
    stand.latency(population=0, civil_status=0)
    tree, citizen = _tree(stand), stand.citizens[0]
    order = {"BENCH_TOKEN": citizen.token, "BENCH_BODY": json.dumps(citizen.order())}
    seen: dict[str, list[Times]] = {"bare": [], "list": [], "prefill": [], "base": []}
    for number in range(n + 1):
        round_ = {
            "bare": tree.run("bare"),
            "list": tree.run("GET", "/v1/procedures"),
            "prefill": tree.run("POST", "/v1/prefills", **order),
            "base": tree.run("base"),
        }
        if number:  # the first round fills the file cache and the bytecode
            for name, times in round_.items():
                seen[name].append(times)
    return [
        _ratio("cold start: list procedures over a bare one", seen["list"], seen["bare"], tree, "wall"),
        _ratio("cold start: first prefill over a bare one, without waits", seen["prefill"], seen["bare"], tree, "cpu"),
        _ratio("cold start: first prefill over a bare one, all in", seen["prefill"], seen["bare"], tree, "wall"),
        Figure("cold start: definitions of the package", "ms", _step(seen["base"], "imported", "answered"), n),
        _imports(tree),
    ]


def _ratio(name: str, ours: Sequence[Times], bare: Sequence[Times], tree: _Tree, kind: str) -> Figure:
    ratios = {
        each: [mine["answered"][each] / least["answered"][each] for mine, least in zip(ours, bare, strict=True)]
        for each in ("wall", "cpu")
    }
    detail = {
        "origin": tree.origin,
        "told": kind,
        "ratio": {each: spread(found) for each, found in ratios.items()},
        "wall_ms": {mark: short(median([each[mark]["wall"] for each in ours])) for mark in ours[0]},
        "cpu_ms": {mark: short(median([each[mark]["cpu"] for each in ours])) for mark in ours[0]},
        "bare_ms": {each: short(median([base["answered"][each] for base in bare])) for each in ratios},
    }
    aim = None if name.endswith("all in") else _AIM
    return Figure(name, "ratio", median(ratios[kind]), len(ours), aim, detail)


def _step(times: Sequence[Times], before: str, after: str) -> float:
    return median([each[after]["wall"] - each[before]["wall"] for each in times])


def _imports(tree: _Tree) -> Figure:
    """Name the modules that cost most by themselves when the app is imported, and the packages they are of."""
    command = [sys.executable, "-X", "importtime", "-c", "import app"]
    done = subprocess.run(command, cwd=tree.folder, env=tree.env, capture_output=True, text=True, check=True)
    selves = Counter({found[4]: int(found[1]) for found in map(_IMPORT.match, done.stderr.splitlines()) if found})
    packages: Counter[str] = Counter()
    for module, cost in selves.items():
        packages[module.split(".")[0]] += cost
    detail: dict[str, Any] = {
        "self_ms": {name: short(cost / 1000) for name, cost in selves.most_common(_MOST)},
        "packages_ms": {name: short(cost / 1000) for name, cost in packages.most_common(_MOST)},
        "modules": len(selves),
        "note": "importtime itself adds about a fifth",
    }
    return Figure("cold start: sum of imports of app", "ms", sum(selves.values()) / 1000, 1, None, detail)


def _tree(stand: Stand) -> _Tree:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTLAN_", "PYTHON"))}
    env = {**plain, **stand.environment, **aws_environment(stand.home.aws)}
    folder, origin = ROOT, "the sources, with warm bytecode"
    if _is_fresh():
        folder, origin = stand.home.state / "package", "the package, with the bytecode it ships"
        with zipfile.ZipFile(_ARCHIVE) as read:
            read.extractall(folder)
    return _Tree(folder, origin, {**env, "PYTHONPATH": str(folder)})


def _is_fresh() -> bool:
    """Say whether the package is there and newer than all that goes into it."""
    if not _ARCHIVE.exists():
        return False
    built = _ARCHIVE.stat().st_mtime
    files = (path for name in _SHIPS for path in [ROOT / name, *(ROOT / name).rglob("*.*")])
    return all(path.stat().st_mtime < built for path in files if path.suffix in {".py", ".json"})
