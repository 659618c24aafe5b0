"""The set that the package carries under `schemas/`: the definitions that are live until one is published.

Knows the folder; must not know a kind, a store or what a body means. Nothing is validated here: the tests hold the
packaged set to all its checks, and a cold start should not pay for them again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chalicelib.definitions.model import Catalogue, Envelope, catalogue_of
from chalicelib.kernel.canonical import Json, JsonObject, digest
from chalicelib.kernel.errors import BadDefinition

SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
"""Beside `chalicelib/`, in the repository and in the package alike."""

_NOT_DEFINITIONS = frozenset({"events"})


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a set: its path below `schemas/`, and its text."""

    file: str
    text: str


def documents(folder: Path = SCHEMAS) -> Iterator[Document]:
    """Yield every definition file in order of its path; event schemas and the API description are none."""
    for path in sorted(folder.glob("*/**/*.json")):
        file = path.relative_to(folder)
        if file.parts[0] not in _NOT_DEFINITIONS:
            yield Document(file.as_posix(), path.read_text(encoding="utf-8"))


def base(folder: Path = SCHEMAS) -> Catalogue:
    """Return the packaged set. Raises BadDefinition for a file that cannot even be opened as a definition."""
    return catalogue_of(_envelope(document) for document in documents(folder))


def envelope(document: Json, file: str = "") -> Envelope:
    """Open a definition that passed its checks before. Raises BadDefinition when it has no envelope."""
    match document:
        case {
            "kind": str(kind),
            "code": str(code),
            "version": str(version),
            "effective_from": str(effective_from),
            "status": "confirmed" | "single_source" | "unverified" as status,
            "sources": [*sources],
            "body": dict(body),
        }:
            named = tuple(str(source) for source in sources)
            return Envelope(kind, code, version, effective_from, status, named, body, digest(document), file)
        case _:
            raise BadDefinition(file=file)


def document_of(opened: Envelope) -> JsonObject:
    """Return the document that an envelope was opened from: the one that has its hash."""
    return {
        "kind": opened.kind,
        "code": opened.code,
        "version": opened.version,
        "effective_from": opened.effective_from,
        "status": opened.status,
        "sources": list(opened.sources),
        "body": opened.body,
    }


def _envelope(document: Document) -> Envelope:
    try:
        return envelope(json.loads(document.text), document.file)
    except ValueError as error:
        raise BadDefinition(file=document.file) from error
