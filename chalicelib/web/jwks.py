"""An issuer's public keys (RFC 7517), kept for a while and asked for seldom.

Fresh for 600 s; served stale for up to 24 h while the issuer is down; an unknown key id causes at most one fetch
a minute, so that nobody can make us knock by sending tokens. Knows no token.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import IdentityUnavailable, InvalidRequest
from chalicelib.kernel.frozen import dataclass
from chalicelib.settings import Issuer
from chalicelib.web.shape import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwt import PyJWK

FRESH: Final = 600
STALE: Final = 24 * 3600
_PAUSE = 60
_PAUSE_WITHOUT_KEYS = 5
_RSA_BITS = 2048
_MOST_KEYS = 50


class Fetch(Protocol):
    """Gets the key set."""

    def get(self, url: str) -> bytes:
        """Return the body of a 200 answer. Raises IdentityUnavailable for anything else."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the one algorithm it may verify (RFC 8725 §3.1)."""

    alg: str
    jwk: PyJWK


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: Mapping[str, Key]
    at: datetime


class Jwks:
    """The keys of one issuer; safe to share between threads."""

    def __init__(self, issuer: Issuer, fetch: Fetch, clock: Clock) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._clock = clock
        self._kept: _Kept | None = None
        self._tried: datetime | None = None
        self._fetching = Lock()

    def key(self, kid: str) -> Key | None:
        """Return the key of that id, or None when the issuer has none such.

        Raises IdentityUnavailable when no keys younger than a day are at hand and none can be had now.
        """
        if not self._settled(kid):
            self._refresh(kid)
        kept = self._usable()
        if kept is None:
            raise IdentityUnavailable(retry_after=max(1, round(self._wait())))
        return kept.keys.get(kid)

    def _settled(self, kid: str) -> bool:
        kept = self._kept
        return kept is not None and kid in kept.keys and self._age(kept.at) < FRESH

    def _usable(self) -> _Kept | None:
        kept = self._kept
        return kept if kept is not None and self._age(kept.at) < STALE else None

    def _refresh(self, kid: str) -> None:
        kept = self._usable()
        # With a stale key at hand nobody waits for the thread that fetches; without one everybody must.
        if not self._fetching.acquire(blocking=kept is None or kid not in kept.keys):
            return
        try:
            if not self._settled(kid) and self._wait() <= 0:
                self._tried = self._clock.now()
                self._kept = _Kept(self._load(), self._clock.now())
                # The first load is no refresh: a key rotated right after it is still found at once.
                self._tried = None if kept is None else self._tried
        except IdentityUnavailable:
            # Whether the keys we still have are good enough is for `key` to say.
            return
        finally:
            self._fetching.release()

    def _wait(self) -> float:
        """Return the seconds until the issuer may be asked again."""
        if self._tried is None:
            return 0.0
        pause = _PAUSE_WITHOUT_KEYS if self._usable() is None else _PAUSE
        return pause - self._age(self._tried)

    def _age(self, instant: datetime) -> float:
        return abs((self._clock.now() - instant).total_seconds())

    def _load(self) -> Mapping[str, Key]:
        try:
            document = parse_json(self._fetch.get(self._issuer.jwks_uri))
        except InvalidRequest as error:
            raise IdentityUnavailable from error
        entries = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(entries, list):
            raise IdentityUnavailable
        keys = {kid: key for entry in entries[:_MOST_KEYS] for kid, key in self._read(entry)}
        if not keys:
            raise IdentityUnavailable
        return keys

    def _read(self, entry: object) -> list[tuple[str, Key]]:
        """Read one key; one that we cannot use is left out, for the others to go on working."""
        import jwt  # noqa: PLC0415 - with cryptography it costs 40 ms that functions without callers need not pay

        if not isinstance(entry, dict) or not _is_public_signing_key(entry):
            return []
        try:
            jwk = jwt.PyJWK(entry)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            return []
        small = entry["kty"] == "RSA" and jwk.key.key_size < _RSA_BITS
        if small or jwk.algorithm_name not in self._issuer.algs:
            return []
        return [(entry["kid"], Key(jwk.algorithm_name, jwk))]


def _is_public_signing_key(entry: dict[object, object]) -> bool:
    return (
        entry.get("kty") in {"RSA", "EC"}
        and isinstance(entry.get("kid"), str)
        and entry.get("use", "sig") == "sig"
        and "d" not in entry
    )
