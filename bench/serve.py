"""The app as `make run` serves it, in a process of its own: front and pump, without the limit on requests.

    python -m bench.serve PORT STATE

The limit is the one difference: measuring throughput against it would measure the limit.
"""

import importlib
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType

import boto3

from chalicelib.aws.clients import Account, Clients
from chalicelib.bootstrap import Services, build, services, world
from chalicelib.kernel.clock import SystemClock
from chalicelib.settings import Settings
from chalicelib.web.limits import Rate
from infra.local.deliveries import Manner
from infra.local.front import Front
from infra.local.home import Home, Running, aws_environment
from infra.local.lambdas import REGION
from infra.local.provision import Provisioned, provision
from infra.local.pump import Pump

UNLIMITED = Rate(burst=1_000_000, per_second=1_000_000.0)
ISSUERS = (
    '[{{"iss": "{url}/vneid", "jwks_uri": "{url}/vneid/jwks", "algs": ["RS256"], "kind": "vneid"}}]'  # a format string
)


def provisioned(home: Home) -> Provisioned:
    """Make the account, or take the one that is there."""
    parameters = {
        "Stage": "local",
        "Issuers": ISSUERS.format(url=home.simulators),
        "NgspUrl": f"{home.simulators}/ngsp",
        "LgspUrl": f"{home.simulators}/lgsp",
    }
    return provision(account(home), parameters)


def account(home: Home) -> Clients:
    """Return clients of the embedded AWS."""
    return Clients(Account("test", "test", REGION, home.aws))


def unlimited(made: Provisioned) -> Services:
    """Return the services of this process, built as in production but for the limit, from its environment."""
    settings = Settings.from_env(made.environment)
    built = build(settings, replace(world(settings), rate=UNLIMITED))
    services.put(built)
    return built


def main(arguments: list[str]) -> None:
    """Serve until told to stop."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    home = Home(int(arguments[0]), Path(arguments[1]))
    made = provisioned(home)
    os.environ.update({**made.environment, **aws_environment(home.aws), "MOTLAN_PUBLIC_URL": home.api})
    app = importlib.import_module("app").app
    built = unlimited(made)
    pump = Pump(app, (boto3.client("sqs"), boto3.client("dynamodbstreams")), made, SystemClock(), Manner(1, None))
    Running(home.simulators, home.aws, dict(made.environment)).write(home.record)
    front = Front(app, home.port, built.edge.texts)
    threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    deliveries = pump.run(stop)
    stop.wait()
    front.shutdown()
    for thread in deliveries:
        thread.join(timeout=5)


if __name__ == "__main__":
    main(sys.argv[1:])
