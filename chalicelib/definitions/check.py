"""A whole set checked together: it passes, or every fault in it is named by file, place and reason.

Knows envelopes and how to ask a kind about its bodies; must not know any kind by name, nor where sets are kept.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.definitions.body import EnvelopeBody, parse_envelope
from chalicelib.definitions.load import Document, envelope
from chalicelib.definitions.model import Catalogue, Envelope, Fault, Kind, RefusedSet, catalogue_of, pointer
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import AppError

Steps: TypeAlias = tuple[str | int, ...]
_MOST_FAULTS = 200


def validate(documents: Iterable[Document], kinds: Sequence[Kind[object]]) -> Catalogue:
    """Return the set as a catalogue. Raises RefusedSet with the faults found."""
    checker = _Checker({kind.name: kind for kind in kinds})
    for document in documents:
        checker.take(document)
    faults = [*checker.faults, *checker.cross()]
    if faults:
        raise RefusedSet(faults[:_MOST_FAULTS])
    return catalogue_of(checker.envelopes.values(), kinds)


@dataclass(slots=True)
class _Checker:
    """The set as far as it could be read; also what a kind may look at while it checks its own."""

    kinds: Mapping[str, Kind[object]]
    envelopes: dict[tuple[str, str], Envelope] = field(default_factory=dict)
    bodies: dict[tuple[str, str], Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def codes(self, kind: str) -> frozenset[str]:
        """Return the codes of a kind, those of broken files too: a reference to them does not dangle."""
        files = (Path(file) for file in self.unread)
        broken = {path.stem for path in files if path.parts[0] == kind}
        return frozenset(code for name, code in self.envelopes if name == kind) | broken

    def body(self, kind: str, code: str) -> Any | None:  # noqa: ANN401 - as in the port
        """Return the parsed body, None when there is none or it is broken, which is a fault of its own."""
        return self.bodies.get((kind, code))

    def take(self, document: Document) -> None:
        """Read one file, keeping its faults."""
        try:
            raw = _read(document)
            fractions = [
                Fault(document.file, at, "has a fraction: JSON numbers are whole here") for at in _fractions(raw)
            ]
            if fractions:
                self.faults += fractions
                self.unread.add(document.file)
                return
            written = parse_envelope(raw)
            opened = envelope(raw, document.file)
        except ValidationError as error:
            self.faults += _faults(document.file, error, (raw, ()))
            self.unread.add(document.file)
        except (ValueError, RecursionError, AppError) as error:
            self.faults.append(Fault(document.file, "", _reason(error)))
            self.unread.add(document.file)
        else:
            self.faults += self._misplaced(written, document.file)
            self._keep(opened)

    def cross(self) -> Iterator[Fault]:
        """Yield the faults that only the whole set shows."""
        for key, body in self.bodies.items():
            opened = self.envelopes[key]
            try:
                yield from self.kinds[opened.kind].check(opened, body, self)
            except AppError as error:
                yield Fault(opened.file, "/body", _reason(error))

    def _misplaced(self, written: EnvelopeBody, file: str) -> Iterator[Fault]:
        kind, code = written["kind"], written["code"]
        if file != f"{kind}/{code}.json":
            yield Fault(file, "/code", f"belongs in {kind}/{code}.json")
        if kind not in self.kinds:
            yield Fault(file, "/kind", f"no such kind: {kind}")
        elif (earlier := self.envelopes.get((kind, code))) is not None:
            yield Fault(file, "/code", f"already defined in {earlier.file}")
            if earlier.version != written["version"]:
                # A version stands until the next one is published, so no two can share a set.
                yield Fault(file, "/effective_from", f"overlaps with version {earlier.version} in {earlier.file}")

    def _keep(self, opened: Envelope) -> None:
        key = (opened.kind, opened.code)
        if opened.kind not in self.kinds or key in self.envelopes:
            return
        self.envelopes[key] = opened
        try:
            self.bodies[key] = self.kinds[opened.kind].parse(opened.body)
        except ValidationError as error:
            self.faults += _faults(opened.file, error, (opened.body, ("body",)))


def _read(document: Document) -> Json:
    return json.loads(document.text, object_pairs_hook=_once, parse_constant=_no_constant)  # type: ignore[no-any-return]


def _fractions(document: object, above: Steps = ()) -> Iterator[str]:
    """Yield where numbers with a fraction stand: they have no one form, so nothing with one can be named by hash."""
    if isinstance(document, float):
        yield pointer(*above)
    held = document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    for step, each in held:
        yield from _fractions(each, (*above, step))


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name in found if sum(name == each for each, _ in pairs) > 1)
        raise ValueError(f"the name {twice!r} is written twice in one object")
    return found


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _faults(file: str, error: ValidationError, held: tuple[Json, tuple[str, ...]]) -> list[Fault]:
    """Return the faults of a document that stands below some steps of its file."""
    document, above = held
    return [
        Fault(file, pointer(*above, *_place(each["type"], each["loc"], document), *_tag(each)), each["msg"])
        for each in error.errors(include_url=False, include_input=False)
    ]


def _tag(error: ErrorDetails) -> Steps:
    """Return the step to what says which branch of a union a value is, where that is what is wrong."""
    return (error["ctx"]["discriminator"].strip("'"),) if error["type"] == "union_tag_invalid" else ()


def _place(sort: str, location: Steps, document: Json) -> Steps:
    """Return the steps that are in the document: pydantic's location also names the branches of a union."""
    if sort == "missing":
        return *_place("", location[:-1], document), location[-1]
    return _whole(location, document) or _known(location, document)


def _whole(location: Steps, document: Json) -> Steps | None:
    """Return the steps to the last one, left out what is not in the document; None when that is not in it."""
    if not location:
        return ()
    found = _step(document, location[0])
    after = None if found is None else _whole(location[1:], found[0])
    if after is not None:
        return location[0], *after
    return _whole(location[1:], document) if len(location) > 1 else None


def _known(location: Steps, document: Json) -> Steps:
    steps: list[str | int] = []
    for step in location:
        if (found := _step(document, step)) is not None:
            (document,) = found
            steps.append(step)
    return tuple(steps)


def _step(document: Json, step: str | int) -> tuple[Json] | None:
    if isinstance(document, dict) and step in document:
        return (document[str(step)],)
    if isinstance(document, list) and isinstance(step, int) and step < len(document):
        return (document[step],)
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, AppError):
        return ", ".join(f"{key}: {value}" for key, value in error.detail.items()) or error.code
    return str(error)
