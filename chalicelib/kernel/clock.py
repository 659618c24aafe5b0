"""Time as a dependency: code asks a `Clock`, tests turn its hands."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Protocol

_VIETNAM: Final = timezone(timedelta(hours=7))
"""No summer time."""


class Clock(Protocol):
    """Wall time for records, monotonic time for deadlines, sleep for waits."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def iso(instant: datetime) -> str:
    """Write an instant as RFC 3339 in UTC with milliseconds: fixed width, so text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Read what `iso` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def spoken(instant: datetime) -> tuple[str, str]:
    """Return an instant as people in Vietnam read it, in Vietnamese and in English."""
    local = instant.astimezone(_VIETNAM)
    time = f"{local:%H:%M:%S}"
    return f"{time} ngày {local:%d/%m/%Y} (giờ Việt Nam)", f"{time} on {local:%d %B %Y} (Vietnam time)"


def local_day(instant: datetime) -> date:
    """Return the day that it is in Vietnam: by it people come of age, and reports speak of it."""
    return instant.astimezone(_VIETNAM).date()
