"""A fresh account for each test, with everything that infra/template.yaml describes in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import moto.core  # noqa: F401 - its hooks reach only the SDK sessions that are made after it

from chalicelib.aws.clients import Account, Clients
from chalicelib.settings import Settings
from infra.local.provision import Provisioned, Wiring, provision
from tests.support.ministack import REGION

_NUMBERS = count(100_000_000_001)
_PARAMETERS = {
    "Stage": "local",
    "Issuers": "[]",
    "NgspUrl": "http://ngsp.invalid",
    "LgspUrl": "http://lgsp.invalid",
}


@dataclass(frozen=True, slots=True)
class Home:
    """One provisioned account: how to call it, what is in it."""

    account: Account
    clients: Clients
    provisioned: Provisioned

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.provisioned.environment)

    @property
    def wiring(self) -> Wiring:
        return self.provisioned.wiring

    def client(self, service: str) -> Any:  # noqa: ANN401 - any service, for looking in from the side
        """Return an SDK client of this account for a service that the app itself does not call."""
        return self.clients._client(service)


@contextmanager
def fresh_home(endpoint_url: str | None, **parameters: str) -> Iterator[Home]:
    """Provision an account that no other test has; `parameters` are those of the template."""
    account = Account(str(next(_NUMBERS)), "test", REGION, endpoint_url)
    clients = Clients(account)
    try:
        yield Home(account, clients, provision(clients, {**_PARAMETERS, **parameters}))
    finally:
        clients.close()
