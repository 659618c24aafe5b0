"""No forged token gets in, and an issuer that is down neither lets anybody in nor locks everybody out."""

from threading import Barrier, Thread

import pytest

from chalicelib.kernel.errors import AppError, IdentityUnavailable
from chalicelib.settings import Issuer
from chalicelib.web.errors import InvalidToken
from chalicelib.web.jwks import Jwks
from tests.support.clock import START, VirtualClock
from tests.support.forged import CITIZEN, SigningKey, bad_headers, ec_key, forgeries, rsa_key
from tests.support.web import AUDIENCE, ISSUER, FakeIssuer, Tiny, tiny

FORGERIES = forgeries(rsa_key(), rsa_key("other"), ISSUER, AUDIENCE, START)
CURVED = forgeries(ec_key(), ec_key("other-curve"), ISSUER, AUDIENCE, START)


@pytest.fixture
def app() -> Tiny:
    return tiny()


def refused(app: Tiny, authorization: str) -> tuple[int, str]:
    answer = app.send("GET", "/v1/mine", token=None, Authorization=authorization)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="motlan", error="invalid_token"'
    assert app.served == []
    return answer.status_code, answer.json_body["code"]


def test_good_tokens_of_both_algorithms_get_in(app: Tiny) -> None:
    for key in (rsa_key(), ec_key()):
        app.key = key
        assert app.send("GET", "/v1/mine").status_code == 200
        assert app.send("GET", "/v1/systems", token=app.tokens.system()).status_code == 200


def test_there_are_many_kinds_of_forgery() -> None:
    names = [name for name, _ in FORGERIES]
    assert len(names) == len(set(names)) >= 30


@pytest.mark.parametrize(("name", "token"), [*FORGERIES, *((f"curve: {name}", token) for name, token in CURVED)])
def test_a_forged_token_is_refused(app: Tiny, name: str, token: str) -> None:
    expired = name.removeprefix("curve: ").startswith("expired")
    assert refused(app, f"Bearer {token}") == (401, "token_expired" if expired else "invalid_token")
    assert app.issuer.asked <= 2


@pytest.mark.parametrize("position", range(14))
def test_a_good_token_in_a_bad_header_is_refused(app: Tiny, position: int) -> None:
    _, value = bad_headers(app.tokens.citizen())[position]
    assert refused(app, value) == (401, "invalid_token")


def test_two_headers_are_refused_even_when_each_is_good(app: Tiny) -> None:
    value = f"Bearer {app.tokens.citizen()}"
    assert app.callers.identify([value]).citizen == CITIZEN
    with pytest.raises(InvalidToken):
        app.callers.identify([value, value])


def test_without_a_token_the_challenge_names_no_error(app: Tiny) -> None:
    answer = app.send("GET", "/v1/mine", token=None)
    assert (answer.status_code, answer.json_body["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="motlan"'


def test_the_skew_forgives_a_minute_and_no_more(app: Tiny) -> None:
    at = int(START.timestamp())
    for claims in ({"exp": at - 59, "iat": at - 900, "nbf": at - 900}, {"nbf": at + 60, "iat": at + 60}):
        assert app.send("GET", "/v1/mine", token=app.tokens.citizen(**claims)).status_code == 200


def test_made_up_citizens_are_refused_in_production() -> None:
    app = tiny(stage_allows_synthetic=False)
    assert refused(app, f"Bearer {app.tokens.citizen()}") == (401, "invalid_token")
    assert app.send("GET", "/v1/mine", token=app.tokens.citizen("001090123456")).status_code == 200


def test_keys_are_fetched_once_for_many_requests(app: Tiny) -> None:
    for _ in range(50):
        assert app.send("GET", "/v1/mine").status_code == 200
    assert app.issuer.asked == 1
    app.clock.advance(601)
    assert app.send("GET", "/v1/mine").status_code == 200
    assert app.issuer.asked == 2


def test_an_issuer_never_reached_is_503_and_recovers(app: Tiny) -> None:
    app.issuer.body = None
    for _ in range(20):
        answer = app.send("GET", "/v1/mine")
        assert (answer.status_code, answer.json_body["code"]) == (503, "identity_unavailable")
        assert 1 <= int(answer.headers["Retry-After"]) <= 5
    assert app.served == []
    assert app.issuer.asked == 1
    app.issuer.publish(rsa_key().jwk())
    app.clock.advance(5)
    assert app.send("GET", "/v1/mine").status_code == 200


def test_known_keys_serve_for_a_day_while_the_issuer_is_down(app: Tiny) -> None:
    assert app.send("GET", "/v1/mine").status_code == 200
    app.issuer.body = None
    for _ in range(23):
        app.clock.advance(3600)
        for _ in range(5):
            assert app.send("GET", "/v1/mine").status_code == 200
    assert app.issuer.asked == 1 + 23
    app.clock.advance(3600)
    assert app.send("GET", "/v1/mine").json_body["code"] == "identity_unavailable"


def test_unknown_key_names_cause_one_fetch_a_minute(app: Tiny) -> None:
    assert app.send("GET", "/v1/mine").status_code == 200
    for minute in range(1, 4):
        for attempt in range(30):
            stranger = SigningKey(rsa_key("other").private, f"kid-{minute}-{attempt}", "RS256")
            assert refused_by_key(app, stranger) == 401
            app.clock.advance(1)
        assert app.issuer.asked == 1 + minute
        app.clock.advance(30)


def refused_by_key(app: Tiny, key: SigningKey) -> int:
    genuine, app.key = app.key, key
    try:
        return app.send("GET", "/v1/mine").status_code
    finally:
        app.key = genuine


def test_a_rotated_key_is_found_at_once_and_a_withdrawn_one_ends(app: Tiny) -> None:
    assert app.send("GET", "/v1/mine").status_code == 200
    old, app.key = app.key, rsa_key("next")
    app.issuer.publish(app.key.jwk())
    assert app.send("GET", "/v1/mine").status_code == 200
    assert refused_by_key(app, old) == 401


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "main", "alg": "HS256"},
        {**rsa_key().jwk(), "use": "enc"},
        {**rsa_key().jwk(), "alg": "RS512"},
        {**rsa_key().jwk(), "kid": 7},
        {**rsa_key().jwk(), "n": "AQAB"},
        {**rsa_key().jwk(), "n": "%%%"},
        {**rsa_key().jwk(), "d": "AQAB"},
        rsa_key("main", 1024).jwk(),
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "main"},
        {"kid": "main"},
        "main",
        None,
    ],
)
def test_an_unfit_key_is_left_out_and_the_others_serve(app: Tiny, entry: dict[str, object]) -> None:
    app.issuer.publish(entry, ec_key().jwk())
    assert app.send("GET", "/v1/mine").status_code == 401
    app.key = ec_key()
    assert app.send("GET", "/v1/mine").status_code == 200


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"keys":{}}', b'{"keys":[]}', b"[" * 9000, b'{"keys":[1]}'])
def test_a_key_set_that_is_none_is_an_issuer_that_is_down(app: Tiny, body: bytes) -> None:
    app.issuer.body = body
    assert app.send("GET", "/v1/mine").json_body["code"] == "identity_unavailable"


def test_threads_that_start_together_share_one_fetch() -> None:
    together, found = Barrier(8), list[object]()
    issuer = FakeIssuer(rsa_key())
    keys = Jwks(Issuer(ISSUER, f"{ISSUER}/jwks", ("RS256",), "citizen"), issuer, VirtualClock())

    def ask() -> None:
        together.wait()
        try:
            found.append(keys.key("main"))
        except AppError as error:
            found.append(error)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert not any(each is None or isinstance(each, IdentityUnavailable) for each in found)
    assert issuer.asked == 1
