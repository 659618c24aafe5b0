"""The command line: serve the simulators, or tell running ones what to do through their admin API.

python -m infra.simulators serve --port 8001 --state .local/simulators
python -m infra.simulators fault set population --latency 300 --error 503:0.1
python -m infra.simulators fault list | fault clear [population] | journal [population] | personas
python -m infra.simulators sign-pdf IN OUT --as person --as agency
python -m infra.simulators card PERSONAL_ID OUT.jpg
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import urllib3
from pydantic import ValidationError

from infra.simulators import ca
from infra.simulators.faults import Chance, Fault, Latency, Quota
from infra.simulators.personas import Personas
from infra.simulators.server import start


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "serve":
        return _serve(options.port, options.state)
    if options.command == "sign-pdf":
        return _sign(options.source, options.target, options.signers or list(ca.WHO))
    if options.command == "card":
        return _card(options.personal_id, options.target)
    try:
        answer = _tell(options)
    except ValidationError as error:
        print(error, file=sys.stderr)
        return 2
    except urllib3.exceptions.HTTPError:
        print(f"no simulators answer on port {options.port}: `make run` first, with the same PORT", file=sys.stderr)
        return 1
    document = answer.json()
    print(json.dumps(document, ensure_ascii=False, indent=2), file=sys.stdout if answer.status < 400 else sys.stderr)
    return 0 if answer.status < 400 else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.simulators", description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=_default_port(), help="where they listen (PORT + 1, else 8001)")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve on 127.0.0.1 until interrupted")
    serve.add_argument("--port", type=int, default=argparse.SUPPRESS)
    serve.add_argument("--state", type=Path, help="folder that keeps the signing keys")
    journal = commands.add_parser("journal", help="what was asked of the registers, and when")
    journal.add_argument("register", nargs="?")
    commands.add_parser("personas", help="the made-up citizens")
    sign = commands.add_parser("sign-pdf", help="sign a PDF as the made-up person or agency, in the order given")
    sign.add_argument("source", type=Path, metavar="IN")
    sign.add_argument("target", type=Path, metavar="OUT")
    sign.add_argument("--as", choices=ca.WHO, action="append", dest="signers", help="left out: person, then agency")
    card = commands.add_parser("card", help="draw a photo of a made-up citizen's card, with its code")
    card.add_argument("personal_id", metavar="PERSONAL_ID")
    card.add_argument("target", type=Path, metavar="OUT")
    _fault_parser(commands.add_parser("fault", help="what goes wrong (admin API: loopback only)"))
    return parser


def _fault_parser(fault: argparse.ArgumentParser) -> None:
    verbs = fault.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    clear = verbs.add_parser("clear")
    clear.add_argument("register", nargs="?")
    clear.add_argument("--subject")
    put = verbs.add_parser("set", help="replaces what was set for the same register and subject")
    put.add_argument("register", help="population, civil_status, … or '*'")
    put.add_argument("--subject", help="only for this personal id or organisation code")
    put.add_argument("--latency", type=Latency.parse, help="ms: 300, 100-300 or lognormal:P50/P99")
    put.add_argument("--error", type=_chance, action="append", default=[], metavar="STATUS[:PROBABILITY]")
    put.add_argument("--quota", type=_quota, metavar="CALLS/SECONDS")
    put.add_argument("--maintenance", action="store_true")
    put.add_argument("--retry-after", type=int, default=30, metavar="SECONDS")
    put.add_argument("--drip", type=float, default=0, metavar="SECONDS", dest="drip_seconds")
    put.add_argument("--huge", type=int, default=0, metavar="MB", dest="huge_mb")
    put.add_argument("--wrong", choices=("html", "shape", "list", "types"))
    for flag in ("--wrong-person", "--redirect", "--reset"):
        put.add_argument(flag, action="store_true")
    put.add_argument("--seed", type=int, default=0)


def _sign(source: Path, target: Path, signers: list[ca.Who]) -> int:
    pdf = source.read_bytes()
    for who in signers:
        pdf = ca.sign_pdf(pdf, who)
    target.write_bytes(pdf)
    print(f"{target}: signed by the made-up {', then '.join(signers)}; holds where synthetic roots are allowed")
    return 0


def _card(personal_id: str, target: Path) -> int:
    from infra.simulators import cards  # noqa: PLC0415 - what draws takes a while to load, and serving never draws

    person = next((each for each in Personas.load() if each.personal_id == personal_id), None)
    if person is None:
        print(f"no made-up citizen has the id {personal_id}: `personas` lists them", file=sys.stderr)
        return 1
    try:
        target.write_bytes(cards.photo(person))
    except cards.NoCard:
        print(f"{personal_id} has no card", file=sys.stderr)
        return 1
    print(f"{target}: a made-up card, its code says what the population register has")
    return 0


def _default_port() -> int:
    return int(os.environ.get("PORT", "8000")) + 1


def _chance(text: str) -> Chance:
    status, _, probability = text.partition(":")
    return Chance.model_validate({"status": int(status), "probability": float(probability or 1)})


def _quota(text: str) -> Quota:
    calls, _, seconds = text.partition("/")
    return Quota(calls=int(calls), seconds=float(seconds or 1))


def _fault(options: argparse.Namespace) -> Fault:
    given = {name: value for name, value in vars(options).items() if name in Fault.model_fields}
    return Fault.model_validate({**given, "register": options.register, "errors": options.error})


def _tell(options: argparse.Namespace) -> urllib3.BaseHTTPResponse:
    path, body = _request_of(options)
    url = f"http://127.0.0.1:{options.port}/admin/{path}"
    if body is None:
        return urllib3.request("GET", url, timeout=5, retries=False)
    return urllib3.request("POST", url, json=body, timeout=5, retries=False)


def _request_of(options: argparse.Namespace) -> tuple[str, Any]:
    if options.command != "fault":
        register = getattr(options, "register", None)
        return options.command + (f"?register={register}" if register else ""), None
    match options.verb:
        case "list":
            return "faults", None
        case "clear":
            return "faults/clear", {"register": options.register, "subject": options.subject}
        case _:
            return "faults", _fault(options).model_dump(mode="json", by_alias=True)


def _serve(port: int, state: Path | None) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with start(port, state=state) as running:
        print(f"simulators on {running.base_url} (VNeID {running.issuer}); admin API under /admin, loopback only")
        sys.stdout.flush()
        try:
            running.wait()
        except KeyboardInterrupt:
            return 0
    return 0
