"""Puts the simulators together: one Flask app, served on loopback, startable inside a test or from the shell."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask

from chalicelib.kernel.clock import Clock, SystemClock
from infra.simulators import admin, matching, registers, vneid_routes
from infra.simulators.clients import Client, load_clients
from infra.simulators.faults import FaultBook
from infra.simulators.http import LARGEST_BODY, LoopbackServer
from infra.simulators.keys import KeyRing
from infra.simulators.personas import Personas
from infra.simulators.registers import Journal, Registers
from infra.simulators.vneid import VNeID


@dataclass(frozen=True, slots=True)
class Simulators:
    """All that the simulators hold; tests reach in here, the app is built from it."""

    clock: Clock
    people: Personas
    faults: FaultBook
    journal: Journal
    vneid: VNeID


def build(
    base_url: str,
    *,
    clock: Clock | None = None,
    keys: KeyRing | None = None,
    clients: Mapping[str, Client] | None = None,
) -> Simulators:
    """Make the simulators that will be reached at `base_url`. Raises BadDefinition for a bad persona file."""
    ticking, people = clock or SystemClock(), Personas.load()
    issuer = f"{base_url}{vneid_routes.PREFIX}"
    vneid = VNeID(issuer, keys or KeyRing(), clients or load_clients(), people, ticking)
    return Simulators(ticking, people, FaultBook(ticking), Journal(), vneid)


def create_app(simulators: Simulators) -> Flask:
    """Return the WSGI application."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    answering = Registers(simulators.people, simulators.faults, simulators.journal, simulators.clock)
    app.register_blueprint(registers.blueprint(answering))
    asked = matching.Matching(simulators.people, simulators.faults, simulators.journal, simulators.clock)
    app.register_blueprint(matching.blueprint(asked))
    app.register_blueprint(vneid_routes.blueprint(simulators.vneid))
    app.register_blueprint(admin.blueprint(simulators.faults, simulators.journal, simulators.vneid))
    return app


class Running:
    """The simulators on a port, in a thread of this process."""

    def __init__(self, server: LoopbackServer, simulators: Simulators) -> None:
        self._server = server
        self.simulators = simulators
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="simulators", daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        """Return where everything starts: http://127.0.0.1:PORT."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def issuer(self) -> str:
        """Return the VNeID issuer's URL; its keys are under /jwks."""
        return self.simulators.vneid.issuer

    @property
    def ngsp_url(self) -> str:
        """Return the national integration bus."""
        return f"{self.base_url}/ngsp"

    @property
    def lgsp_url(self) -> str:
        """Return the provinces' integration buses; a province code follows."""
        return f"{self.base_url}/lgsp"

    def wait(self) -> None:
        """Serve until stopped."""
        self._thread.join()

    def stop(self) -> None:
        """Stop listening and break what is open."""
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(
    port: int = 0, *, clock: Clock | None = None, state: Path | None = None, keys: KeyRing | None = None
) -> Running:
    """Serve on 127.0.0.1; port 0 takes a free one; `state` keeps the keys over a restart. OSError if it is taken."""
    server = LoopbackServer(port, None)
    try:
        ring = keys or KeyRing(None if state is None else state / "keys")
        simulators = build(f"http://127.0.0.1:{server.port}", clock=clock, keys=ring)
        server.app = create_app(simulators)
    except BaseException:
        server.server_close()
        raise
    return Running(server, simulators)
