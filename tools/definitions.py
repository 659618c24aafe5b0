"""The author's tools for the definitions under `schemas/`: check them, try them out, see what is missing, publish.

    python -m tools.definitions validate
    python -m tools.definitions explain-path population '$.name.full'
    python -m tools.definitions try to-khai-ket-hon 001090999001
    python -m tools.definitions formio formio-ket-hon form.json
    python -m tools.definitions coverage
    python -m tools.definitions diff A B
    python -m tools.definitions index
    python -m tools.definitions publish

Exit status: 0 done · 1 refused, or `diff` found differences · 2 the command itself was wrong.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from chalicelib.bootstrap import KINDS, build, world
from chalicelib.definitions.check import validate
from chalicelib.definitions.load import INDEX, SCHEMAS, documents, index_of
from chalicelib.definitions.model import Catalogue, RefusedSet
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.errors import BadDefinition, Conflict
from chalicelib.settings import Settings
from tools.coverage import coverage
from tools.difference import difference
from tools.formio import chosen as profile_of
from tools.formio import compared
from tools.mistakes import Mistake
from tools.paths import explain, reply_of
from tools.trial import Trial, answer_of, trial


def publish(definitions: Definitions, folder: Path = SCHEMAS) -> Catalogue:
    """Make the folder's files the live set. Raises RefusedSet, and Conflict when another publish came first."""
    return definitions.publish(documents(folder))


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    chosen = _parser().parse_args(arguments)
    try:
        return _COMMANDS[chosen.command](chosen)
    except RefusedSet as refused:
        print(*refused.faults, sep="\n", file=sys.stderr)
        print(f"refused: {len(refused.faults)} faults", file=sys.stderr)
    except Conflict:
        print("another publish came first; look at what is live now, then try again", file=sys.stderr)
    except BadDefinition as error:
        print(f"{error.detail.get('file', '')}#: cannot be opened as a definition", file=sys.stderr)
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 2
    return 1


def _validate(chosen: argparse.Namespace) -> int:
    catalogue = validate(documents(chosen.schemas), KINDS)
    _say("validate", catalogue)
    if _index_text(chosen.schemas) != index_of(catalogue, chosen.schemas):
        print(f"note: {INDEX} is not up to date; run: python -m tools.definitions index")
    return 0


def _index(chosen: argparse.Namespace) -> int:
    catalogue = validate(documents(chosen.schemas), KINDS)
    (chosen.schemas / INDEX).write_text(index_of(catalogue, chosen.schemas), encoding="utf-8")
    _say("index", catalogue)
    return 0


def _publish(chosen: argparse.Namespace) -> int:
    settings = Settings.from_env(os.environ)
    _say("publish", publish(build(settings, world(settings)).definitions, chosen.schemas))
    return 0


def _explain_path(chosen: argparse.Namespace) -> int:
    catalogue = validate(documents(chosen.schemas), KINDS)
    print(explain(catalogue, chosen.register, chosen.path, chosen.reply))
    return 0


def _try(chosen: argparse.Namespace) -> int:
    catalogue = validate(documents(chosen.schemas), KINDS)
    pairs = [each.partition("=") for each in chosen.reply]
    replies = {register: reply_of(catalogue, register, name) for register, _, name in pairs}
    answers = dict(answer_of(each) for each in chosen.answer)
    asked = Trial(chosen.form, chosen.persona, chosen.role, chosen.province, replies, answers, chosen.consented)
    tried = trial(catalogue, asked)
    if chosen.profile is not None:
        print(tried.as_projected(profile_of(catalogue, chosen.profile, chosen.form)))
        return 0
    print(tried.as_json() if chosen.json else tried.as_text())
    return 0


def _formio(chosen: argparse.Namespace) -> int:
    told, is_whole = compared(validate(documents(chosen.schemas), KINDS), chosen.profile, chosen.components)
    print(told)
    return 0 if is_whole else 1


def _coverage(chosen: argparse.Namespace) -> int:
    print(coverage(validate(documents(chosen.schemas), KINDS)))
    return 0


def _diff(chosen: argparse.Namespace) -> int:
    for folder in (chosen.a, chosen.b):
        if not folder.is_dir():
            raise Mistake(f"{folder} is no folder of definitions")
    found = difference(chosen.a, chosen.b)
    print(found or "no difference")
    return 1 if found else 0


def _say(done: str, catalogue: Catalogue) -> None:
    print(f"{done}: {len(catalogue.envelopes)} definitions, catalogue {catalogue.hash}")


def _index_text(folder: Path) -> str:
    path = folder / INDEX
    return path.read_text(encoding="utf-8") if path.exists() else ""


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "validate": _validate,
    "explain-path": _explain_path,
    "try": _try,
    "formio": _formio,
    "coverage": _coverage,
    "diff": _diff,
    "index": _index,
    "publish": _publish,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.definitions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--schemas", type=Path, default=SCHEMAS, help="the folder of definitions")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (
        ("validate", "check the whole set"),
        ("index", f"check the set and rewrite its {INDEX}"),
        ("publish", "check the set and make it live"),
        ("coverage", "what nobody supplies, what no form uses, and which field is filled by whom"),
    ):
        commands.add_parser(name, parents=[common], help=about)
    path = commands.add_parser("explain-path", parents=[common], help="what a JSONPath reads in a register's replies")
    path.add_argument("register")
    path.add_argument("path")
    path.add_argument("--reply", help="a JSON file with a reply's data, or the name of one of the register's examples")
    tried = commands.add_parser("try", parents=[common], help="fill a form for a made-up citizen, and say why not")
    tried.add_argument("form")
    tried.add_argument("persona", help="personal id of one of the simulators' people")
    tried.add_argument("--role", help="the part they play; left out, the first that they may play")
    tried.add_argument("--province", help="whose own registers to ask: two digits")
    tried.add_argument(
        "--reply", action="append", default=[], metavar="REGISTER=REPLY",
        help="what a register that the simulators lack would answer: an example's name, or a JSON file",
    )  # fmt: skip
    tried.add_argument(
        "--answer", action="append", default=[], metavar="POINTER=VALUE",
        help="what is in the form already: plain text, or JSON for anything else",
    )  # fmt: skip
    tried.add_argument("--consented", action="store_true", help="whoever the first replies lead to has consented")
    tried.add_argument("--profile", help="show it in the keys of a portal's own form")
    tried.add_argument("--json", action="store_true")
    held = commands.add_parser(
        "formio", parents=[common], help="can a portal's form.io form take what a profile fills?"
    )
    held.add_argument("profile")
    held.add_argument("components", type=Path, help="the form's JSON file, with its components")
    compared = commands.add_parser("diff", help="compare two folders of definitions")
    compared.add_argument("a", type=Path)
    compared.add_argument("b", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
