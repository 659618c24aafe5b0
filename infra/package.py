"""Builds what ships: a zip for the functions that open files, one for all others, and the template that names both.

    python -m infra.package [OUT]        build/out/{deployment,workers}.zip and build/out/template.json (or in OUT)

Both zips hold the same code; they differ in the libraries beside it. Chalice reads the requirements of the directory it
packages, so the shorter list stands as requirements.txt in a staging copy; `schemas/` rides in as `vendor/schemas`
and lands at the zip's top.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from chalicelib.definitions.load import is_indexed
from infra.archive import PackageRefused, finish, verify

ROOT = Path(__file__).parents[1]
_LISTS = ROOT / "infra" / "lambda"
API_LIST = _LISTS / "requirements-api.txt"
WORKERS_LIST = _LISTS / "requirements-workers.txt"
API_LARGEST = 15_000_000
WORKERS_LARGEST = 45_000_000
OPENERS = frozenset({"IngestUpload", "SettleWarehouse", "WarehouseWork"})
"""The functions that open files, by their names in the template: only they carry the libraries for it."""

TEMPLATE = ROOT / "infra" / "template.yaml"
REGION = "ap-southeast-1"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")
# Chalice tells of a library it had to leave out, and ends well all the same.
_DROPPED = "Could not install dependencies"


@dataclass(frozen=True, slots=True)
class Package:
    """What was built."""

    archive: Path
    workers: Path
    template: Path
    digest: str
    """Of both zips together."""


def build(out: Path) -> Package:
    """Stage, package, add bytecode and verify. Raises PackageRefused saying what is wrong with the result."""
    if not is_indexed():
        raise PackageRefused("schemas/base.json is not true of its files: python -m tools.definitions index")
    shutil.rmtree(out, ignore_errors=True)
    staging = out.parent / "api"
    _stage(staging)
    _chalice(staging, out)
    api, workers = out / "deployment.zip", out / "workers.zip"
    libraries = _libraries(API_LIST), _libraries(WORKERS_LIST)
    with tempfile.TemporaryDirectory() as name:
        more = Path(name)
        _install({each: version for each, version in libraries[1].items() if each not in libraries[0]}, more)
        digests = finish(api, api), finish(api, workers, more)
    verify(api, libraries[0], API_LARGEST)
    verify(workers, libraries[1], WORKERS_LARGEST)
    return Package(api, workers, _as_json(out / "sam.yaml"), hashlib.sha256("".join(digests).encode()).hexdigest())


def _install(libraries: Mapping[str, str], folder: Path) -> None:
    """Put wheels into a folder, those that Lambda loads and no other: nothing is ever compiled for it here."""
    pins = [f"{name}=={version}" for name, version in libraries.items()]
    platforms = [f"--platform={each}" for each in ("manylinux2014_x86_64", "manylinux_2_26_x86_64")]
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile", "--no-deps"]
    done = subprocess.run(
        [*command, "--only-binary=:all:", *platforms, "--target", str(folder), *pins],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PackageRefused((done.stdout + done.stderr).strip())
    # Commands, that name the interpreter of this machine.
    shutil.rmtree(folder / "bin", ignore_errors=True)


def _stage(staging: Path) -> None:
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    shutil.copy2(ROOT / "app.py", staging)
    shutil.copy2(API_LIST, staging / "requirements.txt")
    for source, target in (
        ("chalicelib", "chalicelib"),
        ("schemas", "vendor/schemas"),
        ("infra/policies", "infra/policies"),
    ):
        shutil.copytree(ROOT / source, staging / target, ignore=_LEFT_OUT)
    (staging / ".chalice").mkdir()
    shutil.copy2(ROOT / ".chalice" / "config.json", staging / ".chalice")


def _chalice(staging: Path, out: Path) -> None:
    """Run `chalice package`. It asks for a region and no credentials."""
    command = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())", "package"]
    merged = ["--merge-template", str(TEMPLATE), "--template-format", "yaml"]
    env = {**os.environ, "AWS_DEFAULT_REGION": REGION, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*command, *merged, str(out.resolve())], cwd=staging, env=env, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode or _DROPPED in said:
        raise PackageRefused(said.strip())


def _as_json(written: Path) -> Path:
    """Write the template anew: CloudFormation takes no YAML aliases, and Chalice writes some and knows of one zip."""
    document = yaml.safe_load(written.read_text(encoding="utf-8"))
    for name in OPENERS & document["Resources"].keys():
        document["Resources"][name]["Properties"]["CodeUri"] = "./workers.zip"
    template = written.with_name("template.json")
    template.write_text(json.dumps(document, indent=1, sort_keys=True))
    written.unlink()
    return template


def _libraries(requirements: Path) -> dict[str, str]:
    """Read a shipping list: name to version."""
    lines = [line.strip() for line in requirements.read_text().splitlines()]
    return dict(line.split("==", 1) for line in lines if line and not line.startswith("#"))


def main(arguments: list[str]) -> int:
    """Build, and say what was built."""
    try:
        built = build(Path(arguments[0]) if arguments else ROOT / "build" / "out")
    except PackageRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    for archive in (built.archive, built.workers):
        print(f"{archive}  {archive.stat().st_size / 1e6:.1f} MB")
    print(f"sha256 {built.digest}")
    print(built.template)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
