"""Signs PDFs with made-up certificates, by pyHanko: for the simulated authority, and for tests with crafted files."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession, PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from infra.simulators.certificates import Holder


@dataclass(frozen=True, slots=True)
class Manner:
    """How a signature is made.

    `field` is its name, `box` where it shows (points, None: nowhere). `obeys`: refuses where an earlier one forbids it.
    """

    at: datetime
    field: str = "ChuKy1"
    box: tuple[int, int, int, int] | None = None
    stamps: TimeStamper | None = None
    certify: MDPPerm | None = None
    digest: str = "sha256"
    text: str = "%(signer)s\n%(ts)s"
    obeys: bool = True


class _Dated(PdfSigner):
    """A signer whose clock is given."""

    manner: Manner

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:  # noqa: ANN401
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.manner.at
        return session

    def _enforce_certification_constraints(self, reader: Any) -> None:  # noqa: ANN401 - the library's own reader
        if self.manner.obeys:
            super()._enforce_certification_constraints(reader)


def stamper(by: Holder, at: datetime) -> DummyTimeStamper:
    """Return a timestamping authority whose clock stands still; its key is RSA."""
    return DummyTimeStamper(_certificate(by), _key(by), _store(by), fixed_dt=at)


def signer(by: Holder) -> SimpleSigner:
    """Return what signs with the holder's key, and sends the certificates above along."""
    return SimpleSigner(_certificate(by), _key(by), _store(by))


def signed(pdf: bytes, by: Holder, manner: Manner, using: SimpleSigner | None = None) -> bytes:
    """Return the file with one more signature (PAdES), as an incremental update."""
    meta = PdfSignatureMetadata(
        field_name=manner.field,
        md_algorithm=manner.digest,
        subfilter=SigSeedSubFilter.PADES,
        certify=manner.certify is not None,
        docmdp_permissions=manner.certify or MDPPerm.FILL_FORMS,
    )
    made = _Dated(
        meta,
        using or signer(by),
        timestamper=manner.stamps,
        stamp_style=TextStampStyle(stamp_text=manner.text),
        new_field_spec=SigFieldSpec(manner.field, box=manner.box),
    )
    made.manner = manner
    output: BytesIO = made.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf), strict=False), output=BytesIO())
    return output.getvalue()


def stamped(pdf: bytes, stamps: TimeStamper, field: str = "DauThoiGian1") -> bytes:
    """Return the file with a document timestamp."""
    output: BytesIO = PdfTimeStamper(stamps, field_name=field).timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf), strict=False), "sha256", output=BytesIO()
    )
    return output.getvalue()


def _certificate(holder: Holder) -> x509.Certificate:
    return x509.Certificate.load(holder.der)


def _key(holder: Holder) -> keys.PrivateKeyInfo:
    der = holder.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return keys.PrivateKeyInfo.load(der)


def _store(holder: Holder) -> SimpleCertificateStore:
    ders = (each.public_bytes(serialization.Encoding.DER) for each in holder.above)
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(each) for each in ders])
    return store
