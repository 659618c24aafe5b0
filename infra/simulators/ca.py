"""A made-up certification authority (tổ chức chứng thực chữ ký số): signs PDFs for people who try the service.

Its private keys stand beside this module for everybody to read: its roots are marked synthetic, and production leaves
them out. Made once, by `make`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from infra.simulators.certificates import ISSUING, STAMPING, Holder, Wanted, issue, new_key

Who: TypeAlias = Literal["person", "agency"]
WHO: Final[tuple[Who, ...]] = get_args(Who)

_FOLDER: Final = Path(__file__).parent / "ca"
_BY: Final[Mapping[str, str]] = {"person": "root", "agency": "root", "timestamp": "timestamp-root"}
_MADE_UP: Final = "MÔ PHỎNG"
_WANTED: Final[Mapping[str, Wanted]] = {
    "root": Wanted({"CN": f"{_MADE_UP} - Gốc chữ ký số", "O": f"{_MADE_UP} Một Lần", "C": "VN"}, ISSUING, is_ca=True),
    "timestamp-root": Wanted(
        {"CN": f"{_MADE_UP} - Gốc dấu thời gian", "O": f"{_MADE_UP} Một Lần", "C": "VN"}, ISSUING, is_ca=True
    ),
    "person": Wanted(
        {"CN": "NGUYỄN VĂN KÝ", "title": "Chủ tịch", "UID": "CCCD:001080999001", "O": f"{_MADE_UP} UBND phường",
         "C": "VN"}
    ),
    "agency": Wanted(
        {"CN": "ỦY BAN NHÂN DÂN PHƯỜNG (MÔ PHỎNG)", "O": f"{_MADE_UP} UBND phường",
         "organizationIdentifier": "000.00.99.H26", "C": "VN"}
    ),
    "timestamp": Wanted(
        {"CN": f"{_MADE_UP} - Dấu thời gian", "O": f"{_MADE_UP} Một Lần", "C": "VN"},
        usage=frozenset({"digital_signature"}), purposes=(STAMPING,),
    ),
}  # fmt: skip


@cache
def holder(name: str) -> Holder:
    """Return one of the authority's certificates with its key: root, timestamp-root, person, agency, timestamp."""
    certificate = x509.load_pem_x509_certificate((_FOLDER / f"{name}.crt.pem").read_bytes())
    key = serialization.load_pem_private_key((_FOLDER / f"{name}.key.pem").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError(name)
    above = (holder(_BY[name]).certificate,) if name in _BY else ()
    return Holder(certificate, key, above)


def sign_pdf(pdf: bytes, who: Who, at: datetime | None = None, *, stamp: bool = True) -> bytes:
    """Return the file signed by the made-up person or agency.

    `at` is the moment of signing, now when left out; `stamp`: with a timestamp of the same moment. A person's signature
    first and the agency's after it make an electronic original.
    """
    from infra.simulators.signing import Manner, signed, stamper  # noqa: PLC0415 - a second that serving need not pay

    moment = (datetime.now(UTC) if at is None else at).replace(microsecond=0)  # noqa: TID251 - a tool, not the service
    count = pdf.count(b"/ByteRange")
    box = (40 + 260 * (count % 2), 40, 280 + 260 * (count % 2), 100)
    stamps = stamper(holder("timestamp"), moment) if stamp else None
    return signed(pdf, holder(who), Manner(moment, f"ChuKy{count + 1}", box, stamps))


def make(folder: Path = _FOLDER) -> None:
    """Make the authority anew: keys and certificates into the folder. The roots in schemas/ then have to follow."""
    made: dict[str, Holder] = {}
    for name, wanted in _WANTED.items():
        # The timestamping library that simulates signs with RSA only.
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048) if name == "timestamp" else new_key()
        made[name] = issue(wanted, key, made.get(_BY.get(name, "")))
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{name}.crt.pem").write_text(made[name].pem, encoding="ascii")
        (folder / f"{name}.key.pem").write_bytes(secret)
