"""Made-up authorities, signers and roots for signed PDFs. Made once a run: keys are fresh, and nobody else's."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from chalicelib.papers.model import Root
from infra.simulators.certificates import ISSUING, STAMPING, Holder, Key, Wanted, issue, new_key

NOW: Final = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SIGNED: Final = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
EARLIER: Final = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN: Final = datetime(2026, 9, 1, tzinfo=UTC)
LATER: Final = datetime(2027, 1, 1, tzinfo=UTC)

PERSON: Final[Mapping[str, str]] = {"CN": "TRẦN THỊ KÝ", "UID": "CCCD:001190999002", "O": "UBND phường Thử", "C": "VN"}
AGENCY: Final[Mapping[str, str]] = {"CN": "UBND PHƯỜNG THỬ", "O": "UBND phường Thử", "organizationIdentifier": "H26.99"}
_ROOTS: Final[Mapping[str, str]] = {
    "any": "Gốc thử", "person": "Gốc thử cho người", "agency": "Gốc thử cho cơ quan", "timestamp": "Gốc thử thời gian",
}  # fmt: skip


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """Return the key of that name, the same all run long."""
    assert name
    return new_key()


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the RSA key of that name."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)  # weak ones are what a case is about


@cache
def root(vouches_for: str) -> Holder:
    """Return a configured root."""
    wanted = Wanted({"CN": _ROOTS[vouches_for], "C": "VN"}, ISSUING, is_ca=True)
    return issue(wanted, ec_key(f"root {vouches_for}"))


@cache
def fake_root() -> Holder:
    """Return a root nobody configured that is called as a configured one."""
    return issue(Wanted({"CN": _ROOTS["any"], "C": "VN"}, ISSUING, is_ca=True), ec_key("fake"))


@cache
def old_root() -> Holder:
    """Return a configured root whose days are over."""
    return issue(Wanted({"CN": "Gốc thử đã hết hạn"}, ISSUING, is_ca=True, until=EARLIER), ec_key("old root"))


def roots() -> tuple[Root, ...]:
    """Return what is configured."""
    return (
        Root("any", root("any").der, "any"),
        Root("person", root("person").der, "person"),
        Root("agency", root("agency").der, "agency"),
        Root("timestamp", root("timestamp").der, "timestamp"),
        Root("old", old_root().der, "any"),
    )


@cache
def person(by: Holder | None = None, key: Key | None = None, **wanted: Any) -> Holder:  # noqa: ANN401 - as Wanted has
    """Return a person's certificate, of the configured root where no other authority is named."""
    return issue(Wanted(PERSON, **wanted), key or ec_key("person"), by or root("any"))


@cache
def agency(by: Holder | None = None, key: Key | None = None, **wanted: Any) -> Holder:  # noqa: ANN401 - as above
    """Return an agency's."""
    return issue(Wanted(AGENCY, **wanted), key or ec_key("agency"), by or root("any"))


@cache
def middle(by: Holder | None = None, name: str = "Trung gian thử", **wanted: Any) -> Holder:  # noqa: ANN401 - as above
    """Return an authority below a root."""
    said = {"usage": ISSUING, "is_ca": True, **wanted}
    return issue(Wanted({"CN": name}, **said), ec_key(name), by or root("any"))


@cache
def authority(by: str = "timestamp", purposes: tuple[x509.ObjectIdentifier, ...] = (STAMPING,)) -> Holder:
    """Return a timestamping authority, of a configured root, or `fake`."""
    wanted = Wanted({"CN": "Dấu thời gian thử"}, frozenset({"digital_signature"}), purposes=purposes)
    return issue(wanted, rsa_key("stamp"), fake_root() if by == "fake" else root(by))


SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH
