"""The packaged set with holes made in it, and a store of published sets that tests can turn off and race in."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import Document, base, documents
from chalicelib.definitions.model import Catalogue, Entry, Envelope
from chalicelib.definitions.service import Definitions, DefinitionStore, Live, Publication, Published
from chalicelib.kernel.canonical import digest
from chalicelib.kernel.errors import Conflict, Corrupt, StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash
from chalicelib.kernel.log import Log
from tests.support.clock import VirtualClock
from tests.support.ids import CountedIds

Change = Callable[[Any], None]


class MemoryDefinitions(DefinitionStore):
    """Published sets in memory. The pointer moves under a lock, as the real one does by its condition."""

    def __init__(self) -> None:
        self.pointer: Live | None = None
        self.sets: dict[CatalogueHash, Catalogue] = {}
        self.published: dict[str, Published] = {}
        self.fetched: list[str] = []
        self.events: list[Event] = []
        self.publications: list[Publication] = []
        self.looked_up = 0
        self.reads = 0
        self.is_down = False
        self._lock = Lock()

    def live(self) -> Live | None:
        self._answer()
        self.reads += 1
        return self.pointer

    def published_by(self, instant: datetime) -> Publication | None:
        self._answer()
        self.looked_up += 1
        return next((each for each in reversed(self.publications) if each.at <= instant), None)

    def entries(self, catalogue: CatalogueHash) -> tuple[Entry, ...]:
        self._answer()
        if catalogue not in self.sets:
            raise Corrupt(what="catalogue")
        return self.sets[catalogue].envelopes.entries

    def definition(self, hash_: str) -> Envelope:
        self._answer()
        self.fetched.append(hash_)
        kept = (each for one in self.sets.values() for each in one.envelopes.values())
        return next(each for each in kept if each.hash == hash_)

    def versions(self, live: Live) -> Published:
        self._answer()
        return self.published.get(live.versions, {})

    def keep(self, catalogue: Catalogue, versions: Published, stored: Container[str] = ()) -> str:  # noqa: ARG002 - port
        self._answer()
        self.sets[catalogue.hash] = catalogue
        name = digest(dict(versions))
        self.published[name] = versions
        return name

    def move(self, before: Live | None, after: Live, said: Event) -> None:
        self._answer()
        with self._lock:
            if self.pointer != before:
                raise Conflict
            self.pointer = after
            self.publications.append(Publication(after.hash, said.at))
            self.events.append(said)

    def _answer(self) -> None:
        if self.is_down:
            raise StoreUnavailable


class Process:
    """One process's view of the definitions, with its own clock and log."""

    def __init__(self, store: DefinitionStore, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.lines: list[str] = []
        self.definitions = Definitions(
            store, packaged(), KINDS, self.clock, CountedIds(), Log(self.clock, self.lines.append)
        )


@cache
def packaged() -> Catalogue:
    """Return the packaged set."""
    return base(KINDS)


@cache
def packaged_texts() -> Mapping[str, str]:
    return {document.file: document.text for document in documents()}


def files(changes: Mapping[str, Change] | None = None, *, units: bool = False) -> Iterator[Document]:
    """Yield the packaged files, those named changed; a name that is not there starts from an empty object.

    The tables of units are big and nothing refers to them, so they are left out unless asked for.
    """
    texts = {file: text for file, text in packaged_texts().items() if units or not file.startswith("units/")}
    for file, change in (changes or {}).items():
        document = json.loads(packaged_texts().get(file, "{}"))
        change(document)
        texts[file] = json.dumps(document, ensure_ascii=False)
    return (Document(file, text) for file, text in texts.items())


def version(number: int) -> Iterator[Document]:
    """Yield a set that passes and is like no other number's."""

    def renumbered(document: Any) -> None:  # noqa: ANN401 - JSON of any shape
        document["version"] = str(number)

    return files({"procedures/1.000894.json": renumbered})
