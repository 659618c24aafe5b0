"""By whom: what a certificate says of the one it is made out to.

Assumption, status unverified: the certificate profile of Vietnamese authorities (chứng thư số) was not read. What is
known is that an electronic original has the signature of the competent person and that of the agency (NĐ 30/2020/NĐ-CP
Điều 5). So: a body is whoever has an organisationIdentifier (X.520 2.5.4.97, ETSI EN 319 412-3 §4.2.1), or an
organisation and no attribute that only people have (given name, surname, serial number, user id).
"""

import hashlib
from typing import Any, Final

from chalicelib.papers.model import Signer, SignerKind

_PERSONAL: Final = frozenset({"given_name", "surname", "serial_number", "user_id"})
_BODY: Final = "organization_identifier"
_LONGEST: Final = 200
_OIDS: Final = {"2.5.4.97": _BODY, "0.9.2342.19200300.100.1.1": "user_id"}


def kind_of(certificate: Any) -> SignerKind:  # noqa: ANN401 - asn1crypto has no types
    """Say whether the certificate is a person's or a body's."""
    names = _attributes(certificate.subject)
    if _BODY in names:
        return "agency"
    return "agency" if "organization_name" in names and not _PERSONAL & names.keys() else "person"


def signer_of(certificate: Any) -> Signer:  # noqa: ANN401 - as above
    """Return who it is made out to, in the certificate's own words."""
    subject, issuer = _attributes(certificate.subject), _attributes(certificate.issuer)
    organisation = subject.get("organization_name")
    return Signer(
        kind=kind_of(certificate),
        name=subject.get("common_name") or organisation or "",
        organisation=organisation,
        certificate=hashlib.sha256(certificate.dump()).hexdigest(),
        issuer=issuer.get("common_name") or issuer.get("organization_name") or "",
    )


def _attributes(name: Any) -> dict[str, str]:  # noqa: ANN401 - as above
    """Return the attributes of a name, of several alike the first."""
    found: dict[str, str] = {}
    for relative in name.chosen:
        for each in relative:
            sort = _OIDS.get(each["type"].dotted, str(each["type"].native))
            found.setdefault(sort, str(each["value"].native)[:_LONGEST])
    return found
