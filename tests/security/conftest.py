"""A service whose every sink is watched."""

import pytest

from tests.support.canaries import settle_in
from tests.support.service import Service
from tests.support.sinks import Sinks


@pytest.fixture
def sinks(service: Service, capfd: pytest.CaptureFixture[str]) -> Sinks:
    """A service that knows the canaries, and everything that could give them away."""
    settle_in(service)
    return Sinks(service, lambda: "".join(capfd.readouterr()))
