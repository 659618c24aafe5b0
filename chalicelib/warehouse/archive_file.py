"""One ZIP of everything of a warehouse, written as it is read: one file and one part in memory at a time.

The same documents make the same bytes, so that an archive that is made again is the same one. Must not know where it
goes, or where the files come from.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Final, Protocol, Self

from typing_extensions import Buffer

from chalicelib.kernel.canonical import JsonObject, canonical

MANIFEST: Final = "manifest.json"
README: Final = "README.txt"
LIST: Final = "danh-sach.txt"
LOG: Final = "access-log.json"
_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_PACKED: Final = frozenset({"image/jpeg", "image/png", "application/pdf"})
"""Kinds of file that packing makes no smaller."""


class Writable(Protocol):
    """Where the bytes go, in order."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes; say how many."""
        ...


class Rows:
    """A JSON list of objects under one name, put on the disk as it grows."""

    def __init__(self, about: JsonObject, name: str) -> None:
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - `pieces` closes it
        self._file.write(canonical(about)[:-1] + (b"," if about else b"") + canonical(name) + b":[")
        self._count = 0

    def add(self, row: JsonObject) -> None:
        """Add an object."""
        self._file.write((b",\n" if self._count else b"\n") + canonical(row))
        self._count += 1

    def pieces(self) -> Iterable[bytes]:
        """Yield the whole text, once."""
        with self._file as file:
            file.write(b"\n]}\n")
            file.seek(0)
            while piece := file.read(_PIECE):
                yield piece


class Archive:
    """A ZIP under way; leaving the block well writes its table of contents."""

    def __init__(self, out: Writable) -> None:
        self._zip = zipfile.ZipFile(_OneWay(out), "w", zipfile.ZIP_DEFLATED)

    def file(self, name: str, at: datetime, body: bytes, media_type: str) -> None:
        """Put in a file as it is."""
        self._zip.writestr(_entry(name, at, packs=media_type not in _PACKED), body)

    def text(self, name: str, at: datetime, pieces: Iterable[bytes]) -> None:
        """Put in a text, piece by piece."""
        with self._zip.open(_entry(name, at, packs=True), "w") as entry:
            for piece in pieces:
                entry.write(piece)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; what failed gets no table of contents, for it is thrown away."""
        if kind is None:
            self._zip.close()
        else:
            self._zip.fp = None


class _OneWay(io.RawIOBase):
    """A target that cannot be sought in: ZIP then puts sizes behind each file and never goes back."""

    def __init__(self, out: Writable) -> None:
        super().__init__()
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        return self._out.write(bytes(data))


def _entry(name: str, at: datetime, *, packs: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    return entry
