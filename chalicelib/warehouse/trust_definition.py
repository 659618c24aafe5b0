"""The kind `trust_roots`: which certificates trust in the signatures of documents starts from.

Must not know PDFs. The certificate is opened when a set is checked; a set that passed is only decoded.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Catalogue, Envelope, Fault, Kind, View, pointer
from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.model import Root
from chalicelib.warehouse.trust_written import TrustRootBody

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """A root, and whether it is made up for trying the service."""

    root: Root
    synthetic: bool


def roots_of(catalogue: Catalogue, *, allows_synthetic: bool) -> tuple[Root, ...]:
    """Return the roots of a set; made-up ones only where they are allowed (settings.allows_synthetic)."""
    return tuple(each.root for each in catalogue.all(TRUST_ROOTS) if allows_synthetic or not each.synthetic)


def _compile(envelope: Envelope, body: TrustRootBody) -> TrustRoot:
    return TrustRoot(Root(envelope.code, _der(body["certificate"]), body["vouches_for"]), body["synthetic"])


def _der(pem: str) -> bytes:
    return base64.b64decode("".join(pem.splitlines()[1:-1]))


def _check(envelope: Envelope, body: TrustRootBody, view: View) -> Iterator[Fault]:
    from cryptography.x509 import DuplicateExtension, load_der_x509_certificate  # noqa: PLC0415 - only checking needs it

    at = pointer("body", "certificate")
    try:
        certificate = load_der_x509_certificate(_der(body["certificate"]))
        faults = list(_wrong(certificate, envelope))
    except (ValueError, DuplicateExtension):
        yield Fault(envelope.file, at, "is no X.509 certificate")
        return
    for reason in faults:
        yield Fault(envelope.file, at, reason)
    for code in sorted(view.codes(TRUST_ROOTS.name) - {envelope.code}):
        other = view.body(TRUST_ROOTS.name, code)
        if other is not None and code < envelope.code and other["certificate"] == body["certificate"]:
            yield Fault(envelope.file, at, f"is the certificate of {code}")


def _wrong(certificate: "Certificate", envelope: Envelope) -> Iterator[str]:
    """Yield why a certificate cannot be a root (RFC 5280 §4.2.1.3, §4.2.1.9). Raises ValueError on a malformed one."""
    from cryptography.x509 import BasicConstraints, KeyUsage  # noqa: PLC0415 - as above

    said = {type(each.value): each.value for each in certificate.extensions}
    basic, usage = said.get(BasicConstraints), said.get(KeyUsage)
    if not (isinstance(basic, BasicConstraints) and basic.ca):
        yield "is not an authority's: basicConstraints does not say CA"
    if isinstance(usage, KeyUsage) and not usage.key_cert_sign:
        yield "is not an authority's: keyUsage does not let it sign certificates"
    begins = datetime.combine(date.fromisoformat(envelope.effective_from), time(), UTC)
    if certificate.not_valid_before_utc >= certificate.not_valid_after_utc:
        yield "ends before it begins"
    elif certificate.not_valid_after_utc <= begins:
        yield "has expired before it takes effect here"


TRUST_ROOTS: Final[Kind[TrustRoot]] = Kind("trust_roots", parser(TrustRootBody), _compile, _check)
KINDS: Final[tuple[Kind[object], ...]] = (TRUST_ROOTS,)
