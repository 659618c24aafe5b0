"""What a signed PDF carries for its own validation: certificates, lists of revoked ones, replies about single ones."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Self, TypeAlias

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from chalicelib.kernel.frozen import dataclass

MOST: Final = 50
"""Of each, that are looked at of one file."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the file carries (DSS, CMS): nothing of it is believed unless a root stands behind."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[Any, ...] = ()
    ocsps: tuple[Any, ...] = ()

    @classmethod
    def of(cls, reader: PdfFileReader, embedded: Sequence[EmbeddedPdfSignature]) -> Self:
        """Collect it. What cannot be read is left out: whoever broke it could have left it out as well."""
        certificates, crls, ocsps = _lenient(partial(_of_store, reader))
        for each in embedded:
            for read in (_crls_of, _archived):
                more = _lenient(partial(read, each))
                crls, ocsps = crls + more[1], ocsps + more[2]
        return cls(tuple(certificates[:MOST]), tuple(crls[:MOST]), tuple(ocsps[:MOST]))


_Found: TypeAlias = tuple[list[Any], list[Any], list[Any]]


def _lenient(read: Callable[[], _Found]) -> _Found:
    try:
        return read()
    except Exception:  # noqa: BLE001 - see Evidence.of
        return [], [], []


def _of_store(reader: PdfFileReader) -> _Found:
    context = DocumentSecurityStore.read_dss(reader).as_validation_context({"trust_roots": []})
    return list(context.certificate_registry), context.crls, context.ocsps


def _crls_of(embedded: EmbeddedPdfSignature) -> _Found:
    held = embedded.signed_data["crls"]
    return [], [each.chosen for each in held or () if each.name == "crl"], []


def _archived(embedded: EmbeddedPdfSignature) -> _Found:
    signed = embedded.signer_info["signed_attrs"]
    found = list(find_cms_attribute_iter(signed, "adobe_revocation_info_archival"))
    return (
        [],
        [crl for each in found for crl in each["crl"] or ()],
        [one for each in found for one in each["ocsp"] or ()],
    )
