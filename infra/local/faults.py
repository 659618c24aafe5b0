"""What at-least-once delivery may do to records, drawn from a seeded source so that a bad run can be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fate(Generic[T]):
    """Where records go: the invocations made now, those that come in a later step, those never handed over."""

    batches: list[list[T]]
    later: list[T]
    lost: list[T]


@dataclass(frozen=True)
class Faults:
    """Chances, 0 to 1: per record of `duplicate`, `delay`, `drop` and `lose`, per batch of `reorder`.

    A drop loses a stream record or a tick for good, as a relay that never ran; a queue keeps what was not
    acknowledged and brings it back. What is lost is gone for a queue too, as if it had never come to it.
    """

    seed: int = 0
    duplicate: float = 0.0
    delay: float = 0.0
    drop: float = 0.0
    reorder: float = 0.0
    lose: float = 0.0

    @cached_property
    def _random(self) -> Random:
        return Random(self.seed)  # noqa: S311 - to repeat a run, not to hide anything

    def apply(self, records: Sequence[T]) -> Fate[T]:
        """Decide the fate of each record."""
        now: list[T] = []
        later: list[T] = []
        lost: list[T] = []
        for record in records:
            if self.lose and self._happens(self.lose):
                continue
            if self._happens(self.drop):
                lost.append(record)
            elif self._happens(self.delay):
                later.append(record)
            else:
                now.append(record)
        if self._happens(self.reorder):
            self._random.shuffle(now)
        again = [record for record in now if self._happens(self.duplicate)]
        return Fate([batch for batch in (now, again) if batch], later, lost)

    def _happens(self, chance: float) -> bool:
        return self._random.random() < chance
