"""What may be typed after `python -m tools.fees`. Knows no command's doing."""

import argparse
from datetime import date
from pathlib import Path

from chalicelib.definitions.load import SCHEMAS
from chalicelib.fees.model import CHANNELS


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{written}: a day is wanted, as 2026-11-22") from error


def _count(written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= 6):
        raise argparse.ArgumentTypeError(f"{written}: a number of days is wanted")
    return int(written)


def parser(about: str) -> argparse.ArgumentParser:
    """Return what reads the command line; `about` is its help."""
    made = argparse.ArgumentParser(
        prog="python -m tools.fees", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = made.add_subparsers(dest="command", required=True)
    _add_explain(commands.add_parser("explain", help="what is due for a case, why, and what would change it"))
    compared = commands.add_parser("diff", help="whose fee changes between two sets")
    compared.add_argument("a", type=Path)
    compared.add_argument("b", type=Path)
    compared.add_argument("--corpus", type=Path, help="a JSON list of cases; left out, made from the rules' boundaries")
    compared.add_argument("--most", type=_count, default=50, help="how many cases to show")
    for name, told in (
        ("validate", "check a set of fee files with everything they refer to"),
        ("radar", "which legal bases end soon, which nobody looked at for long"),
        ("coverage", "how well fees are known in each province"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("folder", type=Path, nargs="?", default=SCHEMAS, metavar="DIR")
        if name != "validate":
            command.add_argument("--on", type=_day, help="the day; left out, today in Viet Nam")
        if name == "radar":
            command.add_argument("--days", type=_count, required=True, help="ending within so many days")
            command.add_argument("--stale", type=_count, default=365, help="not verified within so many days")
        if name == "coverage":
            command.add_argument("--channel", choices=CHANNELS, help="left out: the least known of all")
            command.add_argument("--province", help="two digits; shows its procedures one by one")
    taken = commands.add_parser("import", help="make a schedule's file of a spreadsheet, or name every wrong cell")
    taken.add_argument("file", type=Path)
    taken.add_argument("-o", dest="out", type=Path, required=True)
    blank = commands.add_parser("template", help="write the spreadsheet that import reads")
    blank.add_argument("-o", dest="out", type=Path, required=True)
    blank.add_argument("--like", help="the code of a schedule to start from")
    blank.add_argument("--schemas", type=Path, default=SCHEMAS)
    return made


def _add_explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("procedure")
    command.add_argument("--channel", required=True, choices=CHANNELS)
    command.add_argument("--commune", required=True, help="five digits")
    command.add_argument("--on", type=_day, required=True, help="the day of reception")
    command.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE", help="plain text, or JSON: true")
    command.add_argument("--quantity", action="append", default=[], metavar="NAME=NUMBER")
    command.add_argument("--verified", action="store_true", help="as if registers vouched for the facts")
    command.add_argument("--json", action="store_true", help="as the API answers")
    command.add_argument("--schemas", type=Path, default=SCHEMAS)
