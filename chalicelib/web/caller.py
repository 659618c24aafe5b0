"""Who is calling: a bearer token read as a resource server does (RFC 6750, 7519, 8725, 9068).

We issue no tokens and set no cookies. Every refusal looks the same from outside, but for an expired token.
Knows no route; keys come from `jwks`.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import InvalidRequest, Unauthenticated
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, PersonalId, is_synthetic
from chalicelib.settings import Issuer
from chalicelib.web.errors import CitizenRequired, InvalidToken, TokenExpired
from chalicelib.web.jwks import Key
from chalicelib.web.shape import parse_json

_BEARER = re.compile(r"(?i:bearer) ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_LONGEST = 8192
_SKEW: Final = 60
_DEEPEST = 8
_TYPES = frozenset({"at+jwt", "application/at+jwt"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, from a verified token and from nothing else.

    `level` is the identity level (mức độ định danh điện tử, NĐ 69/2024): 1 or 2, and 0 when no citizen is calling.
    """

    client: ClientId
    citizen: PersonalId | None
    level: int
    scopes: frozenset[str]
    subject: str

    @property
    def person(self) -> PersonalId:
        """Return the citizen's own id. Raises CitizenRequired when a system or nobody is calling."""
        if self.citizen is None:
            raise CitizenRequired
        return self.citizen


ANONYMOUS: Final = Caller(ClientId("anonymous"), None, 0, frozenset(), "")


class Keys(Protocol):
    """The issuer's public keys."""

    def key(self, kid: str) -> Key | None:
        """Return the key of that id, or None. Raises IdentityUnavailable when there are no keys to ask."""
        ...


class Header(BaseModel):
    """The JOSE header as far as we read it: `jku`, `x5u`, `jwk` and `x5c` are never followed."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)
    alg: str
    kid: Annotated[str, Field(min_length=1, max_length=200)]
    typ: str


_Text = Annotated[str, Field(min_length=1, max_length=255)]
_Instant = Annotated[int, Field(ge=0, le=2**40)]


class Claims(BaseModel):
    """The claims of an access token (RFC 9068 §2.2) and our own two about the citizen."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)
    iss: _Text
    sub: _Text
    aud: _Text | list[_Text]
    exp: _Instant
    nbf: _Instant
    iat: _Instant
    jti: _Text
    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
    scope: Annotated[str, Field(max_length=2000)] = ""
    personal_id: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    # Not Literal[1, 2]: that takes True for 1.
    identity_level: Annotated[int, Field(ge=1, le=2)] | None = None

    @model_validator(mode="after")
    def _citizen_or_system(self) -> Self:
        if (self.personal_id is None) != (self.identity_level is None):
            raise ValueError
        if self.personal_id is None and self.sub != self.client_id:
            raise ValueError
        return self


class Callers:
    """Reads the Authorization header of a request."""

    def __init__(
        self, issuers: Sequence[tuple[Issuer, Keys]], audience: str, clock: Clock, *, allows_synthetic: bool
    ) -> None:
        self._issuers: Mapping[str, tuple[Issuer, Keys]] = {issuer.iss: (issuer, keys) for issuer, keys in issuers}
        self._audience = audience
        self._clock = clock
        self._allows_synthetic = allows_synthetic

    def identify(self, authorization: Sequence[str]) -> Caller:
        """Return the caller that the Authorization headers prove.

        Raises Unauthenticated (none sent), InvalidToken, TokenExpired, IdentityUnavailable.
        """
        if not authorization:
            raise Unauthenticated
        token, header, claims = _split(authorization)
        issuer, keys = self._issuers.get(claims.iss) or _refuse()
        if header.alg not in issuer.algs:
            raise InvalidToken
        key = keys.key(header.kid)
        if key is None or key.alg != header.alg:
            raise InvalidToken
        self._verify(token, key, issuer)
        self._check_times(claims)
        return self._caller(claims, issuer)

    def _verify(self, token: str, key: Key, issuer: Issuer) -> None:
        import jwt  # noqa: PLC0415 - with cryptography it costs 40 ms that functions without callers need not pay

        try:
            jwt.decode(
                token,
                key.jwk,
                algorithms=[key.alg],
                audience=self._audience,
                issuer=issuer.iss,
                options={
                    "require": ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"],
                    "enforce_minimum_key_length": True,
                    # Times are checked below against the clock we are given.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise InvalidToken from error

    def _check_times(self, claims: Claims) -> None:
        now = self._clock.now().timestamp()
        if max(claims.nbf, claims.iat) > now + _SKEW or claims.exp <= claims.iat:
            raise InvalidToken
        if claims.exp + _SKEW <= now:
            raise TokenExpired

    def _caller(self, claims: Claims, issuer: Issuer) -> Caller:
        citizen = None if claims.personal_id is None else PersonalId(claims.personal_id)
        if citizen is not None and issuer.kind != "citizen":
            raise InvalidToken
        if citizen is not None and is_synthetic(citizen) and not self._allows_synthetic:
            raise InvalidToken
        return Caller(
            client=ClientId(claims.client_id),
            citizen=citizen,
            level=claims.identity_level or 0,
            scopes=frozenset(claims.scope.split()),
            subject=claims.sub,
        )


def _refuse() -> tuple[Issuer, Keys]:
    raise InvalidToken


def _split(authorization: Sequence[str]) -> tuple[str, Header, Claims]:
    """Read the token without trusting it: only to learn which key and rules to hold it against."""
    value = authorization[0]
    if len(authorization) != 1 or len(value) > _LONGEST:
        raise InvalidToken
    found = _BEARER.fullmatch(value)
    if found is None:
        raise InvalidToken
    head, body, signature = found.groups()
    try:
        unread = _segment(head)
        header = Header.model_validate(unread)
        claims = Claims.model_validate(_segment(body))
    except (InvalidRequest, ValidationError) as error:
        raise InvalidToken from error
    if header.typ.lower() not in _TYPES or not isinstance(unread, dict) or {"crit", "b64"} & unread.keys():
        raise InvalidToken
    return f"{head}.{body}.{signature}", header, claims


def _segment(text: str) -> object:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise InvalidToken from error
    return parse_json(raw, _DEEPEST)
