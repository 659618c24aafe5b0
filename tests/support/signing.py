"""Keys of the simulated issuer: one that all tests begin with, for making one takes long; then fresh ones."""

from collections.abc import Iterator
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

from infra.simulators.keys import KeyRing, new_rsa_key


def key_ring() -> KeyRing:
    """Return a ring in memory with one key in it."""
    return KeyRing(make=_keys().__next__)


def _keys() -> Iterator[rsa.RSAPrivateKey]:
    yield _first()
    while True:
        yield new_rsa_key()


@cache
def _first() -> rsa.RSAPrivateKey:
    return new_rsa_key()
