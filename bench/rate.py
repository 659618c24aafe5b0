"""How often a second: so many threads, each doing one thing over and over. Knows nothing of what is done."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

Ask: TypeAlias = Callable[[], object]


def rate(asks: Sequence[Ask], seconds: float) -> float:
    """Return how many were done a second, each in a thread of its own until the time is over.

    What a thread had begun counts, with its time.
    """
    counts: list[int] = []
    until = time.perf_counter() + seconds

    def repeat(ask: Ask) -> None:
        done = 0
        while time.perf_counter() < until:
            ask()
            done += 1
        counts.append(done)

    threads = [threading.Thread(target=repeat, args=(ask,)) for ask in asks]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)
