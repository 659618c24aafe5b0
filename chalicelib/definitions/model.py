"""What a definition is and how a kind of them is described; knows no kind, no file and no store."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from chalicelib.kernel.canonical import Json, JsonObject, digest
from chalicelib.kernel.errors import BadDefinition, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash

Status: TypeAlias = Literal["confirmed", "single_source", "unverified"]
Key: TypeAlias = tuple[str, str]
"""Kind and code: what names a definition within a set."""
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the set: the file (or kind/code), the place in it, and why, in words for its author."""

    file: str
    pointer: str
    reason: str

    def __str__(self) -> str:
        """Write it as an editor can jump to it."""
        return f"{self.file}#{self.pointer}: {self.reason}"


class RefusedSet(Unprocessable):
    """A set of definitions that did not pass: refused whole."""

    code = "definitions_refused"

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep every fault found, in order."""
        super().__init__()
        self.faults = tuple(faults)


class Rewritten(RefusedSet):
    """The set has versions that were published before with other content."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One definition as published: immutable under its hash."""

    kind: str
    code: str
    version: str
    effective_from: str
    status: Status
    sources: tuple[str, ...]
    body: JsonObject
    hash: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a set's index: all that is known of a definition while it is closed.

    `brief` is what its kind wants at hand for every definition of a list, so that a list over thousands opens none.
    `status` and `file` are known of the packaged set only.
    """

    kind: str
    code: str
    version: str
    hash: str
    brief: JsonObject = field(default_factory=dict)
    status: str = ""
    file: str = ""

    @property
    def key(self) -> Key:
        """Return what names the definition within the set."""
        return self.kind, self.code

    @property
    def row(self) -> list[Json]:
        """Return the line as the set's hash covers it."""
        return [self.kind, self.code, self.version, self.hash, *([self.brief] if self.brief else [])]


class View(Protocol):
    """What a kind's check may look at: the other bodies of the same set."""

    def codes(self, kind: str) -> frozenset[str]:
        """Return the codes there are of a kind."""
        ...

    def body(self, kind: str, code: str) -> Any | None:  # noqa: ANN401 - the body's model belongs to another slice
        """Return the parsed body of one definition, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A kind of definition: its folder under `schemas/`, how a body is parsed, checked and compiled.

    `parse` holds a raw body against the kind's typed dict, returns it as it is and raises pydantic's
    ValidationError; `check` yields faults that need the rest of the set (dangling references, examples that do not
    hold); `compile` makes the frozen value that slices use; `brief` makes what the index carries. Only bodies that
    passed both are compiled: those of the package, and those published.
    """

    name: str
    parse: Callable[[JsonObject], Any]
    compile: Callable[[Envelope, Any], T_co]
    check: Callable[[Envelope, Any, View], Iterator[Fault]] = field(default=lambda _envelope, _body, _view: iter(()))
    brief: Callable[[Envelope], JsonObject] = field(default=lambda _envelope: {})


class Envelopes(Mapping[Key, Envelope]):
    """The definitions of a set, each opened when it is first asked for. Lists, lookups and counts open nothing."""

    def __init__(self, entries: Iterable[Entry], opener: Callable[[Entry], Envelope]) -> None:
        self._entries = {each.key: each for each in entries}
        self._opener = opener
        self._opened: dict[str, Envelope] = {}

    def __getitem__(self, key: Key) -> Envelope:
        entry = self._entries[key]
        found = self._opened.get(entry.hash)
        # Two threads may open the same definition; both get the same value, so the last one kept is as good.
        return found if found is not None else self._opened.setdefault(entry.hash, self._opener(entry))

    def __iter__(self) -> Iterator[Key]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the index."""
        return tuple(self._entries.values())

    def entry(self, key: Key) -> Entry:
        """Return one line of the index. Raises KeyError."""
        return self._entries[key]

    def opened(self, hash_: str) -> Envelope | None:
        """Return the definition of that hash if it was opened before."""
        return self._opened.get(hash_)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One live set of definitions, by hash; values are opened and compiled when first asked for."""

    hash: CatalogueHash
    envelopes: Envelopes
    compiled: dict[Key, object] = field(default_factory=dict, compare=False, repr=False)
    derived: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def codes(self, kind: Kind[T]) -> tuple[str, ...]:
        """Return the codes of a kind, sorted."""
        return self.derive("codes", _codes).get(kind.name, ())

    def brief(self, kind: Kind[T], code: str) -> JsonObject:
        """Return what the index carries of a definition, or makes it where nobody knew the kind when it was made."""
        entry = self.envelopes.entry((kind.name, code))
        return entry.brief or kind.brief(self.envelopes[entry.key])

    def find(self, kind: Kind[T], code: str) -> T | None:
        """Return the compiled definition, or None when the set has none of that code.

        Raises StoreUnavailable where the definition is still to be fetched and nobody can tell.
        """
        key = (kind.name, code)
        if key in self.compiled:
            return self.compiled[key]  # type: ignore[return-value]
        if key not in self.envelopes:
            return None
        envelope = self.envelopes[key]
        # Two threads may compile the same body; both make the same value, so the last one stored is as good.
        self.compiled[key] = kind.compile(envelope, envelope.body)
        return self.compiled[key]  # type: ignore[return-value]

    def get(self, kind: Kind[T], code: str) -> T:
        """Return the compiled definition. Raises BadDefinition when a checked reference dangles after all."""
        found = self.find(kind, code)
        if found is None:
            raise BadDefinition(kind=kind.name, definition=code)
        return found

    def all(self, kind: Kind[T]) -> tuple[T, ...]:
        """Return every compiled definition of a kind, by code."""
        return tuple(self.get(kind, code) for code in self.codes(kind))

    def derive(self, name: str, make: Callable[["Catalogue"], T]) -> T:
        """Return what `make` builds from the whole set, built once under that name and kept as long as the set."""
        if name not in self.derived:
            self.derived[name] = make(self)
        return self.derived[name]  # type: ignore[return-value]


def catalogue_of(envelopes: Iterable[Envelope], kinds: Sequence[Kind[object]] = ()) -> Catalogue:
    """Return the set of open definitions, with the briefs of the kinds given."""
    briefs = {kind.name: kind.brief for kind in kinds}
    opened = {each.hash: each for each in envelopes}
    entries = [
        Entry(
            each.kind,
            each.code,
            each.version,
            each.hash,
            briefs[each.kind](each) if each.kind in briefs else {},
            each.status,
            each.file,
        )
        for each in opened.values()
    ]
    return indexed(entries, lambda entry: opened[entry.hash])


def indexed(entries: Sequence[Entry], opener: Callable[[Entry], Envelope]) -> Catalogue:
    """Return the set that an index names, all of it closed, under the digest of what is in it."""
    return Catalogue(CatalogueHash(digest(listing(entries))), Envelopes(entries, opener))


def listing(entries: Iterable[Entry]) -> list[Json]:
    """Return the set as rows in one order, so that it has one name: their digest is the catalogue's hash."""
    return [each.row for each in sorted(entries, key=lambda each: each.key)]


def _codes(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for kind, code in sorted(catalogue.envelopes):
        found.setdefault(kind, []).append(code)
    return {kind: tuple(codes) for kind, codes in found.items()}


def pointer(*steps: str | int) -> str:
    """Write the steps into a document as an RFC 6901 pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
