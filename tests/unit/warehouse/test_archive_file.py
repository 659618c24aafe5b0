"""An archive is a plain ZIP, the same for the same files, and made in bounded memory."""

import io
import json
import tracemalloc
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from chalicelib.warehouse.archive_file import Archive, Rows
from tests.support.clock import START

MIB = 1024 * 1024


@dataclass
class Counted:
    """A target that keeps nothing but how much it took."""

    size: int = 0

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        return len(data)


@dataclass
class Kept:
    """A target that only ever grows."""

    parts: list[bytes] = field(default_factory=list)

    def write(self, data: bytes, /) -> int:
        self.parts.append(bytes(data))
        return len(data)

    @property
    def zip(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(b"".join(self.parts)))


def filled(body: bytes = b"%PDF-1.7 x") -> Kept:
    kept = Kept()
    with Archive(kept) as archive:
        archive.file("documents/a.pdf", START, body, "application/pdf")
        archive.file("documents/b.json", START + timedelta(days=1), b'{"a":1}' * 1_000, "application/json")
        archive.text("README.txt", START, ["Xin chào ".encode(), b"hello"])
    return kept


def test_what_was_put_in_comes_out_as_it_was() -> None:
    with filled().zip as found:
        assert found.testzip() is None
        assert found.namelist() == ["documents/a.pdf", "documents/b.json", "README.txt"]
        assert found.read("documents/a.pdf") == b"%PDF-1.7 x"
        assert found.read("README.txt").decode() == "Xin chào hello"


def test_what_packs_is_packed_and_what_does_not_is_left_alone() -> None:
    with filled().zip as found:
        kinds = {each.filename: each.compress_type for each in found.infolist()}
        assert kinds["documents/a.pdf"] == zipfile.ZIP_STORED
        assert kinds["documents/b.json"] == zipfile.ZIP_DEFLATED
        assert found.getinfo("documents/b.json").compress_size < 200


def test_the_same_files_make_the_same_bytes() -> None:
    assert filled().parts == filled().parts
    assert filled().parts != filled(b"another").parts


def broken_off(kept: Kept) -> None:
    with Archive(kept) as archive:
        archive.file("a.pdf", START, b"x", "application/pdf")
        raise KeyError


def test_an_archive_that_fails_has_no_table_of_contents() -> None:
    kept = Kept()
    with pytest.raises(KeyError):
        broken_off(kept)
    with pytest.raises(zipfile.BadZipFile):
        _ = kept.zip


def test_rows_are_one_json_object() -> None:
    rows = Rows({"format": "1"}, "documents")
    for number in range(3):
        rows.add({"id": number})
    assert json.loads(b"".join(rows.pieces())) == {"format": "1", "documents": [{"id": 0}, {"id": 1}, {"id": 2}]}
    assert json.loads(b"".join(Rows({}, "entries").pieces())) == {"entries": []}


def peak(files: int) -> int:
    """Return the most memory that an archive of so many files of 1 MiB takes at once, in bytes."""
    target, body = Counted(), bytes(MIB)
    tracemalloc.start()
    try:
        rows = Rows({}, "documents")
        with Archive(target) as archive:
            for number in range(files):
                archive.file(f"documents/{number}.pdf", START, body, "application/pdf")
                rows.add({"id": number, "text": "x" * 20_000})
            archive.text("manifest.json", START, rows.pieces())
        assert target.size > files * MIB
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_files() -> None:
    few, many = peak(8), peak(200)
    assert many < 8 * MIB
    assert many - few < 4 * MIB
