"""A clock whose hands only tests move."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class VirtualClock:
    """Stands still until told; sleeping moves it, so nothing waits."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self.elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.elapsed += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds
