"""Prefills and access log in memory, for many prefills without AWS; every read and write may be struck."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.audit.model import Access
from chalicelib.consent.model import Grant
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CitizenRef, ConsentId, PersonalId, PrefillId, ProcedureCode, SubjectId
from chalicelib.prefill.job import Who
from chalicelib.prefill.port import Claim, Done, Earlier, PrefillStore, Start, Subject, Taken
from chalicelib.prefill.revision import Header, Revision
from chalicelib.turns import Once, Raced

Strike = Callable[[str], None]
"""Called as `read`, `write` (before it stands) and `written` (it stands); raises what the caller is to hear."""


def spared(_: str) -> None:
    """Strike nothing."""


@dataclass
class MemoryPrefills(PrefillStore):
    """Everything in memory; one thread. `entries` is the log in the order of writing."""

    grants: Mapping[SubjectId, Grant] = field(default_factory=dict)
    strike: Strike = spared
    entries: list[tuple[SubjectId, Access]] = field(default_factory=list)
    states: dict[PrefillId, list[Claim | Revision]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    done: set[tuple[str, str]] = field(default_factory=set)
    is_forgetful: bool = False
    """Whether it takes entries and keeps none, which whoever watches it should notice."""

    def begin(
        self,
        who: Who,
        people: frozenset[SubjectId],
        procedure: ProcedureCode,  # noqa: ARG002 - the port's
        once: Once | None = None,  # noqa: ARG002 - no caller here repeats itself
    ) -> Start:
        self.strike("read")
        return _Begun(self, who, {each: grant for each, grant in self.grants.items() if each in people})

    def find(self, person: PersonalId, prefill: PrefillId, number: int | None = None) -> Revision | Claim | None:
        found = self.resume(prefill)
        if found is None or found.opening.caller != person:
            return None
        states = self.states[prefill]
        return found if number is None or number >= len(states) else states[number]

    def take(self, who: Who, prefill: PrefillId, once: Once | None = None) -> Taken | None:  # noqa: ARG002 - as above
        found = self.find(who.person, prefill)
        return None if found is None else _Took(self, found)

    def resume(self, prefill: PrefillId) -> Revision | Claim | None:
        self.strike("read")
        states = self.states.get(prefill)
        return None if states is None else states[-1]

    def live(self, revision: Revision, at: datetime) -> frozenset[ConsentId]:
        return frozenset(grant.id for grant in revision.grants.values() if at < grant.expires_at)

    def under(self, consent: ConsentId) -> Iterator[PrefillId]:
        raise NotImplementedError(consent)

    def enter(self, entries: Mapping[SubjectId, Access]) -> None:
        self.strike("write")
        if not self.is_forgetful:
            self.entries.extend(entries.items())
        self.strike("written")

    def add(self, revision: Revision, event: Event) -> None:
        self.strike("write")
        states = self.states[revision.header.id]
        if revision.number != len(states):
            raise Raced
        states.append(revision)
        self.events.append(event)
        self.strike("written")


@dataclass(frozen=True)
class _Begun(Start):
    store: MemoryPrefills
    who: Who
    consents: Mapping[SubjectId, Grant]

    @property
    def earlier(self) -> Earlier | None:
        return None

    @property
    def grants(self) -> Mapping[SubjectId, Grant]:
        return self.consents

    def claim(self, subject: Subject, entries: Mapping[SubjectId, Access]) -> Claim:
        owner = CitizenRef(f"ref-{self.who.person}")
        header = Header(
            subject.id, owner, self.who.client, subject.procedure, subject.form, subject.catalogue, subject.opened_at
        )
        claim = Claim(header, subject.opening)
        self.store.enter(entries)
        self.store.states[subject.id] = [claim]
        return claim

    def enter(self, entries: Mapping[SubjectId, Access]) -> None:
        self.store.enter(entries)

    def conclude(self, revision: Revision, event: Event, done: Done | None = None) -> None:
        mark = None if done is None else (done.consumer, done.event.id)
        if mark in self.store.done:
            raise Raced
        self.store.add(revision, event)
        if mark is not None:
            self.store.done.add(mark)


@dataclass(frozen=True)
class _Took(Taken):
    store: MemoryPrefills
    found: Revision | Claim

    @property
    def revision(self) -> Revision | Claim:
        return self.found

    @property
    def earlier(self) -> Earlier | None:
        return None

    def amend(self, after: Revision, event: Event) -> None:
        self.store.add(after, event)
