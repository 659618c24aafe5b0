"""The prefill store in memory: what the table keeps, with its races, for properties over many thousand calls."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.audit.model import Access
from chalicelib.consent.model import Grant
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CitizenRef, ClientId, ConsentId, PersonalId, PrefillId, ProcedureCode, SubjectId
from chalicelib.prefill.job import Who
from chalicelib.prefill.port import Claim, Done, Earlier, Once, PrefillStore, Raced, Start, Subject, Taken
from chalicelib.prefill.revision import Header, Revision

Asked = tuple[CitizenRef, ClientId, str, str]


def _nothing(_step: str) -> None:
    """Let the step happen."""


@dataclass
class MemoryPrefills(PrefillStore):
    """Everything that is kept. `before` is called with each step's name before it takes effect, and may raise."""

    clock: Clock
    before: Callable[[str], None] = _nothing
    states: dict[PrefillId, dict[int, Revision | Claim]] = field(default_factory=dict)
    logs: dict[SubjectId, list[Access]] = field(default_factory=dict)
    asked: dict[Asked, tuple[str, Earlier]] = field(default_factory=dict)
    consents: dict[tuple[SubjectId, ProcedureCode, PersonalId], Grant] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    marks: set[tuple[str, str]] = field(default_factory=set)
    owners: dict[PrefillId, PersonalId] = field(default_factory=dict)

    def begin(
        self, who: Who, people: frozenset[SubjectId], procedure: ProcedureCode, once: Once | None = None
    ) -> "MemoryStart":
        self.before("begin")
        known = people | {who.person}
        lengths = {subject: len(self.logs.get(subject, ())) for subject in known}
        found = {each: self.consents.get((each, procedure, who.person)) for each in people if each != who.person}
        grants = {each: grant for each, grant in found.items() if grant is not None}
        return MemoryStart(self, who, once, lengths, grants, self._earlier(who, once))

    def find(self, person: PersonalId, prefill: PrefillId, number: int | None = None) -> Revision | Claim | None:
        self.before("find")
        return self._found(person, prefill, number)

    def take(self, who: Who, prefill: PrefillId, once: Once | None = None) -> "MemoryTaken | None":
        self.before("take")
        state = self._found(who.person, prefill, None)
        return None if state is None else MemoryTaken(self, who, once, state, self._earlier(who, once))

    def resume(self, prefill: PrefillId) -> Revision | Claim | None:
        self.before("resume")
        owner = self.owners.get(prefill)
        return None if owner is None else self._found(owner, prefill, None)

    def live(self, revision: Revision, at: datetime) -> frozenset[ConsentId]:
        person, procedure = revision.opening.caller, revision.header.procedure
        found = {self.consents.get((subject, procedure, person)) for subject in revision.grants}
        kept = {grant.id for grant in found if grant is not None and at < grant.expires_at}
        return frozenset(grant.id for grant in revision.grants.values() if grant.id in kept)

    def under(self, consent: ConsentId) -> Iterator[PrefillId]:
        for prefill, states in list(self.states.items()):
            kept = [state for state in states.values() if isinstance(state, Revision)]
            if any(grant.id == consent for state in kept for grant in state.grants.values()):
                yield prefill

    def write(self, prefill: PrefillId, number: int, state: Revision | Claim) -> None:
        states = self.states.setdefault(prefill, {})
        if number in states and number:
            raise Raced
        states[number] = state

    def _found(self, person: PersonalId, prefill: PrefillId, number: int | None) -> Revision | Claim | None:
        states = self.states.get(prefill, {})
        if not states or self.owners[prefill] != person or self.clock.now() >= states[0].header.expires_at:
            return None
        return states.get(max(states) if number is None else number, states[0])

    def _earlier(self, who: Who, once: Once | None) -> Earlier | None:
        kept = None if once is None else self.asked.get(self.key(who, once))
        if once is None or kept is None:
            return None
        body, earlier = kept
        return Earlier(earlier.prefill, body == once.body, earlier.number)

    @staticmethod
    def key(who: Who, once: Once) -> Asked:
        return (CitizenRef(who.person), who.client, once.about, once.key)


@dataclass
class MemoryStart(Start):
    store: MemoryPrefills
    who: Who
    once: Once | None
    lengths: Mapping[SubjectId, int]
    found: Mapping[SubjectId, Grant]
    known: Earlier | None

    @property
    def earlier(self) -> Earlier | None:
        return self.known

    @property
    def grants(self) -> Mapping[SubjectId, Grant]:
        return self.found

    def claim(self, subject: Subject, entries: Mapping[SubjectId, Access]) -> Claim:
        self.store.before("claim")
        header = Header(
            subject.id,
            CitizenRef(self.who.person),
            self.who.client,
            subject.procedure,
            subject.form,
            subject.catalogue,
            subject.opened_at,
        )
        claim = Claim(header, subject.opening)
        if self.once is not None:
            key = self.store.key(self.who, self.once)
            if key in self.store.asked:
                raise Raced
            self._append(entries)
            self.store.asked[key] = (self.once.body, Earlier(subject.id, same=True))
        else:
            self._append(entries)
        self.store.owners[subject.id] = self.who.person
        self.store.write(subject.id, 0, claim)
        return claim

    def enter(self, entries: Mapping[SubjectId, Access]) -> None:
        if entries:
            self.store.before("enter")
            self._append(entries)

    def conclude(self, revision: Revision, event: Event, done: Done | None = None) -> None:
        self.store.before("conclude")
        mark = None if done is None else (done.consumer, done.event.id)
        if mark in self.store.marks:
            raise Raced
        self.store.write(revision.header.id, revision.number, revision)
        self.store.events.append(event)
        self.store.marks |= {mark} if mark else set()

    def _append(self, entries: Mapping[SubjectId, Access]) -> None:
        if any(len(self.store.logs.get(subject, ())) != self.lengths[subject] for subject in entries):
            raise Raced
        for subject, entry in entries.items():
            self.store.logs.setdefault(subject, []).append(entry)


@dataclass
class MemoryTaken(Taken):
    store: MemoryPrefills
    who: Who
    once: Once | None
    state: Revision | Claim
    known: Earlier | None

    @property
    def revision(self) -> Revision | Claim:
        return self.state

    @property
    def earlier(self) -> Earlier | None:
        return self.known

    def amend(self, after: Revision, event: Event) -> None:
        self.store.before("amend")
        if self.once is not None and self.store.key(self.who, self.once) in self.store.asked:
            raise Raced
        self.store.write(after.header.id, after.number, after)
        self.store.events.append(event)
        if self.once is not None:
            earlier = Earlier(after.header.id, same=True, number=after.number)
            self.store.asked[self.store.key(self.who, self.once)] = (self.once.body, earlier)
