"""One service for a whole file, for tests that leave nothing behind; and a service whose every sink is watched."""

from collections.abc import Iterator

import pytest

from chalicelib.bootstrap import services
from tests.support.canaries import settle_in
from tests.support.clock import VirtualClock
from tests.support.ministack import Ministack
from tests.support.service import Service, running
from tests.support.sinks import Sinks


@pytest.fixture(scope="module")
def _shared(ministack: Ministack) -> Iterator[Service]:
    with running(ministack.url, VirtualClock()) as started:
        yield started


@pytest.fixture
def standing(_shared: Service) -> Service:
    """The file's service, put back in place in case a test had one of its own."""
    services.put(_shared.services)
    return _shared


@pytest.fixture
def sinks(service: Service, capfd: pytest.CaptureFixture[str]) -> Sinks:
    """A service that knows the canaries, and everything that could give them away."""
    settle_in(service)
    return Sinks(service, lambda: "".join(capfd.readouterr()))
