"""No forged token gets past the whole application, and none leaves a trace."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chalicelib.kernel.canonical import JsonObject
from infra.simulators.vneid import AUDIENCE, s256
from tests.support.forged import CITIZEN, SigningKey, Tokens, bad_headers, forgeries, rsa_key
from tests.support.service import AN, Answered, Service, order
from tests.support.untouched import untouched

SCOPES = "openid prefill access_log"
DAY = 86_400


@dataclass(frozen=True)
class Held:
    """The service, what signs as its issuer does, and a prefill that a good token opened."""

    service: Service
    tokens: Tokens
    prefill: str

    def calls(self) -> list[tuple[str, str, JsonObject | None]]:
        """Return the three calls that touch a citizen's things, each of which a good token may make."""
        return [
            ("POST", "/v1/prefills", order(CITIZEN, "groom")),
            ("GET", f"/v1/prefills/{self.prefill}", None),
            ("GET", "/v1/access-log", None),
        ]

    def answers(self, authorization: str) -> Iterator[Answered]:
        for method, path, body in self.calls():
            yield self.service.call(method, path, body, Authorization=authorization)

    def verdicts(self, authorization: str) -> list[tuple[int, str, str]]:
        """Return status, code and challenge of each call."""
        answers = list(self.answers(authorization))
        assert all(each.headers["Content-Type"] == "application/problem+json" for each in answers)
        return [(each.status, each.body["code"], _challenge(each)) for each in answers]


def _challenge(answer: Answered) -> str:
    return answer.headers.get("WWW-Authenticate", "")


def tokens_of(service: Service) -> Tokens:
    """Sign with the issuer's own key: what a forger of these tests never has, but where a name says so."""
    key = service.simulators.vneid.keys.current
    return Tokens(SigningKey(key.private, key.kid, "RS256"), service.simulators.vneid.issuer, AUDIENCE,
                  service.clock.now())  # fmt: skip


@pytest.fixture
def held(standing: Service) -> Held:
    tokens = tokens_of(standing)
    bearer = f"Bearer {tokens.citizen(scope=SCOPES)}"
    opened = standing.call("POST", "/v1/prefills", order(CITIZEN, "groom"), Authorization=bearer)
    return Held(standing, tokens, opened.body["id"])


def test_the_good_token_next_to_every_forgery_may_make_all_three_calls(held: Held) -> None:
    statuses = [each.status for each in held.answers(f"Bearer {held.tokens.citizen(scope=SCOPES)}")]
    assert statuses == [201, 200, 200]


def test_no_forged_token_gets_in_anywhere_and_nothing_is_written(held: Held) -> None:
    forged = forgeries(held.tokens.key, rsa_key("other"), held.tokens.issuer, held.tokens.audience, held.tokens.now)
    assert len(forged) >= 30
    let_in = {}
    with untouched(held.service):
        for name, token in forged:
            code = "token_expired" if name.startswith("expired") else "invalid_token"
            wanted = [(401, code, 'Bearer realm="motlan", error="invalid_token"')] * 3
            if (found := held.verdicts(f"Bearer {token}")) != wanted:
                let_in[name] = found
    assert let_in == {}


def test_a_good_token_in_a_bad_header_is_refused_everywhere(held: Held) -> None:
    wanted = [(401, "invalid_token", 'Bearer realm="motlan", error="invalid_token"')] * 3
    with untouched(held.service):
        verdicts = {name: held.verdicts(value) for name, value in bad_headers(held.tokens.citizen(scope=SCOPES))}
    assert {name: found for name, found in verdicts.items() if found != wanted} == {}


def test_nobody_at_all_gets_the_bare_challenge(held: Held) -> None:
    with untouched(held.service):
        for method, path, body in held.calls():
            answer = held.service.call(method, path, body)
            assert (answer.status, answer.body["code"]) == (401, "unauthenticated")
            assert _challenge(answer) == 'Bearer realm="motlan"'


def id_token(service: Service) -> str:
    """Sign in as a browser does, and return the id token of it: well signed, for the client and not for us."""
    vneid, verifier = service.simulators.vneid, "v" * 43
    query = {
        "client_id": "motlan-portal",
        "redirect_uri": vneid.clients["motlan-portal"].redirect_uris[0],
        "response_type": "code",
        "scope": SCOPES,
        "code_challenge": s256(verifier),
        "code_challenge_method": "S256",
    }
    asking = vneid.asking(query)
    form = {**query, "code": vneid.grant(asking, AN), "code_verifier": verifier}
    return str(vneid.redeem(asking.client, form)["id_token"])


def test_an_id_token_is_no_access_token(held: Held) -> None:
    with untouched(held.service):
        verdicts = held.verdicts(f"Bearer {id_token(held.service)}")
    assert [(status, code) for status, code, _ in verdicts] == [(401, "invalid_token")] * 3


def test_known_keys_serve_while_the_issuer_is_down_and_a_day_later_nobody_can_be_told(service: Service) -> None:
    assert service.prefill().status == 201
    service.issuer.down = True
    service.clock.advance(3600)
    assert service.prefill().status == 201
    service.clock.advance(DAY)
    with untouched(service):
        answer = service.prefill()
    assert (answer.status, answer.body["code"]) == (503, "identity_unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


def test_without_any_keys_the_answer_is_503_and_the_issuers_return_heals_it(service: Service) -> None:
    service.issuer.down = True
    held = Held(service, tokens_of(service), "0" * 26)
    good = f"Bearer {held.tokens.citizen(scope=SCOPES)}"
    with untouched(service):
        assert [verdict[:2] for verdict in held.verdicts(good)] == [(503, "identity_unavailable")] * 3
    service.issuer.down = False
    service.clock.advance(10)
    assert next(held.answers(good)).status == 201
