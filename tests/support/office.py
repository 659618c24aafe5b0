"""The use cases that ask registers, over a log that fails by dice, with a witness on the bus.

Whenever a register is about to be asked, or a warehouse to be read, the log must already hold an entry, written for
this very asking, that names the person, the register (or that it was the warehouse) and what is asked for; the witness
raises where it does not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from json import loads
from random import Random
from typing import Final

from chalicelib.audit.model import Access
from chalicelib.bootstrap import KINDS
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.errors import AppError, StoreUnavailable
from chalicelib.kernel.ids import ItemId, PrefillId, RegisterCode, SubjectId, organisation_id
from chalicelib.kernel.log import Log
from chalicelib.prefill.asking import Asking
from chalicelib.prefill.complete import Completion
from chalicelib.prefill.job import Job, Who
from chalicelib.prefill.model import Archived
from chalicelib.prefill.port import Archive
from chalicelib.prefill.reader import Reader
from chalicelib.prefill.refreshing import Refreshing
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.service import Prefills
from chalicelib.prefill.told import INCOMPLETE
from chalicelib.prefill.writing import Change, Writer
from chalicelib.sources.service import Response, Sources, Transport
from chalicelib.turns import Raced
from infra.simulators.faults import Fault
from tests.support.definitions import MemoryDefinitions, packaged
from tests.support.ids import CountedIds
from tests.support.memory_prefills import MemoryPrefills
from tests.support.orders import DIVORCED, GROOM, ORDERS, SON
from tests.support.pool import CALM, VirtualPool
from tests.support.registers import SLOW
from tests.support.waves import Asked, Registry, registers

DENIED: Final = (
    Asked("1.000894", "to-khai-ket-hon", DIVORCED, {"bride": DIVORCED, "groom": GROOM}),
    Asked("1.000894", "to-khai-ket-hon", DIVORCED, {"groom": GROOM}),
    Asked("1.004873", "to-khai-xac-nhan-tinh-trang-hon-nhan", DIVORCED, {"person": SON}),
)
"""Orders that name people who consented to nothing, and a child that is not the caller's."""
ITEMS: Final = {
    (register.code, attribute.asks): {each.item for each in register.attributes if each.asks == attribute.asks}
    for register in registers()
    for attribute in register.attributes
}
"""What each field of a register's replies holds."""
_KEPT: Final = 100
"""Prefills that are gone on with; earlier ones are forgotten."""


class Witnessed(Transport):
    """The bus, with somebody who looks on before each question."""

    def __init__(self, bus: Transport, look: Callable[[RegisterCode, bytes], None]) -> None:
        self._bus = bus
        self._look = look

    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> AbstractContextManager[Response]:
        self._look(register, body)
        return self._bus.post(route, register, body, timeout)


class WitnessedArchive(Archive):
    """An archive of nothing, with somebody who looks on before each reading."""

    def __init__(self, look: Callable[[SubjectId, frozenset[ItemId], frozenset[str]], None]) -> None:
        self._look = look

    def held(self, subject: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> Archived:
        self._look(subject, items, evidence)
        return Archived()


@dataclass
class Office:
    """`seen` counts what was done and how it ended, `questions` what the registers were asked, `readings` archives."""

    dice: Random
    registry: Registry = field(default_factory=Registry)
    seen: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    readings: int = 0
    log: dict[PrefillId, list[tuple[SubjectId, Access]]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def store(self) -> MemoryPrefills:
        """Return the store; its `entries` are those of the present operation."""
        return MemoryPrefills(strike=self._strike)

    @cached_property
    def asking(self) -> Asking:
        bus, clock = Witnessed(self.registry.bus, self._look), self.registry.clock
        sources = Sources(bus, VirtualPool(clock), clock, CountedIds(), CALM)
        return Asking(self.store, sources, WitnessedArchive(self._watch), clock)

    @cached_property
    def prefills(self) -> Prefills:
        return Prefills(self.store, self.asking, self._reader, self._definitions, self.registry.clock, self._ids)

    @cached_property
    def completion(self) -> Completion:
        return Completion(self.store, self.asking, self._reader, self.registry.clock, self._ids)

    @cached_property
    def refreshing(self) -> Refreshing:
        return Refreshing(Writer(self.store, self._reader, self.registry.clock, self._ids), self.asking)

    def work(self, times: int) -> None:
        """Do so many things of every kind, in an order by dice."""
        for _ in range(times):
            self._trouble()
            deed = self.dice.choices((self._open, self._complete, self._refresh), (5, 3, 2))[0]
            try:
                deed()
            except AppError as error:
                self.seen[error.code] += 1
            self._turn_page()

    def _trouble(self) -> None:
        """Let a register be slow now and then, so that something is left to complete."""
        self.registry.faults.clear()
        if self.dice.random() < 0.4:
            slow = self.dice.choice(("population", "civil_status", "insurance", "health"))
            self.registry.faults.set(Fault.model_validate({"register": slow, "latency": SLOW}))

    def _open(self) -> None:
        asked = self.dice.choice(DENIED if self.dice.random() < 0.3 else tuple(ORDERS.values()))
        self.store.grants = asked.grants
        order = replace(asked.order, deadline_ms=self.dice.choice((300, 2_500)))
        shown = self.prefills.open(asked.who, order, {}, None)
        self.seen["denied" if asked in DENIED else "opened"] += 1
        self._check(shown.revision, shown.job)

    def _complete(self) -> None:
        waiting = [each for each in self.store.events if each.kind == INCOMPLETE]
        if waiting:
            event, before = self.dice.choice(waiting), self.questions
            self._consenting(self.store.states[PrefillId(event.subject)][-1])
            self.registry.clock.advance(self.dice.choice((0, 60)))
            self.completion.run(event)
            self.seen["completed" if self.questions > before else "nothing to complete"] += 1

    def _refresh(self) -> None:
        answered = [each[-1] for each in self.store.states.values() if isinstance(each[-1], Revision)]
        if answered:
            revision = self._consenting(self.dice.choice(answered))
            who = Who(revision.opening.caller, revision.opening.level, revision.header.client)
            state = self.refreshing.refresh(Change(who, revision.header.id), 2_500)
            self.seen["refreshed"] += 1
            self._check(state.revision, state.job)

    def _consenting(self, revision: object) -> Revision:
        """Let those go on consenting who did, or let them withdraw."""
        assert isinstance(revision, Revision)
        self.store.grants = {} if self.dice.random() < 0.1 else revision.grants
        return revision

    def _look(self, register: RegisterCode, body: bytes) -> None:
        self.questions += 1
        question = loads(body)
        named = question["subject"]
        subject = named.get("personal_id") or organisation_id(named["organisation_id"])
        entered = any(
            (about, entry.decision) == (subject, "allowed")
            and register in entry.registers
            and all(ITEMS[register, name].intersection(entry.items) for name in question["fields"])
            for about, entry in self.store.entries
        )
        assert entered, "asked before it was entered"

    def _watch(self, subject: SubjectId, items: frozenset[ItemId], evidence: frozenset[str]) -> None:
        self.readings += 1
        assert items or evidence, "read for nothing"
        entered = any(
            (about, entry.decision, entry.archive) == (subject, "allowed", True) and items <= set(entry.items)
            for about, entry in self.store.entries
        )
        assert entered, "read before it was entered"

    def _check(self, revision: Revision, job: Job) -> None:
        """Hold an answer against the log: whose data is in it, and who was denied."""
        entries = [*self.log[revision.header.id], *self.store.entries]
        for call, reply in revision.replies.items():
            stands = (
                about == call.subject and call.register in entry.registers and entry.wave == call.wave
                for about, entry in entries
            )
            assert reply.outcome != "answered" or any(stands), "answered without an entry"
        for named in job.subjects.values():
            denied = ((named.subject, named.right.refusal) == (about, entry.decision) for about, entry in entries)
            assert named.right.allowed or named.right.awaits or any(denied), "denied without an entry"

    def _turn_page(self) -> None:
        for about, entry in self.store.entries:
            if entry.prefill is not None:
                self.log[entry.prefill].append((about, entry))
        self.seen["entries"] += len(self.store.entries)
        self.store.entries.clear()
        while len(self.store.states) > _KEPT:
            gone = next(iter(self.store.states))
            del self.store.states[gone]
            self.log.pop(gone, None)
            self.store.events = [each for each in self.store.events if each.subject != gone]

    def _strike(self, what: str) -> None:
        luck = self.dice.random()
        if what == "write" and luck < 0.05:
            raise Raced
        if luck > {"read": 0.98, "write": 0.94, "written": 0.97}[what]:
            raise StoreUnavailable

    @cached_property
    def _ids(self) -> CountedIds:
        return CountedIds()

    @cached_property
    def _definitions(self) -> Definitions:
        clock = self.registry.clock
        return Definitions(MemoryDefinitions(), packaged(), KINDS, clock, self._ids, Log(clock, lambda _: None))

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.store, self._definitions, self.registry.clock)
