"""Check or publish the definitions under `schemas/`: `python -m tools.definitions validate|publish`."""

import argparse
import sys
from pathlib import Path

from chalicelib.definitions.check import validate
from chalicelib.definitions.load import SCHEMAS, documents
from chalicelib.definitions.model import Catalogue, RefusedSet
from chalicelib.definitions.service import Definitions
from chalicelib.forms import definition as forms
from chalicelib.kernel.errors import Conflict
from chalicelib.sources import definition as sources
from chalicelib.vocabulary import definition as vocabulary

KINDS = (*vocabulary.KINDS, *sources.KINDS, *forms.KINDS)


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
            catalogue = publish(_live_definitions(), chosen.schemas)
    except RefusedSet as refused:
        print(*refused.faults, sep="\n", file=sys.stderr)
        return 1
    except Conflict:
        print("another publish came first; look at what is live now, then try again", file=sys.stderr)
        return 1
    print(f"{chosen.command}: {len(catalogue.envelopes)} definitions, catalogue {catalogue.hash}")
    return 0


def _live_definitions() -> Definitions:
    # Imported only here: checking a set needs no settings and no AWS.
    import os  # noqa: PLC0415

    from chalicelib.bootstrap import build  # noqa: PLC0415
    from chalicelib.settings import Settings  # noqa: PLC0415

    return build(Settings.from_env(os.environ)).definitions


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
