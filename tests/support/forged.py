"""Tokens: good ones, and a table of forged ones for any resource server of ours to refuse."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CITIZEN = "001090999001"
OTHER_CITIZEN = "001092999002"
FUTURE = 3600
REMOVED = object()


@dataclass(frozen=True)
class SigningKey:
    """A private key with the name and algorithm it signs under."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    kid: str
    alg: str

    def jwk(self, **changes: object) -> dict[str, Any]:
        """Return the public key as its issuer publishes it."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            document = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        else:
            document = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**document, "kid": self.kid, "alg": self.alg, "use": "sig", **changes}

    def pem(self) -> bytes:
        """Return the public key as an attacker would use it for a secret."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@lru_cache
def rsa_key(kid: str = "main", bits: int = 2048) -> SigningKey:
    return SigningKey(rsa.generate_private_key(65537, bits), kid, "RS256")


@lru_cache
def ec_key(kid: str = "curve") -> SigningKey:
    return SigningKey(ec.generate_private_key(ec.SECP256R1()), kid, "ES256")


@dataclass(frozen=True)
class Tokens:
    """Writes tokens of one issuer; `now` is when."""

    key: SigningKey
    issuer: str
    audience: str
    now: datetime

    def citizen(self, personal_id: object = CITIZEN, level: object = 2, **changes: object) -> str:
        """Return a good token of a citizen, but for the changes; a claim set to REMOVED is left out."""
        claims = {"sub": "pairwise-1", "client_id": "portal", "personal_id": personal_id, "identity_level": level}
        return self.signed({**self.common(), **claims, **changes})

    def system(self, client: str = "agency-1", **changes: object) -> str:
        """Return a good token of a system on its own account, but for the changes."""
        return self.signed({**self.common(), "sub": client, "client_id": client, **changes})

    def common(self) -> dict[str, object]:
        at = int(self.now.timestamp())
        return {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": at,
            "nbf": at,
            "exp": at + FUTURE,
            "jti": "token-1",
            "scope": "openid prefill",
        }

    def signed(self, claims: object, header: Mapping[str, object] | None = None) -> str:
        """Sign any payload under any header, however wrong."""
        head = {"alg": self.key.alg, "typ": "at+jwt", "kid": self.key.kid, **(header or {})}
        body = claims
        if isinstance(claims, dict):
            body = {name: value for name, value in claims.items() if value is not REMOVED}
        signing = f"{part({name: value for name, value in head.items() if value is not REMOVED})}.{part(body)}"
        algorithm = jwt.get_algorithm_by_name(self.key.alg)
        return f"{signing}.{segment(algorithm.sign(signing.encode(), self.key.private))}"


def segment(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def part(value: object) -> str:
    return segment(value if isinstance(value, bytes) else json.dumps(value).encode())


def forgeries(
    signing_key: SigningKey, other_key: SigningKey, issuer: str, audience: str, now: datetime
) -> list[tuple[str, str]]:
    """Return (what is wrong, token) of tokens none of which may be accepted; `other_key` the issuer never published.

    Those named `expired…` may be refused as expired, all others only as invalid.
    """
    tokens = Tokens(signing_key, issuer, audience, now)
    other = Tokens(other_key, issuer, audience, now)
    return [
        *_by_algorithm(tokens),
        *_by_key(tokens, other),
        *_by_header(tokens),
        *_by_time(tokens),
        *_by_party(tokens),
        *_by_citizen(tokens),
        *_by_form(tokens),
    ]


def bad_headers(token: str) -> list[tuple[str, str]]:
    """Return (what is wrong, Authorization value) around a token that is good in itself."""
    return [
        ("another scheme", f"Basic {token}"),
        ("no scheme", token),
        ("no token", "Bearer "),
        ("two blanks", f"Bearer  {token}"),
        ("a tab", f"Bearer\t{token}"),
        ("something after it", f"Bearer {token} x"),
        ("two in one header", f"Bearer {token}, Bearer {token}"),
        ("quoted", f'Bearer "{token}"'),
        ("padded base64", f"Bearer {token}="),
        ("a fourth part", f"Bearer {token}.e30"),
        ("a fifth part, as if encrypted", f"Bearer {token}.e30.e30"),
        ("a newline inside", f"Bearer {token[:9]}\n{token[9:]}"),
        ("over 8 KiB", f"Bearer {token}{'A' * 8192}"),
        ("empty", ""),
    ]


def _good(tokens: Tokens) -> dict[str, object]:
    return {
        **tokens.common(),
        "sub": "pairwise-1",
        "client_id": "portal",
        "personal_id": CITIZEN,
        "identity_level": 2,
    }


def _unsigned(tokens: Tokens, header: Mapping[str, object], signature: bytes = b"") -> str:
    return f"{part({'typ': 'at+jwt', 'kid': tokens.key.kid, **header})}.{part(_good(tokens))}.{segment(signature)}"


def _hmac(tokens: Tokens, secret: bytes) -> str:
    signing = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': tokens.key.kid})}.{part(_good(tokens))}"
    code = hmac.HMAC(secret, hashes.SHA256())
    code.update(signing.encode())
    return f"{signing}.{segment(code.finalize())}"


def _by_algorithm(tokens: Tokens) -> Iterator[tuple[str, str]]:
    for name in ("none", "None", "nOnE", ""):
        yield f"algorithm {name!r} without signature", _unsigned(tokens, {"alg": name})
        yield f"algorithm {name!r} with a signature", _unsigned(tokens, {"alg": name}, b"signature")
    yield "no algorithm", _unsigned(tokens, {}, b"signature")
    yield "algorithm as a list", _unsigned(tokens, {"alg": [tokens.key.alg]}, b"signature")
    yield "HS256 under the public PEM", _hmac(tokens, tokens.key.pem())
    yield "HS256 under the public JWK", _hmac(tokens, json.dumps(tokens.key.jwk()).encode())
    yield "HS256 under an empty secret", _hmac(tokens, b"")
    for name in ("RS512", "PS256", "ES384", "EdDSA"):
        yield f"algorithm renamed {name}", tokens.signed(_good(tokens), {"alg": name})
    second = "ES256" if tokens.key.alg == "RS256" else "RS256"
    yield "the other allowed family's name over this key", tokens.signed(_good(tokens), {"alg": second})


def _by_key(tokens: Tokens, other: Tokens) -> Iterator[tuple[str, str]]:
    mine = {"kid": tokens.key.kid}
    yield "another key under the known name", other.signed(_good(tokens), mine)
    yield "another key under its own name", other.signed(_good(tokens))
    yield "another key, sent along as jwk", other.signed(_good(tokens), {"jwk": other.key.jwk()})
    yield (
        "another key, sent along as jwk under the known name",
        other.signed(_good(tokens), {**mine, "jwk": other.key.jwk(kid=tokens.key.kid)}),
    )
    for name in ("jku", "x5u"):
        yield f"another key at an address in {name}", other.signed(_good(tokens), {name: "http://127.0.0.1:9/keys"})
    yield "another key as a certificate in x5c", other.signed(_good(tokens), {**mine, "x5c": ["MIIB"]})
    yield "no key name", tokens.signed(_good(tokens), {"kid": REMOVED})
    yield "an empty key name", tokens.signed(_good(tokens), {"kid": ""})
    yield "a key name that is a path", tokens.signed(_good(tokens), {"kid": "../../dev/null"})
    yield "a key name that is a query", tokens.signed(_good(tokens), {"kid": "x' UNION SELECT 'key"})
    yield "a key name that is a number", tokens.signed(_good(tokens), {"kid": 1})
    yield "a very long key name", tokens.signed(_good(tokens), {"kid": "k" * 3000})


def _by_header(tokens: Tokens) -> Iterator[tuple[str, str]]:
    yield "an id token (typ JWT)", tokens.signed(_good(tokens), {"typ": "JWT"})
    yield "no typ", tokens.signed(_good(tokens), {"typ": REMOVED})
    yield "a logout token", tokens.signed(_good(tokens), {"typ": "logout+jwt"})
    yield "a critical extension", tokens.signed(_good(tokens), {"crit": ["exp2"], "exp2": 1})
    yield "an empty crit", tokens.signed(_good(tokens), {"crit": []})
    yield "a payload said not to be base64", tokens.signed(_good(tokens), {"crit": ["b64"], "b64": False})
    yield "b64 without crit", tokens.signed(_good(tokens), {"b64": False})


def _by_time(tokens: Tokens) -> Iterator[tuple[str, str]]:
    at = int(tokens.now.timestamp())
    yield "expired an hour ago", tokens.citizen(iat=at - 7200, nbf=at - 7200, exp=at - 3600)
    yield "expired just beyond the skew", tokens.citizen(iat=at - 7200, nbf=at - 7200, exp=at - 60)
    yield "not valid yet", tokens.citizen(nbf=at + 61)
    yield "issued in the future", tokens.citizen(iat=at + 61)
    yield "ends before it starts", tokens.citizen(exp=at - 1)
    for claim in ("exp", "nbf", "iat"):
        yield f"no {claim}", tokens.citizen(**{claim: REMOVED})
        yield f"{claim} as text", tokens.citizen(**{claim: str(at + 10)})
        yield f"{claim} as a truth value", tokens.citizen(**{claim: True})
        yield f"{claim} null", tokens.citizen(**{claim: None})
    yield "exp beyond all time", tokens.citizen(exp=10**30)
    yield "exp as a fraction", tokens.citizen(exp=at + 10.5)
    yield "iat before all time", tokens.citizen(iat=-1)


def _by_party(tokens: Tokens) -> Iterator[tuple[str, str]]:
    yield "another issuer", tokens.citizen(iss="https://evil.example")
    yield "the issuer with a slash more", tokens.citizen(iss=tokens.issuer + "/")
    yield "the issuer in capitals", tokens.citizen(iss=tokens.issuer.upper())
    yield "the issuer in a list", tokens.citizen(iss=[tokens.issuer])
    yield "another audience", tokens.citizen(aud="another-api")
    yield "an audience that starts like ours", tokens.citizen(aud=tokens.audience + "-2")
    yield "a list of other audiences", tokens.citizen(aud=["a", "b"])
    yield "an empty list of audiences", tokens.citizen(aud=[])
    for claim in ("iss", "aud", "sub", "jti", "client_id"):
        yield f"no {claim}", tokens.citizen(**{claim: REMOVED})
    yield "an empty subject", tokens.citizen(sub="")
    yield "a subject that is a number", tokens.citizen(sub=7)
    yield "a client with a line break", tokens.citizen(client_id="portal\nadmin")
    yield "a client that is a list", tokens.citizen(client_id=["portal"])
    yield "scopes in a list", tokens.citizen(scope=["prefill"])


def _by_citizen(tokens: Tokens) -> Iterator[tuple[str, str]]:
    for name, value in (
        ("of 11 digits", "00109099900"),
        ("of 13 digits", "0010909990011"),
        ("with a line break", "001090999001\n"),
        ("in other digits", "٠٠١٠٩٠٩٩٩٠٠١"),
        ("that is a number", 1090999001),
        ("in a list", [CITIZEN]),
        ("that is empty", ""),
    ):
        yield f"a personal id {name}", tokens.citizen(personal_id=value)
    for level in (0, 3, "2", True, 2.5, None):
        yield f"identity level {level!r}", tokens.citizen(level=level)
    yield "a citizen without a level", tokens.citizen(identity_level=REMOVED)
    yield "a level without a citizen", tokens.system(identity_level=2)
    yield "a system speaking for another subject", tokens.system(sub="agency-2")


def _by_form(tokens: Tokens) -> Iterator[tuple[str, str]]:
    head, body, signature = tokens.citizen().split(".")
    yield "no signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "a shortened signature", f"{head}.{body}.{signature[:-8]}"
    yield "a changed signature", f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    yield "a signature of zeros", f"{head}.{body}.{segment(bytes(len(signature) * 3 // 4))}"
    swapped = part({**_good(tokens), "personal_id": OTHER_CITIZEN})
    yield "another citizen put in after signing", f"{head}.{swapped}.{signature}"
    longer = part({"alg": tokens.key.alg, "typ": "at+jwt", "kid": tokens.key.kid, "x": 1})
    yield "a header changed after signing", f"{longer}.{body}.{signature}"
    yield "a payload that is a list", tokens.signed([_good(tokens)])
    yield "a payload that is null", tokens.signed(None)
    yield "a payload that is no JSON", tokens.signed(b"personal_id=001090999001")
    yield "a payload that is no UTF-8", tokens.signed(b'{"iss":"\xff"}')
    yield "a payload of NaN", tokens.signed(b'{"exp":NaN}')
    yield "a payload nested deep", tokens.signed(b"[" * 3000 + b"]" * 3000)
    nested = b"{" + b'"a":{' * 1010 + b"}" * 1011
    yield "a header nested deep", f"{segment(nested)}.{body}.{signature}"
    yield "a header that is a list", f"{part([1])}.{body}.{signature}"
    yield "nothing but dots", ".."
