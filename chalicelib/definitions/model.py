"""What a definition is and how a kind of them is described; knows no kind, no file and no store."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from chalicelib.kernel.canonical import Json, JsonObject, digest
from chalicelib.kernel.errors import BadDefinition, Unprocessable
from chalicelib.kernel.ids import CatalogueHash

Status: TypeAlias = Literal["confirmed", "single_source", "unverified"]
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
    hold); `compile` makes the frozen value that slices use. Only bodies that passed both are compiled: those of the
    package, and those published.
    """

    name: str
    parse: Callable[[JsonObject], Any]
    compile: Callable[[Envelope, Any], T_co]
    check: Callable[[Envelope, Any, View], Iterator[Fault]] = field(default=lambda _envelope, _body, _view: iter(()))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One live set of definitions, by hash; values are compiled when first asked for."""

    hash: CatalogueHash
    envelopes: Mapping[tuple[str, str], Envelope]
    compiled: dict[tuple[str, str], object] = field(default_factory=dict, compare=False, repr=False)
    derived: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def codes(self, kind: Kind[T]) -> tuple[str, ...]:
        """Return the codes of a kind, sorted."""
        return tuple(sorted(code for name, code in self.envelopes if name == kind.name))

    def find(self, kind: Kind[T], code: str) -> T | None:
        """Return the compiled definition, or None when the set has none of that code."""
        key = (kind.name, code)
        envelope = self.envelopes.get(key)
        if envelope is None:
            return None
        if key not in self.compiled:
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


def catalogue_of(envelopes: Iterable[Envelope]) -> Catalogue:
    """Return the set, named by the digest of what is in it: one order, so one name."""
    by_key = {(each.kind, each.code): each for each in envelopes}
    return Catalogue(CatalogueHash(digest(listing(by_key.values()))), by_key)


def listing(envelopes: Iterable[Envelope]) -> list[Json]:
    """Return the set as [kind, code, version, hash] rows, sorted; its digest is the catalogue's hash."""
    return [list(row) for row in sorted((each.kind, each.code, each.version, each.hash) for each in envelopes)]


def pointer(*steps: str | int) -> str:
    """Write the steps into a document as an RFC 6901 pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
