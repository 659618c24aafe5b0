"""`make run`: embedded AWS and simulators as children, the app with its front and its pump in this process.

Everything is made if missing, kept under the state folder, and ended together. Loopback only.
"""

import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import boto3
from chalice.app import Chalice

from chalicelib.aws.clients import Account, Clients
from chalicelib.definitions.load import documents
from chalicelib.definitions.model import RefusedSet, Rewritten
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import SystemClock
from chalicelib.web.language import Texts
from infra.local.children import CannotStart, Child, need_free
from infra.local.deliveries import Manner
from infra.local.front import Front
from infra.local.greeting import greeting
from infra.local.home import Home, Running, aws_environment
from infra.local.lambdas import REGION
from infra.local.provision import Provisioned, provision
from infra.local.pump import Pump
from infra.simulators.personas import Personas
from infra.simulators.vneid_routes import PREFIX as VNEID

_GONE_ENV = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")
_WATCH_SECONDS = 0.3


def run(home: Home) -> int:
    """Run until interrupted; return the exit status."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, ask_to_stop)
    runtime = _Runtime(home, stop)
    try:
        runtime.start()
        return runtime.watch()
    except CannotStart as why:
        print(why, file=sys.stderr)
        return 0 if stop.is_set() else 1
    finally:
        runtime.end()


class _Runtime:
    def __init__(self, home: Home, stop: threading.Event) -> None:
        self._home, self._stop = home, stop
        self._children: list[Child] = []
        self._threads: list[threading.Thread] = []
        self._front: Front | None = None

    def start(self) -> None:
        """Bring everything up, in the order that each needs the one before."""
        home = self._home
        need_free({"API": home.port, "simulators": home.port + 1, "embedded AWS": home.port + 2})
        (home.state / "logs").mkdir(parents=True, exist_ok=True)
        aws = self._child("ministack", ["ministack"], self._aws_settings())
        simulators = self._child(
            "simulators",
            ["infra.simulators", "serve", "--port", str(home.port + 1), "--state", str(home.state / "simulators")],
            {},
        )
        aws.await_answer(f"{home.aws}/_ministack/health", self._stop.wait)
        made = self._provision()
        simulators.await_answer(f"{home.simulators}{VNEID}/jwks", self._stop.wait)
        app, texts = _load_app({**made.environment, **aws_environment(home.aws)}, home.state)
        self._front = Front(app, home.port, texts)
        self._serve(self._front)
        self._threads += self._pump(app, made).run(self._stop)
        Running(home.simulators, home.aws, dict(made.environment)).write(home.record)
        print(greeting(home, Personas.load()), flush=True)

    def watch(self) -> int:
        """Wait for the wish to stop, or for a child's end."""
        while not self._stop.wait(_WATCH_SECONDS):
            for child in self._children:
                if child.ended():
                    print(child.why(), file=sys.stderr)
                    return 1
        print("\nstopping", flush=True)
        return 0

    def end(self) -> None:
        """End all that was started: callers first, what they call last."""
        self._stop.set()
        if self._front is not None:
            self._front.shutdown()
            self._front.server_close()
        for thread in self._threads:
            thread.join(timeout=5)
        for child in reversed(self._children):
            child.end()
        self._home.record.unlink(missing_ok=True)

    def _child(self, name: str, arguments: list[str], extra: Mapping[str, str]) -> Child:
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        child = Child(name, arguments, {**env, **extra}, self._home.state / "logs" / f"{name}.log")
        self._children.append(child)
        return child

    def _aws_settings(self) -> dict[str, str]:
        state = self._home.state
        return {
            "GATEWAY_PORT": str(self._home.port + 2),
            "BIND_HOST": "127.0.0.1",
            # These two would open ports of their own, on every interface.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state / "aws"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state / "s3"),
            "LOG_LEVEL": "WARNING",
        }

    def _provision(self) -> Provisioned:
        issuer = f"{self._home.simulators}{VNEID}"
        issuers = [{"iss": issuer, "jwks_uri": f"{issuer}/jwks", "algs": ["RS256"], "kind": "citizen"}]
        parameters = {
            "Stage": "local",
            "Issuers": json.dumps(issuers),
            "NgspUrl": f"{self._home.simulators}/ngsp",
            "LgspUrl": f"{self._home.simulators}/lgsp",
            "Malware": self._home.malware,
        }
        return provision(Clients(Account("test", "test", REGION, self._home.aws)), parameters)

    def _serve(self, front: Front) -> None:
        thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.1}, name="front")
        thread.start()
        self._threads.append(thread)

    def _pump(self, app: Chalice, made: Provisioned) -> Pump:
        clients = boto3.client("sqs"), boto3.client("dynamodbstreams")
        return Pump(app, clients, made, SystemClock(), Manner(wait=1, retry=None))


def _load_app(environment: Mapping[str, str], state: Path) -> tuple[Chalice, Texts]:
    """Import the app with its settings in place, build its services, and return it with its texts."""
    for name in _GONE_ENV:
        os.environ.pop(name, None)
    os.environ.update(environment)
    app: Chalice = importlib.import_module("app").app
    services = importlib.import_module("chalicelib.bootstrap").services()
    publish(services.definitions, state)
    return app, services.edge.texts


def publish(definitions: Definitions, state: Path) -> None:
    """Make `schemas/` as it is now the live set, as a deployment does. Raises CannotStart naming every fault.

    Without it a prefill pinned to the package's own set could not be shown once that set has changed.
    """
    try:
        definitions.publish(documents())
    except RefusedSet as refused:
        faults = [str(each) for each in refused.faults]
        way_on = f"or leave what {state} has published: STATE=another make run"
        raise CannotStart("\n".join([*faults, way_on] if isinstance(refused, Rewritten) else faults)) from refused
