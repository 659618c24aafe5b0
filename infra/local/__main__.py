"""The command line of the local runtime.

python -m infra.local run                            start everything (PORT, STATE)
python -m infra.local token PERSONA [--client NAME]  print a bearer token, and nothing else
python -m infra.local replay                         send what waits in the failure queue back to where it came from
"""

import argparse
import os
import sys

import urllib3

from chalicelib.aws.clients import Account, Clients
from chalicelib.aws.queues import FailureQueue
from chalicelib.kernel.errors import StoreUnavailable
from infra.local.home import Home, Running
from infra.local.lambdas import REGION

_NOTHING_RUNS = 2


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        home = Home.from_env(os.environ)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return _NOTHING_RUNS
    match options.command:
        case "run":
            from infra.local.runtime import run  # noqa: PLC0415 - the other commands start quicker without it

            return run(home)
        case "token":
            return _token(home, options.persona, options.client)
        case _:
            return _replay(home)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The service on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything; PORT (8000) and STATE (.local) from the environment")
    token = commands.add_parser("token", help="print a bearer token for a persona of a running service")
    token.add_argument("persona", help="12-digit personal id, as `make run` prints it")
    token.add_argument("--client", default="motlan-portal", help="the portal that asks for the citizen")
    commands.add_parser("replay", help="send failed messages back to where they came from")
    return parser


def _token(home: Home, persona: str, client: str) -> int:
    simulators = _simulators(home)
    try:
        body = {"personal_id": persona, "client": client}
        answer = urllib3.request("POST", f"{simulators}/admin/token", json=body, timeout=5.0, retries=False)
    except urllib3.exceptions.HTTPError:
        print(f"nothing runs at {simulators}: `make run` first, with the same PORT and STATE", file=sys.stderr)
        return _NOTHING_RUNS
    document = answer.json()
    if answer.status != 200:
        print(document["error"]["message"], file=sys.stderr)
        return _NOTHING_RUNS
    print(document["access_token"])
    return 0


def _simulators(home: Home) -> str:
    """Take PORT at its word; without it, ask the record in the state folder."""
    running = None if os.environ.get("PORT") else Running.read(home.record)
    return running.simulators if running else home.simulators


def _replay(home: Home) -> int:
    running = Running.read(home.record)
    if running is None:
        print(f"nothing runs with the state in {home.state}: `make run` first, with the same STATE", file=sys.stderr)
        return _NOTHING_RUNS
    env = running.environment
    clients = Clients(Account("test", "test", REGION, running.aws))
    try:
        done = FailureQueue(clients, env["MOTLAN_FAILURE_QUEUE_URL"], env["MOTLAN_BUS"]).replay()
    except StoreUnavailable:
        print(f"the embedded AWS does not answer at {running.aws}", file=sys.stderr)
        return _NOTHING_RUNS
    print(f"sent back {done.sent}, carried by the sweep {done.dropped}, left {done.left}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
