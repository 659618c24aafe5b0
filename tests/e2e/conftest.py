"""The package is built once a session, deployed on the embedded AWS beside the simulators, and driven from outside."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import urllib3

from infra.package import Package, build
from infra.simulators.server import Running, start
from tests.support.deploy import Stack, deploy
from tests.support.ministack import Ministack


@dataclass(frozen=True, slots=True)
class Deployed:
    """The deployed stack and the simulators that it reaches by URL."""

    stack: Stack
    simulators: Running
    http: urllib3.PoolManager

    def token(self, personal_id: str) -> str:
        """Return a citizen's bearer token from the issuer."""
        url = f"{self.simulators.base_url}/admin/token"
        answer = self.http.request("POST", url, json={"personal_id": personal_id})
        return str(answer.json()["access_token"])

    def ask(self, method: str, path: str, token: str, **options: object) -> urllib3.BaseHTTPResponse:
        """Call the API as a portal would."""
        headers = {"Authorization": f"Bearer {token}", **dict(options.pop("headers", {}))}  # type: ignore[call-overload]
        return self.http.request(method, f"{self.stack.api}{path}", headers=headers, timeout=30, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return build(tmp_path_factory.mktemp("package") / "out")


@pytest.fixture(scope="session")
def parameters(outside: Running) -> dict[str, str]:
    issuer = {"iss": outside.issuer, "jwks_uri": f"{outside.issuer}/jwks", "algs": ["RS256"], "kind": "citizen"}
    return {
        "Stage": "demo",
        "Issuers": json.dumps([issuer]),
        "NgspUrl": outside.ngsp_url,
        "LgspUrl": outside.lgsp_url,
    }


@pytest.fixture(scope="session")
def outside() -> Iterator[Running]:
    with start() as running:
        yield running


@pytest.fixture(scope="session")
def deployed(
    ministack: Ministack, package: Package, parameters: dict[str, str], outside: Running
) -> Iterator[Deployed]:
    with urllib3.PoolManager() as http:
        yield Deployed(deploy(ministack.url, package, parameters), outside, http)
