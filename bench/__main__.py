"""`python -m bench`: measure everything in one run; one JSON document to stdout, a short table to stderr.

Aims are told, never enforced: a figure over its aim is for a person to read. What cannot be measured at all raises,
after what was measured is printed.
"""

import json
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from bench import cold, costs, definitions, fees, follow, prefill, resolver, throughput, uploads, warehouse, wide
from bench.figures import Figure, machine, table
from bench.stand import Stand, running
from chalicelib.kernel.clock import SystemClock, iso

_LIMIT_SECONDS = 420
"""After that the run breaks off; ending the processes may take a few seconds more."""
Section = Callable[[Stand], list[Figure]]

# Each leaves the registers as it likes, so each sets them first. Deadlines come last: they leave work in the queue.
_SECTIONS: tuple[tuple[str, Section], ...] = (
    ("resolver", lambda _: resolver.resolver(rounds=15)),
    ("fees", lambda _: fees.figures()),
    ("definitions", lambda _: list(definitions.figures())),
    ("cold start", lambda stand: cold.cold_start(stand, n=11)),
    ("prefill", lambda stand: prefill.own_time(stand, n=100)),
    ("store", lambda stand: follow.store_floor(stand, n=100)),
    ("costs", lambda stand: costs.own_costs(stand, n=50)),
    ("prefills a second", lambda stand: prefill.throughput(stand, seconds=2)),
    ("front", lambda stand: throughput.front_over_gateway(stand, seconds=0.5, rounds=5)),
    ("eight registers, published", wide.published),
    ("event log", lambda stand: follow.event_log(stand, n=15)),
    ("access log", lambda stand: follow.access_log(stand, n=7)),
    ("completion", lambda stand: follow.completion(stand, n=5)),
    ("consent", lambda stand: follow.consented(stand, n=7)),
    ("eight registers", lambda stand: wide.own_time(stand, n=40)),
    ("unsteady registers", lambda stand: wide.tail(stand, n=160)),
    ("warehouse, upload", lambda _: uploads.available(n=20)),
    ("warehouse, growth", lambda stand: warehouse.growth(stand, n=25)),
    ("deadline", lambda stand: prefill.deadline(stand, n=6)),
)


class BrokenOff(RuntimeError):
    """The run took longer than it may, or was told to end."""


def main() -> None:
    """Measure and print."""
    for each in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(each, _break_off)
    signal.alarm(_LIMIT_SECONDS)
    at, before, figures = iso(SystemClock().now()), machine(), list[Figure]()
    try:
        with running() as stand:
            for name, section in _SECTIONS:
                start = time.perf_counter()
                figures += section(stand)
                print(f"{name}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    finally:
        signal.alarm(0)
        document = {"machine": before, "at": at, "results": [each.shown() for each in figures]}
        print(json.dumps(document, indent=1, ensure_ascii=False))
        print("", *table(figures), sep="\n", file=sys.stderr)


def _break_off(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise BrokenOff


if __name__ == "__main__":
    main()
