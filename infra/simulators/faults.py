"""What can be made to go wrong in a register, and the book of what is wrong now.

Pure but for its seeded dice: says what should happen to a query; `hostile` makes the answer, `registers` serves it.
"""

import hashlib
import math
import random
import threading
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.kernel.clock import Clock

ERRORS: Final = {
    400: "BAD_REQUEST",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "AMBIGUOUS",
    429: "QUOTA",
    500: "INTERNAL",
    502: "INTERNAL",
    503: "MAINTENANCE",
    504: "UPSTREAM_TIMEOUT",
}
"""The statuses of the bus and the code each carries."""

Status = Literal[400, 403, 404, 409, 429, 500, 502, 503, 504]
Wrong = Literal["html", "shape", "list", "types"]
SubjectNumber = Annotated[str, Field(pattern=r"^([0-9]{12}|[0-9]{10})$")]
"""A person's id, or an organisation's code."""
EVERY: Final = "*"
_Z99 = 2.3263478740408408  # the normal distribution's 99th percentile, in standard deviations


def subject_digest(subject: str) -> str:
    """Return what the journal and the fault list show in place of a person's or an organisation's id."""
    return hashlib.sha256(subject.encode()).hexdigest()[:16]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Latency(_Frozen):
    """Milliseconds before the answer: between `low` and `high` (equal: fixed), or log-normal by its p50 and p99."""

    kind: Literal["uniform", "lognormal"]
    low: Annotated[float, Field(ge=0, le=120_000)]
    high: Annotated[float, Field(ge=0, le=120_000)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high < self.low or (self.kind == "lognormal" and self.low == 0):
            raise ValueError("want low <= high, and p50 > 0")
        return self

    def draw(self, dice: random.Random) -> float:
        """Return one latency in seconds."""
        if self.kind == "uniform":
            return dice.uniform(self.low, self.high) / 1000
        sigma = (math.log(self.high) - math.log(self.low)) / _Z99
        return dice.lognormvariate(math.log(self.low), sigma) / 1000

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `300`, `100-300` or `lognormal:200/1000` (p50/p99), in milliseconds. Raises ValueError."""
        if text.startswith("lognormal:"):
            low, high = text.removeprefix("lognormal:").split("/")
            return cls(kind="lognormal", low=float(low), high=float(high))
        low, _, high = text.partition("-")
        return cls(kind="uniform", low=float(low), high=float(high or low))


class Chance(_Frozen):
    """An error status and how often it comes: 0 to 1."""

    status: Status
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0


class Quota(_Frozen):
    """At most `calls` in each window of `seconds`, then 429 until the window ends."""

    calls: Annotated[int, Field(ge=0)]
    seconds: Annotated[float, Field(gt=0, le=86_400)]


class Fault(_Frozen):
    """Everything wrong with one register (or `*`: each), for one subject or for all."""

    target: Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9_]*)$", alias="register")]
    subject: SubjectNumber | None = None
    latency: Latency | None = None
    errors: tuple[Chance, ...] = ()
    quota: Quota | None = None
    maintenance: bool = False
    retry_after: Annotated[int, Field(ge=0, le=86_400)] = 30
    drip_seconds: Annotated[float, Field(ge=0, le=120)] = 0
    huge_mb: Annotated[int, Field(ge=0, le=256)] = 0
    wrong: Wrong | None = None
    wrong_person: bool = False
    redirect: bool = False
    reset: bool = False
    seed: int = 0

    @model_validator(mode="after")
    def _at_most_certain(self) -> Self:
        if sum(chance.probability for chance in self.errors) > 1 + 1e-9:
            raise ValueError("the probabilities add up to more than 1")
        return self

    @property
    def key(self) -> tuple[str, str | None]:
        """Return what the fault is about; a later fault about the same replaces it."""
        return self.target, None if self.subject is None else subject_digest(self.subject)

    def shown(self) -> dict[str, Any]:
        """Return it for a list: what is set, and the subject only as a digest."""
        document = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return document if self.subject is None else {**document, "subject": subject_digest(self.subject)}


@dataclass(frozen=True, slots=True)
class Strike:
    """What befalls one query: a wait, then an error status or what is done to the true answer."""

    fault: Fault | None = None
    delay: float = 0.0
    status: Status | None = None
    retry_after: int | None = None


@dataclass(slots=True)
class _Live:
    fault: Fault
    dice: random.Random
    window_ends: float = 0.0
    used: int = field(default=0)

    def over_quota(self, quota: Quota, now: float) -> float:
        """Count this call; return the seconds until there is room again, 0 when there is."""
        if now >= self.window_ends:
            self.window_ends, self.used = now + quota.seconds, 0
        self.used += 1
        return self.window_ends - now if self.used > quota.calls else 0.0


class FaultBook:
    """The faults in force. Threads may ask and set at once; equal seeds give equal draws in equal order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._live: dict[tuple[str, str | None], _Live] = {}

    def set(self, fault: Fault) -> None:
        """Put a fault in force, in place of an earlier one about the same register and subject."""
        with self._lock:
            self._live[fault.key] = _Live(fault, random.Random(fault.seed))  # noqa: S311 - dice for a rehearsal

    def clear(self, register: str | None = None, subject: str | None = None) -> int:
        """Take faults out of force: all, all of a register, or one about a subject. Return how many."""
        wanted = None if subject is None else subject_digest(subject)
        with self._lock:
            gone = [key for key in self._live if register in (None, key[0]) and (wanted is None or wanted == key[1])]
            for key in gone:
                del self._live[key]
        return len(gone)

    def all(self) -> list[Fault]:
        """Return the faults in force."""
        with self._lock:
            return [live.fault for live in self._live.values()]

    def strike(self, register: str, subject: str) -> Strike:
        """Draw what befalls a query; a fault about the subject goes before one about the register, that before `*`."""
        digest = subject_digest(subject)
        with self._lock:
            for key in ((register, digest), (EVERY, digest), (register, None), (EVERY, None)):
                if (live := self._live.get(key)) is not None:
                    return _draw(live, self._clock.monotonic())
        return Strike()


def _draw(live: _Live, now: float) -> Strike:
    fault = live.fault
    delay = 0.0 if fault.latency is None else fault.latency.draw(live.dice)
    luck = live.dice.random()
    if fault.maintenance:
        return Strike(fault, delay, 503, fault.retry_after)
    if fault.quota is not None and (wait := live.over_quota(fault.quota, now)):
        return Strike(fault, delay, 429, math.ceil(wait))
    for chance in fault.errors:
        luck -= chance.probability
        if luck < 0:
            return Strike(fault, delay, chance.status, fault.retry_after if chance.status in {429, 503} else None)
    return Strike(fault, delay)
