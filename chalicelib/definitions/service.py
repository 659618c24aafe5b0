"""Which set of definitions is live, which one a pin means, and how a new one goes live whole.

Knows that sets are kept by hash and one pointer names the live one; must not know a kind, a table or a bucket.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol, TypeAlias

from chalicelib.definitions.check import validate
from chalicelib.definitions.load import Document
from chalicelib.definitions.model import Catalogue, Entry, Envelope, Fault, Kind, Rewritten, indexed
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt, OurError
from chalicelib.kernel.events import Event
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, EventId, IdSource
from chalicelib.kernel.log import Log

FRESH_S = 30.0
"""Seconds for which a process trusts the pointer that it read."""
_MOST_KEPT = 16
_MOST_SPANS = 64
_SETTLED = timedelta(minutes=5)
"""A publish is dated before it is written: only what is older than this cannot change any more."""

Published: TypeAlias = Mapping[str, str]
"""Every version ever published, `kind/code/version`, and the hash it was published with."""


@dataclass(frozen=True, slots=True)
class Live:
    """The pointer: which set is live, the how-manieth it is, and the store's own mark of this state of it.

    `versions` names the list of all versions published until then.
    """

    hash: CatalogueHash
    sequence: int
    versions: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A set and the moment it went live."""

    hash: CatalogueHash
    at: datetime


class DefinitionStore(Protocol):
    """Where published sets are kept."""

    def live(self) -> Live | None:
        """Read the pointer, strongly consistent; None before the first publish. Raises StoreUnavailable."""
        ...

    def published_by(self, instant: datetime) -> Publication | None:
        """Return the last publish at or before an instant, strongly consistent; None before the first.

        Raises StoreUnavailable.
        """
        ...

    def entries(self, catalogue: CatalogueHash) -> tuple[Entry, ...]:
        """Read the index of a set. Raises Corrupt when it is not there, StoreUnavailable when nobody can tell."""
        ...

    def definition(self, hash_: str) -> Envelope:
        """Read one definition. Raises Corrupt when it is not there or not what its name says, StoreUnavailable."""
        ...

    def versions(self, live: Live) -> Published:
        """Read every version published until then. Raises Corrupt, StoreUnavailable."""
        ...

    def keep(self, catalogue: Catalogue, versions: Published, stored: Container[str] = ()) -> str:
        """Keep a set under its hash, definitions first, and the versions; return what names those.

        Definitions whose hash is in `stored` are there already; keeping again changes nothing. Raises
        StoreUnavailable.
        """
        ...

    def move(self, before: Live | None, after: Live, said: Event) -> None:
        """Move the pointer, note since when, and say so, in one step; `said.at` is the moment.

        Raises Conflict when the pointer is no longer where it was.
        """
        ...


@dataclasses.dataclass(slots=True)
class _Seen:
    """What this process last took for live, and when it read so (monotonic seconds)."""

    catalogue: Catalogue
    at: float | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """A time throughout which one set was live; both ends are in it, and the past does not change."""

    catalogue: CatalogueHash
    since: datetime
    until: datetime


@dataclasses.dataclass
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
    _spans: tuple[_Span, ...] = field(init=False, repr=False, default=())

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

    def known_at(self, instant: datetime) -> Catalogue:
        """Return the set that was live at an instant that is over; before the first publish, the package's.

        A process reads each stretch of the past once, the last five minutes every time. Raises StoreUnavailable.
        """
        found = next((each.catalogue for each in self._spans if each.since <= instant <= each.until), None)
        return self.at(self._looked_up(instant) if found is None else found)

    def check(self, documents: Iterable[Document]) -> Catalogue:
        """Return the set that the files make. Raises RefusedSet naming every fault."""
        return validate(documents, self.kinds)

    def tried(self, file: str, document: JsonObject) -> Catalogue:
        """Return the set that the live one would be with this file in it; nothing is kept. Raises RefusedSet."""
        live = self.current().envelopes.values()
        others = [each for each in live if (each.kind, each.code) != (document.get("kind"), document.get("code"))]
        files = [Document(each.file or f"{each.kind}/{each.code}.json", _written(each)) for each in others]
        return self.check([*files, Document(file, json.dumps(document))])

    def publish(self, documents: Iterable[Document]) -> Catalogue:
        """Make the files the live set: checked whole, kept whole, then shown by one move of the pointer.

        Publishing what is live already changes nothing. Raises RefusedSet when a check fails, Rewritten when a version
        that was ever published comes with other content, Conflict when another publish came first; in all these cases
        readers see no difference.
        """
        catalogue = self.check(documents)
        before = self.store.live()
        if before is None or before.hash != catalogue.hash:
            self._replace(before, catalogue)
        self._remember(catalogue)
        self._seen = _Seen(catalogue, self.clock.monotonic())
        return catalogue

    def _replace(self, before: Live | None, catalogue: Catalogue) -> None:
        published = {} if before is None else self.store.versions(before)
        if rewritten := list(_rewritten(catalogue, published)):
            raise Rewritten(rewritten)
        versions = {**published, **{_version(each): each.hash for each in catalogue.envelopes.entries}}
        named = self.store.keep(catalogue, versions, frozenset(published.values()))
        after = Live(catalogue.hash, 1 if before is None else before.sequence + 1, named)
        self.store.move(before, after, self._published(catalogue, after))

    def _looked_up(self, instant: datetime) -> CatalogueHash:
        found = self.store.published_by(instant)
        if found is None:
            return self.base.hash
        if instant <= self.clock.now() - _SETTLED:
            # Replaced whole, never changed, as `_kept`.
            self._spans = (*self._spans, _Span(found.hash, found.at, instant))[-_MOST_SPANS:]
        return found.hash

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
        """Read a set's index; its definitions are fetched when first asked for, those at hand not at all."""
        found = indexed(self.store.entries(catalogue), self._open)
        if found.hash != catalogue:
            raise Corrupt(what="catalogue")
        self._remember(found)
        return found

    def _open(self, entry: Entry) -> Envelope:
        if self._in_base(entry):
            return self.base.envelopes[entry.key]
        held = (kept.envelopes.opened(entry.hash) for kept in self._kept.values())
        return next((each for each in held if each is not None), None) or self.store.definition(entry.hash)

    def _in_base(self, entry: Entry) -> bool:
        return entry.key in self.base.envelopes and self.base.envelopes.entry(entry.key).hash == entry.hash

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


def _version(entry: Entry) -> str:
    return f"{entry.kind}/{entry.code}/{entry.version}"


def _rewritten(catalogue: Catalogue, published: Published) -> Iterator[Fault]:
    """Yield the definitions that were published before under the same version with other content."""
    for each in catalogue.envelopes.entries:
        if published.get(_version(each), each.hash) != each.hash:
            reason = f"version {each.version} was published with other content: a change needs a new version"
            yield Fault(each.file, "/version", reason)


def _written(envelope: Envelope) -> str:
    """Write a definition as its file says it."""
    names = ("kind", "code", "version", "effective_from", "status", "body")
    said = {name: getattr(envelope, name) for name in names}
    return json.dumps({**said, "sources": [*envelope.sources]})
