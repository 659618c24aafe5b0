"""The prefill: what we add to the slowest register, how many a process makes, and the deadline kept for real."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from typing import Any

from bench.figures import Figure, median, quantile, short, spread
from bench.rate import Ask, rate
from bench.stand import Answered, Caller, Citizen, Stand

_SLOW, _SLOWER = 150, 300
_AIM_OWN_MS = 40
_DEADLINES = (300, 1_000)


def own_time(stand: Stand, n: int) -> list[Figure]:
    """Measure the wall over the slowest of two registers, at fixed latencies and at none, blocks interleaved."""
    slow: list[Answered] = []
    quick: list[Answered] = []
    people = cycle(stand.citizens)
    with stand.caller() as caller:
        for _ in range(4):
            stand.latency(population=_SLOWER, civil_status=_SLOW)
            slow += [stand.prefill(caller, each) for each in islice(people, n // 4)]
            stand.latency(population=0, civil_status=0)
            quick += [stand.prefill(caller, each) for each in islice(people, n // 4)]
    over = [each.seconds * 1000 - _SLOWER for each in slow]
    beside = [each.seconds * 1000 - _slowest(each) for each in slow]
    walls = [each.seconds * 1000 for each in quick]
    detail = {
        "own_ms": spread(over),
        "registers_ms": {"population": _SLOWER, "civil_status": _SLOW},
        "beside_the_call_as_the_service_saw_it_ms": spread(beside),
        "wall_over_slowest": short(median([each.seconds * 1000 for each in slow]) / _SLOWER),
    }
    return [
        Figure("prefill: own time over the slowest register, p50", "ms", median(over), n, f"≤ {_AIM_OWN_MS}", detail),
        Figure("prefill: own time over the slowest register, p95", "ms", quantile(over, 0.95), n),
        Figure("prefill: own time over the slowest register, p99", "ms", quantile(over, 0.99), n),
        Figure("prefill: wall, registers at 0 ms, p50", "ms", median(walls), n, None, {"wall_ms": spread(walls)}),
    ]


def throughput(stand: Stand, seconds: float) -> list[Figure]:
    """Count prefills per second of one app process with 1 and 8 clients, each citizen with one client."""
    stand.latency(population=0, civil_status=0)
    rounds: dict[int, list[float]] = {1: [], 8: []}
    for _ in range(3):
        for clients, seen in rounds.items():
            seen.append(_rate(stand, clients, seconds))
    return [
        Figure(
            f"prefill: per second, one process, {clients} client{'s' if clients > 1 else ''}",
            "1/s",
            median(seen),
            len(seen),
            None,
            {"rounds": [short(each) for each in seen], "seconds_a_round": seconds},
        )
        for clients, seen in rounds.items()
    ]


def deadline(stand: Stand, n: int) -> list[Figure]:
    """Measure the worst wall over the deadline while one register is slow by far, or drips its answer."""
    worst: dict[str, Any] = {}
    ratios: list[float] = []
    faults: dict[str, dict[str, Any]] = {
        "slow_3s": {"latency": {"kind": "uniform", "low": 3_000, "high": 3_000}},
        "drip_3s": {"drip_seconds": 3},
    }
    with stand.caller() as caller:
        for name, fault in faults.items():
            stand.heal()
            stand.fault("population", **fault)
            for limit in _DEADLINES:
                seen = [stand.prefill(caller, each, limit).seconds * 1000 for each in islice(cycle(stand.citizens), n)]
                ratios += [each / limit for each in seen]
                worst[f"{name}_{limit}ms"] = {"worst_ratio": short(max(seen) / limit), "wall_ms": spread(seen)}
    stand.heal()
    return [Figure("deadline: worst wall over the deadline", "ratio", max(ratios), len(ratios), "≤ 1.1", worst)]


def _slowest(answered: Answered) -> float:
    return max(float(each["ms"]) for each in answered.body["sources"])


def _rate(stand: Stand, clients: int, seconds: float) -> float:
    with ExitStack() as kept:
        shares = [stand.citizens[at::clients] or stand.citizens[:1] for at in range(clients)]
        return rate([_asker(stand, kept.enter_context(stand.caller()), share) for share in shares], seconds)


def _asker(stand: Stand, caller: Caller, share: Sequence[Citizen]) -> Ask:
    people = cycle(share)
    return lambda: stand.prefill(caller, next(people))
