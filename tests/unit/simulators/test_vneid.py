"""The issuer: who gets a code, who gets a token, and what stands in it."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from jwt import PyJWK
from jwt.types import Options
from werkzeug.test import TestResponse

from infra.simulators.server import Simulators
from infra.simulators.vneid import s256
from tests.support.clock import VirtualClock
from tests.unit.simulators.bus import AN
from tests.unit.simulators.conftest import BASE

ISSUER = f"{BASE}/vneid"
PORTAL = "motlan-portal"
CALLBACK = "http://127.0.0.1:8000/portal/callback"
VERIFIER = "v" * 43
SECRET = "local-secret-of-ubnd-demo"
LEVEL_1 = "048201999003"


def request_for(**changes: str | None) -> dict[str, str]:
    asked: dict[str, str | None] = {
        "client_id": PORTAL,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid prefill",
        "state": "s-1 &=/",
        "nonce": "n-1",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in asked.items() if value is not None}


def answer_of(response: TestResponse) -> dict[str, str]:
    assert response.status_code == 303
    assert response.headers["Location"].startswith(CALLBACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def sign_in(web: FlaskClient, personal_id: str = AN, **changes: str | None) -> dict[str, str]:
    form = {**request_for(**changes), "personal_id": personal_id, "decision": "allow"}
    return answer_of(web.post("/vneid/authorize", data=form))


def redeem(web: FlaskClient, code: str, /, **changes: str) -> TestResponse:
    form = {"grant_type": "authorization_code", "client_id": PORTAL, "redirect_uri": CALLBACK}
    return web.post("/vneid/token", data={**form, "code_verifier": VERIFIER, "code": code, **changes})


def opened(web: FlaskClient, token: str, audience: str = "motlan-api") -> dict[str, Any]:
    """Verify as a resource server would, by the published keys; times are the virtual clock's."""
    kid = jwt.get_unverified_header(token)["kid"]
    keys = {key["kid"]: key for key in web.get("/vneid/jwks").get_json()["keys"]}
    late: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(
        token, PyJWK(keys[kid]).key, ["RS256"], audience=audience, issuer=ISSUER, options=late
    )
    return claims


def test_discovery_points_at_the_endpoints_under_the_issuer(web: FlaskClient) -> None:
    document = web.get("/vneid/.well-known/openid-configuration").get_json()
    assert document["issuer"] == ISSUER
    assert document["code_challenge_methods_supported"] == ["S256"]
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert document[name].startswith(ISSUER + "/")


def test_the_code_flow_ends_in_an_access_token_for_the_person_who_signed_in(
    web: FlaskClient, clock: VirtualClock
) -> None:
    answer = sign_in(web)
    assert (answer["state"], answer["iss"]) == ("s-1 &=/", ISSUER)
    response = redeem(web, answer["code"])
    tokens = response.get_json()
    claims = opened(web, tokens["access_token"])
    now = int(clock.now().timestamp())
    assert jwt.get_unverified_header(tokens["access_token"])["typ"] == "at+jwt"
    assert response.headers["Cache-Control"] == "no-store"
    assert claims.pop("jti")
    assert AN not in claims.pop("sub")
    assert claims == {
        "iss": ISSUER,
        "aud": "motlan-api",
        "client_id": PORTAL,
        "scope": "openid prefill",
        "personal_id": AN,
        "identity_level": 2,
        "iat": now,
        "nbf": now,
        "exp": now + tokens["expires_in"],
    }


def test_the_id_token_is_for_the_client_and_is_no_access_token(web: FlaskClient) -> None:
    tokens = redeem(web, sign_in(web)["code"]).get_json()
    header, claims = jwt.get_unverified_header(tokens["id_token"]), opened(web, tokens["id_token"], PORTAL)
    assert header["typ"] == "JWT"
    assert claims["nonce"] == "n-1"
    assert "personal_id" not in claims
    assert claims["sub"] == opened(web, tokens["access_token"])["sub"]


def test_without_openid_there_is_no_id_token(web: FlaskClient) -> None:
    assert "id_token" not in redeem(web, sign_in(web, scope="prefill")["code"]).get_json()


def test_a_level_1_account_gets_a_level_1_token(web: FlaskClient) -> None:
    tokens = redeem(web, sign_in(web, LEVEL_1)["code"]).get_json()
    assert opened(web, tokens["access_token"])["identity_level"] == 1


def test_the_subject_is_steady_for_a_client_and_differs_between_clients_and_people(simulators: Simulators) -> None:
    def subject(client: str, personal_id: str) -> str:
        vneid = simulators.vneid
        token = vneid.citizen_token(vneid.clients[client], vneid.people.need(personal_id), 2)["access_token"]
        return str(jwt.decode(token, options={"verify_signature": False})["sub"])

    assert subject(PORTAL, AN) == subject(PORTAL, AN)
    assert len({subject(PORTAL, AN), subject("ubnd-demo", AN), subject(PORTAL, LEVEL_1)}) == 3


def test_a_code_works_once(web: FlaskClient) -> None:
    code = sign_in(web)["code"]
    assert redeem(web, code).status_code == 200
    again = redeem(web, code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")


def test_a_code_dies_after_a_minute(web: FlaskClient, clock: VirtualClock) -> None:
    early, late = sign_in(web)["code"], sign_in(web)["code"]
    clock.advance(59)
    assert redeem(web, early).status_code == 200
    clock.advance(1)
    assert redeem(web, late).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": "v" * 42},
        {"redirect_uri": CALLBACK + "/"},
        {"code": "guess"},
    ],
)
def test_a_code_with_anything_else_wrong_is_refused(web: FlaskClient, change: dict[str, str]) -> None:
    response = redeem(web, sign_in(web)["code"], **change)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_grant")


def test_a_wrong_verifier_burns_the_code(web: FlaskClient) -> None:
    code = sign_in(web)["code"]
    redeem(web, code, code_verifier="w" * 43)
    assert redeem(web, code).status_code == 400


def test_a_code_is_no_use_to_another_client(web: FlaskClient) -> None:
    response = redeem(web, sign_in(web)["code"], client_id="ubnd-demo", client_secret=SECRET)
    assert response.get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "http://127.0.0.1:8000/portal/callback/"},
        {"redirect_uri": "http://127.0.0.1:8000/portal/callback?x=1"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
    ],
)
def test_a_stranger_or_an_unregistered_address_is_never_redirected_to(
    web: FlaskClient, change: dict[str, str | None]
) -> None:
    form = {**request_for(**change), "personal_id": AN, "decision": "allow"}
    for response in (
        web.get("/vneid/authorize", query_string=request_for(**change)),
        web.post("/vneid/authorize", data=form),
    ):
        assert response.status_code == 400
        assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_the_client_is_told_of_its_own_mistakes(web: FlaskClient, change: dict[str, str | None], error: str) -> None:
    answer = answer_of(web.get("/vneid/authorize", query_string=request_for(**change)))
    assert answer["error"] == error
    assert answer["state"] == "s-1 &=/"
    assert "code" not in answer


def test_a_person_may_refuse(web: FlaskClient) -> None:
    form = {**request_for(), "personal_id": AN, "decision": "deny"}
    assert answer_of(web.post("/vneid/authorize", data=form))["error"] == "access_denied"


def test_nobody_signs_in_as_an_unknown_person(web: FlaskClient) -> None:
    form = {**request_for(), "personal_id": "001090999999", "decision": "allow"}
    assert web.post("/vneid/authorize", data=form).status_code == 404


def test_the_page_is_vietnamese_first_and_names_every_persona(web: FlaskClient) -> None:
    page = web.get("/vneid/authorize", query_string=request_for()).get_data(as_text=True)
    assert '<html lang="vi">' in page
    assert page.count('type="radio"') == 35
    assert "NGUYỄN VĂN AN" in page
    assert "<script" not in page


def test_the_page_speaks_english_when_asked_and_keeps_the_request(web: FlaskClient) -> None:
    page = web.get("/vneid/authorize", query_string=request_for(ui_locales="en")).get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "Who are you?" in page
    assert 'name="state" value="s-1 &amp;=/"' in page


def test_what_a_client_sends_cannot_become_markup(web: FlaskClient) -> None:
    page = web.get("/vneid/authorize", query_string=request_for(state='"><b id=x>')).get_data(as_text=True)
    assert "<b id=x>" not in page


def by_post() -> dict[str, Any]:
    return {"data": {"client_id": "ubnd-demo", "client_secret": SECRET}}


def by_basic() -> dict[str, Any]:
    return {
        "headers": {"Authorization": "Basic " + base64.b64encode(f"ubnd-demo:{SECRET}".encode()).decode()},
        "data": {},
    }


@pytest.mark.parametrize("proof", [by_post(), by_basic()], ids=["post", "basic"])
def test_an_agency_gets_a_token_for_itself_with_no_person_in_it(web: FlaskClient, proof: dict[str, Any]) -> None:
    asked = {**proof, "data": {**proof["data"], "grant_type": "client_credentials", "scope": "prefill"}}
    tokens = web.post("/vneid/token", **asked).get_json()
    claims = opened(web, tokens["access_token"])
    assert claims["sub"] == claims["client_id"] == "ubnd-demo"
    assert not {"personal_id", "identity_level"} & set(claims)
    assert "id_token" not in tokens


@pytest.mark.parametrize(
    ("form", "headers", "error", "status"),
    [
        ({"client_id": "ubnd-demo", "client_secret": "guess"}, {}, "invalid_client", 401),
        ({"client_id": "ubnd-demo"}, {}, "invalid_client", 401),
        ({"client_id": "nobody"}, {}, "invalid_client", 401),
        ({}, {"Authorization": "Basic ???"}, "invalid_client", 401),
        ({"client_id": PORTAL}, {}, "unauthorized_client", 400),
        ({"client_id": PORTAL, "client_secret": "x"}, {}, "invalid_client", 401),
    ],
)
def test_client_credentials_need_the_secret(
    web: FlaskClient, form: dict[str, str], headers: dict[str, str], error: str, status: int
) -> None:
    response = web.post("/vneid/token", data={**form, "grant_type": "client_credentials"}, headers=headers)
    assert (response.status_code, response.get_json()["error"]) == (status, error)


def test_other_grants_are_not_given(web: FlaskClient) -> None:
    response = web.post("/vneid/token", data={"client_id": PORTAL, "grant_type": "password"})
    assert response.get_json()["error"] == "unsupported_grant_type"
