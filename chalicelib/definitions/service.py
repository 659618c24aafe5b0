"""Which set of definitions is live, which one a pin means, and how a new one goes live whole.

Knows that sets are kept by hash and one pointer names the live one; must not know a kind, a table or a bucket.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from chalicelib.definitions.check import validate
from chalicelib.definitions.load import Document
from chalicelib.definitions.model import Catalogue, Envelope, Kind, catalogue_of
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt, OurError
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash, EventId, IdSource
from chalicelib.kernel.log import Log

FRESH_S = 30.0
"""Seconds for which a process trusts the pointer that it read."""
_MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class Live:
    """The pointer: which set is live, the how-manieth it is, and the store's own mark of this state of it."""

    hash: CatalogueHash
    sequence: int
    mark: str = ""


class DefinitionStore(Protocol):
    """Where published sets are kept."""

    def live(self) -> Live | None:
        """Read the pointer, strongly consistent; None before the first publish. Raises StoreUnavailable."""
        ...

    def envelopes(self, catalogue: CatalogueHash, known: Mapping[str, Envelope]) -> tuple[Envelope, ...]:
        """Read a set, taking the definitions already known by hash as they are.

        Raises Corrupt when it is not there or not what its name says, StoreUnavailable when nobody can tell.
        """
        ...

    def keep(self, catalogue: Catalogue) -> None:
        """Keep a set under its hash, definitions first; keeping it again changes nothing. Raises StoreUnavailable."""
        ...

    def move(self, before: Live | None, after: Live, said: Event) -> None:
        """Move the pointer and say so, in one step. Raises Conflict when it is no longer where it was."""
        ...


@dataclass(slots=True)
class _Seen:
    """What this process last took for live, and when it read so (monotonic seconds)."""

    catalogue: Catalogue
    at: float | None = None


@dataclass
class Definitions:
    """The published definitions. `base` is the set that came with the package: live while none is published."""

    store: DefinitionStore
    base: Catalogue
    kinds: Sequence[Kind[object]]
    clock: Clock
    ids: IdSource
    log: Log
    _kept: Mapping[CatalogueHash, Catalogue] = field(init=False, repr=False, default_factory=dict)
    _seen: _Seen = field(init=False, repr=False)
    _reading: Lock = field(init=False, repr=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._seen = _Seen(self.base)

    def current(self) -> Catalogue:
        """Return the live set, as read at most 30 s ago; while the store is down, the last one known.

        Only one thread reads the pointer again; the others go on with what is known.
        """
        if self._is_fresh() or not self._reading.acquire(blocking=self._seen.at is None):
            return self._seen.catalogue
        try:
            if not self._is_fresh():
                self._seen = _Seen(self._read(), self.clock.monotonic())
        finally:
            self._reading.release()
        return self._seen.catalogue

    def at(self, catalogue: CatalogueHash) -> Catalogue:
        """Return the set that something was pinned to. Raises Corrupt when it was never published."""
        if catalogue == self.base.hash:
            return self.base
        found = self._kept.get(catalogue)
        return self._fetch(catalogue) if found is None else found

    def check(self, documents: Iterable[Document]) -> Catalogue:
        """Return the set that the files make. Raises RefusedSet naming every fault."""
        return validate(documents, self.kinds)

    def publish(self, documents: Iterable[Document]) -> Catalogue:
        """Make the files the live set: checked whole, kept whole, then shown by one move of the pointer.

        Publishing what is live already changes nothing. Raises RefusedSet when a check fails, Conflict when another
        publish came first; in both cases readers see no difference.
        """
        catalogue = self.check(documents)
        before = self.store.live()
        if before is None or before.hash != catalogue.hash:
            self.store.keep(catalogue)
            after = Live(catalogue.hash, 1 if before is None else before.sequence + 1)
            self.store.move(before, after, self._published(catalogue, after))
        self._remember(catalogue)
        self._seen = _Seen(catalogue, self.clock.monotonic())
        return catalogue

    def _is_fresh(self) -> bool:
        return self._seen.at is not None and self.clock.monotonic() - self._seen.at < FRESH_S

    def _read(self) -> Catalogue:
        try:
            live = self.store.live()
            return self.base if live is None else self.at(live.hash)
        except OurError as error:
            return self._last_known(error)

    def _last_known(self, error: OurError) -> Catalogue:
        last = self._seen.catalogue
        self.log.error("live definitions could not be read", code=error.code, catalogue=last.hash)
        return last

    def _fetch(self, catalogue: CatalogueHash) -> Catalogue:
        sets = (self.base, *self._kept.values())
        known = {each.hash: each for kept in sets for each in kept.envelopes.values()}
        found = catalogue_of(self.store.envelopes(catalogue, known))
        if found.hash != catalogue:
            raise Corrupt(what="catalogue")
        self._remember(found)
        return found

    def _remember(self, catalogue: Catalogue) -> None:
        # Replaced whole, never changed: other threads may be reading it.
        kept = [*self._kept.values(), catalogue][-_MOST_KEPT:]
        self._kept = {each.hash: each for each in kept}

    def _published(self, catalogue: Catalogue, after: Live) -> Event:
        counts = Counter(kind for kind, _ in catalogue.envelopes)
        return Event(
            EventId(self.ids.new()),
            "definitions.published",
            catalogue.hash,
            self.clock.now(),
            {"hash": catalogue.hash, "sequence": after.sequence, "counts": dict(sorted(counts.items()))},
        )
