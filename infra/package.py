"""Builds what ships: one zip for every function, and the CloudFormation template that names it.

    python -m infra.package [OUT]        build/out/deployment.zip and build/out/template.json (or in OUT)

Chalice reads the requirements of the directory it packages, so the shipping list stands as requirements.txt in a
staging copy; `schemas/` rides in as `vendor/schemas` and lands at the zip's top.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from chalicelib.definitions.load import is_indexed
from infra.archive import PackageRefused, finish, verify

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "infra" / "lambda" / "requirements-api.txt"
TEMPLATE = ROOT / "infra" / "template.yaml"
REGION = "ap-southeast-1"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")
# Chalice tells of a library it had to leave out, and ends well all the same.
_DROPPED = "Could not install dependencies"


@dataclass(frozen=True, slots=True)
class Package:
    """What was built."""

    archive: Path
    template: Path
    digest: str


def build(out: Path) -> Package:
    """Stage, package, add bytecode and verify. Raises PackageRefused saying what is wrong with the result."""
    if not is_indexed():
        raise PackageRefused("schemas/base.json is not true of its files: python -m tools.definitions index")
    staging = out.parent / "api"
    _stage(staging)
    shutil.rmtree(out, ignore_errors=True)
    _chalice(staging, out)
    archive = out / "deployment.zip"
    digest = finish(archive)
    verify(archive, _libraries())
    return Package(archive, _as_json(out / "sam.yaml"), digest)


def _stage(staging: Path) -> None:
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    shutil.copy2(ROOT / "app.py", staging)
    shutil.copy2(REQUIREMENTS, staging / "requirements.txt")
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
    """Write the template anew: CloudFormation takes no YAML aliases, and Chalice writes some."""
    template = written.with_name("template.json")
    template.write_text(json.dumps(yaml.safe_load(written.read_text(encoding="utf-8")), indent=1, sort_keys=True))
    written.unlink()
    return template


def _libraries() -> dict[str, str]:
    """Read the shipping list: name to version."""
    lines = [line.strip() for line in REQUIREMENTS.read_text().splitlines()]
    return dict(line.split("==", 1) for line in lines if line and not line.startswith("#"))


def main(arguments: list[str]) -> int:
    """Build, and say what was built."""
    try:
        built = build(Path(arguments[0]) if arguments else ROOT / "build" / "out")
    except PackageRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    size = built.archive.stat().st_size / 1e6
    print(f"{built.archive}  {size:.1f} MB  sha256 {built.digest}")
    print(built.template)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
