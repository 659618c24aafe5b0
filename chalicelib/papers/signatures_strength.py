"""Which algorithms and keys are too weak to prove anything. Knows certificates and mechanisms; no file, no chain.

What is weak follows NIST SP 800-57 part 1 (112 bits of strength): no MD5, no SHA-1, no RSA below 2048 bits, no curve
below 224.
"""

from datetime import datetime
from typing import Any, Final

from asn1crypto import algos, keys, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, DisallowWeakAlgorithmsPolicy

_CURVE: Final = 224
"""Bits of the smallest curve that is as strong as RSA with 2048."""


class _Strong(DisallowWeakAlgorithmsPolicy):
    """The library's own rule, which asks after keys of RSA and DSA, and after those on curves too."""

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Say whether a mechanism with such a key proves anything."""
        if public_key is not None and public_key.algorithm == "ec" and _bits(public_key) < _CURVE:
            return AlgorithmUsageConstraint(allowed=False, failure_reason="curve")
        return super().signature_algorithm_allowed(algo, moment, public_key)


STRONG: Final[DisallowWeakAlgorithmsPolicy] = _Strong()  # type: ignore[no-untyped-call]
_OF_MESSAGES: Final = CMSAlgorithmUsagePolicy.lift_policy(STRONG)


def weakness(signer_info: Any, certificate: x509.Certificate) -> str:  # noqa: ANN401 - asn1crypto has no types
    """Say in a code which algorithm is too weak to prove anything; "" when none is."""
    mechanism, digest = signer_info["signature_algorithm"], signer_info["digest_algorithm"]
    if not STRONG.digest_algorithm_allowed(digest, moment=None):
        return "weak_digest"
    if not STRONG.signature_algorithm_allowed(mechanism, moment=None, public_key=certificate.public_key):
        return "weak_key"
    named = algos.DigestAlgorithm({"algorithm": digest["algorithm"].native})
    return "" if _OF_MESSAGES.digest_combination_allowed(mechanism, named, moment=None) else "digest_mix"


def is_strong_digest(named: algos.DigestAlgorithm) -> bool:
    """Say whether what has such a digest is what it was."""
    return bool(STRONG.digest_algorithm_allowed(named, moment=None))


def _bits(public_key: keys.PublicKeyInfo) -> int:
    try:
        return int(getattr(load_der_public_key(public_key.dump()), "key_size", 0))
    except (ValueError, UnsupportedAlgorithm):
        return 0
