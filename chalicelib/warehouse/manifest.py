"""A manifest of old results (số hóa kết quả cũ), row by row: where rows begin and end, and what their cells are. Pure.

CSV (RFC 4180, UTF-8, a byte order mark allowed, first line the names of columns; a row is one line) or JSON Lines. Rows
are read from any row's first byte on, so that work can be taken up where it was left. A row that cannot be read costs
itself alone: the next one begins with the next line.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass

Format: TypeAlias = Literal["text/csv", "application/x-ndjson"]
RowFault: TypeAlias = Literal[
    "row_unreadable",
    "unknown_column",
    "not_utf8",
    "missing",
    "no_such_type",
    "not_issuer",
    "not_of_type",
    "bad_value",
    "bad_date",
    "in_future",
    "bad_personal_id",
    "no_holder",
    "holder_mismatch",
    "contradicts",
    "file_not_announced",
    "file_not_taken",
    "file_missing",
    "not_checked",
]
"""Why a row brings nothing; what is wrong with its file has the codes of uploads."""
ManifestFault: TypeAlias = Literal[
    "header_unreadable",
    "unknown_column",
    "repeated_column",
    "missing_column",
    "too_many_rows",
    "digest_mismatch",
    "manifest_gone",
    "not_checked",
]
"""Why a manifest as a whole cannot be used."""
MOST_ROWS: Final = 50_000
MOST_BYTES: Final = 64 * 1024 * 1024
COLUMNS: Final = frozenset(
    {
        "type",
        "number",
        "issued_on",
        "valid_until",
        "title",
        "personal_id",
        "full_name",
        "birth_date",
        "old_number",
        "file",
    }
)
"""The columns that every type has; a name with a dot in it is an item of the dictionary."""
NEEDED: Final = ("type", "number", "issued_on")
_LONGEST_LINE: Final = 64 * 1024
_MARK: Final = b"\xef\xbb\xbf"
UNREADABLE: Final = "\ufffd"
"""What stands in a cell for bytes that are no UTF-8."""


class BadManifest(Exception):
    """The manifest as a whole cannot be used, and the code of why."""

    def __init__(self, fault: ManifestFault) -> None:
        super().__init__(fault)
        self.fault: ManifestFault = fault


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it stands: its cells by column, or why it cannot be read. `end` is where the next one begins."""

    end: int
    cells: Mapping[str, Json]
    reason: RowFault | None = None
    column: str | None = None


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file that comes in pieces, each with its end; one over the limit is cut, and goes on."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
        while len(rest) > _LONGEST_LINE:
            yield rest[:_LONGEST_LINE]
            rest = rest[_LONGEST_LINE:]
    if rest:
        yield rest


def header(line: bytes) -> tuple[str, ...]:
    """Return the columns that the first line of a CSV file names.

    Raises BadManifest: header_unreadable, unknown_column, repeated_column, missing_column.
    """
    try:
        names = next(csv.reader([line.removeprefix(_MARK).decode()], strict=True), [])
    except (ValueError, csv.Error) as error:
        raise BadManifest("header_unreadable") from error
    names = [name.strip() for name in names]
    if len(set(names)) != len(names):
        raise BadManifest("repeated_column")
    if any(name not in COLUMNS and "." not in name for name in names):
        raise BadManifest("unknown_column")
    if not set(NEEDED) <= set(names):
        raise BadManifest("missing_column")
    return tuple(names)


def rows(format_: Format, columns: Sequence[str], found: Iterator[bytes], start: int) -> Iterator[Raw]:
    """Yield the rows that begin at byte `start`, from where `found` yields lines. Empty lines are no rows."""
    for line in found:
        start += len(line)
        if not line.removeprefix(_MARK).strip():
            continue
        row = _json_row(line) if format_ == "application/x-ndjson" else _csv_row(columns, line)
        yield replace(row, end=start)


def _csv_row(columns: Sequence[str], line: bytes) -> Raw:
    """Read one line. No cell goes on over lines: none may hold a line's end, and a stray quote would eat rows."""
    if line.count(b'"') % 2:
        return Raw(0, {}, "row_unreadable")
    try:
        cells = next(csv.reader([line.decode(errors="replace").rstrip("\r\n")], strict=True))
    except csv.Error:
        return Raw(0, {}, "row_unreadable")
    if len(cells) != len(columns):
        return Raw(0, {}, "row_unreadable")
    return Raw(0, {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if cell.strip()})


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice: which one counts is not ours to say")
    return found


def _json_row(line: bytes) -> Raw:
    try:
        found = json.loads(line.removeprefix(_MARK).decode(), object_pairs_hook=_once, parse_float=str)
        # An escape may name half a character: such text can be written nowhere again.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return Raw(0, {}, "row_unreadable")
    if not isinstance(found, dict):
        return Raw(0, {}, "row_unreadable")
    unknown = next((name for name in found if name not in COLUMNS and "." not in name), None)
    if unknown is not None:
        return Raw(0, {}, "unknown_column")
    wrong = next((name for name in sorted(COLUMNS & found.keys()) if not isinstance(found[name], str)), None)
    if wrong is not None:
        return Raw(0, {}, "bad_value", wrong)
    return Raw(0, {name: cell for name, cell in found.items() if cell not in (None, "")})
