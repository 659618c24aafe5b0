"""A VNeID-like identity issuer: who is who at which level, as OAuth 2.1 codes and signed tokens.

Holds the rules of the code flow and the claims; knows no HTTP. Errors are OAuth's own codes (RFC 6749 §4.1.2.1, §5.2).
"""

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

from chalicelib.kernel.clock import Clock
from infra.simulators.clients import Client
from infra.simulators.keys import ALG, KeyRing
from infra.simulators.personas import Persona, Personas

AUDIENCE: Final = "motlan-api"
TOKEN_SECONDS: Final = 3600
CODE_SECONDS: Final = 60
_ID_TOKEN_SECONDS = 300
_OPENID = "openid"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class OAuthError(Exception):
    """A refusal with its OAuth code; `status` is for the token endpoint."""

    def __init__(self, code: str, why: str, status: int = 400) -> None:
        super().__init__(code, why)
        self.code, self.why, self.status = code, why, status


class UntrustedRedirect(Exception):
    """The client or its redirect URI is not known: the browser must not be sent there."""


@dataclass(frozen=True, slots=True)
class Asking:
    """An authorisation request that holds: the picker shows it, a decision turns it into a code."""

    client: Client
    redirect_uri: str
    scope: str
    challenge: str
    nonce: str | None


@dataclass(frozen=True, slots=True)
class _Grant:
    asking: Asking
    person: Persona
    level: int
    at: datetime


def s256(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class VNeID:
    """The issuer. `issuer` is its URL; its keys, clients and people are given."""

    def __init__(
        self, issuer: str, keys: KeyRing, clients: Mapping[str, Client], people: Personas, clock: Clock
    ) -> None:
        self.issuer, self.keys, self.clients, self.people = issuer, keys, clients, people
        self._clock = clock
        self._codes: dict[str, _Grant] = {}
        self._lock = threading.Lock()

    def redirect_target(self, query: Mapping[str, str]) -> tuple[Client, str]:
        """Return the client and where its answer goes. Raises UntrustedRedirect: then nothing is sent anywhere."""
        client, uri = self.clients.get(query.get("client_id", "")), query.get("redirect_uri", "")
        if client is None or uri not in client.redirect_uris:
            raise UntrustedRedirect
        return client, uri

    def asking(self, query: Mapping[str, str]) -> Asking:
        """Check an authorisation request. Raises UntrustedRedirect, or OAuthError to send back to the client."""
        client, uri = self.redirect_target(query)
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "only code is given")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise OAuthError("invalid_request", "PKCE with S256 is required")
        if query.get("prompt") == "none":
            raise OAuthError("login_required", "nobody is ever signed in here")
        return Asking(client, uri, _scope(client, query.get("scope", "")), challenge, query.get("nonce"))

    def grant(self, asking: Asking, personal_id: str) -> str:
        """Let the person in and return a code, good once and for a minute. Raises NotFound for an unknown person."""
        person = self.people.need(personal_id)
        code = secrets.token_urlsafe(32)
        now = self._clock.now()
        with self._lock:
            self._codes = {key: old for key, old in self._codes.items() if not _is_over(old, now)}
            self._codes[code] = _Grant(asking, person, person.identity_level, now)
        return code

    def redeem(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        """Exchange a code. Any try burns it. Raises OAuthError(invalid_grant)."""
        with self._lock:
            grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or _is_over(grant, self._clock.now()) or grant.asking.client.id != client.id:
            raise OAuthError("invalid_grant", "the code is unknown, used, expired or another client's")
        if form.get("redirect_uri") != grant.asking.redirect_uri:
            raise OAuthError("invalid_grant", "the redirect_uri is not the one of the request")
        verifier = form.get("code_verifier", "")
        if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(s256(verifier), grant.asking.challenge):
            raise OAuthError("invalid_grant", "the code_verifier does not match")
        answer = self.citizen_token(client, grant.person, grant.level, grant.asking.scope)
        if _OPENID in grant.asking.scope.split():
            answer["id_token"] = self._id_token(grant)
        return answer

    def citizen_token(self, client: Client, person: Persona, level: int, scope: str | None = None) -> dict[str, Any]:
        """Issue an access token for a citizen, as the code flow does (RFC 9068)."""
        granted = _scope(client, "") if scope is None else scope
        claims = {"sub": self._pairwise(client, person), "personal_id": person.personal_id, "identity_level": level}
        return self._access(client, granted, claims)

    def system_token(self, client: Client, scope: str = "") -> dict[str, Any]:
        """Issue an access token for the client itself (client credentials): sub is the client, no person in it."""
        if client.secret is None:
            raise OAuthError("unauthorized_client", "a public client has no credentials")
        return self._access(client, _scope(client, scope), {"sub": client.id})

    def _access(self, client: Client, scope: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        body = {"aud": AUDIENCE, "client_id": client.id, "scope": scope, **claims}
        token = self._sign(body, "at+jwt", TOKEN_SECONDS)
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}

    def _id_token(self, grant: _Grant) -> str:
        client = grant.asking.client
        claims: dict[str, Any] = {
            "sub": self._pairwise(client, grant.person),
            "aud": client.id,
            "auth_time": int(grant.at.timestamp()),
            "identity_level": grant.level,
        }
        if grant.asking.nonce is not None:
            claims["nonce"] = grant.asking.nonce
        return self._sign(claims, "JWT", _ID_TOKEN_SECONDS)

    def _sign(self, claims: Mapping[str, Any], typ: str, seconds: int) -> str:
        now, key = int(self._clock.now().timestamp()), self.keys.current
        times = {"iss": self.issuer, "iat": now, "nbf": now, "exp": now + seconds, "jti": secrets.token_urlsafe(16)}
        return jwt.encode({**times, **claims}, key.private, ALG, headers={"kid": key.kid, "typ": typ})

    def _pairwise(self, client: Client, person: Persona) -> str:
        """Return the subject that only this client sees (OpenID Connect Core §8.1)."""
        text = f"{client.id}|{person.personal_id}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self.keys.pepper, text, "sha256")).rstrip(b"=").decode()


def _is_over(grant: _Grant, now: datetime) -> bool:
    return now >= grant.at + timedelta(seconds=CODE_SECONDS)


def _scope(client: Client, asked: str) -> str:
    """Return the scopes to grant: the ones asked, else all of the client's. Raises OAuthError(invalid_scope)."""
    wanted = asked.split() or list(client.scopes)
    if not {*client.scopes, _OPENID}.issuperset(wanted):
        raise OAuthError("invalid_scope", "a scope that this client does not have")
    return " ".join(dict.fromkeys(wanted))
