"""What a measurement says: one figure with its unit, its aim and what it is made of; the machine; the table.

Pure but for reading the machine. Knows no measurement.
"""

import math
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. `aim` is told in the figure's own unit, as `≤ 40`; None where there is none. `n`: samples."""

    name: str
    unit: str
    value: float
    n: int
    aim: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """Return it as JSON; an aim that is not there is left out."""
        document = {**asdict(self), "value": short(self.value)}
        if self.aim is None:
            del document["aim"]
        return document


def short(value: float) -> float:
    """Keep four digits that mean something."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, max(0, 3 - math.floor(math.log10(abs(value)))))


def quantile(samples: Sequence[float], part: float) -> float:
    """Return the value that `part` (0 to 1) of the samples do not exceed: nearest rank, no interpolation."""
    ranked = sorted(samples)
    return ranked[max(0, math.ceil(part * len(ranked)) - 1)]


def median(samples: Sequence[float]) -> float:
    """Return the middle sample."""
    return quantile(samples, 0.5)


def spread(samples: Sequence[float]) -> dict[str, float]:
    """Return least, p50, p95, p99 and most, in the samples' own unit."""
    parts = {"min": 0.0, "p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: short(quantile(samples, part)) for name, part in parts.items()}


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processors, how busy they are now, interpreter and kernel."""
    model = (line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name"))
    return {
        "cpus": os.cpu_count(),
        "model": next(model, platform.machine()),
        "load": [short(each) for each in os.getloadavg()],
        "python": platform.python_version(),
        "kernel": platform.release(),
    }


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """Yield the lines of a short table."""
    for each in figures:
        aim = "" if each.aim is None else f"  (aim {each.aim})"
        yield f"{each.name:<58} {short(each.value):>10g} {each.unit:<10} n={each.n}{aim}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
