"""The zip that Lambda gets: bytecode added, the same bytes for the same sources, and nothing in it that cannot load.

Knows wheels, ELF and zip; must not know the service.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

_EPOCH = (2020, 1, 1, 0, 0, 0)
_TASK_ROOT = "/var/task"
# Lambda's Python up to 3.11 runs on Amazon Linux 2, from 3.12 on Amazon Linux 2023.
_GLIBC = (2, 26) if sys.version_info < (3, 12) else (2, 34)
_GLIBC_NEEDED = re.compile(rb"GLIBC_(\d+)\.(\d+)")
_PORTABLE = re.compile(
    r"none-any$|manylinux2014_\w+$|manylinux_2_(?:5|12|17|26)_\w+$|manylinux2010_\w+$|manylinux1_\w+$"
)


class PackageRefused(Exception):
    """What was built must not ship; the text says why."""


def finish(archive: Path, finished: Path, more: Path | None = None) -> str:
    """Write the zip in one form, with what is in the folder `more` besides; return its SHA-256.

    Adds unchecked-hash bytecode: a cold start compiles nothing.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(archive) as read:
            read.extractall(folder)
        if more is not None:
            shutil.copytree(more, folder, dirs_exist_ok=True)
        _compile(folder)
        _write(folder, finished)
    return hashlib.sha256(finished.read_bytes()).hexdigest()


def _compile(folder: Path) -> None:
    options = ["-q", "-j", "1", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", _TASK_ROOT]
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    subprocess.run([sys.executable, "-I", "-m", "compileall", *options, str(folder)], env=env, check=True)


def _write(folder: Path, archive: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, path.read_bytes())


def verify(archive: Path, libraries: Mapping[str, str], largest: int) -> None:
    """Raise PackageRefused when the zip has more bytes than `largest`, lacks a library or has one that cannot load."""
    size = archive.stat().st_size
    if size > largest:
        raise PackageRefused(f"{archive.name} is {size} bytes, more than {largest}")
    with zipfile.ZipFile(archive) as read:
        problems = [*_missing(read, libraries), *_unportable(read), *_too_new(read)]
    if problems:
        raise PackageRefused("\n".join(problems))


def _missing(read: zipfile.ZipFile, libraries: Mapping[str, str]) -> Iterator[str]:
    present = {
        (_plain(found[1]), found[2])
        for name in read.namelist()
        if (found := re.match(r"([^/]+?)-([^/-]+)\.dist-info/", name))
    }
    for name, version in libraries.items():
        if (_plain(name), version) not in present:
            yield f"{name}=={version} is not in the package"


def _unportable(read: zipfile.ZipFile) -> Iterator[str]:
    for name in read.namelist():
        if not name.endswith(".dist-info/WHEEL"):
            continue
        tags = re.findall(r"^Tag: (\S+)$", read.read(name).decode(), re.MULTILINE)
        if not any(_PORTABLE.search(tag) for tag in tags):
            yield f"{name}: built for {', '.join(tags) or 'nothing'}"


def _too_new(read: zipfile.ZipFile) -> Iterator[str]:
    for name in read.namelist():
        if ".so" not in Path(name).name:
            continue
        needed = max((int(major), int(minor)) for major, minor in [(0, 0), *_GLIBC_NEEDED.findall(read.read(name))])
        if needed > _GLIBC:
            yield f"{name} needs glibc {needed[0]}.{needed[1]}"


def _plain(name: str) -> str:
    """Return the compared form of a project's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
