"""The simulators on a virtual clock, asked in-process: no sockets, no waiting."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient

from infra.simulators.clients import BUILT_IN
from infra.simulators.keys import KeyRing, new_rsa_key
from infra.simulators.server import Simulators, build, create_app
from tests.support.clock import VirtualClock

BASE = "http://127.0.0.1:8001"


@pytest.fixture(scope="session")
def rsa_keys() -> list[rsa.RSAPrivateKey]:
    return [new_rsa_key() for _ in range(3)]


@pytest.fixture
def fresh_keys(rsa_keys: list[rsa.RSAPrivateKey]) -> Iterator[rsa.RSAPrivateKey]:
    """Made once for the session: making one costs more than a test."""
    return cycle(rsa_keys)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def simulators(clock: VirtualClock, fresh_keys: Iterator[rsa.RSAPrivateKey]) -> Simulators:
    return build(BASE, clock=clock, keys=KeyRing(make=lambda: next(fresh_keys)), clients=BUILT_IN)


@pytest.fixture
def web(simulators: Simulators) -> FlaskClient:
    return create_app(simulators).test_client()
