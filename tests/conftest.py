"""Fixtures that tests share, and the marker that each directory stands for."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.aws import Home, fresh_home
from tests.support.clock import VirtualClock
from tests.support.engines import FIRST, SECOND
from tests.support.ids import CountedIds
from tests.support.ministack import Ministack

if TYPE_CHECKING:
    from tests.support.service import Service

_MARKED = frozenset({"integration", "stateful", "faults", "security", "e2e", "browser"})
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the directory they are in; unit, contract and architecture are the fast tiers and have none.

    What builds the packages and deploys them takes minutes: it runs with the long proofs.
    """
    for item in items:
        directory = item.path.relative_to(_HERE).parts[0]
        if directory in _MARKED:
            item.add_marker(directory)
        if directory == "e2e":
            item.add_marker("prove")


def pytest_configure() -> None:
    """Let no slow machine fail an example.

    Whose AWS account this machine knows is nobody's business here.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    settings.register_profile("house", max_examples=50, deadline=None)
    settings.load_profile("house")


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the run: with thousands of tests it would walk them over and over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def ids() -> CountedIds:
    return CountedIds()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    with Ministack(tmp_path_factory.mktemp("ministack")) as started:
        yield started


@pytest.fixture(scope="session")
def moto_engine() -> Iterator[None]:
    from moto import mock_aws

    from tests.support.moto import install

    install()
    engine = mock_aws()
    engine.start()
    yield
    engine.stop()


@pytest.fixture
def embedded(ministack: Ministack) -> Iterator[Home]:
    """An account of its own on the embedded AWS."""
    with fresh_home(ministack.url) as home:
        yield home


@pytest.fixture
def simulated(moto_engine: None) -> Iterator[Home]:  # noqa: ARG001 - the engine is on
    """An account of its own on moto: for one call after the other only."""
    with fresh_home(None) as home:
        yield home


@pytest.fixture(params=[FIRST, SECOND])
def home(request: pytest.FixtureRequest) -> Home:
    """The same account on each of two engines: a contract holds when both agree."""
    found: Home = request.getfixturevalue({"moto": "simulated", "ministack": "embedded"}[request.param])
    return found


@pytest.fixture
def service(ministack: Ministack, clock: VirtualClock) -> Iterator["Service"]:
    """The whole service in an account of its own, on virtual time."""
    from tests.support.service import running

    with running(ministack.url, clock) as started:
        yield started


@pytest.fixture(scope="module")
def _shared(ministack: Ministack) -> Iterator["Service"]:
    from tests.support.service import running

    with running(ministack.url, VirtualClock()) as started:
        yield started


@pytest.fixture
def standing(_shared: "Service") -> "Service":
    """One service for a whole file, for tests that leave nothing behind; put back in case a test had one of its own."""
    from chalicelib.bootstrap import services

    services.put(_shared.services)
    return _shared
