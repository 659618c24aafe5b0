"""The set that the package carries under `schemas/`: the definitions that are live until one is published.

Knows the folder and its index; must not know a kind, a store or what a body means. Nothing is validated here: the
tests hold the packaged set to all its checks, and a cold start should not pay for them again. The index
(`schemas/base.json`) names every definition by hash, so that a cold start opens only the files it uses; a package is
built only where the index is true, and in a checkout, where authors edit files, it is believed only as long as it is.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from chalicelib.definitions.model import Catalogue, Entry, Envelope, Kind, catalogue_of, indexed
from chalicelib.kernel.canonical import Json, JsonObject, digest
from chalicelib.kernel.errors import BadDefinition
from chalicelib.kernel.frozen import dataclass

SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
"""Beside `chalicelib/`, in the repository and in the package alike."""
INDEX: Final = "base.json"

_NOT_DEFINITIONS = frozenset({"events"})
_CHECKOUT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a set: its path below `schemas/`, and its text."""

    file: str
    text: str


def documents(folder: Path = SCHEMAS) -> Iterator[Document]:
    """Yield every definition file in order of its path; event schemas, the index and loose files are none."""
    for path in _files(folder):
        yield Document(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))


def base(kinds: Sequence[Kind[object]] = (), folder: Path = SCHEMAS) -> Catalogue:
    """Return the packaged set: closed, by its index, where that is true; else every file opened.

    Raises BadDefinition for a file that cannot even be opened as a definition.
    """
    found = _index(folder)
    if found is None or ((folder.parent / _CHECKOUT).exists() and not is_indexed(folder)):
        return scan(documents(folder), kinds)
    return indexed(
        [_entry(row) for row in _rows(found)],
        lambda entry: _envelope(Document(entry.file, (folder / entry.file).read_text(encoding="utf-8")), entry.hash),
    )


def scan(files: Iterator[Document], kinds: Sequence[Kind[object]] = ()) -> Catalogue:
    """Return the set that the files make, all of it open. Raises BadDefinition as `base` does."""
    return catalogue_of((_envelope(document) for document in files), kinds)


def index_of(catalogue: Catalogue, folder: Path = SCHEMAS) -> str:
    """Return the text of the index of a set that was read from the folder: one definition a line."""
    rows = [
        {
            "file": each.file,
            "kind": each.kind,
            "code": each.code,
            "version": each.version,
            "status": each.status,
            "hash": each.hash,
            **({"brief": each.brief} if each.brief else {}),
        }
        for each in sorted(catalogue.envelopes.entries, key=lambda each: each.file)
    ]
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    head = json.dumps({"catalogue": catalogue.hash, "files": files_digest(folder)})[:-1]
    return f'{head},\n "definitions": [\n  {lines}\n ]}}\n'


def is_indexed(folder: Path = SCHEMAS) -> bool:
    """Say whether the folder has an index that is true of its files."""
    found = _index(folder)
    return found is not None and found.get("files") == files_digest(folder)


def files_digest(folder: Path = SCHEMAS) -> str:
    """Return the digest of every definition file, name and bytes: what says whether an index is true."""
    found = hashlib.sha256()
    for path in _files(folder):
        data = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        found.update(data)
    return found.hexdigest()


def envelope(document: Json, file: str = "", hash_: str = "") -> Envelope:
    """Open a definition that passed its checks before; `hash_` is its digest where that is known already.

    Raises BadDefinition when it has no envelope.
    """
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
            known = hash_ or digest(document)
            return Envelope(kind, code, version, effective_from, status, named, body, known, file)
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


def entry_of(row: Json) -> Entry:
    """Read a line of a set's listing. Raises BadDefinition for what is none."""
    match row:
        case [str(kind), str(code), str(version), str(hash_)]:
            return Entry(kind, code, version, hash_)
        case [str(kind), str(code), str(version), str(hash_), dict(brief)]:
            return Entry(kind, code, version, hash_, brief)
        case _:
            raise BadDefinition(file="listing")


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.glob("*/**/*.json") if path.relative_to(folder).parts[0] not in _NOT_DEFINITIONS)
    return sorted(found)


def _index(folder: Path) -> JsonObject | None:
    try:
        found = json.loads((folder / INDEX).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _rows(index: JsonObject) -> list[Json]:
    rows = index.get("definitions")
    return rows if isinstance(rows, list) else []


def _entry(row: Json) -> Entry:
    match row:
        case {
            "kind": str(kind),
            "code": str(code),
            "version": str(version),
            "hash": str(hash_),
            "file": str(file),
            **rest,
        }:
            brief, status = rest.get("brief"), str(rest.get("status", ""))
            return Entry(kind, code, version, hash_, brief if isinstance(brief, dict) else {}, status, file)
        case _:
            raise BadDefinition(file=INDEX)


def _envelope(document: Document, hash_: str = "") -> Envelope:
    try:
        return envelope(json.loads(document.text), document.file, hash_)
    except ValueError as error:
        raise BadDefinition(file=document.file) from error
