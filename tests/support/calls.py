"""Counts what a block asks of an SDK client, by operation."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.faults import Client


@contextmanager
def counting(*clients: Client) -> Iterator[Counter[str]]:
    """Yield a counter of operations, e.g. `calls["BatchGetItem"]`; retries inside the SDK count once."""
    calls: Counter[str] = Counter()

    def note(model: Any, **_: object) -> None:  # noqa: ANN401 - the SDK's own type
        calls[model.name] += 1

    for client in clients:
        client.meta.events.register("provide-client-params", note)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("provide-client-params", note)
