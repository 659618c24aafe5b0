"""Where one prefill's own time goes on the service's side: store calls, the wait for registers, and our own code.

Runs the handler in this process, with registers at 0 ms, first plain and then under a profiler.
"""

import cProfile
import json
import pstats
import time
from collections import Counter, defaultdict
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.figures import Figure, median, short
from bench.serve import in_this_process
from bench.stand import Citizen, Stand
from infra.local.front import Gateway

_MOST = 10


class _Stopwatch:
    """Times the SDK's calls by their hooks, from the call's parameters being ready to its answer being parsed."""

    def __init__(self) -> None:
        self.calls: dict[str, list[float]] = defaultdict(list)
        self._start = 0.0

    def watch(self, client: Any) -> None:  # noqa: ANN401 - botocore's clients have no type of their own
        """Listen to a client."""
        client.meta.events.register("before-call", self._before)
        client.meta.events.register("after-call", self._after)

    def _before(self, **_: object) -> None:
        self._start = time.perf_counter()

    def _after(self, model: Any, **_: object) -> None:  # noqa: ANN401 - as above
        self.calls[str(model.name)].append((time.perf_counter() - self._start) * 1000)


def own_costs(stand: Stand, n: int) -> list[Figure]:
    """Measure prefills in this process, and name what they are made of."""
    stand.latency(population=0, civil_status=0)
    gateway, services = in_this_process(stand.home)
    people = list(islice(cycle(stand.citizens), n))
    for citizen in stand.citizens:
        _ask(gateway, citizen)
    watch = _Stopwatch()
    watch.watch(services.table._clients.dynamodb)  # noqa: SLF001 - the client that the app itself uses
    watch.watch(services.table._clients.kms)  # noqa: SLF001 - as above
    walls, waits, used = [], [], []
    for citizen in people:
        start, busy = time.perf_counter(), time.thread_time()
        waits.append(_ask(gateway, citizen))
        used.append((time.thread_time() - busy) * 1000)
        walls.append((time.perf_counter() - start) * 1000)
    stores = {name: sum(each) / n for name, each in watch.calls.items()}
    detail = {
        "mean_ms": {
            "all": short(sum(walls) / n),
            "store_calls": short(sum(stores.values())),
            "registers_at_0_ms": short(sum(waits) / n),
            "all_else": short((sum(walls) - sum(waits)) / n - sum(stores.values())),
        },
        "processor_ms_of_the_handler_thread": short(sum(used) / n),
        "store_calls": {
            name: {"a_prefill": short(len(each) / n), "mean_ms": short(sum(each) / len(each))}
            for name, each in watch.calls.items()
        },
        "profile": _profiled(gateway, people),
    }
    return [Figure("prefill: in this process, no front, registers at 0 ms, p50", "ms", median(walls), n, None, detail)]


def _ask(gateway: Gateway, citizen: Citizen) -> float:
    """Open a prefill; return the milliseconds of its slowest call."""
    headers = {"authorization": f"Bearer {citizen.token}", "content-type": "application/json"}
    answer = gateway.handle_request("POST", "/v1/prefills", headers, json.dumps(citizen.order()).encode())
    if answer["statusCode"] != 201:
        raise RuntimeError(answer["body"])
    return max(float(each["ms"]) for each in json.loads(answer["body"])["sources"])


def _profiled(gateway: Gateway, people: list[Citizen]) -> dict[str, Any]:
    """Return the functions and packages that the handler's thread spends most in, in milliseconds a prefill."""
    profile = cProfile.Profile()
    for citizen in people:
        profile.enable()
        _ask(gateway, citizen)
        profile.disable()
    functions: Counter[str] = Counter()
    packages: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        package = _package(file)
        functions[f"{package}:{name}"] += own / len(people) * 1000
        packages[package.split("/")[0]] += own / len(people) * 1000
    return {
        "note": "a profiler makes many small calls look dearer than they are; waits are under 'built in'",
        "functions_ms": {name: short(each) for name, each in functions.most_common(_MOST)},
        "packages_ms": {name: short(each) for name, each in packages.most_common(_MOST)},
    }


def _package(file: str) -> str:
    parts = Path(file).with_suffix("").parts
    for root in ("site-packages", "chalicelib", "lib"):
        if root in parts:
            at = parts.index(root)
            return "/".join(parts[at if root == "chalicelib" else at + 1 :])
    return "built in" if file.startswith(("~", "<")) else parts[-1]
