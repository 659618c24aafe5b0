"""Check or publish the definitions under `schemas/`: `python -m tools.definitions validate|publish`."""

import argparse
import os
import sys
from pathlib import Path

from chalicelib.bootstrap import KINDS, build, world
from chalicelib.definitions.check import validate
from chalicelib.definitions.load import SCHEMAS, documents
from chalicelib.definitions.model import Catalogue, RefusedSet
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.errors import Conflict
from chalicelib.settings import Settings


def publish(definitions: Definitions, folder: Path = SCHEMAS) -> Catalogue:
    """Make the folder's files the live set. Raises RefusedSet, and Conflict when another publish came first."""
    return definitions.publish(documents(folder))


def main(arguments: list[str]) -> int:
    """Run one command; the exit status is 0 when the set passed, 1 when it did not."""
    parser = argparse.ArgumentParser(prog="python -m tools.definitions", description=__doc__)
    parser.add_argument("command", choices=("validate", "publish"))
    parser.add_argument("--schemas", type=Path, default=SCHEMAS, help="the folder of definitions")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "validate":
            catalogue = validate(documents(chosen.schemas), KINDS)
        else:
            settings = Settings.from_env(os.environ)
            catalogue = publish(build(settings, world(settings)).definitions, chosen.schemas)
    except RefusedSet as refused:
        print(*refused.faults, sep="\n", file=sys.stderr)
        return 1
    except Conflict:
        print("another publish came first; look at what is live now, then try again", file=sys.stderr)
        return 1
    print(f"{chosen.command}: {len(catalogue.envelopes)} definitions, catalogue {catalogue.hash}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
