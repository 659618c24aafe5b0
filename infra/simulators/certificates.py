"""Certificates of made-up people and bodies, by the cryptography library: for the simulated authority, and for tests.

Knows no PDF and no file of the repository.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

NAMES: Final[Mapping[str, x509.ObjectIdentifier]] = {
    "CN": NameOID.COMMON_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "C": NameOID.COUNTRY_NAME,
    "title": NameOID.TITLE,
    "givenName": NameOID.GIVEN_NAME,
    "surname": NameOID.SURNAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "UID": NameOID.USER_ID,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
}
SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL: Final = datetime(2056, 1, 1, tzinfo=UTC)
SIGNING: Final = frozenset({"digital_signature", "content_commitment"})
ISSUING: Final = frozenset({"key_cert_sign", "crl_sign"})
_USAGES: Final = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
STAMPING: Final = ExtendedKeyUsageOID.TIME_STAMPING


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate with its private key, and the certificates above it that a signature carries along."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        """Return the certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        """Return the certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a certificate is to say. `path_length` counts for authorities only; None: no limit."""

    subject: Mapping[str, str]
    usage: frozenset[str] = SIGNING
    is_ca: bool = False
    path_length: int | None = None
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    since: datetime = SINCE
    until: datetime = UNTIL


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def issue(wanted: Wanted, key: Key, by: Holder | None = None) -> Holder:
    """Return the certificate, signed by an authority, or by its own key: then it is a root."""
    subject = name_of(wanted.subject)
    signer = key if by is None else by.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.since)
        .not_valid_after(wanted.until)
        .add_extension(x509.BasicConstraints(wanted.is_ca, wanted.path_length if wanted.is_ca else None), critical=True)
        .add_extension(x509.KeyUsage(**{each: each in wanted.usage for each in _USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if wanted.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wanted.purposes), critical=True)
    certificate = builder.sign(signer, hashes.SHA256())
    return Holder(certificate, key, () if by is None else (by.certificate, *by.above))


def name_of(subject: Mapping[str, str]) -> x509.Name:
    """Return a distinguished name."""
    return x509.Name([x509.NameAttribute(NAMES[sort], value) for sort, value in subject.items()])


def revoking(by: Holder, revoked: Mapping[int, datetime], issued: datetime, until: datetime) -> bytes:
    """Return a list of revoked certificates (CRL) in DER: by serial number, since when."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(issued).next_update(until)
    for serial, since in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
        builder = builder.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
    builder = builder.add_extension(identifier, critical=False).add_extension(x509.CRLNumber(1), critical=False)
    return builder.sign(by.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
