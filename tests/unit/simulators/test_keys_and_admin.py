"""Keys turn over without losing old tokens until told to; the admin API serves local tools only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient

from infra.simulators.clients import load_clients
from infra.simulators.keys import KeyRing
from tests.unit.simulators.bus import AN
from tests.unit.simulators.test_vneid import opened


def token(web: FlaskClient, **asked: Any) -> str:  # noqa: ANN401 - JSON
    return str(web.post("/admin/token", json={"personal_id": AN, **asked}).get_json()["access_token"])


def kids(web: FlaskClient) -> list[str]:
    return [key["kid"] for key in web.get("/vneid/jwks").get_json()["keys"]]


def test_the_jwks_shows_public_halves_only(web: FlaskClient) -> None:
    (key,) = web.get("/vneid/jwks").get_json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (key["alg"], key["use"]) == ("RS256", "sig")


def test_after_rotation_the_new_key_signs_and_the_old_one_still_verifies(web: FlaskClient) -> None:
    old, before = token(web), kids(web)
    new_kid = web.post("/admin/rotate").get_json()["kid"]
    assert kids(web) == [*before, new_kid]
    assert jwt.get_unverified_header(token(web))["kid"] == new_kid
    assert opened(web, old)["personal_id"] == AN


def test_retiring_leaves_only_the_key_that_signs(web: FlaskClient) -> None:
    old = token(web)
    new_kid = web.post("/admin/rotate").get_json()["kid"]
    assert web.post("/admin/retire").get_json() == {"retired": 1}
    assert kids(web) == [new_kid]
    assert jwt.get_unverified_header(old)["kid"] not in kids(web)


def test_keys_in_a_folder_outlive_the_process(tmp_path: Path, fresh_keys: Iterator[rsa.RSAPrivateKey]) -> None:
    def open_ring() -> KeyRing:
        return KeyRing(tmp_path / "keys", make=lambda: next(fresh_keys))

    first = open_ring()
    first.rotate()
    second = open_ring()
    assert second.jwks() == first.jwks()
    assert second.current.kid == first.current.kid
    assert second.pepper == first.pepper
    second.retire()
    assert open_ring().jwks()["keys"] == [second.current.jwk()]


def test_kept_keys_are_for_their_owner_only(tmp_path: Path, fresh_keys: Iterator[rsa.RSAPrivateKey]) -> None:
    KeyRing(tmp_path / "keys", make=lambda: next(fresh_keys))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_token_is_minted_at_the_persona_s_own_level_or_at_the_one_asked(web: FlaskClient) -> None:
    assert opened(web, token(web))["identity_level"] == 2
    assert opened(web, token(web, level=1))["identity_level"] == 1
    assert opened(web, token(web, personal_id="048201999003"))["identity_level"] == 1


def test_a_minted_token_without_a_person_is_the_client_s_own(web: FlaskClient) -> None:
    claims = opened(web, token(web, personal_id=None, client="ubnd-demo"))
    assert claims["sub"] == "ubnd-demo"
    assert "personal_id" not in claims


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"personal_id": "001090999999"}, 404, "unknown_persona"),
        ({"personal_id": AN, "client": "nobody"}, 404, "unknown_client"),
        ({"personal_id": AN, "level": 3}, 400, "bad_request"),
        ({"personal_id": None, "client": "motlan-portal"}, 400, "unauthorized_client"),
        ({"persona": AN}, 400, "bad_request"),
    ],
)
def test_a_token_that_cannot_be_minted_is_refused_with_a_reason(
    web: FlaskClient, asked: dict[str, Any], status: int, code: str
) -> None:
    response = web.post("/admin/token", json=asked)
    error = response.get_json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["message"]


def test_the_personas_are_listed_in_order(web: FlaskClient) -> None:
    listed = web.get("/admin/personas").get_json()["personas"]
    assert listed[0]["personal_id"] == AN
    assert len(listed) == 35


@pytest.mark.parametrize(
    "request_from",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"Host": "attacker.example"}},
        {"headers": {"Origin": "http://127.0.0.1:8000"}},
    ],
    ids=["another machine", "another host name", "a page"],
)
def test_the_admin_api_answers_local_tools_only(web: FlaskClient, request_from: dict[str, Any]) -> None:
    response = web.post("/admin/token", json={"personal_id": AN}, **request_from)
    assert (response.status_code, response.get_json()["error"]["code"]) == (403, "loopback_only")


def test_the_published_clients_are_the_ones_registered() -> None:
    clients = load_clients()
    assert clients["motlan-portal"].type == "public"
    assert clients["motlan-portal"].secret is None
    assert clients["ubnd-demo"].secret


def test_without_published_clients_there_are_two_built_in(tmp_path: Path) -> None:
    assert set(load_clients(tmp_path)) == {"motlan-portal", "ubnd-demo"}
