"""The service in real threads and real time: the same app, the simulators called from any thread without a socket."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from flask import Flask
from werkzeug.test import Client as WsgiClient
from werkzeug.test import TestResponse

import app as entry
from chalicelib.bootstrap import World, build, services
from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.ids import RandomIds, RegisterCode
from chalicelib.kernel.log import Log
from chalicelib.sources.http import ThreadPool
from chalicelib.sources.service import Pool, Response, Transport
from chalicelib.web.jwks import Fetch
from infra.local.front import Gateway, thread_safe
from infra.local.pump import Pump
from infra.simulators import server as simulators
from tests.support.aws import fresh_home
from tests.support.pool import CALM
from tests.support.service import NO_LIMIT, PARAMETERS, SIMULATORS, BusAnswer, Portal, place
from tests.support.signing import key_ring

T = TypeVar("T")


class DirectBus(Transport):
    """The integration buses' own app, called by as many threads as like; makes nobody wait and knows no timeout."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    @contextmanager
    def post(self, route: str, register: RegisterCode, body: bytes, timeout: float) -> Iterator[Response]:  # noqa: ARG002 - the port names it
        caller = WsgiClient(self._app, TestResponse, use_cookies=False)
        yield BusAnswer(caller.post(place(route, register), data=body, content_type="application/json"))


class _DirectIssuer(Fetch):
    def __init__(self, app: Flask) -> None:
        self._app = app

    def get(self, url: str) -> bytes:
        caller = WsgiClient(self._app, TestResponse, use_cookies=False)
        return bytes(caller.get(url.removeprefix(SIMULATORS)).data)


@contextmanager
def threaded(
    endpoint_url: str, *, pool: Pool | None = None, around_bus: Callable[[Transport], Transport] = lambda bus: bus
) -> Iterator[Portal]:
    """Put the service together on the machine's clock and threads, in an account of its own, and take it apart."""
    with fresh_home(endpoint_url, **PARAMETERS) as home:
        clock = SystemClock()
        held = simulators.build(SIMULATORS, clock=clock, keys=key_ring())
        flask = simulators.create_app(held)
        ids, lines = RandomIds(clock), list[str]()
        log, bus = Log(clock, lines.append), around_bus(DirectBus(flask))
        issuer = _DirectIssuer(flask)
        around = World(clock, ids, log, home.clients, bus, pool or ThreadPool(), issuer, NO_LIMIT, restraint=CALM)
        built = build(home.settings, around)
        services.put(built)
        streams = home.client("dynamodbstreams")
        pump = Pump(entry.app, (home.clients.sqs, streams), home.provisioned, clock)
        try:
            yield Portal(home, ids, held, built, Gateway(thread_safe(entry.app), timeout=29), pump, lines)
        finally:
            services.put(None)


def at_once(threads: int, work: Callable[[int], T], times: int | None = None) -> list[T]:
    """Do the numbered work `times` times from so many threads that start together; return the results in order."""
    start = threading.Barrier(threads)

    def one(number: int) -> T:
        if number < threads:
            start.wait(30)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads if times is None else times)))
