"""Write the API's description to docs/openapi.json, or hold it against an earlier one: `python -m tools.openapi`.

Needs no AWS: the description is made from the declared routes. A document that breaks the one it would replace is
written only with a new version of the API (`chalicelib.api.INFO`): under 1.0 its minor number, then its major one.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, Never

from chalicelib.api import INFO, operations, routers
from chalicelib.web.openapi import document
from tools.breaking import Described, breaking

PLACE: Final = Path(__file__).parents[1] / "docs" / "openapi.json"


def described() -> dict[str, Any]:
    """Return the description of the API as it is served."""
    return document(operations(routers(_nothing, _nothing)), INFO)


def written(description: Described) -> str:
    """Return the text of the file: the same description is the same text."""
    return json.dumps(description, ensure_ascii=False, indent=2) + "\n"


def faults(old: Described, new: Described) -> list[str]:
    """Return what the new description breaks, unless its version says that it may."""
    return [] if _era(old) != _era(new) else breaking(old, new)


def main(arguments: list[str]) -> int:
    """Run one command; the exit status is 1 when something is broken or out of date."""
    parser = argparse.ArgumentParser(prog="python -m tools.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the file is current")
    parser.add_argument("--against", type=Path, help="write nothing; say what breaks programs written for that file")
    parser.add_argument("--place", type=Path, default=PLACE, help="the file to write")
    chosen = parser.parse_args(arguments)
    new, against = described(), chosen.against or chosen.place
    if chosen.check:
        return _told([] if _text(chosen.place) == written(new) else [f"{chosen.place} is out of date"])
    found = faults(json.loads(_text(against)), new) if _text(against) else []
    if not found and chosen.against is None:
        chosen.place.write_text(written(new), encoding="utf-8")
    return _told(found)


def _told(found: list[str]) -> int:
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


def _text(place: Path) -> str:
    return place.read_text(encoding="utf-8") if place.exists() else ""


def _era(description: Described) -> list[str]:
    major, minor, *_ = str(description["info"]["version"]).split(".")
    return [major, minor] if major == "0" else [major]


def _nothing() -> Never:
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
