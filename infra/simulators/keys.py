"""The issuer's signing keys: one signs, the ones before it stay published until they are retired.

With a folder the keys outlive the process, so tokens handed out before a restart still verify.
"""

import base64
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ALG: Final = "RS256"
_BITS = 2048


def new_rsa_key() -> rsa.RSAPrivateKey:
    """Return a fresh RSA key (RFC 7518 §3.3 asks for 2048 bits or more)."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the id it is published under: its RFC 7638 thumbprint."""

    kid: str
    private: rsa.RSAPrivateKey

    @classmethod
    def of(cls, private: rsa.RSAPrivateKey) -> "SigningKey":
        """Name a key."""
        members = _public_jwk(private)
        required = json.dumps({name: members[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
        return cls(base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode(), private)

    def jwk(self) -> dict[str, Any]:
        """Return the public half as it stands in the JWKS."""
        return {**_public_jwk(self.private), "kid": self.kid, "alg": ALG, "use": "sig"}


def _public_jwk(private: rsa.RSAPrivateKey) -> dict[str, Any]:
    members: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {name: members[name] for name in ("kty", "n", "e")}


class KeyRing:
    """The keys, oldest first; the last one signs. `pepper` keeps pairwise subjects opaque."""

    def __init__(self, folder: Path | None = None, make: Callable[[], rsa.RSAPrivateKey] = new_rsa_key) -> None:
        """`folder`: where keys are kept, None for memory only. `make`: where fresh keys come from."""
        self._make = make
        self._folder = folder
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._keys = _read(folder)
        self.pepper = _pepper(folder)
        if not self._keys:
            self.rotate()

    @property
    def current(self) -> SigningKey:
        """Return the key that signs."""
        return self._keys[-1]

    def rotate(self) -> SigningKey:
        """Make a new key sign; the old ones stay published."""
        key = SigningKey.of(self._make())
        with self._lock:
            if self._folder is not None:
                _write(self._folder / f"{_next_number(self._folder):06d}.pem", _pem(key.private))
            self._keys = (*self._keys, key)
        return key

    def retire(self) -> int:
        """Publish the signing key alone; tokens of the others stop verifying. Return how many went."""
        with self._lock:
            gone = len(self._keys) - 1
            self._keys = self._keys[-1:]
            if self._folder is not None:
                for path in sorted(self._folder.glob("*.pem"))[:-1]:
                    path.unlink()
        return gone

    def jwks(self) -> dict[str, Any]:
        """Return the JSON Web Key Set (RFC 7517 §5)."""
        return {"keys": [key.jwk() for key in self._keys]}


def _read(folder: Path | None) -> tuple[SigningKey, ...]:
    paths = [] if folder is None else sorted(folder.glob("*.pem"))
    return tuple(SigningKey.of(_private(path)) for path in paths)


def _private(path: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(path.name)
    return key


def _pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _next_number(folder: Path) -> int:
    return 1 + max((int(path.stem) for path in folder.glob("*.pem")), default=0)


def _pepper(folder: Path | None) -> bytes:
    if folder is None:
        return secrets.token_bytes(32)
    path = folder / "pepper"
    if not path.exists():
        _write(path, secrets.token_bytes(32))
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
