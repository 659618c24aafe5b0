"""The app as `make run` serves it, in a process of its own: front and pump, without limits on requests.

    python -m bench.serve PORT STATE

The limit on callers and the registers' quotas are the one difference: throughput measured against them would be theirs.
"""

import importlib
import json
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType

import boto3
from chalice.app import Chalice

from chalicelib.aws.clients import Account, Clients
from chalicelib.bootstrap import Services, build, services, world
from chalicelib.kernel.clock import SystemClock
from chalicelib.settings import Settings
from chalicelib.web.limits import Rate
from infra.local.deliveries import Manner
from infra.local.front import Front, Gateway, thread_safe
from infra.local.home import Home, Running, aws_environment
from infra.local.lambdas import REGION
from infra.local.provision import Provisioned, provision
from infra.local.pump import Pump
from infra.simulators.vneid_routes import PREFIX as VNEID

UNLIMITED = Rate(burst=1_000_000, per_second=1_000_000.0)


def provisioned(home: Home) -> Provisioned:
    """Make the account, or take the one that is there."""
    issuer = f"{home.simulators}{VNEID}"
    parameters = {
        "Stage": "local",
        "Issuers": json.dumps([{"iss": issuer, "jwks_uri": f"{issuer}/jwks", "algs": ["RS256"], "kind": "citizen"}]),
        "NgspUrl": f"{home.simulators}/ngsp",
        "LgspUrl": f"{home.simulators}/lgsp",
    }
    return provision(account(home), parameters)


def account(home: Home) -> Clients:
    """Return clients of the embedded AWS."""
    return Clients(Account("test", "test", REGION, home.aws))


def start(home: Home) -> tuple[Chalice, Services, Provisioned]:
    """Import the app in its environment and give it its services, built as in production but for the limits."""
    made = provisioned(home)
    os.environ.update({**made.environment, **aws_environment(home.aws)})
    app: Chalice = importlib.import_module("app").app
    settings = Settings.from_env(made.environment)
    around = world(settings)
    built = build(settings, replace(around, rate=UNLIMITED, restraint=replace(around.restraint, share=1_000_000.0)))
    services.put(built)
    return app, built, made


def in_this_process(home: Home) -> tuple[Gateway, Services]:
    """Return the app's gateway without any HTTP before it, on the same store and registers."""
    app, built, _ = start(home)
    return Gateway(thread_safe(app), timeout=29), built


def main(arguments: list[str]) -> None:
    """Serve until told to stop."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    home = Home(int(arguments[0]), Path(arguments[1]))
    app, built, made = start(home)
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
