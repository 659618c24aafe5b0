"""A prefill's two waves in this process, on virtual time and without AWS: the real job, log entries and fetching.

Only the store is in memory, and the registers are the simulators' own app, called without a socket.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Final

from flask import Flask
from werkzeug.test import Client as WsgiClient
from werkzeug.test import TestResponse

from chalicelib.consent.model import Grant
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import (
    ClientId,
    ConsentId,
    FormCode,
    PersonalId,
    PrefillId,
    ProcedureCode,
    SubjectId,
)
from chalicelib.prefill.asking import Asking, Gathered
from chalicelib.prefill.entries import Occasion
from chalicelib.prefill.job import Job, Order, Rights, Who, job_of
from chalicelib.prefill.model import Resolution
from chalicelib.prefill.port import NothingHeld
from chalicelib.prefill.reach import due
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import Register
from chalicelib.sources.service import Sources
from infra.simulators.faults import Fault, FaultBook
from infra.simulators.personas import Personas
from infra.simulators.registers import Journal, Registers, blueprint
from tests.support.clock import START, VirtualClock
from tests.support.definitions import packaged
from tests.support.ids import CountedIds
from tests.support.memory_prefills import MemoryPrefills
from tests.support.pool import CALM, VirtualPool
from tests.support.service import SimulatedBus

_PORTAL: Final = ClientId("motlan-portal")
_RESERVE_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Asked:
    """Who asks for what; `consenting` consent to everything."""

    procedure: str
    form: str
    person: str
    subjects: Mapping[str, str]
    province: str | None = None
    answers: Mapping[str, Json] = field(default_factory=dict)
    consenting: tuple[str, ...] = ()

    @property
    def who(self) -> Who:
        return Who(PersonalId(self.person), 2, _PORTAL)

    @property
    def order(self) -> Order:
        subjects: dict[str, SubjectId] = {role: PersonalId(each) for role, each in self.subjects.items()}
        return Order(
            ProcedureCode(self.procedure),
            FormCode(self.form),
            subjects,
            province=self.province,
            answers=self.answers,
        )

    @property
    def grants(self) -> dict[SubjectId, Grant]:
        everything = frozenset(item for register in registers() for item in register.items)
        until = START + timedelta(days=30)
        return {PersonalId(each): Grant(ConsentId(f"consent-{each}"), everything, until) for each in self.consenting}


@dataclass(frozen=True)
class Filled:
    """What came of it, and the seconds that it took."""

    job: Job
    resolution: Resolution
    seconds: float


class Registry:
    """The simulated registers on a clock that starts anew for each prefill."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.faults = FaultBook(self.clock)
        app = Flask(__name__)
        app.register_blueprint(blueprint(Registers(people(), self.faults, Journal(), self.clock)))
        self.bus = SimulatedBus(WsgiClient(app, TestResponse), self.clock)

    def sources(self) -> Sources:
        """Return fetching that remembers nothing of earlier prefills."""
        return Sources(self.bus, VirtualPool(self.clock), self.clock, CountedIds(), CALM)

    def fill(self, asked: Asked, deadline: float, faults: Iterable[Fault] = ()) -> Filled:
        """Fill a form by the deadline (seconds) while these faults are in force."""
        self.clock.elapsed = 0.0
        self.faults.clear()
        for each in faults:
            self.faults.set(each)
        job = job_of(packaged(), asked.who, asked.order, Rights(START, asked.grants))
        gathered = self._gathered(job, asked, deadline)
        job = gathered.job
        context = job.context(gathered.held, gathered.papers, asked.answers)
        return Filled(job, resolve(job.form, job.items, job.plan, gathered.replies, context), self.clock.elapsed)

    def _gathered(self, job: Job, asked: Asked, deadline: float) -> Gathered:
        asking = Asking(MemoryPrefills(asked.grants), self.sources(), NothingHeld(), self.clock)
        occasion = Occasion(PrefillId("01JD9N3Z00PREF1110FTESTS00"), self.clock.now())
        return asking.first(job, due(job, {}), occasion, deadline - _RESERVE_SECONDS)


@cache
def registers() -> tuple[Register, ...]:
    """Return the registers of the packaged set."""
    return packaged().all(REGISTERS)


@cache
def people() -> Personas:
    """Return the made-up citizens."""
    return Personas.load()
